"""Eight learners on one machine: all can work at once, and each alone sees their work."""

import json
import os
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import needs_hub  # noqa: F401
import pytest
from class_hub import server_process
from learner_client import PATIENCE_S, Learner

LESSON = "notebooks/10_train_mnist.ipynb"
RECORD = (
    "from course_lib.practice.store import progress\nprint(progress().record('test', mark={!r}))"
)
MARKS = (
    "from course_lib.practice.store import progress\n"
    "print([event['mark'] for event in progress().events if event['kind'] == 'test'])"
)


@pytest.fixture(scope="module")
def learners(class_hub):
    """All eight, logged in, their servers running; the lesson, and what training printed."""
    barrier = Barrier(len(class_hub.accounts))

    def work(name):
        learner = class_hub.learner(name)
        barrier.wait(PATIENCE_S)
        learner.log_in()
        learner.start_server()
        learner.lesson = learner.notebook(LESSON)
        cells = training_cells(learner.lesson)
        kernel = learner.kernel(LESSON)
        # All train at the same time.
        barrier.wait(PATIENCE_S)
        learner.results = [kernel.run(cell["source"]) for cell in cells]
        kernel.run(RECORD.format(name))
        kernel.close()
        return learner

    with ThreadPoolExecutor(len(class_hub.accounts)) as pool:
        return list(pool.map(work, class_hub.accounts))


def training_cells(lesson):
    """The lesson's code up to where it prints the accuracy after its first epoch."""
    code = [cell for cell in lesson["cells"] if cell["cell_type"] == "code"]
    last = next(i for i, cell in enumerate(code) if "evaluation = evaluate(" in cell["source"])
    return code[: last + 1]


def run(learner, code):
    kernel = learner.kernel("notebooks/scratch.ipynb")
    try:
        return kernel.run(code)
    finally:
        kernel.close()


def test_eight_learners_open_a_lesson_and_train_at_once_with_the_result_it_shows(learners):
    assert len(learners) == 8
    shown = training_cells(learners[0].lesson)[-1]["outputs"][0]["text"]
    assert "accuracy 8" in shown
    for learner in learners:
        assert [error for _, error in learner.results] == [None] * len(learner.results)
        assert learner.results[-1][0] == shown


def test_each_server_runs_as_an_account_of_its_own(learners):
    owners = [run(learner, "import os; print(os.getuid())")[0] for learner in learners]
    assert len(set(owners)) == 8
    assert min(map(int, owners)) >= 1000


def test_a_learner_cannot_read_what_another_has(learners, class_hub):
    one, other = learners[:2]
    home = class_hub.home(other.name)
    places = [
        home / "how-neural-networks-learn",
        home / "how-neural-networks-learn" / LESSON,
        home / ".local" / "share" / "how-neural-networks-learn" / "progress.json",
        home / ".local" / "share" / "jupyter" / "runtime",
        f"/proc/{server_process(other.name)}/environ",
    ]
    assert all(os.path.exists(place) for place in places)
    for place in map(str, places):
        printed, error = run(
            one, f"import os; (os.listdir if os.path.isdir({place!r}) else open)({place!r})"
        )
        assert error == "PermissionError", (place, printed)


def test_a_learner_cannot_open_anothers_server(learners, class_hub):
    one, other = learners[:2]
    for path in ("lab", f"api/contents/{LESSON}", "api/sessions", f"files/{LESSON}"):
        answer = one.ask("GET", path, server=other.server)
        assert answer.status_code in (403, 404) or "/hub/" in answer.url, (path, answer.url)
        assert "train_mnist" not in answer.text
    answer = one.ask("POST", f"api/users/{other.name}/tokens", server=f"{class_hub.url}hub/")
    assert answer.status_code in (403, 404)


def test_progress_lies_in_the_learners_home_and_is_theirs_alone(learners, class_hub):
    for learner in learners:
        folder = class_hub.home(learner.name) / ".local/share/how-neural-networks-learn"
        assert folder.stat().st_mode & 0o777 == 0o700
        events = json.loads((folder / "progress.json").read_text())["events"]
        assert [e["mark"] for e in events if e["kind"] == "test"][:1] == [learner.name]


