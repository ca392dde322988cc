"""Run the benchmarks one after the other; each writes its section of REPORT.md."""

import argparse
import subprocess
import sys

from harness import HERE, REPORT

BENCHMARKS = ["training_speed", "import_time", "accuracy"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=BENCHMARKS, help=", ".join(BENCHMARKS))
    for name in parser.parse_args().names:
        print(f"\n# {name}\n", flush=True)
        subprocess.run([sys.executable, HERE / f"{name}.py"], check=True)
    print(f"\nWritten to {REPORT.relative_to(HERE.parent)}.")


if __name__ == "__main__":
    main()
