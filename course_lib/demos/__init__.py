"""The demos of the lessons: for each a pure model, and the figure or panel that shows it.

Nothing is imported here, so that `course_lib.demos.recipes` needs no figure and no widget.
"""
