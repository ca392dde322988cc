"""What the person at the keyboard can put right."""

__all__ = ["Problem"]


class Problem(Exception):
    """The text says what is wrong and what to do."""
