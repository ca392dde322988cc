"""One JupyterLab server and one Chromium for all browser tests; a page for each test."""

import re
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
# Tests are imported by file, not as packages: `import lab` needs the folder named.
sys.path.insert(0, str(HERE))

RESULTS = HERE.parents[1] / "test-results"


def pytest_collection_modifyitems(items):
    # Playwright's event loop stays until the session ends, and `asyncio.run` of a
    # later test would stumble over it: the browser comes last.
    items.sort(key=lambda item: HERE in Path(item.path).parents)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


FAILED = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def lab_server(tmp_path_factory):
    """A running JupyterLab on a copy of the notebooks."""
    from lab import LabServer

    with LabServer(tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture(scope="session")
def browser(chromium):
    """A running headless Chromium."""
    from lab import launch
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = launch(playwright, chromium)
        yield browser
        browser.close()


@pytest.fixture
def visits(request):
    """The pages a test opened: photographed if it failed, then closed.

    A script error, an error on the console or a request that leaves this machine
    fails the test, unless its text contains one of the page's `expected`.
    """
    opened = []
    yield opened
    problems = []
    for number, visit in enumerate(opened):
        unexpected = visit.unexpected()
        if unexpected or request.node.stash.get(FAILED, True):
            name = re.sub(r"[^\w.-]+", "-", request.node.name)
            visit.screenshot(RESULTS / f"{name}-{number}.png")
        problems += unexpected
    for visit in opened:
        visit.close()
    assert not problems, "\n".join(problems)


@pytest.fixture
def open_notebook(lab_server, browser, visits):
    """Open a notebook: ``open_notebook("10_train_mnist.ipynb" or cells, theme="dark", …)``.

    Returns a `lab.Notebook`; the options are those of `lab.Visit`.
    """
    from lab import Notebook

    def open_notebook(source, **options):
        notebook = Notebook(lab_server, browser, source, reuse=True, **options)
        visits.append(notebook)
        return notebook

    return open_notebook


@pytest.fixture
def open_page(browser, visits):
    """Open a plain page of any address, also of ``file://``; returns a `lab.Visit`."""
    from lab import Visit

    def open_page(url, **options):
        visit = Visit(browser, **options)
        visits.append(visit)
        visit.page.goto(url)
        return visit

    return open_page


@pytest.fixture(scope="session")
def site_address(site):
    """Address of a web server that has the site and nothing else."""
    from site_reader import serving

    with serving(site) as address:
        yield address


@pytest.fixture
def read(browser, visits, site_address):
    """Open a page of the site: ``read("index.html", theme="dark", …)``.

    Returns a `site_reader.Reader`; the options are those of `lab.Visit`.
    """
    from site_reader import Reader

    def read(page, **options):
        reader = Reader(browser, site_address, page, **options)
        visits.append(reader)
        return reader

    return read
