"""The scrubber's figure: what is shown at each step, and what its caption says."""

import itertools
import re

import numpy as np
import pytest

from course_lib.demos.backprop_trace import EXAMPLES, trace_backpropagation
from course_lib.demos.network_graph import (
    CONNECTIONS,
    NODES,
    edge_ends,
    flow_mark,
    picking_place,
    radius,
)
from course_lib.demos.network_places import Place
from course_lib.demos.output_heads import HEADS
from course_lib.demos.scrubber import scrubber
from course_lib.demos.scrubber_drawing import PLACES
from course_lib.demos.scrubber_words import number, scrubber_caption

TRACE = trace_backpropagation(*EXAMPLES["both hidden units on"])


@pytest.fixture(scope="module")
def figure():
    return scrubber()


def shown(figure, **values):
    """The texts of the figure at these values."""
    figure.frame_image(**values)
    ax = figure.scene.figure.axes[0]
    return [text.get_text() for text in ax.texts if text.get_text() and text.get_visible()]


def test_nothing_is_shown_before_it_is_computed(figure):
    texts = [shown(figure, step=step, pick="L") for step in range(15)]
    numbers = [sum(bool(re.fullmatch(r"−?\d+\.\d\d", t)) for t in frame) for frame in texts]
    assert numbers == sorted(numbers)
    # At first x, W and b; then z1, a1, z2, p with 2 each, L; backward all 23 gradients.
    assert numbers[0] == 14
    assert np.diff(numbers).tolist() == [2, 2, 2, 2, 1, 3, 2, 4, 2, 2, 2, 4, 2, 2]


def test_the_panel_shows_product_gradient_and_finite_difference(figure):
    texts = shown(figure, step=12, pick="W1_12", example="both hidden units on")
    for expected in ("1.0000", "×  0.4802", "=  0.4802", "x₁", "the weight from x₁ to z1₂"):
        assert any(expected in text for text in texts)
    assert texts.count("0.4802") == 2  # by the code, and by finite difference


def test_before_its_line_has_run_a_gradient_is_not_yet_there(figure):
    assert shown(figure, step=11, pick="W1_12").count("not yet") == 1
    assert shown(figure, step=4, pick="W1_12").count("not yet") == 2


def test_the_code_in_the_figure_is_the_code_that_is_run(figure):
    texts = " ".join(shown(figure, step=0))
    for line in TRACE.lines:
        assert line.split("  #")[0] in texts


def test_the_caption_says_line_local_derivative_upstream_gradient_and_difference():
    said = scrubber_caption(TRACE, 14, Place("W2", (0, 1)))
    assert said == (
        "Backward, line 14 of 14: dx = dz1 @ W1.T. ∂L/∂W2₁₂: local derivative 0.7000 (a1₁) × "
        "upstream 0.3694 (∂L/∂z2₂); gradient 0.2585, finite difference 0.2585."
    )


def test_the_caption_names_every_branch_of_a_value_that_is_used_twice():
    said = scrubber_caption(TRACE, 14, Place("a1", (1,)))
    assert said.count("local derivative") == 2
    assert ", plus local derivative" in said


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.key)
def test_the_caption_changes_with_every_step(place):
    said = [scrubber_caption(TRACE, step, place) for step in range(15)]
    assert len(set(said)) == 15
    assert ("not computed yet" in said[0]) is (place.array != "L")


def test_the_numbers_of_a_caption_multiply_and_add_up_for_every_pick_and_example():
    for head, (x, y), place in itertools.product(HEADS.values(), EXAMPLES.values(), PLACES):
        trace = trace_backpropagation(x, y, head)
        if place.array == "L":
            continue
        said = scrubber_caption(trace, 14, place).replace("−", "-")
        products = re.findall(r"local derivative (\S+) .*?upstream (\S+) ", said)
        total = sum(float(a) * float(b) for a, b in products)
        gradient, difference = re.search(
            r"gradient (\S+), finite difference (\S+)\.", said
        ).groups()
        assert total == pytest.approx(float(gradient), abs=2e-3)
        assert gradient == difference


def test_numbers_have_a_true_minus_but_not_zero():
    assert [number(-0.00001), number(-0.12346), number(0.5, 2)] == ["0.0000", "−0.1235", "0.50"]


def test_two_numbers_that_differ_by_rounding_only_look_alike_at_a_tie():
    assert number(0.29145 - 1e-10) == number(0.29145 + 1e-10) == "0.2915"
    assert number(-0.29145 - 1e-10) == number(-0.29145 + 1e-10) == "−0.2915"


def test_every_number_can_be_picked_by_pointing(figure):
    assert len({picking_place(place) for place in PLACES}) == len(PLACES) == 23
    for place in PLACES:
        figure.pick = place.key
        assert figure.pick == place.key


def test_no_two_nodes_touch_and_all_lie_within_the_figure():
    for (a, at), (b, there) in itertools.combinations(NODES.items(), 2):
        assert np.hypot(*np.subtract(at, there)) > radius(a) + radius(b)
    for place, (x, y) in NODES.items():
        assert radius(place) < x < 7.2 - radius(place)
        assert 2.7 < y < 6.6 - radius(place)


def test_arrows_point_where_the_numbers_flow():
    for start, end, _ in CONNECTIONS:
        along = np.diff(edge_ends(start, end), axis=0)[0]
        for forward, sign in ((True, 1), (False, -1)):
            tip, *wings = flow_mark(start, end, forward)
            assert sign * (tip - np.mean(wings, axis=0)) @ along > 0


def test_all_frames_together_stay_small(figure):
    frames = [figure._frame(key) for key in range(0, 1035, 69)]
    assert figure.strategy == "table"
    assert max(frame.nbytes for frame in frames) * 1035 < 16e6


@pytest.mark.parametrize("head", HEADS)
def test_the_scrubber_opens_with_every_output_and_loss(head):
    figure = scrubber(head=head, example="sure and wrong", step=7, pick="z2_1")
    assert "line 7 of 14: dz2" in figure.caption


def test_a_head_or_example_that_is_not_there_is_an_error():
    with pytest.raises(ValueError, match="head"):
        scrubber(head="tanh")
    with pytest.raises(ValueError, match="example"):
        scrubber(example="none")
