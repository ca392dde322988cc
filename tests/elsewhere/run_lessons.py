"""Run lessons in a kernel of the Python that runs this, and say as JSON what came out."""

import json
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

WIDGET = "application/vnd.jupyter.widget-view+json"


def run(path):
    lesson = nbformat.read(path, as_version=4)
    client = NotebookClient(
        lesson,
        timeout=120,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    outputs = [output for cell in lesson.cells for output in cell.get("outputs", [])]
    return {
        "errors": [f"{o.ename}: {o.evalue}" for o in outputs if o.output_type == "error"],
        "warnings": [o.text for o in outputs if o.get("name") == "stderr"],
        "widgets": sum(WIDGET in output.get("data", {}) for output in outputs),
    }


if __name__ == "__main__":
    print(json.dumps({Path(word).stem: run(Path(word)) for word in sys.argv[1:]}))
