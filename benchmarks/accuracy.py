"""How many digits that it never saw does a network read rightly, and how long does that take?

The recipe of `course_lib.demos.recipes`, from five seeds, learning from the 8,000 embedded
training digits; with augmentation and without. Everything in the recipe was chosen by digits held
out of those 8,000. The test digits, here the 2,000 embedded ones, had no part in it. With
``--full FOLDER`` the 10,000 official test digits of MNIST are read too (fetched if need be; the
course learns from the same 8,000).
"""

import argparse
import time

import matplotlib
import numpy as np
from harness import BLUE, HERE, ORANGE, Spread, cpu_seconds, machine, table, write_section

from course_lib.data import load_full_mnist, load_mnist
from course_lib.demos.recipes import train_digit_classifier

matplotlib.use("agg")
import matplotlib.pyplot as plt

WITH, WITHOUT = "with augmentation", "without augmentation"
GOALS = {WITH: 0.97, WITHOUT: 0.965}


def draw(accuracies, path):
    """A dot for each seed, and the goal as a line."""
    fig, ax = plt.subplots(figsize=(7, 2.2), layout="constrained")
    for row, (name, colour, marker) in enumerate(((WITHOUT, ORANGE, "s"), (WITH, BLUE, "o"))):
        values = 100 * np.array(accuracies[name])
        ax.plot(values, np.full(len(values), row), marker, color=colour, alpha=0.7, markersize=8)
        ax.plot([values.mean()] * 2, [row - 0.25, row + 0.25], color=colour, linewidth=2)
        goal = 100 * GOALS[name]
        ax.plot([goal, goal], [row - 0.35, row + 0.35], "k:")
        ax.annotate("goal", (goal, row + 0.35), ha="center", va="bottom")
    ax.set_yticks([0, 1], [WITHOUT, WITH])
    ax.set_ylim(-0.6, 1.7)
    ax.set_xlabel("accuracy on the test digits, %, a mark for each seed; the bar is the mean")
    ax.spines[["top", "right"]].set_visible(False)
    fig.savefig(path, dpi=150)
    plt.close(fig)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--full", metavar="FOLDER", help="also read the official test digits")
    options = parser.parse_args()

    training, _, test = load_mnist(validation=0)
    tests = {f"the {len(test.y):,} embedded test digits": test}
    if options.full:
        official = load_full_mnist(options.full, download=True, validation=0).test
        tests[f"the {len(official.y):,} official test digits"] = official

    accuracies = {(name, kind): [] for name in tests for kind in GOALS}
    wall, cpu = ({kind: [] for kind in GOALS} for _ in range(2))
    for seed in range(options.seeds):
        for kind in GOALS:
            clock, processor = time.perf_counter(), cpu_seconds()
            network = train_digit_classifier(*training, seed=seed, augment=kind == WITH)
            wall[kind].append(time.perf_counter() - clock)
            cpu[kind].append(cpu_seconds() - processor)
            for name, (x, y) in tests.items():
                accuracies[name, kind].append(float(np.mean(network.predict(x) == y)))

    rows = []
    for (name, kind), values in accuracies.items():
        rows.append(
            [
                f"{kind}, {name}",
                f"{np.mean(values):.2%}",
                f"{np.std(values):.2%}",
                f"{min(values):.2%}",
                f"{max(values):.2%}",
                f"{GOALS[kind]:.1%}",
                Spread.of(wall[kind]).text(1, " s"),
                Spread.of(cpu[kind]).text(1, " s"),
            ]
        )
    header = [
        f"learning from {len(training.y):,} digits, {options.seeds} seeds",
        "mean accuracy",
        "standard deviation",
        "worst seed",
        "best seed",
        "goal",
        "time of one training",
        "of the processor",
    ]
    first = next(iter(tests))
    draw({kind: accuracies[first, kind] for kind in GOALS}, HERE / "accuracy.png")
    alt = "; ".join(f"{kind} {np.mean(accuracies[first, kind]):.2%}" for kind in GOALS)
    body = "\n\n".join(
        [
            f"{machine('numpy')} The recipe multiplies matrices on one core.",
            table(header, rows),
            f"![Accuracy on {first}, mean: {alt}.](accuracy.png)",
        ]
    )
    write_section("accuracy", "Accuracy of the recipe", body)
    print(body)


if __name__ == "__main__":
    main()
