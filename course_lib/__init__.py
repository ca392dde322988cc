"""How neural networks learn: the package behind the course notebooks.

Import what you need: `course_lib.nn`, `course_lib.data`, `course_lib.demos`.
This file imports nothing, so that `import course_lib.nn` stays fast.
"""
