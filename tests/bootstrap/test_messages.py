"""What can go wrong outside the course is said in a sentence that names the way out."""

import ast
import contextlib
import errno
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

posix = pytest.mark.skipif(os.name == "nt", reason="the fake environment is a POSIX one")

LOG = "/course/.venv/install.log"
# pip's own words, abridged.
SAYS = {
    "no space": "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on "
    "device",
    "no name server": "WARNING: Retrying (Retry(total=4, connect=None, read=None, redirect=None, "
    "status=None)) after connection broken by 'NewConnectionError('<pip._vendor.urllib3.connection."
    "HTTPSConnection object at 0x7f>: Failed to establish a new connection: [Errno -3] Temporary "
    "failure in name resolution')': /simple/setuptools/",
    "timeout": "pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPSConnectionPool(host='h', "
    "port=443): Read timed out.",
    "broken off": "pip._vendor.urllib3.exceptions.ProtocolError: ('Connection broken: "
    "IncompleteRead(81920 bytes read, 1 more expected)')",
    "certificate": "Could not fetch URL https://h/simple/setuptools/: There was a problem "
    "confirming the ssl certificate: HTTPSConnectionPool(host='h', port=443): Max retries exceeded "
    "(Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]')))",
    "proxy": "WARNING: Retrying after connection broken by 'ProxyError('Cannot connect to proxy.', "
    "OSError('Tunnel connection failed: 407 Proxy Authentication Required'))'",
    "no ssl": "WARNING: Retrying after connection broken by 'SSLError(\"Can't connect to HTTPS URL "
    "because the SSL module is not available.\")': Max retries exceeded",
    "empty mirror": "ERROR: Could not find a version that satisfies the requirement "
    "anywidget<0.12,>=0.9.18 (from versions: none)\nERROR: No matching distribution found for "
    "anywidget<0.12,>=0.9.18",
    "no release": "ERROR: Could not find a version that satisfies the requirement numpy<3,>=1.26 "
    "(from versions: 1.3.0, 1.4.1)\nERROR: No matching distribution found for numpy<3,>=1.26",
    "refused": "ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: "
    "'/course/.venv/lib'",
}


@pytest.mark.parametrize(
    ("what", "sentences"),
    [
        ("no space", ["The disk is full", "MB are free in", "it continues from here"]),
        ("no name server", ["the package server did not answer", "is online"]),
        ("timeout", ["the package server did not answer"]),
        ("broken off", ["the package server did not answer"]),
        ("certificate", ["certificate was not accepted", "the computer's clock", "PIP_CERT"]),
        ("proxy", ["the proxy did not let pip through", "HTTPS_PROXY"]),
        ("no ssl", ["was built without SSL", sys.executable]),
        (
            "empty mirror",
            ["server knows no anywidget<0.12,>=0.9.18", "pip config list"],
        ),
        ("no release", ["There is no release of numpy<3,>=1.26 for this Python"]),
        ("refused", ["Cannot write to the course's folder /course", "Copy the folder"]),
    ],
)
def test_a_failure_of_pip_is_translated(course, what, sentences):
    problem = course.explain_pip_failure(SAYS[what], 1, "/course", (), LOG)
    for sentence in sentences:
        assert sentence in str(problem)
    assert LOG in str(problem) or what == "no space"
    no_network = {"no name server", "timeout", "broken off", "certificate", "proxy", "empty mirror"}
    assert isinstance(problem, course.NoNetwork) == (what in no_network)


def test_a_full_disk_is_named_even_after_a_hiccup_of_the_network(course):
    output = SAYS["timeout"] + "\n" + SAYS["no space"]
    assert "disk is full" in str(course.explain_pip_failure(output, 1, "/course", (), LOG))


def test_an_unknown_failure_shows_pips_last_words_and_the_log(copy):
    words = "\n".join(f"line {number}" for number in range(40)) + "\nBoom: something new"
    run = copy.start(pip={"says": words})
    assert run.code == 1
    assert "Boom: something new" in run.text
    assert "line 30" in run.text
    assert "line 3\n" not in run.text
    assert f"all of them in {copy.venv / 'install.log'}" in run.words
    assert "line 3\n" in (copy.venv / "install.log").read_text()


