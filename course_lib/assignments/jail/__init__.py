"""What runs inside the isolated process: Python's library, NumPy, and nothing of the course.

`sandbox` copies this folder to where the process can read it. `wire` is used on both sides.
"""
