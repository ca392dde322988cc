"""New demos, exercises and lessons to fill in: each begins as a small one that passes all tests.

``python3 course.py new demo NAME``, ``new exercise LESSON NAME``, ``new lesson NN_name "Title"``.
What is written comes from the files in ``templates``. Either all of it is written, or nothing.
"""
