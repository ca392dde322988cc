"""Lessons from the teacher's folder to each learner's copy, by git, and never over their work.

`publish` runs as the teacher: it records the lessons in a git repository that learners may read.
`fetch` runs as the learner, before their server starts: nbgitpuller records what the learner has
changed and merges what is new; where both changed the same lines, the learner's stay.
"""

import contextlib
import json
import os
import subprocess
import time
from pathlib import Path

from .problem import Problem

__all__ = ["LESSONS", "fetch", "publish"]

# What a learner's copy holds. The library is not among it: that is installed, once for all.
LESSONS = ("notebooks", "docs/cheat_sheet.html")
# A teacher's own notebooks and files, where there are any.
HANDOUTS = "handouts"
BRANCH = "main"
TEACHERS = "(teacher's version)"


def _git(*arguments, **options):
    run = subprocess.run(["git", *arguments], capture_output=True, text=True, **options)
    if run.returncode:
        raise Problem(f"git {arguments[-1]}: {run.stderr.strip() or run.stdout.strip()}")
    return run.stdout


def publish(course: Path, repository: Path) -> bool:
    """Record the lessons as they now are in the teacher's folder.

    Parameters
    ----------
    course : Path
        The folder with `notebooks`.
    repository : Path
        A bare git repository, made when it is not there.

    Returns
    -------
    bool
        Whether anything had changed.

    Raises
    ------
    Problem
        If a lesson is no notebook (a half-written file would reach every learner), or git fails.
    """
    broken = [
        path.name
        for folder in ("notebooks", HANDOUTS)
        for path in sorted((course / folder).rglob("*.ipynb"))
        if ".ipynb_checkpoints" not in path.parts and _is_damaged(path.read_bytes())
    ]
    if broken:
        raise Problem(
            f"Not handed out, for it is no valid notebook: {', '.join(broken)}. Open and save it "
            "in JupyterLab, or get it back from where you keep the course."
        )
    # Nobody's own git settings have a say in it.
    environment = os.environ | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "The teacher",
        "GIT_AUTHOR_EMAIL": "teacher@localhost",
        "GIT_COMMITTER_NAME": "The teacher",
        "GIT_COMMITTER_EMAIL": "teacher@localhost",
    }
    options = {"env": environment}
    if not (repository / "HEAD").exists():
        repository.mkdir(parents=True, exist_ok=True)
        # Whatever the umask: learners must be able to read it.
        bare = ["init", "--quiet", "--bare", "--template=", f"--initial-branch={BRANCH}"]
        _git(*bare, "--shared=0644", str(repository), **options)
        os.chmod(repository, 0o755)
        (repository / "info").mkdir(exist_ok=True)
        (repository / "info" / "exclude").write_text(".ipynb_checkpoints/\n")
    inside = [f"--git-dir={repository}", f"--work-tree={course}"]
    paths = list(LESSONS)
    if (course / HANDOUTS).is_dir() or _git(*inside, "ls-files", "--", HANDOUTS, **options):
        paths.append(HANDOUTS)
    _git(*inside, "add", "--all", "--force", "--", *paths, cwd=course, **options)
    _git(
        *inside,
        *("rm", "-r", "--cached", "--quiet", "--ignore-unmatch", "--"),
        "*.ipynb_checkpoints*",
        cwd=course,
        **options,
    )
    if not _git(*inside, "status", "--porcelain", "--untracked-files=no", **options).strip():
        return False
    _git(*inside, "commit", "--quiet", "--message", "Lessons", cwd=course, **options)
    return True


def fetch(source: str, copy: Path, say=print) -> None:
    """Make the learner's copy, or bring it up to date; never fail, never lose work.

    Parameters
    ----------
    source : str
        Address of the repository: a URL or a folder.
    copy : Path
    say : callable
        Told what happened, a line at a time.
    """
    copy.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _git_settings(copy.parent, source):
        try:
            if not any(copy.iterdir()):
                copy.rmdir()  # git clones into a folder that is not there
            before = _head(copy) if copy.exists() else None
            for line in _puller(source, copy).pull():
                say(line.rstrip())
            if before:
                _undo_damage(copy, before, say)
        except Exception as error:
            # Old lessons are better than none: the server starts all the same.
            say(f"The lessons could not be brought up to date: {error}")
    copy.mkdir(mode=0o700, exist_ok=True)
    copy.chmod(0o700)  # also where git, or an earlier umask, was more open


def _puller(source, copy):
    from nbgitpuller.pull import GitPuller

    url = f"file://{source}" if source.startswith("/") else source
    return GitPuller(url, str(copy), branch=BRANCH)


@contextlib.contextmanager
def _git_settings(folder, source):
    """git without the learner's settings, and willing to read a repository of another's.

    Only a file can say the latter: git gives variables like GIT_CONFIG_COUNT no word in it.
    """
    file = folder / f".course-gitconfig-{os.getpid()}"
    file.write_text(f"[safe]\n\tdirectory = {json.dumps(source)}\n")
    before = os.environ.get("GIT_CONFIG_GLOBAL")
    os.environ["GIT_CONFIG_GLOBAL"] = str(file)
    try:
        yield
    finally:
        del os.environ["GIT_CONFIG_GLOBAL"]
        if before is not None:
            os.environ["GIT_CONFIG_GLOBAL"] = before
        file.unlink(missing_ok=True)


def _head(copy):
    return _git("rev-parse", "HEAD", cwd=copy).strip()


def _undo_damage(copy, before, say):
    """Where lines of both have made no notebook: the learner's as it was, the teacher's beside it.

    The learner's is the first parent of the merge: nbgitpuller had recorded it there.
    """
    if _head(copy) == before:
        return
    for name in _git("diff", "--name-only", "-z", before, "HEAD", cwd=copy).split("\0"):
        path = copy / name
        if path.suffix != ".ipynb" or not path.exists() or not _is_damaged(path.read_bytes()):
            continue
        beside = path.with_name(f"{path.stem} {TEACHERS}.ipynb")
        if beside.exists():
            beside = path.with_name(f"{path.stem} {TEACHERS} {time.strftime('%Y%m%d%H%M%S')}.ipynb")
        beside.write_bytes(_content(copy, f"origin/{BRANCH}", name))
        path.write_bytes(_content(copy, "HEAD^1", name))
        say(f"{name}: both changed it; yours stays, and the teacher's is in {beside.name}")


def _content(copy, revision, name):
    command = ["git", "show", f"{revision}:{name}"]
    return subprocess.run(command, cwd=copy, capture_output=True, check=True).stdout


def _is_damaged(content):
    """Whether this is no notebook, or one with a cell twice, as a moved cell becomes in a merge."""
    try:
        cells = json.loads(content)["cells"]
        names = [cell["id"] for cell in cells if "id" in cell]
        return len(names) != len(set(names)) or not all("source" in cell for cell in cells)
    except (ValueError, KeyError, TypeError):
        return True
