"""How many processor cores share a matrix product."""

from contextlib import AbstractContextManager

from threadpoolctl import ThreadpoolController

__all__ = ["one_thread", "use_one_thread"]

# Those of numpy, which is loaded by now.
_libraries = ThreadpoolController()


def one_thread() -> AbstractContextManager:
    """A context: inside it, one core multiplies matrices.

    The matrices of a small network are done before a second core could help much, and while
    something else is busy there, such as a browser that draws, the first core waits for it: a
    training step then takes many times as long.
    """
    return _libraries.limit(limits=1, user_api="blas")


def use_one_thread():
    """Let one core multiply matrices from here on, in this kernel; see `one_thread`."""
    _libraries.limit(limits=1, user_api="blas")
