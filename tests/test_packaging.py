"""The package: equal for pip and conda, bounded, whole in a wheel, and free of fixed hosts."""

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["optional-dependencies"]
NOT_STORED = shutil.ignore_patterns("__pycache__", "*.egg-info", ".ipynb_checkpoints")


def ranges(lines):
    """Allowed versions by package name."""
    requirements = map(Requirement, lines)
    return {canonicalize_name(one.name): one.specifier for one in requirements}


def conda_lines():
    """Of environment.yml: what conda installs, and what pip does."""
    plain = [line for line in CONDA["dependencies"] if isinstance(line, str)]
    (by_pip,) = [line["pip"] for line in CONDA["dependencies"] if isinstance(line, dict)]
    return plain, by_pip


def test_environment_yml_names_the_same_packages_and_ranges_as_pyproject():
    plain, by_pip = conda_lines()
    assert "-e ." in by_pip
    conda = ranges(line for line in [*plain, *by_pip] if line != "-e .")
    assert conda.pop("pip") == SpecifierSet()  # conda asks for it to be named
    assert conda.pop("python") == SpecifierSet(PROJECT["requires-python"])
    assert conda == ranges([*PROJECT["dependencies"], *EXTRAS["test"], *EXTRAS["browser"]])


def test_environment_yml_names_no_package_twice():
    plain, by_pip = conda_lines()
    names = [canonicalize_name(Requirement(line).name) for line in [*plain, *by_pip[:-1]]]
    assert len(names) == len(set(names))


def every_dependency():
    lines = [*PROJECT["dependencies"], *(line for extra in EXTRAS.values() for line in extra)]
    return sorted(set(lines))


@pytest.mark.parametrize("line", every_dependency())
def test_a_dependency_has_a_lower_and_an_upper_bound(line):
    operators = {part.operator for part in Requirement(line).specifier}
    assert "==" in operators or (operators & {">=", ">", "~="} and operators & {"<", "<=", "~="})


def test_a_package_has_the_same_range_wherever_it_is_named():
    seen = {}
    for line in every_dependency():
        one = Requirement(line)
        assert seen.setdefault(one.name, one.specifier) == one.specifier, one.name


def test_course_py_asks_for_the_same_python_as_the_package():
    source = (ROOT / "course.py").read_text(encoding="utf-8")
    major, minor = re.search(r"^OLDEST_PYTHON = \((\d+), (\d+)\)", source, re.M).groups()
    assert PROJECT["requires-python"] == f">={major}.{minor}"


def test_course_py_installs_extras_that_exist():
    source = (ROOT / "course.py").read_text(encoding="utf-8")
    sizes = re.search(r"^MEGABYTES = \{(.*?)^\}", source, re.M | re.S)[1]
    assert set(re.findall(r'"(\w+)":', sizes)) <= set(EXTRAS)


HOSTS = re.compile(
    r"(pypi|python|pytorch|anaconda|npmjs|yarnpkg|unpkg|jsdelivr|esm|cdnjs|skypack|googleapis)"
    r"\.(org|com|io|sh|net|dev)(?!\w)|pythonhosted|cloudflare",
    re.I,
)
# An address in words for people is none that a program asks.
SAID = re.compile(r"python\.org")


@pytest.mark.parametrize(
    "name", ["pyproject.toml", "environment.yml", "course.py", ".ci/run", ".gitignore"]
)
def test_no_configuration_names_a_host_of_packages(name):
    """Mirrors, proxies and caches are the person's to choose, in pip's and conda's settings."""
    text = SAID.sub("", (ROOT / name).read_text(encoding="utf-8"))
    assert not HOSTS.search(text)
    assert "index-url" not in text
    assert "find-links" not in text


def test_conda_channels_are_names_and_no_addresses():
    assert CONDA["channels"]
    assert all(re.fullmatch(r"[\w-]+", channel) for channel in CONDA["channels"])


def shipped_files(*suffixes):
    found = [path for path in (ROOT / "course_lib").rglob("*") if path.suffix in suffixes]
    return [path for path in found if "__pycache__" not in path.parts]


@pytest.mark.parametrize("path", shipped_files(".js", ".css", ".html"), ids=lambda path: path.name)
def test_what_runs_in_the_browser_fetches_nothing(path):
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
    assert not re.search(r"https?://|@import|\bimport\s*\(|\bimport\b[^;]*\bfrom\s*['\"]//", text)


def test_there_is_no_lock_file():
    """Ranges are pinned, versions are not: a lock would age, and name its hosts."""
    names = ["*lock*", "requirements*.txt", "Pipfile*", "yarn.*", "npm-shrinkwrap.json"]
    assert not [path.name for name in names for path in ROOT.glob(name)]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The package as built from a clean copy, without network."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(ROOT / "course_lib", source / "course_lib", ignore=NOT_STORED)
    for name in ("pyproject.toml", PROJECT["readme"]):
        shutil.copy(ROOT / name, source)
    for pattern in PROJECT["license-files"]:
        for path in ROOT.glob(pattern):
            copy = source / path.relative_to(ROOT)
            copy.parent.mkdir(exist_ok=True)
            shutil.copy(path, copy)
    # To be left out: the tests, and whatever else lies beside the package.
    (source / "tests").mkdir()
    (source / "tests" / "__init__.py").touch()
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
    command += ["--no-index", "--wheel-dir", str(folder), str(source)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stdout + run.stderr
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(wheel):
    expected = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "course_lib").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert found == expected


def test_the_wheel_carries_the_licences(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/licenses/" in name]
        (metadata,) = [name for name in archive.namelist() if name.endswith("/METADATA")]
        said = archive.read(metadata).decode()
    for name in ("LICENSE", "LICENSE-TEXT.md", "LICENSES/CC-BY-4.0.txt"):
        assert any(found.endswith(f"/licenses/{name}") for found in names), name
    assert f"License-Expression: {PROJECT['license']}\n" in said


def test_the_package_works_from_the_wheel_alone(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = f"""
import sys, pkgutil, importlib
sys.path.insert(0, {str(tmp_path)!r})
import course_lib
for module in pkgutil.walk_packages(course_lib.__path__, "course_lib."):
    assert importlib.import_module(module.name).__file__.startswith({str(tmp_path)!r})
from course_lib.data import load_mnist
print(load_mnist().train.x.shape)
"""
    run = subprocess.run(
        [sys.executable, "-I", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.stdout.split("\n")[0] == "(7000, 784)", run.stdout + run.stderr
