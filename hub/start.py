"""Serve the course to a class: `python3 course.py hub`. docs/classroom.md is its guide."""

import argparse
import os
import secrets
import sys
import time
from pathlib import Path

from course_hub import accounts, checks, lessons, settings, spawners
from course_hub.problem import Problem

HUB = Path(__file__).resolve().parent
COURSE = HUB.parent


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="course.py hub",
        description="Serves the course to a class with JupyterHub, on this machine. Choices are in "
        "hub/settings.yaml (hub/settings.example.yaml explains them); docs/classroom.md is the "
        "guide.",
    )
    parser.add_argument("--settings", type=Path, metavar="FILE", help="another settings file")
    parser.add_argument("--port", type=int, help="the port that browsers go to (default 8000)")
    parser.add_argument("--verbose", action="store_true", help="tell of every login and start")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="only say what would be used")
    parser.add_argument(
        "--demo",
        action="store_true",
        help="to look at it alone: one random password, no settings, this computer only",
    )
    what.add_argument(
        "--update-lessons",
        action="store_true",
        help="hand out the lessons as they are now; learners get them when their server starts",
    )
    what.add_argument(
        "--add-learners",
        type=Path,
        metavar="FILE",
        help="make accounts of this machine, with passwords, for a list with one name a line",
    )
    return parser.parse_args(arguments)


def say(text):
    print(text, flush=True)


def describe(chosen):
    """What would be used, in lines for a person."""
    spawner = spawners.spawner_class(chosen)
    runs_as = {
        spawners.CourseSystemdSpawner: "a systemd unit of an account of its own",
        spawners.CourseLocalSpawner: "a process of an account of its own",
        spawners.DemoSpawner: "a process of your own account (learners are NOT kept apart)",
    }
    together = "all processes of a learner together, and each"
    share = together if spawner is spawners.CourseSystemdSpawner else "each process of a learner"
    learners = chosen.learners
    if chosen.is_demo:
        learners = "any name, with the password of this demo"
    elif learners == settings.EVERYONE:
        learners = f"all that {chosen.authenticator} lets in"
    elif learners:
        learners = f"{len(learners)} by name"
    else:
        learners = "as the authenticator's own options say"
        if chosen.authenticator == "native":
            learners = "whoever signs up and is let in by an admin, at /hub/authorize"
    return "\n".join(
        f"  {name:<14} {value}"
        for name, value in {
            "address": chosen.url,
            "authenticator": chosen.authenticator,
            "learners": learners,
            "admins": ", ".join(chosen.admins) or "none",
            "server": runs_as[spawner],
            "memory": f"{chosen.memory} for {share}",
            "idle servers": f"end after {chosen.cull_after_minutes:g} minutes",
            "lessons from": str(COURSE / "notebooks"),
            "kept in": str(chosen.state),
        }.items()
    )


def make_folders(chosen):
    """The state's folder for all to pass, with a private one inside."""
    try:
        chosen.state.mkdir(mode=0o755, parents=True, exist_ok=True)
        chosen.private.mkdir(mode=0o700, exist_ok=True)
        chosen.private.chmod(0o700)
    except OSError as error:
        raise Problem(
            f"The hub cannot write to {chosen.state} ({error.strerror}). Run it with sudo or, for "
            "the demo, in a copy of the course that is yours."
        ) from None


def update_lessons(chosen):
    old = os.umask(0o022)  # learners read this repository, whatever the teacher's umask
    try:
        changed = lessons.publish(COURSE, chosen.lessons)
    finally:
        os.umask(old)
    if changed:
        say("The lessons are handed out; learners get them when their server next starts.")
    return changed


def add_learners(file):
    if not spawners.is_root():
        raise Problem("Only root can make accounts: run this with sudo.")
    names = settings.read_names(file)
    sheet = file.with_name(f"{file.stem}-passwords-{time.strftime('%Y-%m-%d-%H%M%S')}.txt")
    made, there = accounts.add_learners(names, sheet)
    if there:
        say(f"Left as they are: {', '.join(there)}.")
    if made:
        say(f"Made {len(made)} accounts. Names and passwords are in {sheet};")
        say("hand them out, then delete the file. `passwd NAME` sets a new one.")


def start(chosen, arguments):
    checks.check_machine(chosen, COURSE)
    make_folders(chosen)
    checks.take_state(chosen)
    checks.check_ports(chosen)
    checks.install_proxy(HUB, chosen.private / "npm.log", say)
    update_lessons(chosen)
    checks.check_lessons(chosen)
    environment = dict(os.environ)
    # The terminal is for what the teacher must know, not for what packages tell their makers.
    environment.setdefault("PYTHONWARNINGS", "ignore")
    environment["COURSE_HUB_PORT"] = str(chosen.port)
    if arguments.settings:
        environment[settings.SETTINGS_VARIABLE] = str(arguments.settings.absolute())
    if arguments.demo:
        environment[settings.AUTHENTICATOR_VARIABLE] = settings.DEMO
    if chosen.is_demo:
        password = environment.setdefault(settings.PASSWORD_VARIABLE, secrets.token_hex(8))
        say(f"The password of this demo is {password}; any name will do.")
        if spawners.is_root():
            say("As root, it makes an account learner-NAME on this machine for each name that")
            say("logs in, and leaves it there; started without sudo, it makes none.")
    if arguments.verbose:
        environment["COURSE_HUB_LOG_LEVEL"] = "INFO"
    say(f"The hub starts at {chosen.url}; Ctrl-C here ends it and all learners' servers.")
    command = [sys.executable, "-m", "jupyterhub", "--config", str(HUB / "jupyterhub_config.py")]
    os.chdir(chosen.private)
    os.execve(command[0], command, environment)


def main(arguments):
    arguments = parse(arguments)
    if arguments.demo and not arguments.settings:
        arguments.settings = Path(os.devnull)  # the demo is without the choices for a class
    try:
        if arguments.add_learners:
            return add_learners(arguments.add_learners)
        chosen = settings.load(
            arguments.settings,
            port=arguments.port,
            authenticator=settings.DEMO if arguments.demo else None,
        )
        if arguments.update_lessons:
            make_folders(chosen)
            if not update_lessons(chosen):
                say("Nothing has changed since the lessons were last handed out.")
            return None
        if arguments.check:
            checks.check_machine(chosen, COURSE)
            say(f"Ready to start:\n{describe(chosen)}")
            return None
        start(chosen, arguments)
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
