"""What the hub refuses, and how it says so: nothing unsafe starts by default."""

import needs_hub  # noqa: F401
import pytest
from course_hub import settings
from course_hub.problem import Problem

OIDC = {
    "GenericOAuthenticator": {
        "client_id": "x",
        "authorize_url": "https://id.example/a",
        "token_url": "https://id.example/t",
        "userdata_url": "https://id.example/u",
    }
}


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Settings from a file of these lines."""
    for name in (
        settings.SETTINGS_VARIABLE,
        settings.AUTHENTICATOR_VARIABLE,
        *settings.FROM_ENVIRONMENT.values(),
    ):
        monkeypatch.delenv(name, raising=False)

    def load(mode=0o600, **said):
        import yaml

        file = tmp_path / "settings.yaml"
        file.write_text(yaml.safe_dump(said))
        file.chmod(mode)
        return settings.load(file)

    return load


def test_with_nothing_chosen_it_says_what_can_be_chosen(load):
    with pytest.raises(
        Problem, match=r"(?s)no default password.*pam.*native.*lti13.*--demo"
    ) as told:
        load()
    assert settings.AUTHENTICATOR_VARIABLE in str(told.value)


@pytest.mark.parametrize("name", ["dummy", "null", "shared-password", "default"])
def test_an_authenticator_that_protects_no_one_is_refused(load, name):
    with pytest.raises(Problem, match=f"`{name}` is not offered"):
        load(authenticator=name, learners="everyone")


@pytest.mark.parametrize("name", ["pam", "github", "google"])
def test_who_may_log_in_must_be_said(load, name):
    config = {"OAuthenticator": {"client_id": "x", "client_secret": "y"}}
    with pytest.raises(Problem, match="Say who may log in"):
        load(authenticator=name, config=config)


def test_one_environment_variable_chooses_the_authenticator(load, monkeypatch):
    monkeypatch.setenv(settings.AUTHENTICATOR_VARIABLE, "pam")
    assert load(learners=["Ada"]).authenticator == "pam"
    assert load(authenticator="github", learners=["Ada"]).authenticator == "pam"


def test_a_class_list_is_a_file_with_a_name_a_line(load, tmp_path):
    (tmp_path / "class.txt").write_text("# 10b\nAda\n\nemmy  # since May\nada\n")
    assert load(authenticator="pam", learners="class.txt").learners == ("ada", "emmy")
    with pytest.raises(Problem, match=r"There is no list of names .*nobody\.txt"):
        load(authenticator="pam", learners="nobody.txt")


def test_a_misspelt_setting_is_named_with_the_right_one(load):
    with pytest.raises(Problem, match=r"`memroy`.*did you mean `memory`"):
        load(authenticator="pam", learners=["ada"], memroy="1G")


@pytest.mark.parametrize(
    "wrong",
    [
        {"memory": "1 GB"},
        {"memory": 5},
        {"cpus": 0},
        {"cull_after_minutes": -1},
        {"cull_after_minutes": "soon"},
        {"port": 0},
        {"port": "8000"},
        {"port": 65535},
        {"spawner": "docker"},
        {"plain_http": "no"},
        {"learners": {"ada": 1}},
        {"learners": [1]},
        {"config": ["x"]},
        {"config": {"JupyterHub": 1}},
        {"authenticator": ["pam"]},
    ],
    ids=str,
)
def test_a_value_of_the_wrong_kind_is_a_sentence(load, wrong):
    with pytest.raises(Problem, match=f"`{next(iter(wrong))}`"):
        load(**{"authenticator": "pam", "learners": ["ada"], **wrong})


def test_a_file_that_is_no_yaml_is_a_sentence(tmp_path):
    file = tmp_path / "settings.yaml"
    for text in ("authenticator: [", "- pam", "just words"):
        file.write_text(text)
        with pytest.raises(Problem, match=r"settings\.yaml"):
            settings.load(file)
    with pytest.raises(Problem, match="There is no settings file"):
        settings.load(tmp_path / "missing.yaml")


def test_passwords_cross_no_network_in_the_clear_unless_told(load, tmp_path):
    there = {"authenticator": "pam", "learners": ["ada"], "address": "0.0.0.0"}
    with pytest.raises(Problem, match="in the clear"):
        load(**there)
    assert load(**there, plain_http=True).url == "http://0.0.0.0:8000/"
    for name in ("hub.crt", "hub.key"):
        (tmp_path / name).touch()
    tls = {"tls_certificate": "hub.crt", "tls_key": "hub.key"}
    assert load(**there, **tls).url == "https://0.0.0.0:8000/"
    with pytest.raises(Problem, match="belong together"):
        load(**there, tls_key="hub.key")
    with pytest.raises(Problem, match="is not there"):
        load(**there, tls_certificate="no.crt", tls_key="hub.key")


def test_it_listens_on_this_machine_alone_unless_told(load):
    assert load(authenticator="pam", learners=["ada"]).is_loopback


def test_the_demo_stays_on_this_machine(load):
    assert load(authenticator="demo").is_demo
    with pytest.raises(Problem, match="stays on"):
        load(authenticator="demo", address="0.0.0.0", plain_http=True)


def test_secrets_in_a_file_that_others_can_read_are_refused(load):
    said = {"authenticator": "oidc", "learners": "everyone", "config": OIDC}
    assert load(mode=0o644, **said)
    secret = {"GenericOAuthenticator": OIDC["GenericOAuthenticator"] | {"client_secret": "s"}}
    with pytest.raises(Problem, match="chmod 600"):
        load(mode=0o644, **said | {"config": secret})
    assert load(mode=0o600, **said | {"config": secret})


@pytest.mark.parametrize(
    "name", ["oidc", "github", "google", "gitlab", "azuread", "lti11", "lti13"]
)
def test_what_an_authenticator_needs_is_named_at_the_start(load, name, monkeypatch):
    with pytest.raises(Problem, match="also needs"):
        load(authenticator=name, learners="everyone")


def test_options_may_come_from_the_environment(load, monkeypatch):
    monkeypatch.setenv("OAUTH_CLIENT_ID", "x")
    with pytest.raises(Problem, match="also needs client_secret;"):
        load(authenticator="github", learners="everyone")
    monkeypatch.setenv("OAUTH_CLIENT_SECRET", "y")
    assert load(authenticator="github", learners="everyone")


def test_with_sign_up_no_name_is_let_in_beforehand(load):
    with pytest.raises(Problem, match="leave `learners` out"):
        load(authenticator="native", admins=["teacher"], learners=["ada"])
    with pytest.raises(Problem, match="`admins` must name"):
        load(authenticator="native")


@pytest.mark.parametrize(
    "name",
    ["pam", "native", "github", "gitlab", "google", "azuread", "oidc", "lti11", "lti13", "demo"],
)
def test_every_authenticator_offered_is_installed(name):
    from jupyterhub.app import JupyterHub
    from jupyterhub.auth import Authenticator

    app = JupyterHub(authenticator_class=settings.authenticator_class(name))
    assert issubclass(app.authenticator_class, Authenticator)
    assert name in settings.CHOOSE or name == "demo"


def test_the_example_file_is_one_that_loads(tmp_path, monkeypatch):
    monkeypatch.delenv(settings.AUTHENTICATOR_VARIABLE, raising=False)
    text = (settings.HUB / "settings.example.yaml").read_text(encoding="utf-8")
    (tmp_path / "settings.yaml").write_text(text)
    (tmp_path / "class.txt").write_text("ada\n")
    shown = settings.load(tmp_path / "settings.yaml")
    assert shown.learners == ("ada",)
    # What it shows as defaults are the defaults.
    for line in text.splitlines():
        name, _, value = line.removeprefix("# ").partition(": ")
        if line.startswith("# ") and hasattr(shown, name) and name not in ("config", "state"):
            default = getattr(shown, name)
            value = value.split("#")[0].strip()
            assert default is None or str(default).lower() == value.lower(), name
