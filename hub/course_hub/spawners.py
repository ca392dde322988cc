"""How a learner's server is started: as an account of its own, or, in the demo, as oneself."""

import os
from pathlib import Path

from jupyterhub.auth import PAMAuthenticator
from jupyterhub.spawner import LocalProcessSpawner, SimpleLocalProcessSpawner
from systemdspawner import SystemdSpawner

from .accounts import account_name, ensure_account, look_up
from .problem import Problem

__all__ = [
    "AccountMixin",
    "CourseLocalSpawner",
    "CourseSystemdSpawner",
    "DemoSpawner",
    "spawner_class",
]

SYSTEMD_RUNS = Path("/run/systemd/system")


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def spawner_class(settings) -> type:
    """The spawner for these settings on this machine.

    Raises
    ------
    Problem
        If learners could not be kept apart, or there is no systemd where it is asked for.
    """
    if not is_root():
        if settings.is_demo:
            return DemoSpawner
        raise Problem(
            "Each learner's code must run as an account of its own, or classmates could read each "
            "other's files; only root can start it so. Run the hub with sudo. To look at it alone "
            "on this computer:  hub --demo"
        )
    systemd = SYSTEMD_RUNS.is_dir()
    if settings.spawner == "systemd" and not systemd:
        raise Problem("`spawner: systemd`, but systemd does not run here; use `spawner: auto`.")
    wanted = settings.spawner != "local" and systemd
    return CourseSystemdSpawner if wanted else CourseLocalSpawner


class AccountMixin:
    """Runs as the learner's account, made when it is missing."""

    @property
    def of_this_machine(self):
        return isinstance(self.authenticator, PAMAuthenticator)

    @property
    def account(self):
        return account_name(self.user.name, of_this_machine=self.of_this_machine)

    async def start(self):
        try:
            (look_up if self.of_this_machine else ensure_account)(self.account)
        except Problem as problem:
            # What JupyterHub shows to the learner.
            problem.jupyterhub_message = str(problem)
            raise
        return await super().start()


class CourseLocalSpawner(AccountMixin, LocalProcessSpawner):
    """A process of the learner's account; it limits its own memory (see `limits`)."""

    def make_preexec_fn(self, name):
        return super().make_preexec_fn(self.account)

    def user_env(self, env):
        person = look_up(self.account)
        env.update(USER=self.account, HOME=person.pw_dir, SHELL=person.pw_shell or "/bin/sh")
        return env


class CourseSystemdSpawner(AccountMixin, SystemdSpawner):
    """A systemd unit of the learner's account: limits hold for all its processes together."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Names of the hub may hold what a unit's name may not.
        self.unit_name = f"course-hub-{self.user.id}"

    async def start(self):
        self.username_template = self.account
        return await super().start()


class DemoSpawner(SimpleLocalProcessSpawner):
    """All as the person who started the hub, each name with a home folder of its own."""
