"""The hub on a laptop: no root, no settings, one random password."""

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import needs_hub  # noqa: F401
import pytest
import reachable
from class_hub import ROOT, copy_course, end_processes, free_ports, wait_for
from learner_client import Learner


@pytest.fixture
def laptop(hub_machine):
    """Somebody's account, with the course in a folder of theirs; runs `hub/start.py`."""
    folder = Path(tempfile.mkdtemp(prefix="course-demo-"))
    account = f"t{secrets.token_hex(3)}-demo"
    subprocess.run(["useradd", "--no-create-home", "--home-dir", folder, account], check=True)
    running = []

    def start(*words):
        command = ["runuser", "-u", account, "--", sys.executable, "course/hub/start.py", *words]
        run = subprocess.Popen(
            reachable.command(["env", "-C", folder, *command], ROOT),
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(folder / "course")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        running.append(run)
        return run

    try:
        copy_course(folder / "course")
        subprocess.run(["chown", "-R", account, folder], check=True)
        yield start
    finally:
        for run in running:
            run.send_signal(signal.SIGTERM)
        end_processes(account)
        for run in running:
            run.communicate()
        subprocess.run(["userdel", account], check=True)
        shutil.rmtree(folder)


def test_without_root_and_settings_only_the_demo_starts(laptop):
    run = laptop("--check")
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 2
    assert "no default password" in said
    run = laptop("--check", "--demo")
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 0, said
    assert "learners are NOT kept apart" in said


def test_the_demo_lets_any_name_in_with_the_password_it_prints(laptop):
    port = free_ports(3)
    run = laptop("--demo", "--port", str(port))
    said = ""
    while "The hub starts at" not in said:
        line = run.stdout.readline()
        assert line, said
        said += line
    password = re.search(r"password of this demo is (\w{16});", said)[1]
    url = f"http://127.0.0.1:{port}/"
    wait_for(url, run)
    wrong = Learner(url, "ada", "password")
    wrong.log_in()
    assert not wrong.is_logged_in()
    learner = Learner(url, "ada", password)
    learner.log_in()
    learner.start_server()
    assert learner.notebook("notebooks/00_start_here.ipynb")["cells"]
    kernel = learner.kernel("notebooks/scratch.ipynb")
    assert kernel.run("import course_lib; print('here')") == ("here\n", None)
    kernel.close()
