"""The first start installs and opens the first lesson; the second only opens it."""

import os
import re
import sys

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the fake environment is a POSIX one")


def test_the_first_start_installs_and_opens_the_first_lesson(copy):
    (copy.root / "notebooks" / "01_next.ipynb").touch()
    run = copy.opens("--port", "28765")
    assert run.became == ("__main__", str(copy.root))
    assert run.arguments[0] == str(copy.root / "notebooks" / "00_start_here.ipynb")
    assert "--ServerApp.port=28765" in run.arguments
    assert f"--ServerApp.root_dir={copy.root}" in run.arguments
    assert "--no-browser" not in run.arguments
    assert len(copy.pip_calls) == 1
    assert copy.pip_calls[0][-2:] == ["-e", "."]


def test_the_printed_address_holds_lesson_and_token(copy):
    run = copy.opens("--no-browser", "--port", "28765")
    assert "--no-browser" in run.arguments
    address = re.search(r"http://localhost:28765/lab/tree/(\S+)\?token=(\w+)", run.text)
    assert address[1] == "notebooks/00_start_here.ipynb"
    assert address[2] == run.environ["JUPYTER_TOKEN"]
    assert len(address[2]) >= 32
    # On the command line, every user of the machine could read it.
    assert not any(address[2] in argument for argument in run.arguments)


def test_the_second_start_needs_neither_pip_nor_network(installed):
    run = installed.opens(pip={"says": "no pip was wanted"})
    assert len(installed.pip_calls) == 1
    assert "Installing" not in run.text


def test_what_runs_inside_is_isolated_from_other_pythons_and_settings(installed):
    foreign = {
        "PYTHONPATH": "/elsewhere",
        "PYTHONHOME": "",
        "PYTHONWARNINGS": "error",
        "PYTHONSTARTUP": "/elsewhere/start.py",
        "JUPYTER_CONFIG_DIR": "/elsewhere",
        "JUPYTER_PATH": "/elsewhere",
        "IPYTHONDIR": "/elsewhere",
        "MPLCONFIGDIR": "/elsewhere",
        "MPLBACKEND": "pdf",
        "PIP_TARGET": "/elsewhere",
    }
    environ = installed.opens(**foreign).environ
    assert not [name for name in foreign if "elsewhere" in environ.get(name, "")]
    assert "PYTHONWARNINGS" not in environ
    assert "MPLBACKEND" not in environ
    assert environ["PYTHONNOUSERSITE"] == "1"
    assert environ["PATH"].split(os.pathsep)[0] == str(installed.venv / "bin")


def test_settings_for_mirrors_and_proxies_reach_pip(installed):
    kept = {"PIP_INDEX_URL": "http://mirror/", "HTTPS_PROXY": "http://proxy/", "PIP_CERT": "/c"}
    environ = installed.opens(**kept).environ
    assert {name: environ[name] for name in kept} == kept


def test_no_package_is_read_from_outside_the_environment(copy):
    outside = copy.root.parent / "outside"
    outside.mkdir()
    (outside / "numpy.py").write_text("raise ImportError('the wrong numpy')")
    copy.opens(PYTHONPATH=str(outside))


@pytest.mark.parametrize("name", ["with a space", "größer Δx", "it's (1) [new] & $HOME; 100%"])
def test_the_folder_may_have_any_name(copy, name):
    moved = copy.root.parent / name
    copy.root.rename(moved)
    copy.root, copy.maker = moved, moved / copy.maker.name
    run = copy.opens()
    assert run.arguments[0] == str(moved / "notebooks" / "00_start_here.ipynb")
    copy.opens()
    assert len(copy.pip_calls) == 1


def test_messages_reach_a_console_that_knows_only_ascii(copy):
    moved = copy.root.parent / "größer"
    copy.root.rename(moved)
    copy.root, copy.maker = moved, moved / copy.maker.name
    copy.patch = "course.free_megabytes = lambda path: 12"
    run = copy.opens(PYTHONIOENCODING="ascii")
    assert "only 12 MB are free in" in run.words
    assert r"gr\xf6\xdfer" in run.words


def test_the_test_command_installs_its_extras_and_passes_arguments_on(copy):
    run = copy.start("test", "-k", "some name", "tests/nn")
    assert run.code == 0, run.text
    assert copy.pip_calls[0][-1] == ".[browser,test]"
    assert run.arguments == ["-k", "some name", "tests/nn"]
    assert run.folder == str(copy.root)


@pytest.mark.parametrize(("cores", "processes"), [(2, "2"), (64, "4")])
def test_several_processes_share_the_whole_suite(copy, cores, processes):
    copy.patch = f"course.os.cpu_count = lambda: {cores}"
    options = ["-n", processes, "--dist", "loadfile", "--no-loadscope-reorder"]
    assert copy.start("test").arguments == options
    how = ["-x", "--durations=5", "--tb=short", "-ra"]
    assert copy.start("test", *how).arguments == [*options, *how]


@pytest.mark.parametrize("cores", [1, None])
def test_one_core_runs_the_tests_in_one_process(copy, cores):
    copy.patch = f"course.os.cpu_count = lambda: {cores}"
    assert copy.start("test").arguments == []


@pytest.mark.parametrize("wish", ["tests/nn", "-k softmax", "--pdb", "-s", "-n 3"])
def test_who_picks_tests_or_wants_a_debugger_gets_one_process(copy, wish):
    copy.patch = "course.os.cpu_count = lambda: 8"
    assert copy.start("test", *wish.split()).arguments == wish.split()


