"""Which account of the machine a learner's code runs as."""

import os

import needs_hub  # noqa: F401
import pytest
from course_hub import accounts, spawners
from course_hub.problem import Problem
from course_hub.settings import Settings

NAMES = ["ada", "root", "Ada Lovelace", "ada@example.org", "ada-1", "学", "x" * 200, "../../etc"]


def test_a_name_from_elsewhere_is_never_an_account_of_this_machine():
    made = [accounts.account_name(name, of_this_machine=False) for name in NAMES]
    assert len(set(made)) == len(NAMES)
    for account in made:
        assert account.startswith("learner-")
        assert accounts.PLAIN.fullmatch(account)
    assert made[0] == "learner-ada"


def test_names_of_this_machine_stay():
    assert accounts.account_name("ada", of_this_machine=True) == "ada"


@pytest.mark.parametrize("account", ["root", "daemon", "nobody-of-this-name"])
def test_no_learners_code_runs_as_root_or_the_system(account):
    with pytest.raises(Problem, match=account):
        accounts.look_up(account)


@pytest.mark.parametrize("name", ["Ada L", "1a", "ada:x", "-a", "a" * 40, "ä", "a\nb", "../x"])
def test_a_class_list_with_a_name_unfit_for_an_account_makes_none(name, tmp_path):
    with pytest.raises(Problem, match="Not fit"):
        accounts.add_learners(("adafit", name), tmp_path / "sheet.txt")
    assert not list(tmp_path.iterdir())


@pytest.fixture
def made(monkeypatch):
    """Accounts that are made without a machine; `full` cannot be made."""
    names = []

    def make(name):
        if name == "full":
            raise Problem("The account `full` could not be made: no space")
        names.append(name)

    monkeypatch.setattr(accounts, "_make", make)
    monkeypatch.setattr(accounts, "_set_password", lambda name, password: None)
    return names


def test_a_class_list_with_an_account_of_the_system_makes_none(made, tmp_path):
    with pytest.raises(Problem, match="`root` is an account of the system"):
        accounts.add_learners(("adafit", "root"), tmp_path / "sheet.txt")
    assert not made
    assert not list(tmp_path.iterdir())


def test_a_making_that_stops_halfway_says_where_the_passwords_are(made, tmp_path):
    sheet = tmp_path / "sheet.txt"
    with pytest.raises(Problem, match=f"no space\nMade before that: adafit. .* {sheet}"):
        accounts.add_learners(("adafit", "full", "emmyfit"), sheet)
    assert made == ["adafit"]
    assert sheet.read_text().startswith("adafit\t")
    sheet.unlink()
    with pytest.raises(Problem, match=r"no space$"):
        accounts.add_learners(("full",), sheet)
    assert not list(tmp_path.iterdir())


def test_a_sheet_of_passwords_is_not_written_over(tmp_path):
    (tmp_path / "sheet.txt").write_text("older passwords")
    with pytest.raises(Problem, match="exists already"):
        accounts.add_learners(("adafit",), tmp_path / "sheet.txt")


def test_without_root_learners_cannot_be_kept_apart_and_only_the_demo_starts(monkeypatch):
    monkeypatch.setattr(spawners, "is_root", lambda: False)
    with pytest.raises(Problem, match="Run the hub with sudo"):
        spawners.spawner_class(Settings("pam", learners=("ada",)))
    assert spawners.spawner_class(Settings("demo")) is spawners.DemoSpawner


@pytest.mark.parametrize(
    ("systemd", "asked", "expected"),
    [
        (True, "auto", spawners.CourseSystemdSpawner),
        (False, "auto", spawners.CourseLocalSpawner),
        (True, "local", spawners.CourseLocalSpawner),
        (True, "systemd", spawners.CourseSystemdSpawner),
    ],
)
def test_systemd_starts_the_servers_where_it_runs(systemd, asked, expected, monkeypatch, tmp_path):
    monkeypatch.setattr(spawners, "is_root", lambda: True)
    monkeypatch.setattr(spawners, "SYSTEMD_RUNS", tmp_path if systemd else tmp_path / "none")
    assert spawners.spawner_class(Settings("pam", spawner=asked)) is expected


def test_systemd_that_is_asked_for_and_does_not_run_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(spawners, "is_root", lambda: True)
    monkeypatch.setattr(spawners, "SYSTEMD_RUNS", tmp_path / "none")
    with pytest.raises(Problem, match="systemd does not run here"):
        spawners.spawner_class(Settings("pam", spawner="systemd"))


SYSTEMCTL = '#!/bin/sh\n[ "$1" = --version ] && echo "systemd 252" && exit\n[ -e "{folder}/up" ]\n'
SYSTEMD_RUN = '#!/bin/sh\nprintf "%s\\n" "$@" > "{folder}/said"\ntouch "{folder}/up"\n'


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """systemd's programs, which note what they are asked for."""
    for name, text in (("systemctl", SYSTEMCTL), ("systemd-run", SYSTEMD_RUN)):
        program = tmp_path / name
        program.write_text(text.format(folder=tmp_path))
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    import systemdspawner.systemd

    monkeypatch.setattr(systemdspawner.systemd, "RUN_ROOT", str(tmp_path / "run"))
    return tmp_path / "said"


def test_a_systemd_unit_has_the_learners_account_and_its_limits(stand_in, monkeypatch):
    import asyncio
    import pwd
    from types import SimpleNamespace

    from jupyterhub.spawner import Spawner

    me = pwd.getpwuid(os.getuid())
    person = pwd.struct_passwd(("learner-ada", "x", 1234, 1235, "", me.pw_dir, "/bin/bash"))
    monkeypatch.setattr(pwd, "getpwnam", lambda name: {"learner-ada": person}[name])
    monkeypatch.setattr(Spawner, "get_env", lambda self: {"PATH": "/bin", "MEM_LIMIT": "5"})
    monkeypatch.setattr(Spawner, "get_args", lambda self: ["--x"])
    spawner = spawners.CourseSystemdSpawner(
        user=SimpleNamespace(name="ada", id=7, url="/user/ada/"),
        mem_limit="1G",
        cpu_limit=1.5,
        isolate_tmp=True,
        cmd=["/bin/python", "learner.py"],
        orm_spawner=None,
    )
    asyncio.run(spawner.start())
    said = stand_in.read_text().splitlines()
    assert {"--uid=1234", "--gid=1235", "course-hub-7"} <= set(said)
    assert f"--property=MemoryMax={2**30}" in said
    assert "--property=CPUQuota=150%" in said
    assert "--property=NoNewPrivileges=yes" in said
    assert "--property=PrivateTmp=yes" in said
    assert said[-3:] == ["/bin/python", "learner.py", "--x"]
