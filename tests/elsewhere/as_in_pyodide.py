"""Run lessons' cells in this Python as far as possible like in Pyodide, the Python in a browser.

What Pyodide lacks fails here as it does there: threads do not start (``RuntimeError: can't start
new thread``), no process does, and neither fcntl nor msvcrt is there. Each cell's value is asked
for its output, as a notebook would.
"""

import ast
import asyncio
import json
import subprocess
import sys
import threading
import traceback
from pathlib import Path

MISSING = ("fcntl", "msvcrt", "multiprocessing", "tkinter", "curses", "termios", "grp", "pwd")


class Missing:
    """Finds no module of those."""

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in MISSING:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def refuse_threads(*_, **__):
    raise RuntimeError("can't start new thread")


def refuse_processes(*_, **__):
    raise OSError(138, "Not supported")


def become_like_pyodide():
    for name in MISSING:
        sys.modules.pop(name, None)
    sys.meta_path.insert(0, Missing())
    threading.Thread.start = refuse_threads
    subprocess.Popen.__init__ = refuse_processes


async def run(path):
    """What went wrong in a notebook: one line a cell."""
    names = {"__name__": "__main__"}
    wrong = []
    for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        try:
            exec(compile(tree, f"cell {number}", "exec"), names)
            if last is not None:
                value = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), names)
                getattr(value, "_repr_mimebundle_", dict)()
        except Exception:
            wrong.append(f"{path.stem}, cell {number}: {traceback.format_exc(limit=-1)}")
        await asyncio.sleep(0)
    return wrong


if __name__ == "__main__":
    become_like_pyodide()
    import matplotlib

    matplotlib.use("agg")
    wrong = [line for word in sys.argv[1:] for line in asyncio.run(run(Path(word)))]
    print("\n".join(wrong) or "all cells ran")
