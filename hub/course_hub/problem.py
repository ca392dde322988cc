"""What the teacher can put right."""


class Problem(Exception):
    """A sentence that says what is wrong and what to do; shown without a traceback."""
