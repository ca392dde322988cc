"""The teacher's choices: a small YAML file, checked before anything starts."""

import difflib
import ipaddress
import os
import re
from dataclasses import dataclass, field, fields
from pathlib import Path

import yaml

from .problem import Problem

__all__ = ["HUB", "Settings", "authenticator_class", "load"]

HUB = Path(__file__).resolve().parents[1]
SETTINGS_VARIABLE = "COURSE_HUB_SETTINGS"
AUTHENTICATOR_VARIABLE = "COURSE_HUB_AUTHENTICATOR"
PASSWORD_VARIABLE = "COURSE_HUB_PASSWORD"

EVERYONE = "everyone"
DEMO = "demo"

# Short names beside those that the installed packages register (`github`, `google`, ...).
SHORT_NAMES = {
    "oidc": "generic-oauth",
    "lti11": "ltiauthenticator.lti11.auth.LTI11Authenticator",
    "lti13": "ltiauthenticator.lti13.auth.LTI13Authenticator",
    DEMO: "shared-password",
}
REFUSED = {
    "dummy": "it lets anyone in as anyone",
    "null": "it lets no one in",
    "shared-password": "with one password for all, anyone can be anyone",
    "default": "it is not a choice",
}
# Without these, the first login would fail; better said at the start.
NEEDED = {
    "generic-oauth": ("client_id", "authorize_url", "token_url", "userdata_url"),
    # (OpenID Connect also knows clients without a secret.)
    "github": ("client_id", "client_secret"),
    "gitlab": ("client_id", "client_secret"),
    "google": ("client_id", "client_secret"),
    "azuread": ("client_id", "client_secret", "tenant_id"),
    SHORT_NAMES["lti11"]: ("consumers",),
    SHORT_NAMES["lti13"]: ("issuer", "client_id", "authorize_url", "jwks_url"),
}
# oauthenticator reads these of the environment itself.
FROM_ENVIRONMENT = {
    "client_id": "OAUTH_CLIENT_ID",
    "client_secret": "OAUTH_CLIENT_SECRET",
    "authorize_url": "OAUTH2_AUTHORIZE_URL",
    "token_url": "OAUTH2_TOKEN_URL",
    "userdata_url": "OAUTH2_USERDATA_URL",
}

CHOOSE = f"""\
Choose how learners log in; there is no default, and no default password. Copy
hub/settings.example.yaml to hub/settings.yaml and set `authenticator` to one of

  pam       accounts of this machine (hub --add-learners makes them from a class list)
  native    accounts of the hub: learners sign up, you let them in
  github, gitlab, google, azuread, oidc   accounts of your school or of a code host
  lti13, lti11                            from Moodle, Canvas and other learning platforms

or set the environment variable {AUTHENTICATOR_VARIABLE}. To look at it alone on this
computer:  hub --demo"""


@dataclass(frozen=True)
class Settings:
    """What hub/settings.yaml may say; hub/settings.example.yaml explains each."""

    authenticator: str
    learners: tuple[str, ...] | str = ()
    admins: tuple[str, ...] = ()
    address: str = "127.0.0.1"
    port: int = 8000
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    plain_http: bool = False
    memory: str = "1G"
    cpus: float = 1
    cull_after_minutes: float = 60
    cull_every_minutes: float = 5
    spawner: str = "auto"
    state: Path = HUB / "state"
    config: dict = field(default_factory=dict)

    @property
    def private(self) -> Path:
        """Folder of what only the hub may read: database, cookie secret, log."""
        return self.state / "private"

    @property
    def lessons(self) -> Path:
        """The git repository that learners' copies come from."""
        return self.state / "lessons.git"

    @property
    def is_demo(self) -> bool:
        return self.authenticator == DEMO

    @property
    def is_loopback(self) -> bool:
        if self.address == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.address).is_loopback
        except ValueError:
            return False

    @property
    def url(self) -> str:
        scheme = "https" if self.tls_certificate else "http"
        address = f"[{self.address}]" if ":" in self.address else self.address
        return f"{scheme}://{address}:{self.port}/"


def authenticator_class(name: str) -> str:
    """What JupyterHub calls the authenticator of this name."""
    return SHORT_NAMES.get(name, name)


def load(path: Path | None = None, **overrides) -> Settings:
    """Read the settings.

    Parameters
    ----------
    path : Path or None
        The file; None for the one that COURSE_HUB_SETTINGS names, else hub/settings.yaml, which
        need not exist.
    **overrides
        Settings that the command line gives.

    Returns
    -------
    Settings

    Raises
    ------
    Problem
        If something is missing, misspelt or unsafe.
    """
    named = path or os.environ.get(SETTINGS_VARIABLE)
    path = Path(named or HUB / "settings.yaml").expanduser().absolute()
    said = _read(path, must_exist=bool(named))
    if name := os.environ.get(AUTHENTICATOR_VARIABLE):
        said["authenticator"] = name
    said.update({key: value for key, value in overrides.items() if value is not None})
    known = [one.name for one in fields(Settings)]
    for key in said:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, 1)
            hint = f"did you mean `{near[0]}`?" if near else f"it may be: {', '.join(known)}."
            raise Problem(f"{path} has a setting `{key}`, which the hub does not know; {hint}")
    if not said.get("authenticator"):
        raise Problem(CHOOSE)
    if said["authenticator"] == DEMO:
        said.setdefault("state", HUB / "state" / "demo")  # apart from a class's
    for key in ("state", "tls_certificate", "tls_key"):
        if said.get(key) is not None:
            said[key] = path.parent / Path(said[key]).expanduser()
    for key in ("learners", "admins"):
        if key in said:
            said[key] = _names(key, said[key], path.parent)
    said = {key: value for key, value in said.items() if value is not None}
    settings = Settings(**said)
    _check_values(settings)
    _check_authenticator(settings)
    _check_secrets(settings, path)
    _check_network(settings)
    return settings


