"""Lines fitted under three losses: exact, each best by its own loss, and true to the library."""

import numpy as np
import pytest

from course_lib.demos.line_fit import line_fit, line_losses, residual_squares
from course_lib.demos.line_losses import (
    DELTA,
    FITS,
    LOSSES,
    fit_huber,
    fit_mae,
    fit_mse,
    loss_slopes,
    loss_terms,
    share,
    ten_houses,
)
from course_lib.demos.outlier import OUTLIER, one_outlier, three_fits
from course_lib.demos.penalties import error_penalties
from course_lib.nn import huber, mae, mse, numerical_gradient

LIBRARY = {"MSE": mse, "MAE": mae, "Huber": lambda p, t: huber(p, t, DELTA)}
EVERY_LOSS = pytest.mark.parametrize("loss", LOSSES)


def houses_with_an_outlier():
    area, price = ten_houses()
    price[OUTLIER] = 1500
    return area, price


@EVERY_LOSS
def test_terms_and_slopes_are_those_of_the_library(loss):
    predictions, targets = np.array([0.0, 20, 300, -4, 75]), np.array([0.0, 10, 100, 90, 25])
    value, gradient = LIBRARY[loss](predictions, targets)
    errors = predictions - targets
    assert loss_terms(errors, loss).mean() == pytest.approx(value)
    np.testing.assert_allclose(loss_slopes(errors, loss) / errors.size, gradient)


@pytest.mark.parametrize("function", [loss_terms, loss_slopes])
def test_an_unknown_loss_is_refused_with_the_known_ones(function):
    with pytest.raises(ValueError, match="MSE, MAE, Huber"):
        function([1.0], "hinge")


@EVERY_LOSS
@pytest.mark.parametrize("data", [ten_houses, houses_with_an_outlier])
def test_no_line_nearby_has_a_smaller_loss_than_the_fit(loss, data):
    x, y = data()
    line = FITS[loss](x, y)

    def mean(intercept, slope):
        return loss_terms(intercept + slope * x - y, loss).mean()

    best = mean(*line)
    for turn in np.linspace(0, 2 * np.pi, 24, endpoint=False):
        for far in (0.01, 1.0, 50.0):
            moved = line.intercept + far * np.cos(turn), line.slope + far / 100 * np.sin(turn)
            assert mean(*moved) >= best * (1 - 1e-9)


@pytest.mark.parametrize("data", [ten_houses, houses_with_an_outlier])
def test_least_squares_and_huber_have_no_gradient_left(data):
    x, y = data()
    for loss, fit in (("MSE", fit_mse), ("Huber", fit_huber)):

        def mean(w, loss=loss):
            return loss_terms(w[0] + 100 * w[1] * x - y, loss).mean()

        line = fit(x, y)
        gradient = numerical_gradient(mean, [line.intercept, line.slope / 100])
        np.testing.assert_allclose(gradient, 0, atol=1e-2)


def test_least_squares_is_what_polyfit_finds():
    x, y = houses_with_an_outlier()
    slope, intercept = np.polyfit(x, y, 1)
    assert fit_mse(x, y) == pytest.approx((intercept, slope))


def test_the_line_of_least_absolute_errors_passes_through_two_houses():
    x, y = houses_with_an_outlier()
    assert np.sum(np.isclose(fit_mae(x, y)(x), y)) == 2


def test_a_wide_delta_makes_huber_least_squares_and_a_narrow_one_least_absolute_errors():
    x, y = houses_with_an_outlier()
    assert fit_huber(x, y, 1e6) == pytest.approx(fit_mse(x, y))
    assert fit_huber(x, y, 1e-3).slope == pytest.approx(fit_mae(x, y).slope, abs=1e-3)


def test_a_share_is_of_the_sizes():
    assert share([3, -1], 1) == 0.25
    assert share([0, 0], 1) == 0


def test_an_outlier_turns_the_line_of_least_squares_most():
    right, wrong = three_fits(), three_fits(1500)
    turned = {loss: abs(wrong.lines[loss].slope - right.lines[loss].slope) for loss in LOSSES}
    assert turned["MSE"] > 4 * turned["Huber"] > 4 * turned["MAE"]


def test_beyond_some_height_only_least_squares_still_gives_way():
    high, higher = three_fits(1200), three_fits(1500)
    assert high.lines["MAE"] == higher.lines["MAE"]
    assert high.lines["Huber"] == pytest.approx(higher.lines["Huber"])
    assert higher.lines["MSE"].slope > high.lines["MSE"].slope + 1


def test_the_outlier_has_most_of_the_squares_and_a_tenth_of_the_pull_of_absolute_errors():
    found = three_fits(1500)
    assert found.shares["MSE"] > found.shares["Huber"] > found.shares["MAE"] > 0.5
    assert found.pulls["MAE"] == pytest.approx(0.1)
    # The pull of a square is 2e, so its share is that of the absolute errors.
    assert found.pulls["MSE"] == pytest.approx(found.shares["MAE"])


def test_a_residual_square_is_as_wide_as_high_on_the_page():
    x, actual, predicted = np.array([50.0]), np.array([300.0]), np.array([420.0])
    (corners,) = residual_squares(x, actual, predicted, aspect=0.25)
    width, height = np.ptp(corners, axis=0)
    assert height == 120
    assert width == 0.25 * 120


def test_the_squares_of_the_figure_are_squares_in_pixels():
    live = line_fit(slope=2, intercept=100)
    (ax, _) = live.scene.figure.axes
    (squares,) = [c for c in ax.collections if len(c.get_paths()) == 10 and c.get_facecolor().size]
    for path in squares.get_paths():
        width, height = np.ptp(ax.transData.transform(path.vertices), axis=0)
        assert width == pytest.approx(height, abs=0.5)
    live.close()


def test_the_caption_of_the_line_says_all_three_losses_with_their_units():
    live = line_fit(slope=2, intercept=100)
    values = line_losses(2, 100)
    assert f"MSE {values[0]:,.0f} (thousand €)²" in live.caption
    assert f"MAE {values[1]:.1f} thousand €" in live.caption
    assert f"Huber {values[2]:,.0f} (thousand €)²" in live.caption
    live.close()


def test_dragging_the_price_changes_slopes_and_shares_in_the_caption():
    live = one_outlier()
    assert "instead of 721" in live.caption
    live.price = 1500
    assert "MSE 8.00, MAE 4.18, Huber 4.63" in live.caption
    assert "of the loss MSE 99 %" in live.caption
    live.close()


def test_the_kink_of_the_absolute_value_is_pointed_out_at_zero():
    live = error_penalties(error=2)
    assert "kink" not in live.caption
    live.error = 0
    assert "kink" in live.caption
    live.error = -3
    assert "MSE 9.00, slope −6.00; MAE 3.00, slope −1.00; Huber 2.50, slope −1.00" in live.caption
    live.close()
