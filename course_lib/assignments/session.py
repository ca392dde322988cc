"""One learner's notebook in an isolated process: cells in order, and calls in between."""

import ast
import builtins
import copy
import itertools
import linecache
import time
import types

import numpy as np

from course_lib.practice.running import Call, differs

from .jail.wire import Malformed, Reader, Writer
from .sandbox import Died, Sandbox

__all__ = ["LearnersFunction", "Session"]

CELL_SECONDS = 10.0
NOTEBOOK_SECONDS = 120.0
GRACE = 2.0  # for the process to say itself that time was up; then it is ended
LONGEST_CELL = 100_000  # characters
NUMBERS = itertools.count(1)


class LearnersFunction:
    """Stands for a function that exists in the isolated process only.

    The check reads its source and its signature, from a function object that is made of the
    compiled text and never called.
    """

    def __init__(self, name, text):
        self.name = name
        self.__wrapped__ = _uncalled(name, text) or max  # (`max` has no readable signature.)

    def __call__(self, *args):
        raise RuntimeError("A learner's function is called only by its session.")


class Session:
    """Runs the cells of one notebook, in one isolated process at a time.

    A cell that does not come back, or ends the process, is left out from then on: a new process
    runs the others again. So every notebook is through in bounded time.

    Parameters
    ----------
    isolation : str
        Of `sandbox.ISOLATION`.
    seconds : float
        For the whole notebook.
    cell_seconds : float
        For one cell.
    """

    def __init__(self, isolation, *, seconds=NOTEBOOK_SECONDS, cell_seconds=CELL_SECONDS):
        self.isolation, self.seconds, self.cell_seconds = isolation, seconds, cell_seconds
        self.left = seconds
        self._sandbox = None
        self._cells = []

    def run(self, source):
        """Run a cell; returns why it failed, in words for the learner, or ""."""
        filename = f"<cell {next(NUMBERS)}>"
        if len(source) > LONGEST_CELL:
            return f"The cell is longer than {LONGEST_CELL:,} characters and was not run."
        _remember(filename, source)
        try:
            self._prepare()
        except Died as death:
            return str(death)
        self._cells.append((source, filename))
        return self._run(source, filename)

    def _run(self, source, filename):
        head = {"run": {"source": source, "filename": filename, "seconds": self.cell_seconds}}
        try:
            reply, _ = self._talk(head, b"", self.cell_seconds)
        except Died as death:
            self._cells.remove((source, filename))
            reason = "took too long" if death.late else "ended Python"
            return f"The cell {reason}; it was left out."
        error = reply.get("error")
        if not error:
            return ""
        if error.get("out_of_time"):
            self._cells.remove((source, filename))
            return f"The cell had not come back after {self.cell_seconds:g} seconds."
        kind, text = str(error["classes"][0])[:80], str(error["text"])[:500]
        line = error["lines"][-1][1] if error["lines"] else None
        if kind == "SystemExit":
            text = "the cell tries to end Python"
        return kind + (f": {text}" if text else "") + (f", on line {line} of it" if line else "")

    def function(self, name):
        """What a check gets as the learner's function `name`; None if no cell has made it."""
        self._prepare()
        reply, _ = self._talk({"has": name}, b"", 1.0)
        if not reply.get("has"):
            return None
        for _, filename in reversed(self._cells):
            text = "".join(linecache.cache[filename][2])
            if _uncalled(name, (text, filename)) is not None:
                return LearnersFunction(name, (text, filename))
        return LearnersFunction(name, None)

    def call(
        self,
        function,
        args,
        *,
        timeout,
        read_only=False,
        floating_point_errors="ignore",
        other_random_numbers=False,
    ):
        """What `course_lib.practice.running.call` does, in the isolated process."""
        functions, done = [], Call(args=copy.deepcopy(args))
        writer = Writer(functions)
        head = {
            "name": function.name,
            "args": writer.write(tuple(args)),
            "seconds": timeout,
            "read_only": read_only,
            "errors": floating_point_errors,
            "other_random_numbers": other_random_numbers,
        }

        def answer_call(reply, blob):
            return _answer_call(functions, reply, blob)

        try:
            self._prepare()
            reply, blob = self._talk({"call": head}, writer.blob, timeout, answer_call)
            self._read(done, reply, Reader(blob), args, read_only)
        except Died as death:
            done.timed_out = death.late
            if not death.late:
                done.error = SystemExit(str(death))
        except (Malformed, KeyError, TypeError, IndexError, AttributeError) as error:
            done.error = ValueError(f"Its result cannot be read: {error}")
        return done

    def _read(self, done, reply, reader, args, read_only):
        if "missing" in reply:
            done.error = NameError(f"The cell that made it was left out: {reply['missing']}")
            return
        done.printed = str(reply["printed"])[:2000]
        done.used_global_rng = bool(reply["used_global_rng"])
        if error := reply.get("error"):
            done.timed_out = bool(error["out_of_time"])
            done.stuck_at = [_place(*line) for line in error["lines"]]
            done.error = None if done.timed_out else _exception(error)
        else:
            done.value = reader.read(reply["value"])
        if not read_only:
            now = reader.read(reply["args"])
            if len(now) != len(args):
                raise Malformed("it gives back other arguments than it got")
            done.changed = tuple(
                i
                for i, (then, after) in enumerate(zip(args, now, strict=True))
                if not callable(then) and differs(after, then)
            )

    def _prepare(self):
        """See to a living process that has run all cells so far, but for those that end it."""
        while self._sandbox is None:
            if self.left <= 0:
                raise Died("The time for this notebook was up.", late=True)
            self._sandbox = Sandbox(self.isolation, cpu=int(self.left) + 5)
            for cell in tuple(self._cells):
                self._run(*cell)
                if self._sandbox is None:
                    break  # that cell is left out the next time

    def _talk(self, head, blob, seconds, answer_call=None):
        start = time.monotonic()
        try:
            limit = min(seconds, max(self.left, 0)) + GRACE
            return self._sandbox.ask(head, blob, seconds=limit, answer_call=answer_call)
        except Died:
            self._end()
            raise
        finally:
            self.left -= time.monotonic() - start

    def _end(self):
        if self._sandbox is not None:
            self._sandbox.close()
            self._sandbox = None

    def __enter__(self):
        return self

    def __exit__(self, *details):
        self._end()