def _read(path, must_exist):
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if must_exist:
            raise Problem(f"There is no settings file {path}.") from None
        return {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Problem(f"{path} cannot be read: {error}") from None
    if said is None:
        return {}
    if not isinstance(said, dict):
        raise Problem(f"{path} must hold lines like `authenticator: pam`.")
    return said


def _names(key, value, folder):
    """Names from a list, or from a file with one a line; or the word for all."""
    if value == EVERYONE and key == "learners":
        return EVERYONE
    if isinstance(value, str):
        return read_names(folder / Path(value).expanduser())
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
        hint = " or `everyone`" if key == "learners" else ""
        raise Problem(
            f"`{key}` must be a list of names in quotes, the name of a file with one name a "
            f"line{hint}; it is {value!r}."
        )
    return tuple(name.strip().lower() for name in value if name.strip())


def read_names(path: Path) -> tuple[str, ...]:
    """The names of a class list: one a line, `#` begins a remark."""
    path = path.absolute()
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        raise Problem(
            f"There is no list of names {path}. It is a text file with one name a line; where its "
            "name has no folder before it, it is looked for beside the settings or, on the command "
            "line, in the course's folder."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"The list of names {path} cannot be read: {error}") from None
    names = [line.split("#")[0].strip().lower() for line in lines]
    return tuple(dict.fromkeys(name for name in names if name))


def _check_values(settings):
    if not isinstance(settings.config, dict) or not all(
        isinstance(part, dict) for part in settings.config.values()
    ):
        raise Problem("`config` must hold classes and their options, as in the example file.")
    if not isinstance(settings.authenticator, str):
        raise Problem(f"`authenticator` must be a name, not {settings.authenticator!r}.")
    if not re.fullmatch(r"\d+(\.\d+)?[MG]", str(settings.memory)):
        raise Problem(f"`memory` must be like 512M or 1.5G; it is {settings.memory!r}.")
    for name in ("cpus", "cull_after_minutes", "cull_every_minutes"):
        value = getattr(settings, name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
            raise Problem(f"`{name}` must be a number above 0; it is {value!r}.")
    port = settings.port
    if not isinstance(port, int) or isinstance(port, bool) or not 1 <= port <= 65533:
        raise Problem(f"`port` must be a number from 1 to 65533; it is {port!r}.")
    if settings.spawner not in ("auto", "local", "systemd"):
        raise Problem(f"`spawner` must be auto, local or systemd; it is {settings.spawner!r}.")
    if settings.plain_http not in (True, False):
        raise Problem(f"`plain_http` must be true or false; it is {settings.plain_http!r}.")


def _check_authenticator(settings):
    name = settings.authenticator
    if name in REFUSED:
        raise Problem(f"The authenticator `{name}` is not offered: {REFUSED[name]}.\n\n{CHOOSE}")
    options = {key for part in settings.config.values() for key in part}
    missing = [
        key
        for key in NEEDED.get(authenticator_class(name), ())
        if key not in options and not os.environ.get(FROM_ENVIRONMENT.get(key, ""))
    ]
    if missing:
        raise Problem(
            f"The authenticator `{name}` also needs {', '.join(missing)}; see `config` in "
            f"hub/settings.example.yaml and docs/classroom.md."
        )
    if name == "native":
        if settings.learners:
            raise Problem(
                "With the authenticator `native`, leave `learners` out. Whoever signs up first "
                "under a name that is let in beforehand has it; so learners sign up, and an admin "
                "lets each in, at /hub/authorize."
            )
        if not settings.admins:
            raise Problem("With the authenticator `native`, `admins` must name who lets others in.")
    elif settings.is_demo:
        if settings.learners or settings.admins:
            raise Problem("The demo knows no `learners` and `admins`: any name gets in.")
    elif not settings.learners and not any(re.match("allow(_|ed_)", key) for key in options):
        raise Problem(
            "Say who may log in: `learners: class.txt` (one name a line), `learners: [ada, emmy]` "
            f"or, for all that can log in with `{name}`, `learners: everyone`."
        )


def _check_secrets(settings, path):
    """Learners can read the course's folder, so a file with secrets must be closed."""
    options = [key for part in settings.config.values() for key in part]
    secrets = [key for key in options if re.search("secret|password|consumers|token$|key$", key)]
    if secrets and path.exists() and path.stat().st_mode & 0o077:
        raise Problem(
            f"{path} holds secrets ({', '.join(secrets)}), and others on this machine could read "
            f"them. Close it:  chmod 600 {path}"
        )


def _check_network(settings):
    if bool(settings.tls_certificate) != bool(settings.tls_key):
        raise Problem("`tls_certificate` and `tls_key` belong together; one of them is missing.")
    for name in ("tls_certificate", "tls_key"):
        file = getattr(settings, name)
        if file and not os.access(file, os.R_OK):
            raise Problem(f"`{name}`: {file} is not there or cannot be read.")
    if settings.is_loopback:
        return
    if settings.is_demo:
        raise Problem("The demo protects no one from anyone, so it stays on address 127.0.0.1.")
    if not settings.tls_certificate and not settings.plain_http:
        raise Problem(
            f"On address {settings.address}, passwords would cross the network in the clear. Set "
            "`tls_certificate` and `tls_key`; or, if TLS ends at a server in front of this one, "
            "set `plain_http: true`."
        )
