"""The isolated process: runs the cells of one notebook, and calls the learner's functions.

It is told one thing after another on its standard input: the source of a cell, or a name and
arguments. It is given no right answer and no score, so that there is nothing here to find and
nothing to fake: what it says about a call is what the function returned.
"""

import contextlib
import copy
import io
import os
import random
import re
import signal
import sys
import types
import warnings

import numpy as np

from .limits import refuse_the_rest, set_limits
from .wire import Reader, Writer, read_message, write_message

__all__ = ["main"]

KEPT_TEXT = 2000
MAGIC = re.compile(r"^(\s*)[%!?].*$", re.M)
GONE = "The course's own library is not there when a notebook is graded: use NumPy alone."


class _OutOfTime(BaseException):
    """The learner's code has had its time."""


class _Text(io.StringIO):
    """Keeps the beginning of what is written and forgets the rest."""

    def write(self, text):
        if self.tell() < KEPT_TEXT:
            super().write(text[: KEPT_TEXT - self.tell()])
        return len(text)


def main(settings):
    """Serve until the grader closes the line.

    Parameters
    ----------
    settings : dict
        ``uid`` to become (None: as it is), ``memory`` in bytes, ``cpu`` in seconds.
    """
    # The line to the grader is taken from where foreign code looks first.
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    set_limits(**settings)
    jail = _Jail(requests, replies)
    refuse_the_rest()
    os.dup2(nothing, 2)  # only now: until here it says why it cannot start
    write_message(replies, {"ready": 1})
    with contextlib.suppress(EOFError):
        while True:
            jail.serve()
    os._exit(0)


class _Jail:
    def __init__(self, requests, replies):
        self.requests, self.replies = requests, replies
        self.names = {"np": np, "__name__": "__main__", "__builtins__": __builtins__}
        _stand_in_for_the_course()
        if hasattr(signal, "SIGALRM"):
            signal.signal(signal.SIGALRM, _out_of_time)

    def serve(self):
        head, blob = read_message(self.requests)
        writer = Writer()
        if "has" in head:
            reply = {"has": self.names.get(head["has"]) is not None}
        elif "run" in head:
            reply = self.run(**head["run"])
        else:
            reply = self.call(blob, writer, **head["call"])
        write_message(self.replies, reply, writer.blob)

    def run(self, source, filename, seconds):
        """Execute a cell; the reply says how it failed, if it did."""
        done = {}
        with _quiet() as text:
            try:
                code = _compiled(source, filename)
                with _deadline(seconds), np.errstate(all="ignore"):
                    exec(code, self.names)
            except BaseException as error:
                done["error"] = _told(error)
        return done | {"printed": text.getvalue()}

    def call(self, blob, writer, name, args, seconds, read_only, errors, other_random_numbers):
        """Call a function; the reply holds what it returned, and the arguments as they are now."""
        function = self.names.get(name)
        if function is None:
            return {"missing": name}
        given = Reader(blob, self.grader_function).read(args)
        if read_only:
            _make_read_only(given)
        done = {}
        state, global_state = random.getstate(), np.random.get_state(legacy=False)  # noqa: NPY002
        if other_random_numbers:
            random.seed(random.random())
            np.random.seed(random.getrandbits(32))  # noqa: NPY002
        before = _drawn()
        with _quiet() as text:
            try:
                with _deadline(seconds), np.errstate(all=errors, under="ignore"):
                    value = function(*given)
                done["value"] = writer.write(value)
            except BaseException as error:
                done["error"] = _told(error)
        done["used_global_rng"] = before != _drawn()
        random.setstate(state)
        np.random.set_state(global_state)  # noqa: NPY002
        done["args"] = writer.write(tuple(given))
        return done | {"printed": text.getvalue()}

    def grader_function(self, position):
        """A function among the arguments: it is the grader's, and it is run there."""

        def function(*args):
            writer = Writer()
            head = {"function": position, "args": writer.write(copy.deepcopy(args))}
            write_message(self.replies, head, writer.blob)
            reply, blob = read_message(self.requests)
            if "refused" in reply:
                raise TypeError(reply["refused"])
            return Reader(blob).read(reply["value"])

        return function


def _compiled(source, filename):
    try:
        return compile(source, filename, "exec", dont_inherit=True)
    except SyntaxError:
        # Commands of IPython (%time, !ls) are no Python and are left out.
        plain = MAGIC.sub(r"\1pass", source)
        if plain == source:
            raise
        return compile(plain, filename, "exec", dont_inherit=True)


@contextlib.contextmanager
def _quiet():
    text = _Text()
    with (
        contextlib.redirect_stdout(text),
        contextlib.redirect_stderr(text),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield text


@contextlib.contextmanager
def _deadline(seconds):
    """Raise `_OutOfTime` in what runs too long, again and again if it is caught.

    Where the system has no alarms, the grader ends the whole process instead.
    """
    if not hasattr(signal, "setitimer"):
        yield
        return
    global _running
    signal.setitimer(signal.ITIMER_REAL, seconds, 0.1)
    _running = True
    try:
        yield
    finally:
        _running = False
        signal.setitimer(signal.ITIMER_REAL, 0)


_running = False


def _out_of_time(number, frame):
    if _running:
        raise _OutOfTime


def _told(error):
    """An exception in words: its classes, its text, and the lines of cells that it came through."""
    try:
        text = str(error.msg if isinstance(error, SyntaxError) else error)[:500]
    except BaseException:
        text = ""
    lines, shapes = [], {}
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        if code.co_filename.startswith("<cell"):
            lines.append([code.co_filename, step.tb_lineno])
            shapes = _shapes(step.tb_frame)
        step = step.tb_next
    if isinstance(error, SyntaxError) and isinstance(error.lineno, int):
        lines.append([str(error.filename), error.lineno])
    name = getattr(error, "name", None)
    return {
        "out_of_time": isinstance(error, _OutOfTime),
        "classes": [kind.__name__ for kind in type(error).__mro__],
        "text": text,
        "name": name if isinstance(name, str) else None,
        "lines": lines[:20] + lines[20:][-20:],
        "shapes": shapes,
    }


def _shapes(frame):
    found = {}
    for name, value in list(frame.f_locals.items())[:50]:
        if type(value) is np.ndarray:
            found[name] = list(value.shape)
    return found


def _make_read_only(value):
    if isinstance(value, np.ndarray):
        value.flags.writeable = False
    elif isinstance(value, list | tuple):
        for part in value:
            _make_read_only(part)


def _drawn():
    """What changes when a global random generator is used."""
    state = np.random.get_state(legacy=False)["state"]  # noqa: NPY002
    return random.getstate(), state["pos"], state["key"].tobytes()


def _stand_in_for_the_course():
    """`from course_lib.practice import check` works and does nothing; the rest is refused."""

    class Refuse:
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name.partition(".")[0] == "course_lib":
                raise ImportError(GONE, name=name)

    course, practice = types.ModuleType("course_lib"), types.ModuleType("course_lib.practice")
    course.__path__ = practice.__path__ = []
    course.practice = practice
    practice.check = practice.exercise = lambda *args, **options: None
    sys.modules.update({"course_lib": course, "course_lib.practice": practice})
    sys.meta_path.insert(0, Refuse)