@posix
def test_real_pip_without_a_server_ends_in_the_sentence_about_the_network(course, tmp_path):
    """No imitation here: a real environment, a real pip, and an address where nobody listens."""
    copy = tmp_path / "course"
    copy.mkdir()
    shutil.copy(course.__file__, copy)
    (copy / "pyproject.toml").write_text('[build-system]\nrequires = ["setuptools>=69"]\n')
    (copy / "notebooks").mkdir()
    (copy / "notebooks" / "00_start_here.ipynb").touch()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))  # bound, but nobody listens
        environ.update(
            PIP_CONFIG_FILE=os.devnull,
            PIP_INDEX_URL=f"http://127.0.0.1:{reserved.getsockname()[1]}/simple",
            PIP_RETRIES="1",
            no_proxy="127.0.0.1",
        )
        process = subprocess.run(
            [sys.executable, copy / "course.py", "--no-browser"],
            env=environ,
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert process.returncode == 1, process.stdout + process.stderr
    words = " ".join(process.stderr.split())
    assert "the package server did not answer. Check that this computer is online" in words
    assert "Traceback" not in process.stdout + process.stderr


# -- Python ------------------------------------------------------------------

OLD_PYTHONS = ["python2.7", "python3.6", "python3.7", "python3.8", "python3.9"]


def find_old_python(name):
    """On the PATH, or where pyenv keeps it."""
    kept = Path("~/.pyenv/versions").expanduser()
    for path in [shutil.which(name), *kept.glob(f"*/bin/{name}")]:
        # pyenv puts stand-ins on the PATH that do not start.
        if path and subprocess.run([path, "-c", ""], capture_output=True).returncode == 0:
            return path
    return pytest.skip(f"this machine has no {name}")


@pytest.mark.parametrize("name", OLD_PYTHONS)
def test_an_old_python_says_that_it_is_too_old(name, course):
    process = subprocess.run(
        [find_old_python(name), course.__file__, "test"], capture_output=True, text=True
    )
    assert process.returncode == 1
    assert "This course needs Python 3.10 or newer, and this is Python " in process.stderr
    assert "SyntaxError" not in process.stderr


def is_newer_syntax(node):
    """Whether Python 2.7 or 3.5 cannot parse this."""
    match node:
        case ast.JoinedStr() | ast.AnnAssign() | ast.NamedExpr() | ast.Nonlocal() | ast.MatMult():
            return True
        case (
            ast.YieldFrom()
            | ast.Await()
            | ast.AsyncFunctionDef()
            | ast.AsyncFor()
            | ast.AsyncWith()
        ):
            return True
        case ast.arguments(posonlyargs=[], kwonlyargs=[]):
            named = [*node.args, node.vararg, node.kwarg]
            return any(argument.annotation for argument in named if argument)
        case ast.arguments():
            return True
        case ast.FunctionDef(returns=found) | ast.Raise(cause=found):
            return found is not None
        case ast.ClassDef():
            return bool(node.keywords)
        case ast.Dict():
            return None in node.keys
        case ast.Call():  # only as the last may there be one * and one **
            starred = [isinstance(argument, ast.Starred) for argument in node.args]
            doubly = [keyword.arg is None for keyword in node.keywords]
            return any(starred[:-1]) or any(doubly[:-1])
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return any(isinstance(part, ast.Starred) for part in parts)
    return False


def test_course_py_is_written_in_the_common_grammar_of_python_2_and_3(course):
    """What old Pythons cannot parse, they cannot explain either."""
    source = Path(course.__file__).read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source, feature_version=(3, 4))):
        assert not is_newer_syntax(node), f"line {node.lineno}: {ast.unparse(node)}"
    # In Python 2, nothing may follow ** in a call, not even a comma.
    assert not re.search(r"\*\*\w+,\s*\)", source)
    assert source.isascii(), "Windows consoles still have code pages"


