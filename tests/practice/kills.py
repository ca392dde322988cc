"""Writers that are killed, and writers that race: started by `test_kills.py`, on its own.

    python kills.py kill FOLDER COUNT     kill COUNT writers, each at a random moment
    python kills.py steps FOLDER          end one writer at each of its calls of the system
    python kills.py race FOLDER COUNT     COUNT writers at once

Prints what it found as JSON. It forks, and a forked process must have had one thread only, so this
is no part of the test process.
"""

import json
import os
import random
import signal
import statistics
import sys
import time
from pathlib import Path

from course_lib.practice.progress_file import parse
from course_lib.practice.store import Progress


def record(progress, name, number):
    return progress.record("try", exercise=f"{name} {number}", passed=False)


def names(progress):
    return {event["exercise"] for event in progress.events}


def fork(work):
    """Run `work(report)` in a process of its own; `report` writes a line to the returned pipe."""
    source, sink = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(source)
        try:
            work(lambda line: os.write(sink, f"{line}\n".encode()))
        finally:
            os._exit(0)
    os.close(sink)
    return pid, source


def lines(source):
    with open(source, encoding="utf-8") as pipe:
        return pipe.read().splitlines()


def look(path, reported, found):
    """Read the file as a fresh kernel would, and note what is wrong with it."""
    parse(path.read_bytes())
    fresh = Progress(path)
    kept = names(fresh)
    found["lost"] += sorted(reported - kept)
    found["notices"] += [fresh.notice] if fresh.notice else []


def kill(folder, count):
    path = folder / "progress.json"
    progress = Progress(path)
    reported, durations = set(), []
    for number in range(5):
        start = time.perf_counter()
        assert record(progress, "first", number)
        durations.append(time.perf_counter() - start)
        reported.add(f"first {number}")
    one_save = statistics.median(durations)
    found = {"lost": [], "notices": [], "kills": 0, "while writing": 0, "reported": 0}
    moments = random.Random(0)
    for name in range(count):

        def write(report, name=name):
            mine = Progress(path)
            for number in range(10_000):
                if record(mine, name, number):
                    report(f"{name} {number}")

        pid, source = fork(write)
        # Every other one has reported something before; the rest may be just beginning.
        before = os.read(source, 1000).decode() if name % 2 else ""
        time.sleep(moments.uniform(0, one_save))
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        found["kills"] += os.WTERMSIG(status) == signal.SIGKILL
        found["while writing"] += bool(list(folder.glob("progress.json.new-*")))
        reported |= set((before + "\n".join(lines(source))).splitlines())
        look(path, reported, found)
    found["reported"] = len(reported)
    return found


def steps(folder):
    """End a writer just before its first, second, third … call that changes anything."""
    path = folder / "progress.json"
    calls = ("open", "fsync", "replace", "rename", "unlink", "close")
    reported = {"first 0", "first 1"}
    for number in range(2):
        assert record(Progress(path), "first", number)
    found = {"lost": [], "notices": [], "ended": 0, "reported": 0}
    for step in range(1000):

        def write(report, step=step):
            mine = Progress(path)
            mine.events  # noqa: B018
            left = [step]
            for call in calls:
                original = getattr(os, call)

                def counted(*args, _original=original, **options):
                    if left[0] == 0:
                        os.kill(os.getpid(), signal.SIGKILL)
                    left[0] -= 1
                    return _original(*args, **options)

                setattr(os, call, counted)
            if record(mine, "step", step):
                report(f"step {step}")
                report("done")

        pid, source = fork(write)
        _, status = os.waitpid(pid, 0)
        said = set(lines(source))
        reported |= said - {"done"}
        look(path, reported, found)
        if "done" in said and not os.WIFSIGNALED(status):
            break
        found["ended"] += 1
    found["reported"] = len(reported)
    return found


def race(folder, count):
    path = folder / "progress.json"

    def write(report, name):
        mine = Progress(path)
        for number in range(25):
            if record(mine, name, number):
                report(f"{name} {number}")
        report(f"learner {mine.learner}")

    started = [fork(lambda report, name=name: write(report, name)) for name in range(count)]
    said = [line for _, source in started for line in lines(source)]
    for pid, _ in started:
        os.waitpid(pid, 0)
    learners = {line for line in said if line.startswith("learner")}
    reported = set(said) - learners
    found = {"lost": [], "notices": [], "learners": len(learners), "reported": len(reported)}
    look(path, reported, found)
    found["kept"] = len(Progress(path).events)
    return found


if __name__ == "__main__":
    what, folder, *rest = sys.argv[1:]
    print(
        json.dumps(
            {"kill": kill, "steps": steps, "race": race}[what](Path(folder), *map(int, rest))
        )
    )
