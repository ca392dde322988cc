"""Stands in for pip: installs empty packages in a moment, or fails in the way a test wants.

Like pip, it takes a package for installed when its dist-info folder is there, copies the
package's files first and writes the record of them last.
"""

import json
import os
import signal
import sys
import sysconfig
import time

SITE = sysconfig.get_path("purelib")
REPORT = """
import json, os, sys
print("RUN " + json.dumps([__name__, os.getcwd(), sys.argv[1:], dict(os.environ)]))
"""
BASE = {
    "numpy": {"numpy/__init__.py": "", "numpy/core.py": "pass\n", "numpy/empty.py": ""},
    "matplotlib": {"matplotlib/__init__.py": "", "matplotlib/font_manager.py": "pass\n"},
    "jupyter_server": {"jupyter_server/__init__.py": "pass\n"},
    "jupyterlab": {"jupyterlab/__init__.py": "", "jupyterlab/__main__.py": REPORT},
    "ipykernel": {"ipykernel.py": "pass\n"},
    "ipywidgets": {"ipywidgets.py": "pass\n"},
    "anywidget": {"anywidget.py": "pass\n"},
    "tqdm": {"tqdm.py": "pass\n"},
}
EXTRAS = {
    "test": {"pytest": {"pytest/__init__.py": "", "pytest/__main__.py": REPORT}},
    "browser": {"playwright": {"playwright.py": "pass\n"}},
    "oracle": {"torch": {"torch.py": "pass\n"}},
}


def write(path, text):
    path = os.path.join(SITE, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def install(name, files, stop_before=None):
    """Write the files, then the description, then the record, unless stopped before."""
    info = name + "-1.0.dist-info"
    if os.path.isdir(os.path.join(SITE, info)):
        return
    steps = [*files.items(), (info + "/METADATA", f"Name: {name}\n")]
    record = "".join(f"{path},sha256=x,{len(text)}\n" for path, text in steps)
    steps.append((info + "/RECORD", record + info + "/RECORD,,\n"))
    for path, text in steps[:stop_before]:
        write(path, text)


def end_as_wished(ending):
    if ending == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    write("pip-waits", "")
    while True:
        time.sleep(0.05)


def main():
    with open("pip-calls", "a") as file:
        file.write(json.dumps(sys.argv[1:]) + "\n")
    mode = json.loads(os.environ.get("FAKE_PIP", "{}"))
    time.sleep(mode.get("seconds", 0))
    if "says" in mode:
        print(mode["says"])
        sys.exit(mode.get("exit", 1))
    target = sys.argv[-1]
    packages = dict(BASE)
    for extra in target.strip(".[]").split(","):
        packages.update(EXTRAS.get(extra, {}))
    if mode.get("broken"):
        packages["numpy"] = {"numpy/__init__.py": "raise ImportError('numpy is broken')\n"}
    for number, (name, files) in enumerate(packages.items()):
        if mode.get("stops_at") == number:
            install(name, files, mode["stops_before"])
            end_as_wished(mode["ending"])
        install(name, files)
    install("the_course", {"the_course.pth": os.getcwd() + "\n"})


main()