def test_the_oracle_is_installed_when_asked_for_and_in_ci(copy):
    run = copy.start("test", "--oracle", "-x", "tests/nn")
    assert run.arguments == ["-x", "tests/nn"]
    assert copy.pip_calls[-1][-1] == ".[browser,oracle,test]"
    copy.stamp.unlink()
    copy.start("test", CI="true")
    assert copy.pip_calls[-1][-1] == ".[assignments,browser,hub,oracle,site,test]"


def test_the_refresh_command_runs_its_script(copy):
    script = copy.root / "tests" / "notebooks" / "refresh.py"
    script.parent.mkdir(parents=True)
    script.write_text("import sys; print('refreshing', sys.argv[1:])")
    run = copy.start("refresh", "--check", "10_train_mnist")
    assert "refreshing ['--check', '10_train_mnist']" in run.text
    assert copy.pip_calls[0][-1] == ".[test]"


@pytest.mark.parametrize(
    ("command", "program", "extra"),
    [
        ("site", "course_lib/site/__main__.py", "site"),
        ("hub", "hub/start.py", "hub"),
        ("assignments", "course_lib/assignments/__main__.py", "assignments"),
        ("new", "course_lib/skeletons/__main__.py", "test"),
    ],
)
def test_a_command_runs_its_program_with_its_packages(copy, command, program, extra):
    script = copy.root / program
    script.parent.mkdir(parents=True)
    script.write_text("import sys; print('running', sys.argv[1:])")
    run = copy.start(command, "--some", "thing")
    assert "running ['--some', 'thing']" in run.text
    assert copy.pip_calls[0][-1] == f".[{extra}]"


def test_the_exit_code_is_that_of_the_tests(copy):
    copy.start("test")
    (copy.site / "pytest" / "__main__.py").write_text("raise SystemExit(3)")
    assert copy.start("test").code == 3


def test_extras_are_added_once_and_kept_when_dependencies_change(installed):
    installed.start("test")
    installed.start("test")
    assert [call[-1] for call in installed.pip_calls] == [".", ".[browser,test]"]
    (installed.root / "pyproject.toml").write_text("[project]  # changed\n")
    installed.opens()
    assert installed.pip_calls[-1][-1] == ".[browser,test]"
    installed.opens()
    assert len(installed.pip_calls) == 3


def test_another_line_ending_is_no_change_of_dependencies(installed):
    (installed.root / "pyproject.toml").write_bytes(b"[project]\r\n")
    installed.opens()
    assert len(installed.pip_calls) == 1


def test_another_new_enough_python_uses_the_environment_that_is_there(installed):
    installed.patch = "course.current_python = lambda: '3.99'"
    installed.opens()
    assert len(installed.pip_calls) == 1


def test_the_environment_is_made_with_the_python_outside_of_it(course, monkeypatch):
    """Also when course.py is started with an environment's own Python, as here."""
    maker = course.base_python()
    if sys.prefix != sys.base_prefix:
        assert os.path.abspath(maker) != os.path.abspath(sys.executable)
    assert not os.path.exists(os.path.join(os.path.dirname(os.path.dirname(maker)), "pyvenv.cfg"))
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    assert course.base_python() == sys.executable


def lessons(copy, *names):
    for name in names:
        (copy.root / "notebooks" / name).touch()
    return str(copy.root)


def test_a_lesson_is_found_by_number_or_name(course, copy):
    root = lessons(copy, "03_backprop.ipynb", "10_train_mnist.ipynb", "11_review.ipynb")
    for wanted in ("3", "03", "03_backprop", "03_backprop.ipynb", "notebooks/03_backprop.ipynb"):
        assert course.find_lesson(root, wanted) == os.path.join("notebooks", "03_backprop.ipynb")
    assert course.find_lesson(root, "0").endswith("00_start_here.ipynb")
    assert course.find_lesson(root, "10").endswith("10_train_mnist.ipynb")


def test_the_first_lesson_is_the_original_and_not_a_learners_copy(course, copy):
    root = lessons(copy, "00_start_here-Copy1.ipynb", "A note.ipynb", "Untitled.ipynb")
    assert course.find_lesson(root).endswith("00_start_here.ipynb")
    assert course.find_lesson(root, "0").endswith("00_start_here.ipynb")


def test_a_lesson_that_is_not_there_is_named_with_those_that_are(copy):
    run = copy.start("7")
    assert run.code == 1
    assert "There is no lesson '7'. The lessons are: 00_start_here." in run.words
    assert not copy.venv.exists(), "said before minutes of installing, not after"


def test_a_course_without_lessons_is_a_broken_download(copy):
    (copy.root / "notebooks" / "00_start_here.ipynb").unlink()
    assert "There are no lessons in" in copy.start().words
    (copy.root / "notebooks").rmdir()
    assert "There are no lessons in" in copy.start().words


def test_course_py_alone_says_that_the_rest_is_missing(copy):
    (copy.root / "pyproject.toml").unlink()
    run = copy.start()
    assert run.code == 1
    assert "There is no pyproject.toml beside course.py" in run.words


def test_a_command_in_the_wrong_place_is_explained(copy):
    run = copy.start("--no-browser", "test")
    assert run.code == 1
    assert "'test' comes first" in run.words


def test_help_names_the_commands_and_the_size(copy, course):
    run = copy.start("--help")
    assert run.code == 0
    assert "course.py test" in run.text
    assert "course.py refresh" in run.text
    assert f"{course.MEGABYTES['']} MB" in run.text
    assert not copy.venv.exists()
