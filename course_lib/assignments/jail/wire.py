"""Messages between the grader and the isolated process: numbers and text, never objects.

A message is JSON and the bytes of its arrays. Nothing in it is executed or unpickled when it is
read, so that a process that runs foreign code may write whatever it likes.
"""

import json
import math
import struct

import numpy as np

__all__ = ["MOST_BYTES", "Malformed", "Reader", "Writer", "read_message", "write_message"]

LENGTHS = struct.Struct(">QQ")
MOST_BYTES = 32 * 2**20
MOST_PARTS = 100_000
DEEPEST = 12
NUMERIC = "fiubc"


class Malformed(Exception):
    """A message that is too large, incomplete, or no message."""


def write_message(stream, head, blob=b""):
    """Write one message: a JSON-able `head`, and the bytes that its arrays point to."""
    text = json.dumps(head).encode()
    stream.write(LENGTHS.pack(len(text), len(blob)) + text + bytes(blob))
    stream.flush()


def read_message(stream):
    """The next message as (head, blob); raises `EOFError` at the end, `Malformed` at nonsense."""
    lengths = _read(stream, LENGTHS.size)
    text, blob = LENGTHS.unpack(lengths)
    if text > MOST_BYTES or blob > MOST_BYTES:
        raise Malformed("The result is too large.")
    try:
        head = json.loads(_read(stream, text))
    except (ValueError, RecursionError) as error:
        raise Malformed("What came back is no message.") from error
    if not isinstance(head, dict):
        raise Malformed("What came back is no message.")
    return head, _read(stream, blob)


def _read(stream, count):
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data


class Writer:
    """Turns values into JSON; collects the bytes of arrays in `blob`.

    Parameters
    ----------
    functions : list, optional
        Takes up functions among the values; the other side calls them by their position.
    """

    def __init__(self, functions=None):
        self.blob = bytearray()
        self.functions = functions
        self.parts = 0

    def write(self, value, depth=0):
        self.parts += 1
        if depth > DEEPEST or self.parts > MOST_PARTS:
            return {"other": type(value).__name__}
        if value is None or value is True or value is False:
            return {"is": value}
        if value is Ellipsis:
            return {"ellipsis": 1}
        kind = type(value)
        if kind is int and abs(value) < 2**63:
            return {"int": value}
        if kind is float:
            return {"float": value if math.isfinite(value) else str(value)}
        if kind is complex:
            return {"complex": [str(value.real), str(value.imag)]}
        if kind is str:
            return {"str": value[:1000]}
        if isinstance(value, np.generic) and value.dtype.kind in NUMERIC:
            return {"scalar": self._array(np.asarray(value))}
        if isinstance(value, np.ndarray):
            return self._any_array(np.asarray(value))
        if kind in (list, tuple):
            return {kind.__name__: [self.write(part, depth + 1) for part in value]}
        if self.functions is not None and callable(value):
            self.functions.append(value)
            return {"function": len(self.functions) - 1}
        return {"other": kind.__name__}

    def _any_array(self, value):
        if value.dtype.kind not in NUMERIC:
            return {"objects": [value.dtype.kind, list(value.shape)]}
        if len(self.blob) + value.nbytes > MOST_BYTES:
            return {"other": "array of more than 32 MB"}
        return {"array": self._array(value)}

    def _array(self, value):
        start = len(self.blob)
        self.blob += np.ascontiguousarray(value).tobytes()
        return [value.dtype.str, list(value.shape), start]


class Reader:
    """Turns what a `Writer` made back into values.

    Parameters
    ----------
    blob : bytes
    make_function : callable (position) → callable, optional
    """

    def __init__(self, blob, make_function=None):
        self.blob = blob
        self.make_function = make_function

    def read(self, node, depth=0):
        try:
            ((kind, content),) = node.items()
            if depth > DEEPEST + 1:
                raise ValueError(kind)
            return getattr(self, "_" + kind)(content, depth)
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
            raise Malformed("What came back is no result.") from error

    def _is(self, content, depth):
        return {None: None, True: True, False: False}[content]

    def _ellipsis(self, content, depth):
        return ...

    def _int(self, content, depth):
        return int(content)

    def _float(self, content, depth):
        return float(content)

    def _complex(self, content, depth):
        return complex(*map(float, content))

    def _str(self, content, depth):
        return str(content)

    def _scalar(self, content, depth):
        return self._array(content, depth)[()]

    def _array(self, content, depth):
        dtype, shape, start = content
        dtype = np.dtype(dtype)
        if dtype.kind not in NUMERIC or not all(type(size) is int and size >= 0 for size in shape):
            raise ValueError(dtype)
        count = math.prod(shape)
        if type(start) is not int or start < 0 or start + count * dtype.itemsize > len(self.blob):
            raise ValueError(start)
        # A copy: aligned, and not read-only.
        return np.frombuffer(self.blob, dtype, count, start).reshape(shape).copy()

    def _objects(self, content, depth):
        kind, shape = content
        size = math.prod(int(size) for size in shape)
        return np.empty(shape if 0 <= size < 1000 else (0,), object if kind == "O" else "U1")

    def _list(self, content, depth):
        return [self.read(part, depth + 1) for part in content]

    def _tuple(self, content, depth):
        return tuple(self._list(content, depth))

    def _function(self, content, depth):
        return self.make_function(content)

    def _other(self, content, depth):
        # Only its name is of interest: "yours is a generator".
        return type(str(content)[:80], (), {})()
