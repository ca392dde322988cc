"""How the site is put together: links, addresses, images, and what is said when it fails."""

import base64
import io
import re
import subprocess
import zlib
from functools import partial

import nbformat
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from course_lib.demos.ball_1d import ball_1d
from course_lib.live import stream
from course_lib.live.pieces import grid_of
from course_lib.site import build, embed, open_in, scripts
from course_lib.site.build import Settings
from course_lib.site.embed import Embedder, smaller_png
from course_lib.site.wording import REWORDED, reword

LESSON = build.ROOT / "notebooks" / "03_backpropagation.ipynb"
GITHUB = Settings("https://github.com/someone/course", "main")


# -------------------------------------------------------------------- addresses


def test_binder_opens_the_lesson_in_jupyterlab():
    assert open_in.binder(GITHUB, "notebooks/03_x.ipynb") == (
        "https://mybinder.org/v2/gh/someone/course/main?urlpath=lab/tree/notebooks/03_x.ipynb"
    )


@pytest.mark.parametrize(
    ("repository", "branch", "part"),
    [
        ("https://gitlab.com/a/b", "main", "/v2/gl/a%2Fb/main?"),
        (
            "https://git.example.org/a/b",
            "main",
            "/v2/git/https%3A%2F%2Fgit.example.org%2Fa%2Fb/main",
        ),
        ("https://github.com/a/b.git", "term/1", "/v2/gh/a/b/term%2F1?"),
    ],
)
def test_binder_knows_other_hosts_and_branches(repository, branch, part):
    assert part in open_in.binder(Settings(repository, branch), "notebooks/x.ipynb")


def test_colab_opens_notebooks_of_github_only():
    assert open_in.colab(GITHUB, "notebooks/x.ipynb") == (
        "https://colab.research.google.com/github/someone/course/blob/main/notebooks/x.ipynb"
    )
    assert open_in.colab(Settings("https://gitlab.com/a/b"), "notebooks/x.ipynb") == ""


def test_without_a_public_address_the_buttons_lead_to_what_to_do():
    html = open_in.buttons(
        build.ROOT / "notebooks/03_backpropagation.ipynb", build.ROOT, Settings()
    )
    assert 'href="../docs/elsewhere.html#binder"' in html
    assert 'href="../docs/elsewhere.html#colab"' in html
    assert "course.py 3<" in html
    assert "JupyterHub" not in html


def test_whoever_lacks_the_course_is_led_to_it():
    assert 'With the <a href="https://github.com/someone/course">course</a> on' in (
        open_in.buttons(LESSON, build.ROOT, GITHUB)
    )
    assert "With the course on" in open_in.buttons(LESSON, build.ROOT, Settings())


def test_a_hub_gets_a_button_of_its_own():
    settings = Settings(hub="https://hub.school.example/")
    html = open_in.buttons(LESSON, build.ROOT, settings)
    assert "https://hub.school.example/hub/user-redirect/lab/tree/" in html


@pytest.mark.parametrize("odd", ["github.com/a/b", "https://github.com", "somewhere"])
def test_a_repository_that_is_no_web_address_is_refused(odd):
    with pytest.raises(ValueError, match="web address"):
        open_in.binder(Settings(odd), "notebooks/x.ipynb")


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/a/b.git", "https://github.com/a/b"),
        ("git@github.com:a/b.git", "https://github.com/a/b"),
        ("ssh://git@gitlab.com/group/sub/b", "https://gitlab.com/group/sub/b"),
        ("https://token@github.com/a/b", "https://github.com/a/b"),
        ("/some/folder", ""),
        ("https://git.school.example/a/b", ""),
    ],
)
def test_the_address_is_found_where_the_repository_was_cloned_from(tmp_path, remote, address):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    subprocess.run(["git", "-C", str(tmp_path), "remote", "add", "origin", remote], check=True)
    assert open_in.address_of(tmp_path) == address


def test_a_folder_that_was_not_cloned_has_no_address(tmp_path):
    assert open_in.address_of(tmp_path) == ""


# -------------------------------------------------------------------- links of documents


def linked(text, settings=GITHUB, name="docs/teachers.md"):
    return build._links_that_hold(text, build.ROOT / name, settings)


def test_links_to_pages_stay():
    text = "[a](../notebooks/03_backpropagation.ipynb) [b](data.md) [c](https://x.org) [d](#here)"
    assert linked(text) == text


def test_links_to_a_section_of_a_lesson_are_named_as_the_site_names_them():
    text = "[x](../notebooks/01_loss_functions.ipynb#11-Squared-error-or-cross-entropy?)"
    assert linked(text).endswith("ipynb#11-squared-error-or-cross-entropy)")


def test_links_to_other_files_lead_to_the_repository():
    assert linked("[x](../course_lib/nn/losses.py)") == (
        "[x](https://github.com/someone/course/blob/main/course_lib/nn/losses.py)"
    )
    assert "/tree/main/course_lib" in linked("[x](../course_lib)")


def test_without_a_repository_they_become_text_with_the_file_s_name():
    assert linked("[x](../course.py)", Settings()) == "x (`course.py`)"
    assert linked("[`course.py`](../course.py)", Settings()) == "`course.py`"


