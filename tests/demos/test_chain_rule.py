"""The demos of lesson 02: what they compute, against other ways to compute it; what they say."""

import itertools

import numpy as np
import pytest

from course_lib.demos.difference_step import (
    AT,
    DifferenceStep,
    central_difference,
    forward_difference,
    step_errors,
    wave,
    wave_slope,
)
from course_lib.demos.full_chain import (
    FACTORS,
    READINGS,
    WEIGHTS,
    FullChain,
    chain_factors,
    loss_of,
    network_of_values,
)
from course_lib.demos.function_machine import (
    LARGEST_X,
    MACHINES,
    REACH,
    FunctionMachine,
    run_machines,
    whole,
)
from course_lib.demos.gear_train import (
    PAIRS,
    TEETH,
    GearTrain,
    gear_outline,
    gear_rates,
)
from course_lib.demos.jacobian_chain import (
    ProductOrder,
    jacobian_example,
    jacobian_product,
    multiplications,
    numerical_jacobian,
)
from course_lib.demos.picture import Picture
from course_lib.demos.presets import DEMOS
from course_lib.demos.shared_value import (
    FORMULAS,
    ExpressionGraph,
    SharedValue,
    evaluate,
    shared_value,
)

TRIPLES = list(itertools.product(MACHINES, repeat=3))


def caption(live, **controls):
    for name, value in controls.items():
        setattr(live, name, value)
    return live.caption


# ---------------------------------------------------------------- function machine


@pytest.mark.parametrize("name", MACHINES)
def test_the_slope_of_a_machine_is_that_of_its_function(name):
    x = np.linspace(-REACH, REACH, 25)
    machine = MACHINES[name]
    np.testing.assert_allclose(
        machine.slope(x), central_difference(machine.function, x), rtol=1e-7, atol=1e-9
    )


@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_returns_what_the_next_one_can_take(name):
    x = np.linspace(-REACH, REACH, 201)
    assert np.abs(MACHINES[name].function(x)).max() <= REACH


def test_the_product_of_the_slopes_is_the_slope_of_the_whole_for_every_choice():
    for names in TRIPLES:
        for x in (-LARGEST_X, -0.3, 0.0, 1.1):
            result = run_machines(x, names)
            measured = central_difference(whole(names), x)
            assert result.slope == pytest.approx(float(measured), rel=1e-6, abs=1e-9), (names, x)


def test_each_machine_receives_what_the_one_before_returned():
    result = run_machines(1.0, ("sine", "square", "minus"))
    u = 2 * np.sin(1.0)
    assert result.values == pytest.approx((1.0, u, u**2 / 3, -(u**2) / 3))
    assert result.slopes == pytest.approx((2 * np.cos(1.0), 2 * u / 3, -1))


def test_an_unknown_machine_is_named():
    with pytest.raises(ValueError, match="There is no machine 'cosine'; there are sine"):
        run_machines(0.0, ("cosine", "sine", "sine"))


def test_the_function_machine_opens_where_its_prediction_asks():
    assert run_machines(0.0, ("sine", "sigmoid", "minus")).slopes == (2, 0.25, -1)
    assert caption(FunctionMachine()) == (
        "x = 0 goes in, y = −0.5 comes out. The slopes 2, 0.25 and −1 multiply to −0.5; "
        "nudging x gives −0.5."
    )


def test_the_caption_of_the_function_machine_follows_every_control():
    live = FunctionMachine()
    captions = [
        caption(live, x=1.0),
        caption(live, h="square"),
        caption(live, g="exponential"),
        caption(live, f="sine"),
    ]
    assert len(set(captions)) == 4


# ---------------------------------------------------------------- the step of a difference


def test_the_slope_of_the_wave_is_right():
    h = 1e-5
    assert wave_slope(AT) == pytest.approx((wave(AT + h) - wave(AT - h)) / (2 * h), rel=1e-8)


def test_ten_times_shorter_is_ten_and_a_hundred_times_better_while_the_curve_bends():
    errors = step_errors(wave, wave_slope(AT), AT, [1e-2, 1e-3])
    assert errors["forward"][0] / errors["forward"][1] == pytest.approx(10, rel=0.05)
    assert errors["central"][0] / errors["central"][1] == pytest.approx(100, rel=0.05)


def test_too_short_a_step_runs_out_of_digits():
    errors = step_errors(wave, wave_slope(AT), AT, [1e-5, 1e-12])
    for kind in errors:
        assert errors[kind].max() < 1e-3
    assert errors["central"][1] > 1e3 * errors["central"][0]


def test_the_best_step_is_near_the_root_of_epsilon_that_the_lesson_names():
    steps = np.geomspace(1e-12, 1e-1, 221)
    rough = {
        k: np.convolve(v, np.ones(11), "same")
        for k, v in step_errors(wave, wave_slope(AT), AT, steps).items()
    }
    inner = slice(6, -6)
    best = {k: steps[inner][v[inner].argmin()] for k, v in rough.items()}
    epsilon = np.finfo(float).eps
    assert 0.1 < best["central"] / np.cbrt(epsilon) < 10
    assert 0.1 < best["forward"] / np.sqrt(epsilon) < 10