@pytest.mark.parametrize(
    "new",
    [
        *("f'{x}'", "x: int = 1", "def f(x: int): pass", "def f(*, x): pass", "def f(x, /): pass"),
        *("def f() -> int: pass", "raise A from b", "class A(metaclass=B): pass", "(x := 1)"),
        *("f(*a, b)", "f(**a, **b)", "{**a}", "[*a]", "x = *a, b", "async def f(): pass", "a @ b"),
    ],
)
def test_the_check_of_the_grammar_knows_what_is_new(new):
    assert any(is_newer_syntax(node) for node in ast.walk(ast.parse(new)))


def as_version(course, version, environ=None):
    """Run course.py by this Python, which claims to be another version."""
    code = (
        f"import sys, runpy; sys.version_info = {version!r}; "
        f"runpy.run_path({course.__file__!r}, run_name='__main__')"
    )
    return subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, timeout=60
    )


@posix
def test_a_newer_python_on_the_path_is_named(course, tmp_path):
    for name, code in (("python3.13", 127), ("python3.12", 0), ("python3.11", 0)):
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {code}\n")
        (tmp_path / name).chmod(0o755)
    process = as_version(course, (3, 9, 18), {"PATH": str(tmp_path)})
    assert process.returncode == 1
    assert "needs Python 3.10 or newer, and this is Python 3.9.18." in process.stderr
    # The first does not start (so pyenv's stand-ins behave), so the second is offered.
    assert "This machine also has python3.12, so run:  python3.12 course.py" in process.stderr


@posix
def test_without_a_newer_python_the_way_to_one_is_named(course, tmp_path):
    process = as_version(course, (3, 9, 18), {"PATH": str(tmp_path)})
    assert process.returncode == 1
    assert "Install a newer Python" in process.stderr


@posix
@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_missing_venv_module_names_the_systems_package(copy, module):
    copy.patch = (
        "real = course.importlib.util.find_spec\n"
        f"course.importlib.util.find_spec = lambda name: None if name == {module!r} else real(name)"
    )
    run = copy.start()
    assert run.code == 1
    package = "python{}.{}-venv".format(*sys.version_info)
    assert f"sudo apt install {package}" in run.words
    assert "Then run the same command again." in run.words


@posix
def test_debians_words_for_a_missing_ensurepip_are_understood(copy):
    copy.maker.write_text(
        "#!/bin/sh\necho 'The virtual environment was not created successfully because ensurepip "
        "is not available.'\nexit 1\n"
    )
    run = copy.start()
    assert run.code == 1
    assert "sudo apt install python" in run.words


@posix
def test_another_failure_to_make_an_environment_shows_its_words(copy):
    copy.maker.write_text("#!/bin/sh\necho 'Error: no symbolic links here'\nexit 1\n")
    run = copy.start()
    assert run.code == 1
    assert "Error: no symbolic links here" in run.text
    assert "Python could not make the environment" in run.words


# -- disk and permissions ------------------------------------------------------


@posix
def test_a_disk_that_fills_while_pip_works_is_named_and_the_next_start_continues(copy):
    run = copy.start(pip={"says": SAYS["no space"]})
    assert run.code == 1
    assert "The disk is full" in run.words
    assert copy.opens()


