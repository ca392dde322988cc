"""Call a learner's function so that nothing it does can hurt: endless loops, printing, changes.

The call runs in a thread of its own, because that is the one way to come back from an endless
loop that works in a notebook on every system: the function lives in the notebook's namespace,
so no other process can see it, and signals exist neither on Windows nor outside the main thread.
"""

import contextlib
import contextvars
import copy
import ctypes
import io
import random
import sys
import threading
import time
import warnings
from dataclasses import dataclass, field

import numpy as np

__all__ = ["Call", "call", "differs"]

KEPT_TEXT = 2000  # characters of what a function prints
PATIENCE = 1.0  # seconds that a stopped thread gets to end


@dataclass
class Call:
    """What one call did.

    Attributes
    ----------
    value : object
        What it returned, if it did.
    error : BaseException or None
        What it raised.
    timed_out : bool
    stuck_at : list of (code, line number)
        The frames at the deadline, outermost first; only if timed out.
    still_running : bool
        The thread could not be ended: it waits in a call that Python cannot break off.
    args : tuple
        The copies of the arguments that it got, as they are now.
    changed : tuple of int
        Positions of arguments that it changed.
    used_global_rng : bool
        It drew from `numpy.random` or `random`. Their states are put back in any case.
    printed : str
        The beginning of what it printed.
    """

    value: object = None
    error: BaseException | None = None
    timed_out: bool = False
    stuck_at: list = field(default_factory=list)
    still_running: bool = False
    args: tuple = ()
    changed: tuple = ()
    used_global_rng: bool = False
    printed: str = ""


def call(
    function,
    args,
    *,
    timeout,
    read_only=False,
    floating_point_errors="ignore",
    other_random_numbers=False,
):
    """Call `function` on copies of `args`, for at most `timeout` seconds.

    Parameters
    ----------
    function : callable
    args : tuple
        Never changed.
    timeout : float
        In seconds.
    read_only : bool
        Make writing to an array argument raise, so that the traceback shows where it happens.
    floating_point_errors : str
        NumPy's reaction to overflow and invalid operations: "ignore" or "raise".
    other_random_numbers : bool
        Let the global generators give other numbers than in a call without this.

    Returns
    -------
    Call
    """
    given = copy.deepcopy(args)
    if read_only:
        _make_read_only(given)
    done = Call(args=given)

    def work():
        try:
            with np.errstate(all=floating_point_errors, under="ignore"):
                done.value = function(*given)
        except BaseException as error:  # also SystemExit: nothing may end the kernel
            done.error = error
        finally:
            sys.settrace(None)

    text = _Text()
    # The states are read after the copies are made: copying must not count as drawing.
    states = _random_states()
    if other_random_numbers:
        random.seed(random.random())
        np.random.seed(random.getrandbits(32))  # noqa: NPY002
    with (
        contextlib.redirect_stdout(text),
        contextlib.redirect_stderr(text),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        _run_in_thread(work, timeout, done)
    done.printed = text.kept
    done.used_global_rng = _restore_random_states(states) and not other_random_numbers
    if not read_only:
        done.changed = tuple(
            i for i, (now, then) in enumerate(zip(given, args, strict=True)) if differs(now, then)
        )
    return done


def _run_in_thread(work, timeout, done):
    thread = threading.Thread(
        target=contextvars.copy_context().run, args=(work,), daemon=True, name="learner"
    )
    try:
        thread.start()
    except RuntimeError:  # a Python without threads, such as Pyodide: no deadline then
        work()
        return
    try:
        thread.join(timeout)
        if thread.is_alive():
            done.timed_out = True
            done.stuck_at = _frames(thread)
    finally:  # also when the learner interrupts the kernel while waiting
        if thread.is_alive():
            done.still_running = not _end(thread)


def _frames(thread):
    frames = []
    frame = sys._current_frames().get(thread.ident)
    while frame is not None:
        frames.append((frame.f_code, frame.f_lineno))
        frame = frame.f_back
    return frames[::-1]


def _end(thread):
    """Raise `_Ended` in the thread until it ends; returns whether it did."""
    give_up = time.monotonic() + PATIENCE
    while thread.is_alive() and time.monotonic() < give_up:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident), ctypes.py_object(_Ended)
        )
        thread.join(0.01)
    return not thread.is_alive()


class _Ended(SystemExit):
    """Ends a learner's thread; `except Exception` does not stop it.

    A bare `except:` in the loop would. But an exception that arrives from outside is made in the
    thread that it arrives in, and there it also sees to it that the next line, the one in the
    `except:`, raises again.
    """

    def __init__(self):
        super().__init__()
        sys.settrace(_raise_again)
        frame = sys._getframe(1)
        while frame is not None and frame.f_globals is not globals():
            frame.f_trace = _raise_again
            frame = frame.f_back


def _raise_again(frame, event, arg):
    raise _Ended


class _Text(io.TextIOBase):
    """Keeps the beginning of what is written and forgets the rest."""

    def __init__(self):
        self.kept = ""

    def writable(self):
        return True

    def write(self, text):
        if len(self.kept) < KEPT_TEXT:
            self.kept += text[: KEPT_TEXT - len(self.kept)]
        return len(text)


def _random_states():
    return random.getstate(), np.random.get_state(legacy=False)  # noqa: NPY002


def _restore_random_states(states):
    """Put both global generators back; returns whether one had been used."""
    used = random.getstate() != states[0] or differs(_random_states()[1], states[1])
    if used:
        random.setstate(states[0])
        np.random.set_state(states[1])  # noqa: NPY002
    return used


def _make_read_only(value):
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, list | tuple):
        for part in value:
            _make_read_only(part)


def differs(one, other):
    """Whether two arguments differ in any value, type or shape, however nested."""
    if type(one) is not type(other):
        return True
    if isinstance(one, np.ndarray):
        return one.dtype != other.dtype or not np.array_equal(
            one, other, equal_nan=one.dtype.kind == "f"
        )
    if isinstance(one, list | tuple):
        return len(one) != len(other) or any(map(differs, one, other))
    if isinstance(one, dict):
        return one.keys() != other.keys() or any(differs(one[key], other[key]) for key in one)
    return not (callable(one) or one == other)
