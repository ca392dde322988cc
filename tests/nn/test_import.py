"""What `import course_lib.nn` loads beside numpy."""

import subprocess
import sys

CODE = """
import sys
import numpy
before = set(sys.modules)
import course_lib.nn
print(*(set(sys.modules) - before))
"""


def test_neither_another_package_nor_random_numbers_are_loaded():
    # numpy.random takes longer than all of nn; numpy itself loads it when it is first used.
    answer = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=True
    )
    loaded = set(answer.stdout.split())
    packages = {name.partition(".")[0] for name in loaded} - sys.stdlib_module_names
    assert packages <= {"course_lib", "numpy"}
    assert not any(name.startswith("numpy.random") for name in loaded)
