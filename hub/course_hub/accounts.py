"""One account of the operating system for each learner: that is what keeps them apart."""

import hashlib
import os
import pwd
import re
import secrets
import shutil
import subprocess
from pathlib import Path

from .problem import Problem

__all__ = ["account_name", "add_learners", "ensure_account", "look_up"]

PREFIX = "learner-"
LONGEST = 31  # characters, of a Linux account's name
PLAIN = re.compile(r"[a-z_][a-z0-9_-]{0,30}")

# Letters and digits that are not mistaken for each other on paper.
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
PASSWORD_LENGTH = 12  # 60 bits


def account_name(learner: str, *, of_this_machine: bool) -> str:
    """The account that a learner's server runs as.

    Where the names are this machine's own (PAM), the two are the same. Names from elsewhere get a
    prefix, so that a person who is called `root` on a code host is not root here.
    """
    if of_this_machine:
        return learner
    plain = re.sub("[^a-z0-9]", "", learner)
    longest = LONGEST - len(PREFIX)
    if plain != learner or len(plain) > longest:
        # Never the account of another whose name differs only in what was left out.
        mark = hashlib.sha256(learner.encode()).hexdigest()[:10]
        plain = f"{plain[: longest - 1 - len(mark)]}-{mark}"
    return PREFIX + plain


def first_person() -> int:
    """The lowest user id that is a person's and not the system's."""
    try:
        text = Path("/etc/login.defs").read_text(encoding="utf-8")
    except OSError:
        text = ""
    found = re.search(r"^UID_MIN\s+(\d+)", text, re.M)
    return int(found[1]) if found else 1000


def look_up(account: str) -> pwd.struct_passwd:
    """A person's account.

    Raises
    ------
    Problem
        If there is none, or if it is root's or another of the system's own.
    """
    try:
        person = pwd.getpwnam(account)
    except KeyError:
        raise Problem(f"This machine has no account `{account}`.") from None
    if person.pw_uid < first_person():
        raise Problem(
            f"`{account}` is an account of the system itself (user id {person.pw_uid}); no "
            "learner's code may run as it. Log in under a person's account."
        )
    return person


def ensure_account(account: str) -> pwd.struct_passwd:
    """`look_up`, making the account first if it is not there; it gets no password."""
    try:
        pwd.getpwnam(account)
    except KeyError:
        _make(account)
    return look_up(account)


def _make(account):
    if shutil.which("useradd") is None:
        raise Problem(
            "There is no `useradd` here; on Debian and Ubuntu it is in the package passwd."
        )
    run = subprocess.run(
        ["useradd", "--create-home", "--user-group", "--shell", "/bin/bash", account],
        capture_output=True,
        text=True,
    )
    if run.returncode:
        raise Problem(f"The account `{account}` could not be made: {run.stderr.strip()}")
    # Distributions differ; elsewhere classmates could look in.
    os.chmod(pwd.getpwnam(account).pw_dir, 0o700)


def add_learners(names: tuple[str, ...], sheet: Path) -> tuple[list[str], list[str]]:
    """Make accounts with passwords for those of a class list that have none.

    Parameters
    ----------
    names : tuple of str
    sheet : Path
        A file, which must not exist, for names and passwords, to be handed out. Only its owner
        may read it.

    Returns
    -------
    made, there : list of str
        Which accounts are new, and which there were; the latter stay as they are.

    Raises
    ------
    Problem
        If a name is none for an account, or the system's own; then nothing was made. Or if one
        cannot be made; those before it are made, and are on the sheet.
    """
    wrong = [name for name in names if not PLAIN.fullmatch(name)]
    if wrong:
        raise Problem(
            f"Not fit for an account's name: {', '.join(map(repr, wrong))}. Use up to {LONGEST} "
            "lower-case letters without accents, digits, - and _, beginning with a letter."
        )
    there = [name for name in names if _is_there(name)]
    for name in there:
        look_up(name)
    made = []
    try:
        handle = os.open(sheet, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Problem(f"{sheet} exists already; move it away first.") from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        for name in names:
            if name in there:
                continue
            password = "".join(secrets.choice(ALPHABET) for _ in range(PASSWORD_LENGTH))
            try:
                _make(name)
                _set_password(name, password)
            except Problem as problem:
                raise _stopped_halfway(problem, made, sheet) from None
            file.write(f"{name}\t{password}\n")
            file.flush()
            made.append(name)
    if not made:
        sheet.unlink()
    return made, there


def _is_there(account):
    try:
        pwd.getpwnam(account)
    except KeyError:
        return False
    return True


def _stopped_halfway(problem, made, sheet):
    """The problem, with where the passwords are of those who have an account by now."""
    if not made:
        sheet.unlink()
        return problem
    return Problem(
        f"{problem}\nMade before that: {', '.join(made)}. Their passwords are in {sheet}."
    )


def _set_password(account, password):
    run = subprocess.run(
        ["chpasswd"], input=f"{account}:{password}\n", capture_output=True, text=True
    )
    if run.returncode:
        raise Problem(f"The password of `{account}` could not be set: {run.stderr.strip()}")
