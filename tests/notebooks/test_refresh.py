"""Refreshing: twice gives the same bytes, a failing cell changes nothing, and readers see all."""

import base64
import importlib.util
import io
import json
from pathlib import Path

import matplotlib.image
import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

spec = importlib.util.spec_from_file_location("refresh", Path(__file__).with_name("refresh.py"))
refresh = importlib.util.module_from_spec(spec)
spec.loader.exec_module(refresh)


def stored(path, *cells, **metadata):
    """A notebook file of these cells; a string is a code cell."""
    cells = [new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells]
    path.write_text(nbformat.writes(new_notebook(cells=cells, metadata=metadata)))
    return path


def load(path):
    return nbformat.read(path, as_version=4)


def outputs(path, number):
    return load(path).cells[number].outputs


FIGURE = """
import matplotlib.pyplot as plt
figure, axes = plt.subplots(figsize=(2, 1))
axes.plot([1, 3, 2])
plt.show()
"""
WIDGET = """
import ipywidgets
ipywidgets.IntSlider(value=3, description="size")
"""
WIDGET_WITH_PICTURE = """
import base64
import io

class Live(ipywidgets.IntSlider):
    def _repr_mimebundle_(self, **options):
        picture = io.BytesIO()
        figure.savefig(picture, format="png")
        bundle = super()._repr_mimebundle_(**options)
        bundle["image/png"] = base64.b64encode(picture.getvalue()).decode()
        bundle["text/plain"] = "a curve of three points"
        return bundle

Live()
"""
PROGRESS = """
import time
from tqdm import tqdm
for _ in tqdm(range(30)):
    time.sleep(0.005)
"""
NOTEBOOK_PROGRESS = """
from tqdm.notebook import tqdm as tqdm_notebook
for _ in tqdm_notebook(range(30)):
    pass
"""
TIMING = """
# NBVAL_IGNORE_OUTPUT
print(time.perf_counter(), "seconds")
"""
STREAMS = """
import sys
for number in range(5):
    print(number, flush=True)
    time.sleep(0.02)
print("to be overwritten", end="\\r")
print("the last word")
"""


@pytest.fixture(scope="module")
def lively(tmp_path_factory):
    """A notebook of everything that differs from run to run, refreshed once."""
    cells = [FIGURE, WIDGET, WIDGET_WITH_PICTURE, PROGRESS, NOTEBOOK_PROGRESS, TIMING, STREAMS]
    path = tmp_path_factory.mktemp("lively") / "lively.ipynb"
    stored(path, new_markdown_cell("# Lively"), *cells)
    assert refresh.main([str(path)]) == 0
    return path


def test_refreshing_twice_gives_the_same_bytes(lively, capsys):
    before = lively.read_bytes()
    assert refresh.main([str(lively)]) == 0
    assert lively.read_bytes() == before
    assert refresh.main(["--check", str(lively)]) == 0
    assert capsys.readouterr().out.count("lively: unchanged") == 2


def test_a_figure_keeps_its_picture(lively):
    (output,) = outputs(lively, 1)
    picture = base64.b64decode(output.data["image/png"])
    assert picture.startswith(b"\x89PNG")


def test_a_widget_keeps_its_text_and_loses_its_dead_model(lively):
    (output,) = outputs(lively, 2)
    assert set(output.data) == {"text/plain"}
    assert "IntSlider" in output.data["text/plain"]
    assert "widget" not in json.dumps(load(lively).metadata)


def test_a_widget_with_a_picture_keeps_the_picture(lively):
    (output,) = outputs(lively, 3)
    assert set(output.data) == {"text/plain", "image/png"}
    assert output.data["text/plain"] == "a curve of three points"


def test_a_progress_bar_keeps_its_last_state_and_no_times(lively):
    (output,) = outputs(lively, 4)
    assert output.text.startswith("100%|")
    assert output.text.rstrip().endswith("| 30/30")
    assert "\r" not in output.text


def test_a_progress_bar_that_is_a_widget_keeps_its_text(lively):
    (output,) = outputs(lively, 5)
    assert set(output.data) == {"text/plain"}
    assert "0/30" in output.data["text/plain"]


def test_a_stream_is_one_output_without_what_was_overwritten(lively):
    (output,) = outputs(lively, 7)
    assert output.text.splitlines() == ["0", "1", "2", "3", "4", "the last word"]


def test_cells_are_counted_in_order(lively):
    code = [cell for cell in load(lively).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))