@contextlib.contextmanager
def small_disk(folder, megabytes):
    """A file system of this size, where one may be mounted."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@posix
def test_a_disk_that_is_really_full(course, monkeypatch, capsys, tmp_path):
    """On a file system of 4 MB where one may be mounted; else against a failing write."""
    with small_disk(tmp_path / "small", 4) as mounted:
        root = tmp_path / "small" / "course"
        (root / "notebooks").mkdir(parents=True)
        (root / "notebooks" / "00_start_here.ipynb").touch()
        (root / "pyproject.toml").touch()
        if not mounted:

            def no_space(*_, **__):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

            monkeypatch.setattr(course.os, "makedirs", no_space)
        assert course.main([], str(root)) == 1
    captured = capsys.readouterr()
    assert "The disk is full, so the installation could not be" in captured.err
    assert "Traceback" not in captured.out + captured.err
    if mounted:
        assert "Warning: the installation takes about" in captured.out


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.EPERM])
def test_a_folder_that_cannot_be_written_is_named(course, copy, monkeypatch, capsys, number):
    """Simulated, because root may write everywhere."""

    def refuse(path, **_):
        raise OSError(number, os.strerror(number), path)

    monkeypatch.setattr(course.os, "makedirs", refuse)
    assert course.main([], str(copy.root)) == 1
    message = " ".join(capsys.readouterr().err.split())
    assert f"Cannot write to the course's folder {copy.root}" in message
    assert "your home directory" in message


@posix
def test_who_forgets_sudo_for_the_hub_is_told_of_it(course, copy, monkeypatch, capsys):
    def refuse(path, **_):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES), path)

    monkeypatch.setattr(course.os, "makedirs", refuse)
    monkeypatch.setattr(course.os, "geteuid", lambda: 1000)
    assert course.main(["hub", "--check"], str(copy.root)) == 1
    message = " ".join(capsys.readouterr().err.split())
    assert f"{copy.root} is not yours to write in" in message
    assert "sudo python3 course.py hub --check" in message


def test_on_windows_the_hub_says_that_it_does_not_run_there_before_it_installs(
    course, copy, monkeypatch, capsys
):
    monkeypatch.setattr(course, "WINDOWS", True)
    assert course.main(["hub"], str(copy.root)) == 1
    assert "JupyterHub does not run on Windows" in capsys.readouterr().err


@posix
def test_a_read_only_folder_that_is_installed_opens(installed):
    """As in a school's computer room: nothing is written before the lesson opens."""
    before = sorted(path for path in installed.root.rglob("*") if "__pycache__" not in path.parts)
    times = [path.lstat().st_mtime_ns for path in before]
    installed.opens()
    after = sorted(path for path in installed.root.rglob("*") if "__pycache__" not in path.parts)
    assert after == before
    assert [path.lstat().st_mtime_ns for path in after] == times


def test_other_errors_of_the_system_are_not_hidden(course, copy, monkeypatch):
    def fail(path, **_):
        raise OSError(errno.EIO, os.strerror(errno.EIO), path)

    monkeypatch.setattr(course.os, "makedirs", fail)
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        course.main([], str(copy.root))


# -- ports ---------------------------------------------------------------------


@pytest.fixture
def taken():
    """A port at which another program listens."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@posix
def test_a_port_that_was_asked_for_and_is_taken_is_an_error_that_names_a_free_one(copy, taken):
    run = copy.start("--port", str(taken))
    assert run.code == 1
    assert f"Port {taken} cannot be used: another program has it" in run.words
    free = int(re.search(r"course\.py --port (\d+)", run.words)[1])
    assert free != taken
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", free))
    assert not copy.venv.exists(), "said before minutes of installing, not after"


@posix
def test_the_usual_port_gives_way_to_the_next_free_one(installed, taken):
    installed.patch = f"course.DEFAULT_PORT = {taken}"
    run = installed.opens()
    used = int(re.search(r"--ServerApp\.port=(\d+)", " ".join(run.arguments))[1])
    assert used != taken
    assert f"Port {taken} is in use by another program; using {used}." in run.text
    assert f"http://localhost:{used}/lab" in run.text


def test_a_port_taken_only_on_ipv6_is_taken(course):
    try:
        other = socket.socket(socket.AF_INET6)
        other.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    with other:
        other.listen()
        assert not course.port_is_free(other.getsockname()[1])


@pytest.mark.parametrize("port", ["0", "65536", "-1"])
def test_what_is_no_port_is_refused(copy, port):
    run = copy.start(f"--port={port}")
    assert run.code == 1
    assert "A port is a number from 1 to 65535" in run.words


# -- sizes ---------------------------------------------------------------------


@posix
def test_a_warning_comes_before_an_installation_that_will_not_fit(copy):
    copy.patch = "course.free_megabytes = lambda path: 12"
    run = copy.opens()
    assert "only 12 MB are free" in run.words


def test_every_extra_that_course_py_installs_has_a_size(course):
    assert {"", "test", "browser"} | course.EXTRAS_IN_CI == set(course.MEGABYTES)
    assert course.megabytes_needed(["test"]) == course.MEGABYTES[""] + course.MEGABYTES["test"]
