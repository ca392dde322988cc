"""Find the line of the learner's code that a message is about."""

import ast
import functools
import inspect
import linecache
import os
import re
import sysconfig
import textwrap
import types
from dataclasses import dataclass

__all__ = ["CodeLine", "Source", "error_line", "loop_line", "statement_at"]

LOOPS = ast.For | ast.While


@dataclass(frozen=True)
class CodeLine:
    """A line as the learner sees it: its number in the cell or file, and its text."""

    number: int
    text: str

    def __str__(self):
        return f"line {self.number}:  {self.text}"


class Source:
    """The source of a learner's function, if it can be read (it can in a notebook cell)."""

    def __init__(self, function):
        self.lines, self.first, self.tree = [], 0, None
        code = code_of(function)
        if code is None:
            return
        try:
            lines, first = inspect.getsourcelines(code)
            tree = ast.parse(textwrap.dedent("".join(lines)))
        except (OSError, TypeError, SyntaxError, ValueError):
            return
        self.first = max(first, 1)
        self.lines = [line.strip() for line in lines]
        self.tree = next(
            (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)), None
        )

    def line(self, node):
        """The line on which a node of the tree begins."""
        return CodeLine(self.first + node.lineno - 1, self.lines[node.lineno - 1])

    def matching(self, pattern):
        """The first statement, docstring apart, in whose first line the pattern is found."""
        if self.tree is None or not pattern:
            return None
        for node in self._statements():
            code = self.lines[node.lineno - 1].split("#")[0]
            if re.search(pattern, code):
                return self.line(node)
        return None

    def output(self, position, count):
        """The line that makes the output at `position` of `count`.

        The expression that is returned, or, if that is a name, the last assignment to it.
        """
        if self.tree is None:
            return None
        returns = [node for node in self._statements() if isinstance(node, ast.Return)]
        if not returns or returns[-1].value is None:
            return None
        value = returns[-1].value
        if count > 1 and isinstance(value, ast.Tuple | ast.List) and len(value.elts) == count:
            value = value.elts[position]
        if isinstance(value, ast.Name):
            made = [node for node in self._statements() if value.id in _assigned(node)]
            if made:
                return self.line(made[-1])
        return self.line(value)

    def last_line(self):
        """The last statement: the `return`, or where one is missing."""
        statements = self._statements() if self.tree is not None else []
        return self.line(statements[-1]) if statements else None

    def is_same_code_as(self, source):
        """Whether the function's body is that of another source, comments and layout apart."""
        if self.tree is None:
            return False
        bodies = []
        for function in (self.tree, ast.parse(source).body[0]):
            body = function.body
            if ast.get_docstring(function) is not None:
                body = body[1:]
            bodies.append([ast.dump(statement) for statement in body])
        return bodies[0] == bodies[1]

    def _statements(self):
        """All statements inside the function, in the order of the lines, docstring apart."""
        body = self.tree.body[1:] if ast.get_docstring(self.tree) else self.tree.body
        found = [node for part in body for node in ast.walk(part) if isinstance(node, ast.stmt)]
        return sorted(found, key=lambda node: node.lineno)


def code_of(function):
    """The code object behind a function, method or partial; None if there is none."""
    while isinstance(function, functools.partial):
        function = function.func
    function = inspect.unwrap(function) if callable(function) else function
    function = getattr(function, "__func__", function)
    if not isinstance(function, types.FunctionType):
        function = type(function).__call__ if callable(function) else None
    return getattr(function, "__code__", None)


def error_line(error, function):
    """Where an exception left the learner's code.

    Returns
    -------
    line : CodeLine or None
    frame : frame or None
        For a look at the variables.
    """
    frames = []
    step = error.__traceback__
    while step is not None:
        frames.append((step.tb_frame, step.tb_lineno))
        step = step.tb_next
    own = code_of(function)
    for frame, number in reversed(frames):
        if _is_learners(frame.f_code, own):
            return _line_of(frame.f_code, number), frame
    return None, None


def loop_line(stuck_at, function):
    """The loop that never ends, or else the line that never returns.

    Parameters
    ----------
    stuck_at : list of (code, line number)
        Frames, outermost first.
    """
    own = code_of(function)
    learners = [(code, number) for code, number in stuck_at if _is_learners(code, own)]
    for code, number in learners:
        loops = [node for node in _around(code, number) if isinstance(node, LOOPS)]
        # A `for` inside a `while` ends; the line within it would change from run to run.
        for kind in (ast.While, ast.For):
            for loop in loops:
                if isinstance(loop, kind):
                    return _line_of(code, loop.lineno)
    return _line_of(*learners[-1]) if learners else None


def statement_at(code, number):
    """The smallest statement that holds a line, as a syntax tree; None if there is no source."""
    around = _around(code, number)
    return around[-1] if around else None


def _around(code, number):
    """All statements that hold a line of a file or cell, outermost first."""
    lines = linecache.getlines(code.co_filename)
    try:
        tree = ast.parse("".join(lines))
    except (SyntaxError, ValueError):
        return []
    holding = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= number <= node.end_lineno
    ]
    return sorted(holding, key=lambda node: (node.lineno, -node.end_lineno))


def _line_of(code, number):
    text = linecache.getline(code.co_filename, number).strip()
    return CodeLine(number, text) if text else None


def _is_learners(code, own):
    if own is not None and code.co_filename == own.co_filename:
        return True
    path = os.path.abspath(code.co_filename)
    return bool(linecache.getline(code.co_filename, code.co_firstlineno)) and not any(
        path.startswith(folder + os.sep) for folder in _library_folders()
    )


@functools.cache
def _library_folders():
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    here = os.path.dirname(os.path.abspath(__file__))
    return {*(sysconfig.get_paths()[name] for name in names), os.path.dirname(here)}


def _assigned(statement):
    """Names that a statement gives a value to; `x[i] = …` counts for x."""
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AugAssign | ast.AnnAssign):
        targets = [statement.target]
    else:
        return set()
    names = set()
    for target in targets:
        for part in target.elts if isinstance(target, ast.Tuple | ast.List) else [target]:
            while isinstance(part, ast.Subscript | ast.Attribute | ast.Starred):
                part = part.value
            if isinstance(part, ast.Name):
                names.add(part.id)
    return names
