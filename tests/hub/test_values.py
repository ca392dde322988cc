"""One machine and Kubernetes have the same values; the image has what learners' servers need."""

import re
import sys

import needs_hub  # noqa: F401
import pytest
import yaml
from course_hub import settings

try:
    import tomllib
except ImportError:  # Python 3.10
    import tomli as tomllib
from traitlets.config.loader import PyFileConfigLoader

HUB = settings.HUB
VALUES = yaml.safe_load((HUB / "values.yaml").read_text(encoding="utf-8"))
MACHINES_OWN = {"COURSE_LESSONS", "COURSE_LIMIT_TASKS"}


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """The configuration of one machine, with nothing chosen but the authenticator."""
    from course_hub import spawners

    monkeypatch.setattr(spawners, "is_root", lambda: True)
    file = tmp_path / "settings.yaml"
    file.write_text("authenticator: pam\nlearners: [ada]\n")
    monkeypatch.setenv(settings.SETTINGS_VARIABLE, str(file))
    monkeypatch.delenv(settings.AUTHENTICATOR_VARIABLE, raising=False)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return PyFileConfigLoader("jupyterhub_config.py", path=str(HUB)).load_config()


def test_a_learner_gets_the_same_on_one_machine_and_on_kubernetes(machine):
    learner = VALUES["singleuser"]
    spawner = machine.Spawner
    assert learner["memory"]["limit"] == spawner.mem_limit
    assert learner["cpu"]["limit"] == spawner.cpu_limit
    assert learner["defaultUrl"] == spawner.default_url
    assert learner["startTimeout"] == spawner.start_timeout
    assert learner["cmd"][2:] == spawner.args
    assert learner["cmd"][1].endswith("hub/learner.py")
    assert spawner.cmd[1].endswith("hub/learner.py")
    variables = {k: v for k, v in spawner.environment.items() if k not in MACHINES_OWN}
    assert {k: v for k, v in learner["extraEnv"].items() if k not in MACHINES_OWN} == variables
    for name, value in VALUES["hub"]["config"]["Spawner"].items():
        assert spawner[name] == value, name


def test_idle_servers_end_after_the_same_time(machine):
    assert VALUES["cull"]["enabled"] is True
    (culler,) = machine.JupyterHub.services
    assert f"--timeout={VALUES['cull']['timeout']}" in culler["command"]
    assert f"--cull-every={VALUES['cull']['every']}" in culler["command"]
    assert (
        VALUES["hub"]["config"]["JupyterHub"]["last_activity_interval"]
        == machine.JupyterHub.last_activity_interval
    )


def test_on_kubernetes_too_no_one_gets_in_until_a_choice_is_made():
    config = VALUES["hub"]["config"]
    assert config["JupyterHub"]["authenticator_class"] == "null"
    assert config["Authenticator"] == {"allowed_users": [], "admin_users": []}


def test_on_kubernetes_too_nothing_is_served_in_the_clear_until_a_choice_is_made():
    """The chart serves plain http if `hosts` is empty; with a host, it insists on an address."""
    https = VALUES["proxy"]["https"]
    assert https["enabled"] is True
    assert https["hosts"]
    assert https["letsencrypt"]["contactEmail"] == ""


def test_the_image_holds_what_the_package_is_made_of():
    text = (HUB / "Dockerfile").read_text(encoding="utf-8")
    copied = {
        name for names in re.findall(r"^COPY (.*) /\S+$", text, re.M) for name in names.split()
    }
    with (HUB.parent / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    named = [project["readme"], *project["license-files"]]
    assert {name.removesuffix("/*") for name in named} <= copied


def test_the_image_holds_the_programs_that_a_learners_server_is_started_with():
    text = (HUB / "Dockerfile").read_text(encoding="utf-8")
    for place in re.findall(r"^COPY (.*) /\S+$", text, re.M):
        assert all((HUB.parent / name).exists() for name in place.split())
    assert VALUES["singleuser"]["cmd"][1] in text
    git_range = re.search(r"nbgitpuller[^\"]+", text)[0]
    assert git_range in (HUB.parent / "pyproject.toml").read_text(encoding="utf-8")
