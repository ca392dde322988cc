"""A learner's code in the isolated process: the same diagnosis as in a lesson, and no way out."""

import linecache
import os
import shutil
import socket
import time

import numpy as np
import pytest

from course_lib.assignments import sandbox
from course_lib.assignments.grading import judge
from course_lib.assignments.hidden import points
from course_lib.assignments.jail import wire
from course_lib.assignments.sandbox import Sandbox
from course_lib.assignments.session import Session
from course_lib.practice.check import diagnose
from course_lib.practice.exercises import exercise, exercises

HEAD = "def dense_backward(grad_output, x, W):\n"
RIGHT = exercise("dense_backward").solution


@pytest.fixture
def session(isolation):
    with Session(isolation, cell_seconds=1.0) as session:
        yield session


def in_a_cell(source):
    """What a cell defines, when it is run here; as IPython does, its lines can be looked up."""
    filename = "<cell of a lesson>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    names = {"np": np}
    exec(compile(source, filename, "exec"), names)
    return names


def judged(session, source, name="dense_backward", timeout=1.0):
    session.run(source)
    return judge(name, 5, 4, session.function(name), call=session.call, timeout=timeout)


def test_every_solution_gets_all_points(session):
    for item in exercises():
        assert session.run(item.solution) == ""
        function = session.function(item.id)
        verdict = judge(item.id, 7, points(item), function, call=session.call)
        assert verdict.points == points(item), verdict


@pytest.mark.parametrize(
    "body",
    [
        "    return grad_output @ W.T, x.T @ grad_output / len(x), grad_output.sum(axis=0)",
        "    dx = grad_output @ W\n    return dx, dx, dx",
        "    return grad_output @ W.T, x.T @ grad_output",
        "    print('here')",
        "    return (g for g in x)",
        "    return undefined_name",
        "    x *= 2\n    return grad_output @ W.T, x.T @ grad_output / 2, grad_output.sum(axis=0)",
        "    return np.random.normal(size=x.shape), W, W[0]",
        "    return x.astype(complex), W, W[0]",
        "    return np.linalg.inv(x), W, W[0]",
        "    return x / 0, x.T @ grad_output, grad_output.sum(axis=0)",
        "    raise SystemExit",
        "    return ____",
        "    ...",
    ],
)
def test_the_diagnosis_is_that_of_the_lesson(session, body):
    source = HEAD + body + "\n"
    session.run(source)
    item = exercise("dense_backward")
    apart = diagnose(item, session.function(item.id), call=session.call)
    here = diagnose(item, in_a_cell(source)[item.id])
    assert str(apart) == str(here)
    assert (apart.kind, apart.slips, apart.line) == (here.kind, here.slips, here.line)


def test_an_endless_loop_is_ended_and_its_line_named(session):
    start = time.monotonic()
    result = judged(session, HEAD + "    n = 0\n    while True:\n        n += 1\n").result
    assert (result.kind, result.line.text) == ("endless loop", "while True:")
    assert time.monotonic() - start < 30
    assert judged(session, RIGHT).points == 4


def test_code_that_does_not_let_itself_be_stopped_is_ended(session):
    stubborn = "    while True:\n        try:\n            while True:\n                pass\n"
    stubborn += "        except BaseException:\n            pass\n"
    code = "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\n" + HEAD + stubborn
    assert judged(session, code).result.kind == "endless loop"
    assert judged(session, RIGHT).points == 4


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("import os; os._exit(0)", "end Python"),
        ("import sys; sys.exit()", "end Python"),
        ("open('/etc/passwd').read()", "may not do that"),
        ("open('mine.txt', 'w')", "may not do that"),
        ("import os; os.listdir('/')", "may not do that"),
        ("import os; os.fork()", "may not do that"),
        ("import subprocess; subprocess.run(['true'])", "may not do that"),
        ("import socket; socket.create_connection(('127.0.0.1', 80))", "may not do that"),
        ("import ctypes; ctypes.CDLL(None)", "may not do that"),
        ("from course_lib.nn import Dense", "use NumPy alone"),
        ("bytearray(10**11)", "more memory"),
    ],
)
def test_what_is_not_allowed_is_told_and_harms_nothing_else(session, body, says):
    verdict = judged(session, HEAD + f"    {body}\n    return x, W, W[0]\n")
    assert verdict.points == 0
    assert says in verdict.result.message
    assert judged(session, RIGHT).points == 4


def test_a_cell_that_ends_the_process_is_left_out_and_the_others_count(session):
    session.run("helper = 2")
    assert "ended Python" in session.run("import os; os._exit(0)")
    assert "not come back" in session.run("while True: pass")
    assert session.run("helper + 1") == ""
    assert session.run("1 / 0") == "ZeroDivisionError: division by zero, on line 1 of it"
    assert session.run("def f(:\n    pass").startswith("SyntaxError")
    assert session.run("%matplotlib inline\n!ls\nthere = 1") == ""
    assert session.run("there") == ""
    assert judged(session, RIGHT).points == 4


def test_a_notebook_has_its_time_and_no_more(isolation):
    with Session(isolation, seconds=1.5, cell_seconds=1.0) as session:
        start = time.monotonic()
        for _ in range(20):
            session.run("while True: pass")
        assert "time for this notebook was up" in session.run("1")
        assert time.monotonic() - start < 30


