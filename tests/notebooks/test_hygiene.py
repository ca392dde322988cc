"""What is stored of the notebooks: complete, small, and nothing of one machine or one run."""

import base64
import importlib.util
import json
import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
LARGEST = 1_500_000  # bytes; code hosts show no larger ones

spec = importlib.util.spec_from_file_location("refresh", Path(__file__).with_name("refresh.py"))
refresh = importlib.util.module_from_spec(spec)
spec.loader.exec_module(refresh)


@pytest.fixture
def notebook(notebook_path):
    return nbformat.v4.reads(notebook_path.read_text(encoding="utf-8"))


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook):
    for cell in code_cells(notebook):
        for output in cell.outputs:
            yield cell.id, output


def texts(output):
    """What the output says in words."""
    yield output.get("text", "")
    for mime, content in output.get("data", {}).items():
        if mime.startswith("text/"):
            yield content


def test_there_are_notebooks_and_nothing_else():
    found = [path for path in (ROOT / "notebooks").iterdir() if path.name != ".ipynb_checkpoints"]
    assert found
    assert all(re.fullmatch(r"\d\d_[a-z0-9_]+\.ipynb", path.name) for path in found)
    numbers = [path.name[:2] for path in found]
    assert len(set(numbers)) == len(numbers)


def test_the_file_is_as_refresh_writes_it(notebook_path, notebook):
    """Metadata, ids and form: `python3 course.py refresh` would change none of them."""
    nbformat.validate(notebook)
    refresh.normalise(notebook)
    assert notebook_path.read_text(encoding="utf-8") == nbformat.writes(notebook) + "\n"


def test_a_lesson_begins_with_its_title(notebook):
    first = notebook.cells[0]
    assert first.cell_type == "markdown"
    assert re.match(r"# \S", first.source)


def test_every_code_cell_has_been_run_in_order(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    assert counts == list(range(1, len(counts) + 1))
    assert all(cell.source.strip() for cell in code_cells(notebook))


def test_outputs_are_stored_and_none_is_an_error_or_a_warning(notebook):
    found = list(outputs(notebook))
    assert found or not code_cells(notebook)
    for cell, output in found:
        assert output.output_type != "error", cell
        assert output.get("name") != "stderr", f"cell {cell}: {output.get('text')}"


def test_no_output_refers_to_a_widget_that_is_gone(notebook):
    assert "widgets" not in notebook.metadata
    for cell, output in outputs(notebook):
        assert refresh.WIDGET not in output.get("data", {}), cell


@pytest.mark.parametrize(
    "foreign",
    [r"\bat 0x[0-9a-f]{6,}", r"/(home|root|tmp|Users|var)/\w", r"[A-Z]:\\", r"ipykernel_\d"],
)
def test_no_output_names_an_address_or_a_folder_of_one_machine(notebook, foreign):
    for cell, output in outputs(notebook):
        for text in texts(output):
            # Pictures inside HTML are long enough to hold any short word by chance.
            words = re.sub(r"base64,[A-Za-z0-9+/=]+", "", text)
            assert not re.search(foreign, words), f"cell {cell}: {words[:300]}"


def test_every_picture_has_an_alternative_text(notebook):
    for cell, output in outputs(notebook):
        if "image/png" in output.get("data", {}):
            words = output.metadata.get("image/png", {}).get("alt") or output.data["text/plain"]
            assert len(words) > 15, cell
            assert not words.startswith("<"), f"cell {cell}: {words}"


def test_pictures_are_whole(notebook):
    for cell, output in outputs(notebook):
        picture = output.get("data", {}).get("image/png")
        if picture:
            content = base64.b64decode(picture)
            assert content.startswith(b"\x89PNG\r\n\x1a\n"), cell
            assert content.endswith(b"IEND\xaeB`\x82"), cell


def test_the_file_is_small(notebook_path):
    assert notebook_path.stat().st_size <= LARGEST


def test_no_line_number_of_an_editor_and_no_attachment(notebook):
    for cell in notebook.cells:
        assert not cell.get("attachments"), cell.id
        assert json.dumps(cell.metadata) == json.dumps(
            {key: cell.metadata[key] for key in refresh.CELL_METADATA if key in cell.metadata}
        )