def test_a_changed_output_is_reported_and_stored(tmp_path, capsys):
    path = stored(tmp_path / "sum.ipynb", "1 + 1", "print('right')")
    refresh.main([str(path)])
    notebook = load(path)
    notebook.cells[0].outputs[0].data["text/plain"] = "3"
    path.write_text(nbformat.writes(notebook) + "\n")
    wrong = path.read_bytes()
    capsys.readouterr()

    assert refresh.main(["--check", str(path)]) == 1
    said = capsys.readouterr().out
    assert "sum: would change" in said
    assert "cell 0: 1 + 1" in said
    assert "-3" in said
    assert "+2" in said
    assert "cell 1" not in said
    assert path.read_bytes() == wrong

    assert refresh.main([str(path)]) == 0
    assert "sum: stored anew" in capsys.readouterr().out
    assert outputs(path, 0)[0].data["text/plain"] == "2"


def test_a_failing_cell_is_shown_and_the_file_is_untouched(tmp_path, capsys):
    failing = stored(tmp_path / "failing.ipynb", "x = 1", "print('here')\nx / 0", "never = 'run'")
    fine = stored(tmp_path / "fine.ipynb", "1 + 1")
    before = failing.read_bytes()
    assert refresh.main([str(failing), str(fine)]) == 1
    said = capsys.readouterr().out
    assert "failing: FAILED; the file is as it was." in said
    assert "cell 1 failed" in said
    assert "    x / 0" in said
    assert "ZeroDivisionError: division by zero" in said
    assert "\x1b" not in said
    assert failing.read_bytes() == before
    # The others are refreshed all the same.
    assert outputs(fine, 0)[0].data["text/plain"] == "2"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["failing.ipynb", "fine.ipynb"]


