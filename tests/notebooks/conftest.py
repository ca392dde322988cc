"""The notebooks of the course and of its documentation, for tests that look at every one."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(
    path for folder in ("notebooks", "docs") for path in (ROOT / folder).glob("*.ipynb")
)


def pytest_generate_tests(metafunc):
    if "notebook_path" in metafunc.fixturenames:
        metafunc.parametrize("notebook_path", NOTEBOOKS, ids=lambda path: path.stem)
