"""Memory and start time of each learner on a hub, alone and eight at once; needs root.

Writes its table into docs/classroom.md. `python benchmarks/hub.py --learners 20` tries more.
"""

import argparse
import contextlib
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from harness import HERE, Spread, machine, table

ROOT = HERE.parent
GUIDE = ROOT / "docs" / "classroom.md"
LESSON = "notebooks/10_train_mnist.ipynb"
sys.path[:0] = [str(ROOT / "tests" / "hub"), str(ROOT / "hub")]


def proportional_megabytes(numbers):
    """Memory of processes in MB, what several of them share being counted in parts."""
    total = 0
    for number in numbers:
        with contextlib.suppress(OSError):
            text = Path(f"/proc/{number}/smaps_rollup").read_text()
            total += int(re.search(r"^Pss:\s+(\d+) kB", text, re.M)[1])
    return total / 1000


def descendants(number):
    """Ids of a process and of all it has started."""
    found = [number]
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{number}/task/{number}/children").read_text()
        for child in text.split():
            found += descendants(int(child))
    return found


def seconds(action, *arguments):
    begin = time.perf_counter()
    result = action(*arguments)
    return time.perf_counter() - begin, result


def measure(hub, names):
    """What each of these learners waited for and used, all at once."""
    from class_hub import processes

    barrier = Barrier(len(names))

    def work(name):
        learner = hub.learner(name)
        learner.log_in()
        barrier.wait()
        start, _ = seconds(learner.start_server)
        barrier.wait()
        server = proportional_megabytes(processes(name))
        barrier.wait()
        cells = [c for c in learner.notebook(LESSON)["cells"] if c["cell_type"] == "code"]
        (last,) = [i for i, c in enumerate(cells) if "loss, accuracy = evaluate(" in c["source"]]
        code = ["".join(cell["source"]) for cell in cells[: last + 1]]
        first_cell, kernel = seconds(first, learner, code[0])
        barrier.wait()
        lesson, _ = seconds(lambda: [kernel.run(cell) for cell in code[1:]])
        barrier.wait()
        return start, first_cell, lesson, server, proportional_megabytes(processes(name))

    def first(learner, code):
        kernel = learner.kernel(LESSON)
        kernel.run(code)
        return kernel

    with ThreadPoolExecutor(len(names)) as pool:
        return list(zip(*pool.map(work, names), strict=True))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--learners", type=int, default=8)
    number = parser.parse_args().learners
    from class_hub import ClassHub

    columns = {}
    with ClassHub(learners=number + 1, authenticator="pam") as hub:
        columns["one learner"] = measure(hub, hub.accounts[:1])
        columns[f"{number} at once"] = measure(hub, hub.accounts[1:])
        own = proportional_megabytes(
            {
                child
                for child in descendants(hub.process.pid)
                if "learner.py" not in (text := command(child))
                and "singleuser" not in text
                and "ipykernel" not in text
            }
        )
    titles = (
        ("from the click on *Start* to JupyterLab's page", "s", 1),
        ("from opening lesson 10 to the end of its first cell", "s", 1),
        ("lesson 10 up to its trained network (10 epochs)", "s", 1),
        ("memory of the learner's server", "MB", 0),
        ("memory with lesson 10 trained, server and kernel", "MB", 0),
    )
    rows = [
        [title, *(Spread.of(column[i]).text(digits, f" {unit}") for column in columns.values())]
        for i, (title, unit, digits) in enumerate(titles)
    ]
    each = Spread.of(columns[f"{number} at once"][-1]).median
    text = (
        f"{machine('jupyterhub', 'jupyterlab')} Each number is the median of the learners, with "
        "the quartiles; memory is counted so that what processes share is divided among them.\n\n"
        + table(["for each learner", *columns], rows)
        + f"\n\nThe hub and its proxy take {own:.0f} MB. So reckon with {each:.0f} MB for each "
        f"learner who works in one lesson, and with the limit, `memory`, for one who opens many."
    )
    print(text)
    guide = GUIDE.read_text("utf-8")
    begin, end = "<!-- benchmarks/hub.py -->", "<!-- end of benchmarks/hub.py -->"
    pattern = re.compile(f"{re.escape(begin)}.*{re.escape(end)}", re.DOTALL)
    GUIDE.write_text(pattern.sub(lambda _: f"{begin}\n{text}\n{end}", guide), "utf-8")


def command(number):
    with contextlib.suppress(OSError):
        return Path(f"/proc/{number}/cmdline").read_bytes().decode(errors="replace")
    return ""


if __name__ == "__main__":
    main()