def _answer_call(functions, reply, blob):
    """Call one of the grader's own functions for the isolated process."""
    try:
        function = functions[reply["function"]]
        args = Reader(blob).read(reply["args"])
        with np.errstate(all="ignore"):
            value = function(*args)
    except Exception as error:
        return {"refused": f"The function that you were given cannot take that: {error}"[:500]}, b""
    writer = Writer()
    return {"value": writer.write(value)}, writer.blob


def _remember(filename, source):
    """As IPython does, so that a message can show the line."""
    lines = source.splitlines(keepends=True)
    linecache.cache[filename] = (len(source), None, lines, filename)


def _uncalled(name, text):
    """A function object made of the last top-level `def` of that name; None without one.

    The isolated process has compiled the same text before, so that here it cannot surprise.
    """
    if text is None:
        return None
    source, filename = text
    try:
        tree = ast.parse(source)
        module = compile(source, filename, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    defined = [n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == name]
    codes = [
        code
        for code in module.co_consts
        if isinstance(code, types.CodeType) and code.co_name == name and not code.co_freevars
    ]
    if not defined or not codes:
        return None
    arguments = defined[-1].args
    function = types.FunctionType(codes[-1], {}, name, (None,) * len(arguments.defaults))
    function.__kwdefaults__ = {
        argument.arg: None
        for argument, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if value is not None
    }
    return function


def _place(filename, line):
    """(code, line number) as a traceback has it."""
    return compile("", str(filename), "exec"), int(line)


def _exception(error):
    """An exception of the same classes and text, with a traceback through the same lines."""
    classes = [str(name) for name in error["classes"]]
    base = next(
        kind
        for kind in (getattr(builtins, name, None) for name in [*classes, "Exception"])
        if isinstance(kind, type) and issubclass(kind, BaseException)
    )
    kind = base if base.__name__ == classes[0] else type(classes[0][:80], (base,), {})
    made = kind.__new__(kind)
    made.args = (str(error["text"]),)
    if isinstance(made, NameError):
        made.name = error["name"]
    shapes = {
        str(name): np.broadcast_to(0.0, [int(size) for size in shape])
        for name, shape in error["shapes"].items()
    }
    for filename, line in error["lines"][-1:]:
        code = compile("\n" * (min(int(line), 100_000) - 1) + "raise error_", str(filename), "exec")
        try:
            exec(code, {"error_": made}, shapes | {"error_": made})
        except BaseException as raised:
            return raised.with_traceback(raised.__traceback__.tb_next)
    return made
