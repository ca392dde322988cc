"""The sweep map under the pointer: a click picks a cell, and play lets its run pass again."""

CELLS = ["from course_lib.demos.sweep_figures import sweep_map\n\nsweep_map()"]


def caption(notebook):
    return notebook.output(0).locator(".live-caption").first


def test_a_click_on_a_cell_shows_its_run_and_play_replays_it(open_notebook):
    notebook = open_notebook(CELLS)
    notebook.run_all()
    notebook.scroll_to(0)
    output = notebook.output(0)
    said = caption(notebook)
    said.filter(has_text="learning rate 0.1, batches of 100").wait_for()
    box = output.locator("canvas").first.bounding_box()

    def click(across, down):
        notebook.page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])

    click(0.15, 0.43)  # bottom left: the lowest rate, single digits
    said.filter(has_text="learning rate 0.0001, batches of 1: after 5.0 epochs").wait_for()
    click(0.85, 0.05)  # top right
    said.filter(has_text="batches of 1,000: after 5.0 epochs").wait_for()

    output.get_by_role("button", name="Play").click()
    said.filter(has_text="after 0.").wait_for()
    said.filter(has_text="after 1.").wait_for()