def test_a_kernel_that_dies_and_one_that_hangs_are_failures(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(refresh, "SECONDS_PER_CELL", 3)
    dying = stored(tmp_path / "dying.ipynb", "import os\nos._exit(1)")
    hanging = stored(tmp_path / "hanging.ipynb", "while True:\n    pass")
    before = dying.read_bytes(), hanging.read_bytes()
    assert refresh.main([str(dying), str(hanging)]) == 1
    assert capsys.readouterr().out.count("FAILED") == 2
    assert (dying.read_bytes(), hanging.read_bytes()) == before


def test_a_learners_progress_is_neither_read_nor_changed(tmp_path, monkeypatch):
    mine = tmp_path / "mine"
    monkeypatch.setenv("COURSE_PROGRESS_DIR", str(mine))
    code = "import os\nfolder = os.environ['COURSE_PROGRESS_DIR']\nprint(os.listdir(folder))"
    path = stored(tmp_path / "progress.ipynb", code)
    assert refresh.main([str(path)]) == 0
    assert outputs(path, 0)[0].text == "[]\n"
    assert not mine.exists()


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "a.ipynb"
    path.write_text("old")
    monkeypatch.setattr(refresh.os, "replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        refresh.write(path, "new")
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["a.ipynb"]


# -- without a kernel ----------------------------------------------------------


def normalised(*cells, **metadata):
    notebook = new_notebook(cells=list(cells), metadata=metadata)
    refresh.normalise(notebook)
    return notebook


def test_metadata_of_the_machine_and_the_run_is_dropped():
    cell = new_code_cell(
        "1", metadata={"tags": ["a"], "execution": {"iopub.status.busy": "2026"}, "scrolled": True}
    )
    notebook = normalised(
        cell,
        widgets={"application/vnd.jupyter.widget-state+json": {"state": {}}},
        language_info={"name": "python", "version": "3.11.7"},
        kernelspec={"name": "my-env", "display_name": "My env", "language": "python"},
    )
    assert notebook.metadata == refresh.METADATA
    assert notebook.cells[0].metadata == {"tags": ["a"]}


def test_cells_keep_their_ids_and_doubles_and_gaps_are_filled_the_same_way_each_time(tmp_path):
    cells = [new_code_cell(source, id="data") for source in ("1", "2", "3", "3")]
    content = json.loads(nbformat.writes(new_notebook(cells=cells[:1])))
    content["cells"] += cells[1:]
    del content["cells"][2]["id"]

    def made(name):
        path = tmp_path / name
        path.write_text(json.dumps(content))
        assert refresh.main([str(path)]) == 0
        return [cell.id for cell in load(path).cells]

    first = made("a.ipynb")
    assert first[0] == "data"
    assert len(set(first)) == 4
    assert made("b.ipynb") == first


def test_an_output_of_nothing_but_a_widget_is_dropped():
    bundle = {refresh.WIDGET: {"model_id": "1"}}
    cell = new_code_cell("w", outputs=[new_output("display_data", data=bundle)])
    assert normalised(cell).cells[0].outputs == []


def png(pixels):
    file = io.BytesIO()
    matplotlib.image.imsave(file, pixels, format="png")
    return base64.b64encode(file.getvalue()).decode()


def picture(pixels, source="show()", text="a picture"):
    bundle = {"image/png": png(pixels), "text/plain": text}
    return new_code_cell(source, id="p", outputs=[new_output("display_data", data=bundle)])


def kept(new, old):
    new, old = new_notebook(cells=[new]), new_notebook(cells=[old])
    refresh.keep_stored(new, old)
    return new.cells[0]


def test_a_picture_that_looks_the_same_is_kept_and_another_is_not():
    pixels = np.random.default_rng(0).uniform(0.2, 0.8, size=(20, 30, 3))
    old = picture(pixels)
    rounding, change = pixels + 0.5 / 255, pixels.copy()
    change[3, 4] += 0.1
    old_bytes = old.outputs[0].data["image/png"]
    assert png(rounding) != old_bytes
    assert kept(picture(rounding), old).outputs[0].data["image/png"] == old_bytes
    assert kept(picture(change), old).outputs[0].data["image/png"] == png(change)
    smaller = pixels[:10]
    assert kept(picture(smaller), old).outputs[0].data["image/png"] == png(smaller)


def test_a_picture_is_kept_but_its_new_text_is_stored():
    pixels = np.full((4, 4, 3), 0.5)
    cell = kept(picture(pixels, text="new words"), picture(pixels, text="old words"))
    assert cell.outputs[0].data["text/plain"] == "new words"


def timing(text, source="# NBVAL_IGNORE_OUTPUT\nrun()", name="stdout"):
    outputs = [new_output("stream", text=text, name=name)] if text else []
    return new_code_cell(source, id="t", outputs=outputs)


def test_ignored_outputs_are_kept_only_while_source_and_kind_are_the_same():
    assert kept(timing("2 s"), timing("1 s")).outputs[0].text == "1 s"
    assert (
        kept(timing("2 s"), timing("1 s", "# NBVAL_IGNORE_OUTPUT\nwalk()")).outputs[0].text == "2 s"
    )
    assert kept(timing("2 s"), timing("1 s", name="stderr")).outputs[0].text == "2 s"
    assert kept(timing("2 s"), timing("")).outputs[0].text == "2 s"
    assert kept(timing("2 s", "run()"), timing("1 s", "run()")).outputs[0].text == "2 s"


def test_cells_may_also_be_marked_by_a_tag():
    cell = new_code_cell("run()", metadata={"tags": ["nbval-ignore-output"]})
    assert refresh.ignores_output(cell)
    assert not refresh.ignores_output(new_code_cell("run()"))


@pytest.mark.parametrize(
    "line",
    [
        "100%|██████████| 30/30 [00:01<00:00, 23.10it/s]",
        "  0%|          | 0/30 [00:00<?, ?it/s]",
        "50%|█████     | 15/30 [1:02:03<1:02:03, 4.1s/it, loss=0.3]",
    ],
)
def test_times_of_progress_bars_are_cut_off(line):
    output = refresh.normalise_output(new_output("stream", text=line, name="stderr"))
    assert output.text == line.partition(" [")[0]


def test_other_brackets_are_left_alone():
    line = "shape [3, 4], ratio [0.5:1]\nx[1:20]"
    output = refresh.normalise_output(new_output("stream", text=line, name="stdout"))
    assert output.text == line


def test_notebooks_are_found_by_number_name_and_path(tmp_path, monkeypatch):
    for name in ("00_start_here", "01_next", "10_train_mnist"):
        (tmp_path / f"{name}.ipynb").touch()
    monkeypatch.setattr(refresh, "NOTEBOOKS", tmp_path)
    stems = lambda *words: [path.stem for path in refresh.find(words)]  # noqa: E731
    assert stems() == ["00_start_here", "01_next", "10_train_mnist"]
    assert stems("1", "10") == ["01_next", "10_train_mnist"]
    assert stems("01_next", "00_start_here.ipynb") == ["01_next", "00_start_here"]
    assert stems(str(tmp_path / "01_next.ipynb")) == ["01_next"]
    with pytest.raises(SystemExit, match="There is no notebook 7; there are: 00_start_here"):
        refresh.find(["7"])


def test_no_notebooks_at_all_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(refresh, "NOTEBOOKS", tmp_path)
    with pytest.raises(SystemExit, match="There are no notebooks"):
        refresh.main([])