CHEATS = [
    "np.allclose = np.array_equal = np.isclose = lambda *a, **k: True\nnp.abs = lambda *a: 0",
    "import builtins, sys, types\nbuiltins.AssertionError = Exception\n"
    "fake = types.ModuleType('course_lib.assignments')\nfake.grade = lambda *a, **k: 4\n"
    "sys.modules['course_lib.assignments'] = fake",
    "print('4 of 4 points')\n4.0",
    "import os\nfor number in range(3, 20):\n    try:\n        os.write(number, b'4' * 500)\n"
    "    except OSError:\n        pass",
    "import gc\nfor thing in gc.get_objects():\n    if type(thing).__name__ == '_Jail':\n"
    "        thing.call = lambda *a, **k: {'value': {'is': True}, 'args': {'tuple': []},\n"
    "            'printed': '', 'used_global_rng': False}",
    "class Anything(np.ndarray):\n    __eq__ = __le__ = lambda *a: np.ones(a[0].shape, bool)",
]


@pytest.mark.parametrize("cheat", CHEATS)
@pytest.mark.parametrize("body", ["    return x, W, W[0]", "    return True", "    ..."])
def test_no_cheat_gives_points(session, cheat, body):
    session.run(cheat)
    session.run(HEAD + body + "\n")
    try:
        function = session.function("dense_backward")
    except sandbox.Died:
        return
    if function is not None:
        verdict = judge("dense_backward", 5, 4, function, call=session.call, timeout=1.0)
        assert verdict.points == 0


# What the system holds, with the audit hook taken out: as if somebody had got around it.


@pytest.fixture
def unbelted(isolation, monkeypatch, tmp_path):
    """Run code in the isolated process without its audit hook; returns what it printed."""
    jail = shutil.copytree(sandbox.JAIL, tmp_path / "jail")
    limits = jail / "limits.py"
    limits.write_text(limits.read_text(encoding="utf-8").replace("sys.addaudithook(hook)", "pass"))
    monkeypatch.setattr(sandbox, "JAIL", jail)
    with Sandbox(isolation) as process:

        def run(source):
            head = {"run": {"source": source, "filename": "<cell>", "seconds": 5}}
            reply, _ = process.ask(head, seconds=10)
            error = reply.get("error")
            return error["classes"][0] if error else reply["printed"].strip()

        yield run


def test_no_file_of_the_teacher_is_there(unbelted, tmp_path):
    (tmp_path / "secret").write_text("4 of 4")
    for path in (tmp_path / "secret", "/etc/passwd", "/etc/shadow", os.path.abspath(__file__)):
        assert unbelted(f"open({str(path)!r}).read()") == "FileNotFoundError"
    assert "'etc'" not in unbelted("import os; print(os.listdir('/'))")
    assert unbelted("import course_lib.practice.exercises") in (
        "ImportError",
        "ModuleNotFoundError",
    )


def test_nothing_can_be_written(unbelted):
    for path in ("/here", "/usr/here", "/tmp/here", np.__file__):
        error = unbelted(f"open({path!r}, 'a').write('x' * 10)")
        assert error in ("OSError", "PermissionError", "FileNotFoundError"), path


def test_no_network_is_there(unbelted):
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        said = unbelted(f"import socket; socket.create_connection({address!r}, 2)")
    assert said in ("OSError", "ConnectionRefusedError")


def test_no_process_can_be_started_or_seen(unbelted):
    assert unbelted("import os\nos.fork()") == "BlockingIOError"
    assert unbelted("import subprocess\nsubprocess.run(['true'])") == "BlockingIOError"
    assert unbelted(f"import os; os.kill({os.getpid()}, 0)") in (
        "ProcessLookupError",
        "PermissionError",
    )


def test_no_rights_are_left_and_none_can_be_had_back(unbelted):
    assert unbelted("import os; print(os.getuid())") != "0"
    assert unbelted("import os; os.setuid(0)") == "PermissionError"
    raised = "import resource as r; r.setrlimit(r.RLIMIT_NPROC, (9, 9))"
    assert unbelted(raised) in ("ValueError", "PermissionError")


def test_the_environment_of_the_teacher_is_not_handed_on(isolation, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "s3cret")
    with Session(isolation) as session:
        assert session.run("import os\nassert 'SECRET_TOKEN' not in os.environ") == ""


@pytest.mark.parametrize("weaker", ["other user", "limits"])
def test_the_weaker_isolations_also_grade_and_hold_time_and_memory(weaker):
    if weaker == "other user" and (not hasattr(os, "geteuid") or os.geteuid() != 0):
        pytest.skip("needs root")
    if weaker == "other user" and not sandbox.others_can_run_python():
        assert sandbox.strongest_isolation() != weaker
        return
    with Session(weaker, cell_seconds=1.0) as session:
        assert judged(session, RIGHT).points == 4
        for body in ("while True: pass", "open('/etc/passwd')", "bytearray(10**11)"):
            assert judged(session, HEAD + f"    {body}\n").points == 0
        assert judged(session, RIGHT).points == 4


# The line between the two processes.


def test_values_come_through_as_they_are():
    values = [1, 2.5, np.float32(3), None, ..., True, "text", 1j, float("nan")]
    values += [np.arange(6.0).reshape(2, 3), np.zeros((0, 2), np.float32), [np.ones(2), (1, [2])]]
    writer = wire.Writer()
    node = writer.write(values)
    back = wire.Reader(bytes(writer.blob)).read(node)
    for one, other in zip(values, back, strict=True):
        assert type(one) is type(other)
        assert (
            np.array_equal(one, other, equal_nan=True)
            if isinstance(one, float | np.ndarray)
            else str(one) == str(other)
        )


@pytest.mark.parametrize(
    "node",
    [
        {"array": ["<f8", [10**9], 0]},
        {"array": ["<f8", [-1], 0]},
        {"array": ["|O", [1], 0]},
        {"array": ["<f8", [1], -8]},
        {"read": 1},
        {"blob": 1},
        {"is": "x"},
        {},
        [],
        7,
        {"list": {"int": 1}},
    ],
)
def test_nonsense_from_the_process_is_refused(node):
    with pytest.raises(wire.Malformed):
        wire.Reader(b"12345678").read(node)
