"""Learners who sign up, servers that end when idle, and a hub that ends and starts again."""

import os
import pwd
import re
import time

import needs_hub  # noqa: F401
import pytest
from class_hub import server_process
from learner_client import PATIENCE_S

PASSWORD = "correct horse battery"


def sign_up(learner):
    page = learner.get(f"{learner.hub}hub/signup")
    form = {
        "_xsrf": re.search(r'name="_xsrf"\s+value="([^"]+)"', page.text)[1],
        "username": learner.name,
        "signup_password": learner.password,
        "signup_password_confirmation": learner.password,
    }
    return learner.session.post(f"{learner.hub}hub/signup", data=form, timeout=PATIENCE_S)


@pytest.fixture(scope="module")
def teacher(small_hub):
    learner = small_hub.learner("teacher", PASSWORD)
    sign_up(learner)
    learner.log_in()
    assert learner.is_logged_in()
    return learner


@pytest.fixture(scope="module")
def learner(small_hub, teacher):
    """Someone called root, who signed up and was let in; and the account made for it."""
    learner = small_hub.learner(f"root{small_hub.tag}", PASSWORD)
    small_hub.accounts.append(f"learner-{learner.name}")
    sign_up(learner)
    learner.log_in()
    assert not learner.is_logged_in()
    teacher.get(f"{teacher.hub}hub/authorize/{learner.name}").raise_for_status()
    learner.log_in()
    assert learner.is_logged_in()
    learner.start_server()
    return learner


def run(learner, code):
    kernel = learner.kernel("notebooks/scratch.ipynb")
    try:
        return kernel.run(code)
    finally:
        kernel.close()


def test_a_password_that_is_short_or_common_is_refused(small_hub):
    for password in ("short", "1234567890"):
        learner = small_hub.learner("someone", password)
        assert "too common" in sign_up(learner).text
        learner.log_in()
        assert not learner.is_logged_in()


def test_who_signed_up_gets_in_once_let_in_with_an_account_made_for_them(learner):
    printed, error = run(learner, "import os; print(os.getuid(), os.environ['HOME'])")
    assert error is None
    account = pwd.getpwnam(f"learner-{learner.name}")
    assert printed.split() == [str(account.pw_uid), account.pw_dir]
    assert os.stat(account.pw_dir).st_mode & 0o777 == 0o700
    run(learner, "from course_lib.practice.store import progress; progress().record('test')")


def test_an_idle_server_ends_and_one_in_use_stays(learner, teacher, small_hub):
    small_hub.accounts.append("learner-teacher")
    teacher.start_server()
    learner.start_server()  # anew, where the other took so long that this one has ended
    deadline = time.monotonic() + PATIENCE_S
    while server_process(f"learner-{learner.name}"):
        assert time.monotonic() < deadline, "an idle server did not end"
        assert teacher.page("api/status").ok
        time.sleep(0.5)
    assert server_process("learner-teacher")


def test_after_a_restart_of_the_hub_learners_have_what_they_had(learner, teacher, small_hub):
    small_hub.stop()
    assert not server_process("learner-teacher")
    small_hub.start()
    assert learner.is_logged_in()  # the secret of the cookies was kept
    learner.start_server()
    seen = "from course_lib.practice.store import progress; print(progress().events[-1]['kind'])"
    assert run(learner, seen) == ("test\n", None)


@pytest.mark.parametrize("port", [[], ["--port", "17990"]])
def test_a_hub_started_twice_leaves_the_first_alone(small_hub, port):
    pid = (small_hub.folder / "state" / "private" / "proxy.pid").read_text()
    run = small_hub.call("--settings", str(small_hub.file), *port)
    assert run.returncode == 2
    assert "This hub is running already" in run.stderr
    assert (small_hub.folder / "state" / "private" / "proxy.pid").read_text() == pid
    assert os.path.exists(f"/proc/{pid}")


def test_a_second_hub_on_the_same_port_says_so(small_hub):
    other = small_hub.folder / "other"
    other.mkdir()
    text = small_hub.file.read_text().replace("state: state", f"state: {other}")
    settings = small_hub.folder / "other.yaml"
    settings.write_text(text)
    run = small_hub.call("--settings", str(settings))
    assert run.returncode == 2
    assert f"Port {small_hub.port} of 127.0.0.1 cannot be used" in run.stderr
