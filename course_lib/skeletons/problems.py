"""The error of a wish that cannot be granted."""

__all__ = ["Problem"]


class Problem(Exception):
    """Something that the person can mend; the text says what is wrong and what to do."""
