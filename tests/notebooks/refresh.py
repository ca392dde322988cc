"""Run the notebooks again and store their outputs, so that nothing changes if nothing changed.

    python3 course.py refresh                    every notebook
    python3 course.py refresh 10_train_mnist     the named ones
    python3 course.py refresh --check            only say what would change

A notebook with a failing cell stays as it is; the cell is shown.

What is stored reads well where no kernel runs, on a code host or in a notebook just opened:

- Of a widget, its picture and its text are kept and the reference to its model is dropped.
  The model is gone with the kernel; JupyterLab would prefer the dead reference and show
  "Error displaying widget" in place of the picture.
- Streams are joined, and of what carriage returns overwrite, the last state is kept.
  Clock times in progress bars are cut off.
- Metadata is what every reader needs: the kernel, the language, tags. Cells keep their ids.
- The outputs of a cell marked NBVAL_IGNORE_OUTPUT (timings, for example) are kept as long as its
  source and the kinds of its outputs are. Empty the cell's output to have it stored anew.
- A picture that looks as before is kept, though its bytes may differ on another machine.
"""

import argparse
import base64
import difflib
import hashlib
import io
import os
import re
import sys
import tempfile
import time
from pathlib import Path

import matplotlib.image
import nbformat
import numpy as np
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets.config import Config

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
WIDGET = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CELL_METADATA = ("deletable", "editable", "jupyter", "tags")
SECONDS_PER_CELL = 600
# Without it, each kernel warns on the terminal that others might listen.
ENCRYPTED = Config(KernelManager={"transport_encryption": "auto"})


class Failure(Exception):
    """A cell that did not end well; the text shows it."""


def execute(notebook, folder):
    """Run all cells in a fresh kernel, as JupyterLab would in this folder."""
    with tempfile.TemporaryDirectory(prefix="course-progress-") as progress:
        client = NotebookClient(
            notebook,
            timeout=SECONDS_PER_CELL,
            kernel_name="python3",
            resources={"metadata": {"path": str(folder)}},
            record_timing=False,
            store_widget_state=False,
            coalesce_streams=True,
            config=ENCRYPTED,
        )
        try:
            # The learner at this machine has made progress; the stored notebook has not.
            client.execute(env={**os.environ, "COURSE_PROGRESS_DIR": progress})
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise Failure(describe_failure(notebook, error)) from None


def describe_failure(notebook, error):
    """Number and source of the last cell that began, and what it raised."""
    begun = [n for n, cell in enumerate(notebook.cells) if cell.get("execution_count")]
    lines = []
    if begun:
        number = begun[-1]
        lines += [f"cell {number} failed:", ""]
        lines += ["    " + line for line in notebook.cells[number].source.splitlines()]
    said = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip().splitlines()
    return "\n".join([*lines, "", *said[-12:]])


def normalise(notebook):
    """Drop from an executed notebook whatever differs from run to run, in place."""
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat_minor = max(notebook.nbformat_minor, 5)  # the first with cell ids
    seen = set()
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict(
            {key: cell.metadata[key] for key in CELL_METADATA if key in cell.metadata}
        )
        cell.id = unique_id(cell, seen)
        if cell.cell_type == "code":
            cell.outputs = [output for output in map(normalise_output, cell.outputs) if output]


def unique_id(cell, seen):
    """The cell's own id, or one made from its source if it has none or another cell has it."""
    name = cell.get("id")
    count = 0
    while not name or name in seen:
        name = hashlib.sha256(f"{count}{cell.source}".encode()).hexdigest()[:8]
        count += 1
    seen.add(name)
    return name


def normalise_output(output):
    """The output without what dies with the kernel, or None if nothing is left."""
    if output.output_type == "stream":
        output.text = re.sub(r" ?\[\d+:[\d:]+<[^\]\n]*\]", "", output.text)
    if "data" in output:
        output.data.pop(WIDGET, None)
        output.metadata.pop(WIDGET, None)
        if not output.data:
            return None
    return output


def keep_stored(new, old):
    """Put stored outputs back where the new ones say the same."""
    stored = {cell.id: cell for cell in old.cells if cell.cell_type == "code" and "id" in cell}
    for cell in new.cells:
        before = stored.get(cell.id)
        if before is None or cell.cell_type != "code" or cell.source != before.source:
            continue
        if list(map(kind, cell.outputs)) != list(map(kind, before.outputs)):
            continue
        if ignores_output(cell):
            cell.outputs = before.outputs
        for output, output_before in zip(cell.outputs, before.outputs, strict=True):
            if same_picture(output, output_before):
                output.data["image/png"] = output_before.data["image/png"]


