"""Copies of the notebooks in which everything that moves is HTML for the site."""

import json
import os
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets.config import Config

from .capture import CAPTURED
from .embed import Embedder

__all__ = ["LessonError", "page_of"]

SECONDS_PER_CELL = 1200
_INSTALL = "from course_lib.site.capture import install\ninstall({folder!r}, {made_from!r})"
# Without it, each kernel warns on the terminal that others might listen.
_ENCRYPTED = Config(KernelManager={"transport_encryption": "auto"})


class LessonError(Exception):
    """A notebook that could not be made a page; the text says where and why."""


def page_of(path: Path, folder: Path, made_from: str) -> nbformat.NotebookNode:
    """A notebook as the site shows it.

    What stands still keeps the stored output. Cells whose output is a live figure or a card are
    replaced by HTML, for which the notebook is run once.

    Parameters
    ----------
    path : Path
    folder : Path
        Of the site; pieces and images are written below it.
    made_from : str
        See `Embedder`.

    Returns
    -------
    NotebookNode

    Raises
    ------
    LessonError
        If a cell fails.
    """
    stored = nbformat.read(path, as_version=4)
    run = _executed(stored, path, folder, made_from)
    embedder = Embedder(folder)
    for cell, new in zip(stored.cells, run.cells, strict=True):
        if cell.cell_type != "code":
            continue
        if any(CAPTURED in output.get("metadata", {}) for output in new.outputs):
            cell.outputs = new.outputs
        cell.outputs = [_as_html(output, embedder) for output in cell.outputs]
    return stored


def _executed(stored, path, folder, made_from):
    run = nbformat.from_dict(json.loads(json.dumps(stored)))
    install = _INSTALL.format(folder=str(folder.resolve()), made_from=made_from)
    run.cells.insert(0, nbformat.v4.new_code_cell(install))
    with tempfile.TemporaryDirectory(prefix="course-progress-") as progress:
        client = NotebookClient(
            run,
            timeout=SECONDS_PER_CELL,
            kernel_name="python3",
            resources={"metadata": {"path": str(path.parent)}},
            record_timing=False,
            store_widget_state=False,
            coalesce_streams=True,
            config=_ENCRYPTED,
        )
        # A reader of the site has made no progress; whoever makes the site may have.
        variables = {
            **os.environ,
            "COURSE_PROGRESS_DIR": progress,
            # Two notebooks are run at once; small matrices gain nothing from more threads.
            "OPENBLAS_NUM_THREADS": "1",
        }
        try:
            client.execute(env=variables)
        except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
            raise LessonError(f"{path.name}: {error}") from None
    del run.cells[0]
    return run


def _as_html(output, embedder):
    """An output whose image is a file, with the words for those who do not see it."""
    if output.output_type not in ("display_data", "execute_result"):
        return output
    if "image/png" not in output.data:
        return output
    html = embedder.output(output.data, output.metadata)
    output.data = {"text/html": html, "text/plain": ""}
    output.metadata = {}
    return output
