"""What `import course_lib.nn` loads."""

import subprocess
import sys

CODE = """
import sys
import numpy
before = set(sys.modules)
import course_lib.nn
loaded = {name for name in set(sys.modules) - before if not name.startswith("course_lib")}
print(*sorted(name for name in loaded if name.partition(".")[0] not in sys.stdlib_module_names))
"""


def test_it_brings_in_nothing_that_takes_long_to_load():
    # numpy.random takes longer than all of nn; numpy loads it when it is first used.
    answer = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=True
    )
    assert set(answer.stdout.split()) <= {"numpy.typing"}
