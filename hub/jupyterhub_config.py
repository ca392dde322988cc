"""JupyterHub for the course, on one machine. `python3 course.py hub` starts it.

What a teacher chooses is in settings.yaml; this file says what follows from it. The values for
Kubernetes are in values.yaml, and tests hold the two equal.
"""

import os
import sys
from pathlib import Path

HUB = Path(__file__).resolve().parent
sys.path.insert(0, str(HUB))

from course_hub import checks, settings, spawners  # noqa: E402

c = get_config()  # noqa: F821

port = os.environ.get("COURSE_HUB_PORT")
chosen = settings.load(port=port and int(port))
idle = max(1, round(chosen.cull_after_minutes * 60))
every = max(1, round(chosen.cull_every_minutes * 60))
# Servers and proxy must tell of activity several times before its absence counts.
activity = max(1, min(300, idle // 4))

# -- where it listens, and what it keeps -----------------------------------

c.JupyterHub.bind_url = chosen.url
# Only the proxy speaks with the world.
c.JupyterHub.hub_bind_url = f"http://127.0.0.1:{chosen.port + 2}"
if chosen.tls_certificate:
    c.JupyterHub.ssl_cert = str(chosen.tls_certificate)
    c.JupyterHub.ssl_key = str(chosen.tls_key)
c.JupyterHub.db_url = f"sqlite:///{chosen.private / 'jupyterhub.sqlite'}"
c.JupyterHub.cookie_secret_file = str(chosen.private / "cookie_secret")
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{chosen.port + 1}"
c.ConfigurableHTTPProxy.pid_file = str(chosen.private / "proxy.pid")
c.ConfigurableHTTPProxy.command = checks.proxy_command(HUB)
c.ConfigurableHTTPProxy.log_level = "warn"
c.JupyterHub.last_activity_interval = activity
c.JupyterHub.log_level = os.environ.get("COURSE_HUB_LOG_LEVEL", "WARN")

# -- who may log in --------------------------------------------------------

c.JupyterHub.authenticator_class = settings.authenticator_class(chosen.authenticator)
c.Authenticator.admin_users = set(chosen.admins)
if chosen.is_demo or chosen.learners == settings.EVERYONE or chosen.authenticator == "native":
    c.Authenticator.allow_all = True
else:
    c.Authenticator.allowed_users = {*chosen.learners, *chosen.admins}
if chosen.is_demo:
    c.SharedPasswordAuthenticator.user_password = os.environ[settings.PASSWORD_VARIABLE]
if chosen.authenticator == "native":
    c.NativeAuthenticator.open_signup = False
    c.NativeAuthenticator.minimum_password_length = 10
    c.NativeAuthenticator.check_common_password = True
    c.NativeAuthenticator.allowed_failed_logins = 5

# -- what a learner gets ---------------------------------------------------

spawner = spawners.spawner_class(chosen)
c.JupyterHub.spawner_class = spawner
c.Spawner.cmd = [sys.executable, str(HUB / "learner.py")]
c.Spawner.args = [
    "--LabApp.extension_manager=readonly",
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    # Otherwise any account of the machine could listen to a kernel.
    "--KernelManager.transport_encryption=auto",
    # A kernel that rests in an open tab takes memory like any other.
    f"--MappingKernelManager.cull_idle_timeout={idle}",
    f"--MappingKernelManager.cull_interval={every}",
    "--MappingKernelManager.cull_connected=True",
    "--log-level=ERROR",
]
c.Spawner.notebook_dir = "~/how-neural-networks-learn"
c.Spawner.default_url = "/lab/tree/notebooks/00_start_here.ipynb"
c.Spawner.disable_user_config = True
c.Spawner.mem_limit = chosen.memory
c.Spawner.cpu_limit = float(chosen.cpus)
threads = str(max(1, int(chosen.cpus)))
c.Spawner.environment = {
    "COURSE_LESSONS": str(chosen.lessons),
    "JUPYTERHUB_ACTIVITY_INTERVAL": str(activity),
    "PYTHONNOUSERSITE": "1",
    "JUPYTER_PREFER_ENV_PATH": "1",
    # A class shares the processor; more threads than that only wait for each other.
    "OPENBLAS_NUM_THREADS": threads,
    "OMP_NUM_THREADS": threads,
    "MKL_NUM_THREADS": threads,
}
c.Spawner.start_timeout = 180
c.Spawner.http_timeout = 120
c.Spawner.poll_interval = 10
if issubclass(spawner, spawners.AccountMixin):
    # The demo's only account is oneself, who needs tasks for other things too.
    c.Spawner.environment["COURSE_LIMIT_TASKS"] = "1"
c.SimpleLocalProcessSpawner.home_dir_template = str(chosen.state / "homes" / "{username}")
c.SystemdSpawner.isolate_tmp = True
c.SystemdSpawner.isolate_devices = True
c.SystemdSpawner.disable_user_sudo = True
c.SystemdSpawner.default_shell = "/bin/bash"

# -- idle servers make room ------------------------------------------------

c.JupyterHub.services = [
    {
        "name": "idle-culler",
        "command": [
            *(sys.executable, "-m", "jupyterhub_idle_culler"),
            *(f"--timeout={idle}", f"--cull-every={every}"),
        ],
    }
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "services": ["idle-culler"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    }
]

# -- the teacher's own words come last -------------------------------------

for name, options in chosen.config.items():
    for option, value in options.items():
        setattr(c[name], option, value)