def test_a_forward_difference_of_a_square_is_off_by_the_step():
    assert forward_difference(lambda x: x**2, 3.0, 0.5) == pytest.approx(6.5)
    assert central_difference(lambda x: x**2, 3.0, 0.5) == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("step", "kind", "words"),
    [
        (0.5, "central", "bends within it"),
        (1e-12, "central", "about 12 of their 16 digits"),
        (1e-8, "forward", "about the best step"),
    ],
)
def test_the_caption_says_which_error_it_is(step, kind, words):
    assert words in caption(DifferenceStep(), step=step, kind=kind)


# ---------------------------------------------------------------- graphs


@pytest.mark.parametrize("uses", [1, 2, 3])
def test_the_gradient_of_a_shared_value_is_the_sum_over_its_uses(uses):
    for x in (-1.4, 0.0, 0.6):
        y = shared_value(x, uses)
        (source,) = (value for value in y.ancestors() if value.label == "x")
        assert source.grad == pytest.approx(sum((3, 2 * x, 3 * x**2)[:uses]))


def test_the_shared_value_opens_where_its_prediction_asks():
    assert caption(SharedValue()) == (
        "Over 2 branches comes back 2 + 3 = 5, the gradient of x. Nudging x gives 5."
    )


def test_a_single_use_needs_no_sum():
    assert "Over 1 branch comes back 3, the gradient" in caption(SharedValue(), uses=1)


def test_no_other_number_of_uses_is_taken():
    with pytest.raises(ValueError, match="uses must be 1, 2 or 3, not 4"):
        shared_value(1.0, 4)


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_gradients_of_every_formula_are_its_finite_differences(formula):
    for a, b in ((2.0, 1.0), (-0.5, 1.5), (0.0, 0.0)):
        inputs = {v.label: v for v in evaluate(formula, a, b).ancestors()}
        by_a = central_difference(lambda t, b=b: evaluate(formula, float(t), b).data, a)
        by_b = central_difference(lambda t, a=a: evaluate(formula, a, float(t)).data, b)
        assert inputs["a"].grad == pytest.approx(float(by_a), abs=1e-7)
        assert inputs["b"].grad == pytest.approx(float(by_b), abs=1e-7)


def test_exactly_one_formula_is_drawn_at_a_time():
    live = ExpressionGraph()
    for formula in FORMULAS:
        caption(live, formula=formula)
        shown = [ax for ax in live.scene.figure.axes if any(t.get_visible() for t in ax.texts)]
        assert len(shown) == 1


# ---------------------------------------------------------------- the full chain


def test_all_seven_factors_give_the_finite_difference_at_every_position():
    for weights in itertools.product(np.arange(-3, 3.5, 1.5), repeat=3):
        chain = chain_factors(*weights)
        measured = central_difference(lambda w, ws=weights: loss_of(w, *ws[1:]), weights[0])
        assert chain.full == pytest.approx(float(measured), abs=1e-9)
        assert chain.full == pytest.approx(network_of_values(*weights)[1].grad, abs=1e-15)


def test_there_are_seven_factors_and_four_of_them_are_shared():
    chain = chain_factors(*WEIGHTS)
    assert tuple(chain.factors) == FACTORS
    assert len(FACTORS) == 7
    rest = np.prod([chain.factors[factor] for factor in FACTORS[4:]])
    assert chain.shared * rest == pytest.approx(chain.full, rel=1e-14)


def test_the_shortened_formula_with_a1_is_the_gradient_of_w2():
    for w1, w2, w3 in itertools.product((-2.0, 0.5, 3.0), repeat=3):
        reading = chain_factors(w1, w2, w3).shortened()[READINGS[0]]
        by_w2 = central_difference(lambda w, w1=w1, w3=w3: loss_of(w1, w, w3), w2)
        assert reading == pytest.approx(float(by_w2), abs=1e-9)


def test_no_reading_of_the_shortened_formula_follows_the_truth():
    for weights in ((1.0, -1.5, 2.0), (0.5, 1.0, -1.0), (2.0, 2.0, 2.0)):
        chain = chain_factors(*weights)
        for result in chain.shortened().values():
            assert abs(result - chain.full) > 0.1 * abs(chain.full)


def test_without_w2_only_the_full_chain_is_zero():
    chain = chain_factors(1.0, 0.0, 2.0)
    assert chain.full == 0
    assert abs(chain.shortened()[READINGS[0]]) > 0.01


def test_a_negative_w2_turns_the_sign():
    chain = chain_factors(*WEIGHTS)
    assert WEIGHTS[1] < 0
    assert chain.full < 0 < chain.shortened()[READINGS[0]]


def test_no_bar_leaves_its_axes():
    for weights in itertools.product(np.arange(-3, 3.5, 0.5), repeat=3):
        chain = chain_factors(*weights)
        assert max(map(abs, (chain.full, *chain.shortened().values()))) < FullChain.LIMIT


