"""Whatever an installation left behind, the next start repairs it and opens the lesson."""

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the fake environment is a POSIX one")

OFFLINE = {
    "says": "WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by "
    "'NewConnectionError: Failed to establish a new connection: [Errno -3] Temporary failure in "
    "name resolution': /simple/setuptools/\n"
    "ERROR: Could not find a version that satisfies the requirement setuptools>=69 "
    "(from versions: none)"
}


def opens_whole(copy):
    """Opens now, and would open again without pip: nothing was only half repaired."""
    run = copy.opens()
    assert copy.is_ready()
    for name in ("numpy", "matplotlib", "jupyter_server", "jupyterlab", "tqdm"):
        record = (copy.site / f"{name}-1.0.dist-info" / "RECORD").read_text()
        assert record
        assert all((copy.site / line.split(",")[0]).exists() for line in record.splitlines())
    assert (copy.site / "numpy" / "core.py").read_text() == "pass\n"
    return run


def mended_in_place(copy):
    """Repaired by pip, in the environment that was there."""
    made = (copy.venv / "pyvenv.cfg").stat()
    run = opens_whole(copy)
    now = (copy.venv / "pyvenv.cfg").stat()
    assert (now.st_ino, now.st_mtime_ns) == (made.st_ino, made.st_mtime_ns)
    assert "making it anew" not in run.text


def killed(package, before):
    return {"stops_at": package, "stops_before": before, "ending": "killed"}


# Number 0 of the fake packages is numpy with three files, number 4 ipykernel with one.
@pytest.mark.parametrize(
    ("package", "before"),
    [(0, 0), (0, 1), (0, 4), (4, 0), (4, 2)],
    ids=["at once", "after a file", "before a record", "later", "before a later record"],
)
def test_a_pip_that_was_killed_in_the_middle(copy, package, before):
    run = copy.start(pip=killed(package, before))
    assert run.code == 1
    assert "lack of memory" in run.words
    assert "Traceback" not in run.text
    mended_in_place(copy)


@pytest.mark.parametrize("before", [0, 1, 2])
def test_a_pip_that_was_killed_while_it_added_an_extra(installed, before):
    run = installed.start("test", pip=killed(8, before))
    assert run.code == 1
    mended_in_place(installed)
    assert installed.start("test").became


def test_a_start_that_was_killed_leaves_its_pip_the_lock(copy):
    """The next start waits for the pip that lives on, and mends what it leaves."""
    waits = copy.site / "pip-waits"
    first = copy.begin(pip={"stops_at": 2, "stops_before": 1, "ending": "waits"})
    copy.wait_for(waits)
    first.kill()
    first.wait()
    second = copy.begin()
    line = second.stdout.readline()
    assert "Another start of the course is installing" in line
    assert second.poll() is None
    os.killpg(first.pid, signal.SIGKILL)
    run = copy.finish(second)
    assert run.code == 0, run.text
    assert run.became
    opens_whole(copy)


def test_ctrl_c_stops_with_a_sentence_and_the_next_start_continues(copy):
    waits = copy.site / "pip-waits"
    first = copy.begin("--no-browser", pip={"stops_at": 2, "stops_before": 1, "ending": "waits"})
    copy.wait_for(waits)
    os.killpg(first.pid, signal.SIGINT)
    run = copy.finish(first)
    assert run.code == 130
    assert "Stopped. The installation is not finished" in run.words
    assert "course.py --no-browser' continues from here" in run.words
    # The fake pip's own last words are in the log, not on the screen.
    assert "Traceback" not in run.text
    mended_in_place(copy)


def test_two_starts_at_once_install_once_and_both_open(copy):
    starts = [copy.begin(pip={"seconds": 1}) for _ in range(3)]
    runs = [copy.finish(start) for start in starts]
    for run in runs:
        assert run.code == 0, run.text
        assert run.became
    assert len(copy.pip_calls) == 1
    assert sum("waiting for it to finish" in run.text for run in runs) == 2


@pytest.mark.parametrize("content", [b"", b'{"format": 2, "pyproj', b"[]", b"null", b"\xff\xfe\0"])
def test_a_truncated_stamp(installed, content):
    installed.stamp.write_bytes(content)
    mended_in_place(installed)


def test_a_stamp_of_another_format(installed):
    installed.stamp.write_text('{"format": 1, "extras": ["no such extra"]}')
    mended_in_place(installed)


def test_a_missing_stamp(installed):
    installed.stamp.unlink()
    mended_in_place(installed)


@pytest.mark.parametrize("package", ["numpy", "jupyter_server", "jupyterlab"])
def test_a_package_whose_files_were_deleted(installed, package):
    shutil.rmtree(installed.site / package)
    mended_in_place(installed)


@pytest.mark.parametrize("package", ["numpy", "jupyter_server", "tqdm"])
def test_a_package_that_was_uninstalled(installed, package):
    shutil.rmtree(installed.site / package, ignore_errors=True)
    shutil.rmtree(installed.site / f"{package}-1.0.dist-info")
    mended_in_place(installed)


def test_one_deleted_file_deep_in_a_package(installed):
    (installed.site / "numpy" / "core.py").unlink()
    mended_in_place(installed)


def test_a_file_that_a_power_cut_left_empty(installed):
    (installed.site / "numpy" / "core.py").write_text("")
    mended_in_place(installed)


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe"])
def test_a_package_without_its_record(installed, content):
    record = installed.site / "jupyter_server-1.0.dist-info" / "RECORD"
    if content is None:
        record.unlink()
    else:
        record.write_bytes(content)
    shutil.rmtree(installed.site / "jupyter_server")
    mended_in_place(installed)


