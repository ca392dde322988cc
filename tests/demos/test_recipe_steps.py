"""The stored steps of the recipe: complete, better in the end, and what training anew gives."""

from itertools import pairwise

import numpy as np
import pytest

from course_lib.demos.digit_runs import digits
from course_lib.demos.recipe_steps import (
    RECIPE,
    SEEDS,
    error,
    load_recipe_errors,
    recipe_figure,
    run_step,
)


@pytest.fixture(scope="module")
def errors():
    return load_recipe_errors()


def test_every_step_has_every_seed_and_counts_whole_digits(errors):
    assert errors.validation.shape == (len(RECIPE), len(SEEDS))
    assert errors.test.shape == (len(SEEDS),)
    for wrong in (1000 * errors.validation, 2000 * errors.test):
        np.testing.assert_allclose(wrong, np.rint(wrong), atol=1e-6)


def test_the_first_step_trained_anew_gives_what_is_stored(errors):
    again = error(run_step(RECIPE[0], 1), digits().validation)
    # Another processor rounds otherwise, which may turn a few digits of 1,000.
    assert again == pytest.approx(errors.validation[0, 1], abs=0.006)


def test_each_step_changes_one_thing_only():
    for before, after in pairwise(RECIPE):
        assert sum(a is not b and a != b for a, b in zip(before[1:], after[1:], strict=True)) == 1


def test_the_recipe_ends_far_below_its_start(errors):
    means = errors.validation.mean(axis=1)
    assert means[-1] < 0.3 * means[0]
    assert means.argmin() == len(RECIPE) - 1
    assert errors.test.mean() < 0.025


def test_the_figure_says_every_mean(errors):
    alt = recipe_figure(errors).alt
    for step, row in zip(RECIPE, errors.validation, strict=True):
        assert f"{step.change}: {100 * row.mean():.1f} ±" in alt
