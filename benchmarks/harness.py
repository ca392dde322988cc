"""What the benchmarks share: interleaved timing, ratios, tables, and the report they write.

Two rules make the numbers worth comparing. Everything compared is timed in one run, in turns
(A B C A B C …), so that what else the machine does falls on all of it. And the result is a
ratio, taken within each round, because a ratio survives a change of machine and a time does not.

This module imports only the standard library, so that `use_threads` can come before numpy.
"""

import os
import platform
import re
import shutil
import statistics
import sys
import time
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
REPORT = HERE / "REPORT.md"

# Okabe and Ito: told apart by colour-blind people too.
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#E69F00", "#009E73", "#777777"


def use_threads(count):
    """Give every library `count` threads, and the kernel it chooses itself; call it first.

    Libraries read these variables when they are loaded.
    """
    if "numpy" in sys.modules:
        raise RuntimeError("use_threads must be called before numpy is imported.")
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ[f"{library}_NUM_THREADS"] = str(count)
    for name in ("OPENBLAS_CORETYPE", "MKL_DEBUG_CPU_TYPE", "MKL_ENABLE_INSTRUCTIONS"):
        os.environ.pop(name, None)


def cpu_seconds():
    """Processor time of this process and of those it has waited for, on all cores together."""
    try:
        import resource
    except ImportError:  # Windows
        return time.process_time()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def find_chromium():
    """Where Chromium is; the program ends with advice if there is none."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        sys.exit("No Chromium found; on Debian and Ubuntu: sudo apt install chromium")
    return path


class Timing(NamedTuple):
    """Seconds on the clock, seconds of all cores together, and what the contender returned."""

    wall: float
    cpu: float
    result: object


def interleave(contenders, rounds, *, pause=0.1):
    """Run each contender once a round, and all of them in every round.

    Parameters
    ----------
    contenders : dict of str to callable (round) → object
        `round` counts from 0; round 0 warms up and is not timed.
    rounds : int
    pause : float
        Seconds between two contenders, in which the threads of the one before fall asleep.

    Returns
    -------
    dict of str to list of Timing
        One for each round from 1 on.
    """
    timings = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name, contender in contenders.items():
            time.sleep(pause)
            wall, cpu = time.perf_counter(), cpu_seconds()
            result = contender(number)
            timing = Timing(time.perf_counter() - wall, cpu_seconds() - cpu, result)
            if number > 0:
                timings[name].append(timing)
    return timings


class Spread(NamedTuple):
    """The median of some numbers, and between what the middle half of them lies."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values):
        values = list(values)
        if len(values) < 2:
            return cls(values[0], values[0], values[0])
        low, median, high = statistics.quantiles(values, n=4, method="inclusive")
        return cls(median, low, high)

    def text(self, digits=2, unit=""):
        """E.g. ``0.52 (0.51 to 0.54)``."""
        low, high = f"{self.low:.{digits}f}", f"{self.high:.{digits}f}"
        return f"{self.median:.{digits}f}{unit} ({low} to {high})"


def ratios(times, to):
    """`times` divided by `to`, round by round, as a Spread."""
    return Spread.of(a / b for a, b in zip(times, to, strict=True))


def table(header, rows):
    """A Markdown table; the first column holds words, the others numbers."""
    lines = [header, ["---"] + ["--:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def machine(*packages):
    """One sentence: cores, Python, and the versions of packages."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in packages)
    return (
        f"Measured on {cores} cores ({platform.machine()}, {platform.system()}), "
        f"Python {platform.python_version()}" + (f", {versions}." if versions else ".")
    )


def write_section(name, title, body):
    """Put a section into REPORT.md, in place of the one of the same name if there is one."""
    start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    section = f"{start}\n## {title}\n\n{body.strip()}\n{end}\n"
    report = REPORT.read_text("utf-8") if REPORT.exists() else INTRODUCTION
    pattern = re.compile(re.escape(start) + ".*?" + re.escape(end) + "\n", re.DOTALL)
    if pattern.search(report):
        report = pattern.sub(lambda _: section, report)
    else:
        report = f"{report.rstrip()}\n\n{section}"
    REPORT.write_text(report, "utf-8")


INTRODUCTION = """\
# Benchmark report

Written by `python benchmarks/run.py`; no number here was typed by hand. How each is measured,
and what it is compared with, is in [README.md](README.md).
"""
