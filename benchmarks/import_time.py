"""How long does a learner wait for ``import course_lib.nn``, and for the digits?

Fresh Python processes, in turns: one that imports nothing, one that imports numpy, one that
imports course_lib.nn as well, one that also loads the digits. The differences, taken within each
round, are what each costs on top of the one before.
"""

import argparse
import itertools
import statistics
import subprocess
import sys

from harness import Spread, interleave, machine, table, write_section

NOTHING, NUMPY = "nothing", "`import numpy`"
NN, DATA = "`import course_lib.nn`", "`import course_lib.data`"
DIGITS = "`load_mnist()`"
PROGRAMS = {
    NOTHING: "pass",
    NUMPY: "import numpy",
    NN: "import numpy, course_lib.nn",
    DATA: "import numpy, course_lib.nn, course_lib.data",
    DIGITS: "import numpy, course_lib.nn; from course_lib.data import load_mnist; load_mnist()",
}


def fresh_process(program):
    return lambda round: subprocess.run([sys.executable, "-c", program], check=True)


def extra(before, after):
    """How much more `after` took, round by round."""
    return Spread.of(b - a for a, b in zip(before, after, strict=True))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=25)
    options = parser.parse_args()

    contenders = {name: fresh_process(program) for name, program in PROGRAMS.items()}
    timings = interleave(contenders, options.rounds, pause=0)

    wall = {name: [1000 * timing.wall for timing in timings[name]] for name in PROGRAMS}
    cpu = {name: [1000 * timing.cpu for timing in timings[name]] for name in PROGRAMS}
    rows = [[NOTHING, Spread.of(wall[NOTHING]).text(0, " ms"), "—", "—", "—"]]
    for before, name in itertools.pairwise(PROGRAMS):
        rows.append(
            [
                name,
                Spread.of(wall[name]).text(0, " ms"),
                extra(wall[before], wall[name]).text(0, " ms"),
                f"{min(wall[name]) - min(wall[before]):.0f} ms",
                extra(cpu[before], cpu[name]).text(0, " ms"),
            ]
        )
    share = statistics.median(
        (nn - numpy) / (numpy - nothing)
        for nothing, numpy, nn in zip(wall[NOTHING], wall[NUMPY], wall[NN], strict=True)
    )
    header = [
        "a fresh Python, then",
        "from start to end",
        "more than the row above",
        "of the fastest",
        "of processor time",
    ]
    body = "\n\n".join(
        [
            f"{machine('numpy')} {options.rounds} rounds; medians, and quartiles in brackets.",
            table(header, rows),
            f"Importing `course_lib.nn` takes {share:.2f} of the time that numpy itself takes.",
        ]
    )
    write_section("import_time", "Import and loading", body)
    print(body)


if __name__ == "__main__":
    main()
