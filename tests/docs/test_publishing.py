"""Licences, citation, changes and data: what they say is what is there."""

import datetime
import hashlib
import re
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from course_lib import data
from course_lib.data.mnist import EMBEDDED, EMBEDDED_SHA256

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
DATA_PAGE = (ROOT / "docs" / "data.md").read_text(encoding="utf-8")
STORED = sorted((ROOT / "course_lib" / "demos").glob("*.npz"))


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


# ---------------------------------------------------------------------- licences


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("LICENSE", "Redistribution and use in source and binary forms, with or without"),
        ("LICENSE", "3. Neither the name of the copyright holder nor the names"),
        ("LICENSE", "OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE."),
        ("LICENSES/CC-BY-4.0.txt", "Creative Commons Attribution 4.0 International Public"),
        ("LICENSES/CC-BY-4.0.txt", "Section 8 -- Interpretation."),
        ("course_lib/data/mnist_10k.md", "Copyright (c) 2015 Juan Cazala"),
    ],
)
def test_a_licence_is_there_whole(name, sentence):
    assert sentence in read(name)


def test_every_file_of_licences_is_named_by_the_package_and_by_the_page_of_licences():
    found = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("LICENSE*") if path.is_file()}
    found |= {path.relative_to(ROOT).as_posix() for path in (ROOT / "LICENSES").iterdir()}
    matched = {
        path.relative_to(ROOT).as_posix()
        for pattern in PROJECT["license-files"]
        for path in ROOT.glob(pattern)
    }
    assert matched == found
    for name in found - {"LICENSE-TEXT.md"}:
        assert f"({name})" in read("LICENSE-TEXT.md")


def test_no_classifier_contradicts_the_licence_expression():
    assert "BSD-3-Clause" in PROJECT["license"]
    assert not [name for name in PROJECT["classifiers"] if name.startswith("License ::")]


@pytest.mark.parametrize(
    "path",
    sorted(path for path in (ROOT / "course_lib").rglob("static/**/*") if path.is_file()),
    ids=lambda path: path.name,
)
def test_what_is_shipped_for_the_browser_is_the_courses_own(path):
    """A file of somebody else's would bring a notice, which LICENSE-TEXT.md would have to name."""
    assert not re.search(r"copyright|licen[cs]e|@author", path.read_text(encoding="utf-8"), re.I)


# ---------------------------------------------------------------------- citation and changes


def test_the_citation_file_is_valid_for_what_it_uses():
    """Required keys and known ones of the Citation File Format 1.2.0."""
    known = {"cff-version", "message", "title", "authors", "abstract", "type", "version", "license"}
    known |= {"date-released", "keywords", "repository-code", "url", "doi", "identifiers"}
    assert {"cff-version", "message", "title", "authors"} <= set(CITATION) <= known
    assert CITATION["cff-version"] == "1.2.0"
    assert CITATION["type"] == "software"
    assert all(isinstance(CITATION[key], str) for key in ("message", "title", "version"))
    licences = CITATION["license"]
    assert set(licences) == {"BSD-3-Clause", "CC-BY-4.0"}
    assert [author["name"] for author in CITATION["authors"]] == [
        author["name"] for author in PROJECT["authors"]
    ]
    assert len(set(CITATION["keywords"])) == len(CITATION["keywords"]) > 0


def test_the_citation_has_the_version_of_the_package():
    assert CITATION["version"] == PROJECT["version"]


def sections():
    """Of CHANGELOG.md: (version, day or "unreleased"), the newest first."""
    return re.findall(r"^## (\S+) - (\S+)$", read("CHANGELOG.md"), re.M)


def test_the_version_of_the_package_is_the_newest_of_the_changes():
    headers = re.findall(r"^## .*$", read("CHANGELOG.md"), re.M)
    found = sections()
    assert len(found) == len(headers), "a header is like: ## 0.1.0 - 2026-01-31"
    assert found[0][0] == PROJECT["version"]
    assert len({version for version, _ in found}) == len(found)


def test_only_the_newest_version_may_be_unreleased_and_the_citation_has_its_day():
    (_, newest), *older = sections()
    days = [datetime.date.fromisoformat(day) for _, day in older]
    if newest == "unreleased":
        assert "date-released" not in CITATION
    else:
        days.insert(0, datetime.date.fromisoformat(newest))
        assert CITATION["date-released"] == days[0]
    assert days == sorted(days, reverse=True)


# ---------------------------------------------------------------------- data


def test_the_checksum_of_the_digits_is_said_and_true():
    assert hashlib.sha256(EMBEDDED.read_bytes()).hexdigest() == EMBEDDED_SHA256
    assert EMBEDDED_SHA256 in DATA_PAGE
    assert EMBEDDED_SHA256 in read("course_lib/data/mnist_10k.md")


def test_the_table_of_digits_counts_them():
    (row,) = re.findall(r"^\| images \| (.*) \|$", DATA_PAGE, re.M)
    said = [int(cell.replace(",", "")) for cell in row.split(" | ")]
    splits = data.load_mnist(dtype=np.uint8)
    labels = np.concatenate([split.y for split in splits])
    assert said == np.bincount(labels).tolist()
    assert sum(said) == 10_000


def test_every_toy_of_the_data_package_is_named():
    from course_lib.data import toys

    functions = [name for name in toys.__all__ if name[0].islower()]
    assert all(f"`{name}`" in DATA_PAGE for name in functions)


def test_every_stored_file_has_its_row_and_every_row_a_module_that_recomputes_it():
    rows = re.findall(r"^\| `(\w+)\.npz` \| [^|]{10,} \| `python -m ([\w.]+)` \|$", DATA_PAGE, re.M)
    assert [name for name, _ in rows] == [path.stem for path in STORED]
    for name, module in rows:
        assert module == f"course_lib.demos.{name}"
        source = read(f"course_lib/demos/{name}.py")
        assert 'if __name__ == "__main__":\n    main()' in source
        assert f"{name}.npz" in source
        # The command stands in the module's docstring, too.
        docstring = " ".join(source.split('"""')[1].split())
        assert f"python -m {module}" in docstring