def test_a_learner_cannot_change_the_course_or_read_the_hubs_secrets(learners, class_hub):
    places = {
        class_hub.course / "course_lib" / "nn" / "losses.py": "a",
        class_hub.course / LESSON: "a",
        class_hub.course / "hub" / "learner.py": "a",
        class_hub.folder / "state" / "lessons.git" / "HEAD": "a",
        class_hub.folder / "state" / "private" / "cookie_secret": "r",
        class_hub.folder / "state" / "private" / "jupyterhub.sqlite": "r",
        class_hub.file: "r",
    }
    for place, mode in places.items():
        assert place.exists()
        printed, error = run(learners[0], f"open({str(place)!r}, {mode!r})")
        assert error == "PermissionError", (place, printed)
    secret = class_hub.folder / "state" / "private" / "cookie_secret"
    assert secret.stat().st_mode & 0o777 == 0o600


def test_who_takes_too_much_memory_gets_an_error_and_the_others_go_on(learners):
    greedy, other = learners[:2]
    assert run(greedy, "import numpy as np; x = np.ones(10**9)")[1] == "MemoryError"
    raised = "import resource; resource.setrlimit(resource.RLIMIT_DATA, (2**40, 2**40))"
    assert run(greedy, raised)[1] == "ValueError"
    assert run(greedy, "print(np.ones(10**6).sum())") == ("1000000.0\n", None)
    assert run(other, "print('still here')") == ("still here\n", None)


def test_a_killed_server_comes_back_with_progress_and_files_kept(learners):
    learner = learners[2]
    lesson = learner.notebook(LESSON)
    lesson["cells"][0]["source"] += "\n\nmy remark"
    learner.save(LESSON, lesson)
    os.kill(server_process(learner.name), signal.SIGKILL)
    learner.start_server()
    assert learner.notebook(LESSON)["cells"][0]["source"].endswith("my remark")
    assert run(learner, MARKS) == (f"[{learner.name!r}]\n", None)


def test_a_new_version_of_a_lesson_reaches_learners_and_leaves_their_edits(learners, class_hub):
    worked, untouched = learners[3:5]
    lesson = worked.notebook(LESSON)
    lesson["cells"][-1]["source"] = "an answer of mine"
    worked.save(LESSON, lesson)
    worked.save("notebooks/of my own.ipynb", lesson)
    path = class_hub.course / LESSON
    new = json.loads(path.read_text())
    new["cells"][0]["source"].append("\n\nA correction.")
    path.write_text(json.dumps(new, indent=1, ensure_ascii=False) + "\n")
    done = class_hub.call("--settings", str(class_hub.file), "--update-lessons")
    assert done.returncode == 0, done.stderr
    with ThreadPoolExecutor() as pool:
        list(pool.map(restart_server, (worked, untouched)))
    for learner in (worked, untouched):
        assert learner.notebook(LESSON)["cells"][0]["source"].endswith("A correction.")
    assert worked.notebook(LESSON)["cells"][-1]["source"] == "an answer of mine"
    assert worked.notebook("notebooks/of my own.ipynb") == lesson


def restart_server(learner):
    path = f"api/users/{learner.name}/server"
    answer = learner.ask("DELETE", path, server=f"{learner.hub}hub/")
    assert answer.status_code in (202, 204), answer.text
    learner.start_server()


def test_a_deleted_lesson_comes_back_as_the_teacher_gave_it(learners):
    learner = learners[5]
    name = "notebooks/02_chain_rule.ipynb"
    before = learner.notebook(name)
    learner.ask("DELETE", f"api/contents/{name}").raise_for_status()
    restart_server(learner)
    assert learner.notebook(name) == before


def test_no_one_gets_in_with_a_wrong_password_or_without_being_on_the_list(class_hub):
    name = class_hub.accounts[0]
    wrong = class_hub.learner(name, "not the password")
    assert wrong.log_in().status_code == 403
    assert not wrong.is_logged_in()
    # The account of one who is not of this class, with the password that is right.
    outsider = f"{name[:7]}-x"
    class_hub.accounts.append(outsider)
    subprocess.run(["useradd", "--create-home", outsider], check=True)
    subprocess.run(["chpasswd"], input=f"{outsider}:right-and-long".encode(), check=True)
    stranger = Learner(class_hub.url, outsider, "right-and-long")
    assert stranger.log_in().status_code == 403
    assert not stranger.is_logged_in()


def test_accounts_that_are_there_keep_their_passwords(class_hub):
    class_list = class_hub.folder / "again.txt"
    class_list.write_text("\n".join(class_hub.accounts[:2]))
    done = class_hub.call("--add-learners", str(class_list))
    assert "Left as they are" in done.stdout, done.stderr
    assert not list(class_hub.folder.glob("again-passwords*"))
    learner = class_hub.learner(class_hub.accounts[0])
    learner.log_in()
    assert learner.is_logged_in()