def test_the_caption_of_the_full_chain_holds_all_numbers():
    assert caption(FullChain()) == (
        "Nudging w¹ gives −0.0171, all seven factors give −0.0171. The shortened formula gives "
        "0.0417 with a¹ as its last factor, 0.0764 with x, or 0."
    )


# ---------------------------------------------------------------- Jacobians


def test_the_jacobian_of_a_matrix_product_is_the_transposed_matrix():
    W = np.random.default_rng(0).normal(size=(3, 5))
    np.testing.assert_allclose(
        numerical_jacobian(lambda x: x @ W, [0.3, -1.0, 2.0]), W.T, atol=1e-9
    )


def test_a_jacobian_needs_a_vector():
    with pytest.raises(ValueError, match=r"x has shape \(2, 2\), but it needs \(n_in,\)"):
        numerical_jacobian(np.sum, np.ones((2, 2)))


def test_the_counts_are_those_of_products_really_made():
    def product(rows, inner, columns):
        return rows * inner * columns

    n, layers = 7, 4
    jacobians = sum(product(n, n, n) for _ in range(layers - 1)) + product(1, n, n)
    row = sum(product(1, n, n) for _ in range(layers))
    assert multiplications(n, layers) == (jacobians, row)


def test_the_caption_of_the_product_order_counts():
    assert caption(ProductOrder(), width=64, layers=3) == (
        "3 layers of 64: 528,384 multiplications with the Jacobians first, 12,288 with the row "
        "vector first, 43 times fewer."
    )
    assert multiplications(64, 3) == (528_384, 12_288)


def test_matrices_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match=r"\(2, 3\) and \(4, 2\) do not fit"):
        jacobian_product([np.ones((2, 3)), np.ones((4, 2))], "AB", "C")


def test_the_picture_of_a_product_holds_every_entry_and_shape():
    a, b = np.array([[1.0, 2.0]]), np.array([[3.0, 0.0], [0.5, -1.0]])
    picture = jacobian_product([a, b], "AB", "C")
    texts = [text.get_text() for text in picture.figure.axes[0].texts]
    for expected in ("(1, 2)", "(2, 2)", "4.00", "−2.00", "0.50", "0", "=", "·"):
        assert expected in texts
    assert "a matrix of 1 by 2 equals" in picture.alt


# ---------------------------------------------------------------- gears


def test_rates_of_gears_multiply_and_turn_round():
    assert gear_rates((20, 10), (20, 10)) == (-2, -2, 4)
    assert gear_rates((10, 20), (20, 10)) == (-0.5, -2, 1)


def test_pairs_fill_the_same_room():
    assert {sum(pair) for pair in PAIRS.values()} == {TEETH}


def test_a_gear_turned_by_one_tooth_looks_the_same():
    outline, turned = gear_outline(12, 0.0), gear_outline(12, 1 / 12)
    np.testing.assert_allclose(np.roll(outline, -4, axis=0), turned, atol=1e-12)


@pytest.mark.parametrize("pair", PAIRS.values(), ids=list(PAIRS))
def test_a_gear_has_a_gap_where_its_driver_has_a_tooth(pair):
    live = GearTrain()
    caption(live, turns=0.0, first=pair, second=pair)
    driver, driven = (gear.get_xy()[:-1] for gear in live._gears[:2])
    for outline, toward, tooth in ((driver, 0.0, True), (driven, np.pi, False)):
        spokes = outline - (outline.max(axis=0) + outline.min(axis=0)) / 2
        reach = np.hypot(*spokes.T)
        turned = np.angle(np.exp(1j * (np.arctan2(spokes[:, 1], spokes[:, 0]) - toward)))
        nearest = reach[np.argsort(np.abs(turned))[:2]]
        assert nearest == pytest.approx(reach.max() if tooth else reach.min(), abs=0.01)


def test_the_caption_of_the_gears_counts_turns():
    assert caption(GearTrain(), turns=0.5) == (
        "While x makes 0.5 turns, u makes −1 and y 2: the rates −2 and −2 multiply to 4."
    )


# ---------------------------------------------------------------- all of them

LIVE = (
    FunctionMachine,
    DifferenceStep,
    SharedValue,
    ExpressionGraph,
    FullChain,
    ProductOrder,
    GearTrain,
)


@pytest.mark.parametrize("demo", LIVE)
def test_all_frames_are_computed_ahead(demo):
    live = demo()
    assert live.strategy == "table"
    assert len(live.alt) > 60


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("function machine", FunctionMachine),
        ("branches add", SharedValue),
        ("jacobian shapes", Picture),
    ],
)
def test_the_quiz_finds_its_demo(name, kind):
    assert isinstance(DEMOS[name](), kind)


def test_the_example_of_shapes_is_that_of_the_quiz():
    assert "2 by 4 equals the product of matrices of 2 by 3, 3 by 4" in jacobian_example().alt
