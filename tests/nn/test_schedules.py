"""Learning-rate schedules: known values, ends, agreement with PyTorch, and clear errors."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.nn import SGD, constant, cosine, one_cycle, step_decay, warmup


@pytest.mark.parametrize(
    ("schedule", "values"),
    [
        (constant(0.3), {0: 0.3, 10**9: 0.3}),
        (step_decay(0.8, factor=0.5, every=10), {0: 0.8, 9: 0.8, 10: 0.4, 19: 0.4, 20: 0.2}),
        (cosine(1.0, total_steps=6), {0: 1, 2: 0.75, 3: 0.5, 4: 0.25, 6: 0, 7: 0, 1000: 0}),
        (cosine(1.0, total_steps=4, final=0.2), {0: 1, 2: 0.6, 4: 0.2, 99: 0.2}),
        (warmup(0.4, steps=4), {0: 0.1, 1: 0.2, 3: 0.4, 4: 0.4, 50: 0.4}),
        (
            warmup(cosine(0.4, total_steps=2), steps=2),
            {0: 0.2, 1: 0.4, 2: 0.4, 3: 0.2, 4: 0.0},
        ),
        (
            one_cycle(1.0, total_steps=10, warmup_fraction=0.4),
            {0: 0.04, 2: 0.52, 4: 1, 7: 0.5 + 2e-6, 10: 4e-6, 99: 4e-6},
        ),
    ],
)
def test_known_values(schedule, values):
    for step, rate in values.items():
        assert schedule(step) == pytest.approx(rate, abs=1e-12)


@given(st.integers(0, 500), st.integers(1, 200), st.floats(0, 10))
def test_rates_stay_between_zero_and_the_peak(step, total, peak):
    for schedule in (
        cosine(peak, total_steps=total),
        one_cycle(peak, total_steps=total),
        warmup(cosine(peak, total_steps=total), steps=total),
        step_decay(peak, factor=0.9, every=total),
    ):
        assert 0 <= schedule(step) <= peak * (1 + 1e-12)


def test_one_cycle_rises_and_then_falls():
    rates = [one_cycle(1.0, total_steps=100)(step) for step in range(101)]
    changes = np.diff(rates)
    assert int(np.argmax(rates)) == 30
    assert (changes[:30] > 0).all()
    assert (changes[30:] < 0).all()


def test_an_optimizer_follows_its_schedule_from_step_0_on():
    optimizer = SGD(step_decay(0.1, factor=0.5, every=1))
    w = np.zeros(1)
    positions = []
    for _ in range(3):
        optimizer.step(w, np.ones(1))
        positions.append(w[0])
    np.testing.assert_allclose(positions, [-0.1, -0.15, -0.175])
    assert optimizer.current_learning_rate == pytest.approx(0.0125)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: constant(-0.1), ValueError, "rate must be in"),
        (lambda: constant(math.nan), ValueError, "rate must be in"),
        (lambda: constant("0.1"), TypeError, "rate must be a number"),
        (lambda: step_decay(0.1, factor=0, every=1), ValueError, r"factor must be in \(0, 1\]"),
        (lambda: step_decay(0.1, factor=2, every=1), ValueError, r"factor must be in \(0, 1\]"),
        (lambda: step_decay(0.1, factor=0.5, every=0), ValueError, "every must be at least 1"),
        (lambda: cosine(-1, total_steps=5), ValueError, "initial must be in"),
        (lambda: cosine(1, total_steps=0), ValueError, "total_steps must be at least 1"),
        (lambda: cosine(1, total_steps=1.5), TypeError, "total_steps must be a whole number"),
        (lambda: cosine(1, total_steps=5, final=-1), ValueError, "final must be in"),
        (lambda: warmup(0.1, steps=0), ValueError, "steps must be at least 1"),
        (lambda: warmup(None, steps=3), TypeError, "rate must be a number"),
        (lambda: one_cycle(-1, total_steps=5), ValueError, "peak must be in"),
        (lambda: one_cycle(1, total_steps=5, warmup_fraction=1), ValueError, "warmup_fraction"),
        (lambda: one_cycle(1, total_steps=5, final_divisor=0), ValueError, "final_divisor"),
    ],
)
def test_arguments_out_of_range_are_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_step_decay_and_cosine_agree_with_pytorch(torch):
    schedulers = torch.optim.lr_scheduler
    pairs = [
        (step_decay(0.5, factor=0.3, every=7), schedulers.StepLR, {"step_size": 7, "gamma": 0.3}),
        (
            cosine(0.5, total_steps=40, final=0.01),
            schedulers.CosineAnnealingLR,
            {"T_max": 40, "eta_min": 0.01},
        ),
    ]
    for schedule, scheduler, options in pairs:
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
        follower = scheduler(optimizer, **options)
        for step in range(40):
            assert schedule(step) == pytest.approx(optimizer.param_groups[0]["lr"], rel=1e-9)
            optimizer.step()
            follower.step()