def kind(output):
    return output.output_type, output.get("name"), sorted(output.get("data", ()))


def ignores_output(cell):
    """Marked in one of the ways that nbval knows."""
    return "NBVAL_IGNORE_OUTPUT" in cell.source or "nbval-ignore-output" in cell.metadata.get(
        "tags", ()
    )


def same_picture(output, before):
    """Whether no pixel differs by more than rounding does."""
    if "image/png" not in output.get("data", ()):
        return False
    first, second = (
        matplotlib.image.imread(io.BytesIO(base64.b64decode(one.data["image/png"])))
        for one in (output, before)
    )
    return first.shape == second.shape and np.abs(first - second).max() <= 2 / 255


def changes(old, new):
    """Lines that say which cells differ, and how their texts do."""
    before = {cell.get("id"): cell for cell in old.cells}
    lines = []
    if old.metadata != new.metadata:
        lines.append("metadata of the notebook")
    for number, cell in enumerate(new.cells):
        other = before.get(cell.id)
        if other != cell:
            first = cell.source.strip().partition("\n")[0]
            lines.append(f"cell {number}: {first}")
            lines += text_changes(readable(other) if other else [], readable(cell))
    if len(old.cells) != len(new.cells) or not lines:
        lines.append("the form of the file")
    return lines


def readable(cell):
    """What a reader sees of the outputs, in lines; pictures by their size."""
    lines = []
    for output in cell.get("outputs", ()):
        lines += output.get("text", "").splitlines()
        for mime, content in output.get("data", {}).items():
            text = isinstance(content, str) and mime.startswith("text/")
            lines += content.splitlines() if text else [f"{mime}, {len(str(content)):,} characters"]
    return lines


def text_changes(old, new):
    found = list(difflib.unified_diff(old, new, lineterm="", n=0))[2:]
    return ["    " + line[:160] for line in found if not line.startswith("@@")][:20]


def write(path, text):
    """In one move, so that a notebook is never half written."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".refresh-")
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(temporary, path.stat().st_mode)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def refresh(path, *, check=False):
    """Run one notebook and store it unless only checking.

    Returns
    -------
    list of str
        What changed; empty if nothing did.

    Raises
    ------
    Failure
        If a cell fails; the file is then untouched.
    """
    stored = path.read_text(encoding="utf-8")
    # Not nbformat.reads, which would give cells without an id a random one.
    old, new = nbformat.v4.reads(stored), nbformat.v4.reads(stored)
    execute(new, path.parent)
    normalise(new)
    keep_stored(new, old)
    nbformat.validate(new)
    text = nbformat.writes(new) + "\n"
    if text == stored:
        return []
    if not check:
        write(path, text)
    return changes(old, new)


def find(words):
    """Paths of the notebooks that were named by path, name or number; of all if none was."""
    documentation = NOTEBOOKS.with_name("docs")
    every = [*sorted(NOTEBOOKS.glob("*.ipynb")), *sorted(documentation.glob("*.ipynb"))]
    if not words:
        return every
    found = []
    for word in words:
        if Path(word).is_file():
            found.append(Path(word))
            continue
        fitting = [path for path in every if word in (path.name, path.stem)]
        if not fitting and word.isdigit():
            fitting = [path for path in every if path.name.startswith(f"{int(word):02}_")]
        if not fitting:
            sys.exit(f"There is no notebook {word}; there are: {', '.join(p.stem for p in every)}")
        found += fitting
    return found


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="course.py refresh", description="Run the notebooks again and store their outputs."
    )
    parser.add_argument("notebooks", nargs="*", help="paths, names or numbers (default: all)")
    parser.add_argument("--check", action="store_true", help="only say what would change")
    options = parser.parse_args(arguments)
    paths = find(options.notebooks)
    if not paths:
        sys.exit(f"There are no notebooks in {NOTEBOOKS}.")
    failed = changed = False
    for path in paths:
        start = time.monotonic()
        try:
            found = refresh(path, check=options.check)
        except Failure as failure:
            failed = True
            print(f"{path.stem}: FAILED; the file is as it was.\n{failure}\n", flush=True)
            continue
        changed = changed or bool(found)
        verdict = ("would change" if options.check else "stored anew") if found else "unchanged"
        print(f"{path.stem}: {verdict} ({time.monotonic() - start:.0f} s)", flush=True)
        for line in found:
            print("    " + line, flush=True)
    return 1 if failed or (options.check and changed) else 0


if __name__ == "__main__":
    sys.exit(main())
