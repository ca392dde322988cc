"""A learner's server, from its first moment: limits, a private folder, the lessons, JupyterLab.

The hub starts this as the learner. It needs nothing of the hub but variables of the environment,
so it is the same under any spawner, and in a container.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from course_hub import lessons, limits

FOLDER = "how-neural-networks-learn"


def main(arguments):
    os.umask(0o077)  # what is written from here on is the learner's alone
    limits.set_limits(os.environ)
    home = Path.home()
    source = os.environ.get("COURSE_LESSONS")
    if source:
        lessons.fetch(source, home / FOLDER)
    else:
        (home / FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
    sys.stdout.flush()
    command = [sys.executable, "-m", "jupyterhub.singleuser", *arguments]
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