def test_images_are_no_links():
    assert linked("![x](../course.py)") == "![x](../course.py)"


# -------------------------------------------------------------------- images and figures


def png(array):
    file = io.BytesIO()
    Image.fromarray(array).save(file, format="png")
    return file.getvalue()


def test_a_drawing_gets_smaller_and_looks_the_same():
    x = np.linspace(0, 1, 300)
    rows = np.where(np.abs(x[:, None] - x**2) < 0.01, 40, 255).astype(np.uint8)
    noise = np.random.default_rng(0).integers(0, 3, (300, 300), dtype=np.uint8)
    drawing = np.stack([rows - noise, rows - noise, rows], axis=-1)
    small = smaller_png(png(drawing))
    assert len(small) < len(png(drawing))
    again = np.asarray(Image.open(io.BytesIO(small)).convert("RGB"), int)
    assert np.abs(again - drawing).max() <= 16


def test_a_photograph_stays_as_it_is():
    photo = np.random.default_rng(0).integers(0, 256, (60, 60, 3), dtype=np.uint8)
    assert smaller_png(png(photo)) == png(photo)


def test_what_can_be_seen_through_stays_as_it_is():
    glass = np.zeros((9, 9, 4), np.uint8)
    assert smaller_png(png(glass)) == png(glass)


def test_one_demo_at_two_points_is_written_once(tmp_path):
    embedder = Embedder(tmp_path)
    moved = ball_1d()
    moved.step = 9
    first, second = embedder.html(ball_1d()), embedder.html(moved)
    folders = [path for path in (tmp_path / "pieces").iterdir() if path.is_dir()]
    assert len(folders) == 1
    assert folders[0].name in first
    assert folders[0].name in second
    assert first != second
    assert not [path for path in (tmp_path / "pieces").iterdir() if path.name.startswith(".")]


def test_a_figure_with_fewer_positions_names_the_control_as_its_slider_does(tmp_path, monkeypatch):
    monkeypatch.setattr(embed, "grid_of", partial(grid_of, max_bytes=20_000))
    html = Embedder(tmp_path).html(ball_1d())
    assert re.search(r">On this page, “(Start w|Learning rate α)”.* in larger steps", html)


def test_a_recorded_run_names_what_it_counts_in_the_singular(tmp_path):
    figure = Figure()
    figure.subplots().plot([], [], "o", animated=True)
    tosses = stream(figure, lambda at: str(at), lambda figure: iter(range(400)), noun="toss")
    Embedder(tmp_path).html(tosses)
    head = next((tmp_path / "pieces").glob("*/head.js")).read_text(encoding="utf-8")
    packed = re.search(r'","(.*)"\)', head)[1]
    assert b"A recorded run, up to toss 300." in zlib.decompress(base64.b64decode(packed))


def test_the_words_for_an_image_are_escaped(tmp_path):
    data = {
        "image/png": base64.b64encode(png(np.zeros((4, 4, 3), np.uint8))).decode(),
        "text/plain": 'a < b & "c"',
    }
    html = Embedder(tmp_path).output(data, {"image/png": {"width": 4, "height": 4}})
    assert 'alt="a &lt; b &amp; &quot;c&quot;" width="4" height="4"' in html


# -------------------------------------------------------------------- words


@pytest.mark.parametrize("said", REWORDED)
def test_what_a_page_words_otherwise_is_said_in_a_lesson(said):
    lessons = [nbformat.read(path, as_version=4) for path in build.notebooks()]
    assert any(said in cell.source for page in lessons for cell in page.cells)


def test_a_page_tells_nobody_to_run_what_cannot_be_run_there():
    for path in build.notebooks():
        page = nbformat.read(path, as_version=4)
        reword(page)
        text = "\n".join(cell.source for cell in page.cells if cell.cell_type == "markdown")
        assert not re.search(r"<kbd>Shift</kbd>|\bfile on this computer\b", text)
        assert not re.search(r"\bRun (it|the cells?)\b|\b(E|Now e)dit the script", text), path.name
        outputs = [one for cell in page.cells for one in cell.get("outputs", [])]
        assert "not attempted yet" not in str(outputs)


# -------------------------------------------------------------------- the script, and failures


def test_names_are_unique_over_all_files_of_the_script():
    seen = {}
    for file in scripts.FILES:
        text = file.read_text(encoding="utf-8")
        for name in re.findall(
            r"^(?:export )?(?:async )?(?:function|class|const|let) (\w+)", text, flags=re.M
        ):
            assert name not in seen, f"{name} in {file.name} and {seen[name]}"
            seen[name] = file.name


def test_the_script_is_one_classic_script():
    text = scripts.script()
    assert text.startswith("(() => {")
    assert "\nimport " not in text
    assert "\nexport " not in text


def test_a_notebook_that_fails_is_named_with_its_error(tmp_path):
    from course_lib.site.lessons import LessonError, page_of

    path = tmp_path / "broken.ipynb"
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell("1 / 0")]
    nbformat.write(notebook, path)
    with pytest.raises(LessonError, match=r"(?s)broken.ipynb.*ZeroDivisionError"):
        page_of(path, tmp_path / "site", "")