def test_the_course_itself_uninstalled(installed):
    (installed.site / "the_course.pth").unlink()
    mended_in_place(installed)


def test_a_file_a_tinkerer_has_changed_is_left_alone(installed):
    (installed.site / "numpy" / "core.py").write_text("print('what happens here?')\n")
    installed.opens()
    assert len(installed.pip_calls) == 1


def test_a_package_of_ones_own_is_left_alone_even_if_damaged(installed):
    (installed.site / "mine-1.0.dist-info").mkdir()
    installed.opens()
    assert len(installed.pip_calls) == 1
    assert (installed.site / "mine-1.0.dist-info").exists()


def made_anew(copy, reason):
    run = opens_whole(copy)
    assert f"cannot be used ({reason}); making it anew" in run.words
    return run


def test_an_environment_whose_python_is_gone(installed):
    (installed.venv / "bin" / "python").unlink()
    (installed.venv / "bin" / "python").symlink_to("/nowhere/python")
    made_anew(installed, "its Python does not start")


def test_an_environment_without_its_configuration(installed):
    (installed.venv / "pyvenv.cfg").unlink()
    made_anew(installed, "it is not a complete environment")


@pytest.mark.parametrize("gone", ["pip", "pip-0.dist-info"])
def test_an_environment_without_pip(installed, gone):
    shutil.rmtree(installed.site / gone)
    # The stamp is gone too: else nothing would ask for pip.
    installed.stamp.unlink()
    made_anew(installed, "its pip is not complete")


def test_an_empty_folder_and_one_with_only_a_log(copy):
    copy.venv.mkdir()
    (copy.venv / "install.log").write_text("half a line")
    run = opens_whole(copy)
    assert "cannot be used" not in run.text


def test_a_folder_of_anything(copy):
    copy.venv.mkdir()
    (copy.venv / "bin").mkdir()
    (copy.venv / "bin" / "python").write_text("no program")
    made_anew(copy, "its Python does not start")


def test_an_environment_made_by_hand_is_completed(copy):
    subprocess.run([copy.maker, "-m", "venv", copy.venv], check=True)
    mended_in_place(copy)


def test_a_python_that_was_replaced_by_a_newer_one(installed):
    now = "{}.{}".format(*sys.version_info)
    stamp = json.loads(installed.stamp.read_text())
    assert stamp["python"] == now
    installed.stamp.write_text(json.dumps({**stamp, "python": "3.1"}))
    made_anew(installed, f"it was made with Python 3.1, which is now {now}")


def test_a_folder_that_was_moved(installed):
    moved = installed.root.parent / "elsewhere"
    installed.root.rename(moved)
    installed.root, installed.maker = moved, moved / installed.maker.name
    run = made_anew(installed, "the course's folder has moved")
    assert run.became[1] == str(moved)


def test_a_folder_that_was_copied_opens_in_both_places(installed):
    second = installed.root.parent / "second"
    shutil.copytree(installed.root, second, symlinks=True)
    installed.opens()
    installed.root, installed.maker = second, second / installed.maker.name
    run = made_anew(installed, "the course's folder has moved")
    assert run.became[1] == str(second)


def test_packages_that_do_not_work_are_installed_anew_once(installed):
    """pip thinks that all is well, but numpy cannot be imported."""
    (installed.site / "numpy" / "__init__.py").write_text("raise ImportError('half a numpy')")
    installed.stamp.unlink()
    run = opens_whole(installed)
    assert "half a numpy" in run.text
    assert "Completing .venv did not work; making it anew." in run.text


def test_packages_that_never_work_end_in_a_sentence(copy):
    for _ in range(2):
        run = copy.start(pip={"broken": True})
        assert run.code == 1
        assert "numpy is broken" in run.text
        assert "The packages are installed but do not work; the error is above." in run.words
    opens_whole(copy)


def test_without_network_the_first_start_says_so_and_a_later_one_continues(copy):
    run = copy.start(pip=OFFLINE)
    assert run.code == 1
    assert "the package server did not answer" in run.words
    assert "Traceback" not in run.text
    mended_in_place(copy)


def test_without_network_changed_dependencies_do_not_close_the_course(installed):
    (installed.root / "pyproject.toml").write_text("[project]  # changed\n")
    run = installed.opens(pip=OFFLINE)
    assert "the course goes on with the packages it has" in run.words
    # With the network back, it catches up.
    installed.opens()
    installed.opens()
    assert len(installed.pip_calls) == 3


def test_without_network_a_missing_extra_is_an_error_and_lessons_still_open(installed):
    run = installed.start("test", pip=OFFLINE)
    assert run.code == 1
    assert not run.became
    installed.opens(pip=OFFLINE)
    assert len(installed.pip_calls) == 2


def test_without_network_a_damaged_package_is_an_error_and_mended_later(installed):
    shutil.rmtree(installed.site / "jupyter_server")
    run = installed.start(pip=OFFLINE)
    assert run.code == 1
    assert not run.became
    mended_in_place(installed)


@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_bears_the_environments_name_but_is_none_is_not_touched(copy, kind):
    elsewhere = copy.root.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").touch()
    if kind == "file":
        copy.venv.write_text("precious")
    else:
        copy.venv.symlink_to(elsewhere)
    run = copy.start()
    assert run.code == 1
    assert "is a link or a file" in run.words
    assert copy.venv.is_symlink() or copy.venv.read_text() == "precious"
    assert (elsewhere / "precious").exists()
