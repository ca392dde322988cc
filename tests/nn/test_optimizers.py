"""Optimizers: first steps by hand, in place, schedules, agreement with PyTorch, clear errors."""

import copy
import pickle

import numpy as np
import pytest

from course_lib.nn import SGD, Adam, AdamW, Momentum, Nesterov, Optimizer, RMSProp, cosine

OPTIMIZERS = {
    "SGD": lambda rate=0.1: SGD(rate),
    "Momentum": lambda rate=0.1: Momentum(rate),
    "Nesterov": lambda rate=0.1: Nesterov(rate),
    "RMSProp": lambda rate=0.1: RMSProp(rate),
    "Adam": lambda rate=0.1: Adam(rate),
    "AdamW": lambda rate=0.1: AdamW(rate, weight_decay=0.1, decay_mask=np.arange(3) > 0),
}
each_optimizer = pytest.mark.parametrize("make", OPTIMIZERS.values(), ids=OPTIMIZERS)


def descend(optimizer, steps, start=(1.0, -2.0, 0.5)):
    """Positions on the bowl ½ (w₀² + 4 w₁² + 10 w₂²)."""
    w, positions = np.array(start), []
    for _ in range(steps):
        optimizer.step(w, np.array([1.0, 4.0, 10.0]) * w)
        positions.append(w.copy())
    return np.array(positions)


@pytest.mark.parametrize(
    ("optimizer", "positions"),
    [
        (SGD(0.5), [0, -0.5]),
        # v = 2, then 0.5·2 + 1
        (Momentum(0.5, beta=0.5), [0, -1]),
        # v = 2, step 0.5 (2 + 0.5·2); v = 2, step 0.5 (1 + 0.5·2)
        (Nesterov(0.5, beta=0.5), [-0.5, -1.5]),
        # s = 0.25·4, then 0.75·1 + 0.25·1
        (RMSProp(0.5, beta=0.75, epsilon=1), [1 - 0.5 * 2 / 2, 0.5 - 0.5 * 1 / 2]),
        # m̂ = 2, ŝ = 4; then m̂ = (0.5·1 + 0.5·1)/0.75, ŝ = (0.75·1 + 0.25·1)/0.4375
        (
            Adam(0.5, beta1=0.5, beta2=0.75, epsilon=1),
            [1 - 0.5 * 2 / 3, 1 - 1 / 3 - 0.5 * (4 / 3) / (4 / 7**0.5 + 1)],
        ),
        (
            AdamW(0.5, weight_decay=0.2, beta1=0, beta2=0, epsilon=1),
            [0.9 - 0.5 * 2 / 3, 0.9 * (0.9 - 1 / 3) - 0.5 / 2],
        ),
    ],
)
def test_first_two_steps_are_those_computed_by_hand(optimizer, positions):
    w = np.array([1.0])
    optimizer.step(w, np.array([2.0]))
    assert w[0] == pytest.approx(positions[0], rel=1e-12, abs=1e-12)
    optimizer.step(w, np.array([1.0]))
    assert w[0] == pytest.approx(positions[1], rel=1e-12)
    assert optimizer.steps == 2


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e3])
def test_the_first_step_of_adam_has_the_size_of_the_learning_rate(size):
    w = np.zeros(2)
    Adam(0.01).step(w, size * np.array([1.0, -5.0]))
    np.testing.assert_allclose(w, [-0.01, 0.01], rtol=1e-4)


def test_momentum_grows_to_the_rate_over_one_minus_beta():
    w, optimizer = np.zeros(1), Momentum(0.1, beta=0.9)
    for _ in range(300):
        before = w.copy()
        optimizer.step(w, np.ones(1))
    np.testing.assert_allclose(w - before, -1.0)


@each_optimizer
def test_descends_a_bowl(make):
    positions = descend(make(cosine(0.1, total_steps=200)), 200)
    assert np.abs(positions[-1]).max() < 0.02


@each_optimizer
def test_parameters_change_in_place_and_gradients_do_not(make):
    flat = np.ones(6)
    w, g = flat[::2], np.array([1.0, -1.0, 2.0])
    before = g.copy()
    g.flags.writeable = False
    optimizer = make()
    assert optimizer.step(w, g) is None
    np.testing.assert_array_equal(g, before)
    assert (flat[::2] != 1).all()
    assert (flat[1::2] == 1).all()


@each_optimizer
def test_steps_do_not_depend_on_the_shape_of_the_arrays(make):
    w, g = np.random.default_rng(0).normal(size=(2, 3))
    matrix = np.asfortranarray(w[None, :].repeat(2, axis=0))
    flat_optimizer, matrix_optimizer = make(), make()
    if isinstance(matrix_optimizer, AdamW):
        matrix_optimizer.decay_mask = np.array([np.arange(3) > 0] * 2)
    for _ in range(3):
        flat_optimizer.step(w, g)
        matrix_optimizer.step(matrix, np.array([g, g]))
    np.testing.assert_array_equal(matrix, [w, w])


@each_optimizer
def test_float32_stays_float32(make):
    w, g = np.ones(3, np.float32), np.array([1, -1, 2], np.float32)
    reference = np.ones(3)
    optimizer, exact = make(), make()
    for _ in range(5):
        optimizer.step(w, g)
        exact.step(reference, g.astype(float))
    assert w.dtype == np.float32
    np.testing.assert_allclose(w, reference, atol=1e-6)


@each_optimizer
def test_reset_makes_the_next_step_the_first(make):
    optimizer = make(cosine(0.1, total_steps=10))
    first = descend(optimizer, 5)
    assert not np.array_equal(descend(optimizer, 5), first)
    optimizer.reset()
    assert optimizer.steps == 0
    np.testing.assert_array_equal(descend(optimizer, 5), first)


@each_optimizer
def test_a_copy_goes_on_alike_and_alone(make):
    optimizer = make()
    descend(optimizer, 3)
    others = [copy.deepcopy(optimizer), pickle.loads(pickle.dumps(optimizer))]
    expected = descend(optimizer, 3)
    for other in others:
        np.testing.assert_array_equal(descend(other, 3), expected)


@each_optimizer
def test_the_learning_rate_can_be_changed_between_steps(make):
    optimizer = make()
    w = descend(optimizer, 3)[-1]
    optimizer.learning_rate = 0
    still = w.copy()
    optimizer.step(w, np.ones(3))
    np.testing.assert_array_equal(w, still)
    optimizer.learning_rate = lambda step: 0.25 if step == 4 else 99
    assert optimizer.current_learning_rate == 0.25


@each_optimizer
def test_a_schedule_is_asked_for_the_number_of_the_step(make):
    asked = []

    def schedule(step):
        asked.append(step)
        return 0.01

    descend(make(schedule), 3)
    assert asked == [0, 1, 2]


@each_optimizer
def test_zero_gradients_leave_parameters_without_decay_where_they_are(make):
    w = np.array([1.0, 0.0, 0.0])
    optimizer = make()
    for _ in range(3):
        optimizer.step(w, np.zeros(3))
    assert w.tolist() == [1, 0, 0]


def test_adamw_decays_only_where_its_mask_is_true():
    w = np.array([1.0, 1.0])
    AdamW(0.5, weight_decay=0.1, decay_mask=np.array([True, False])).step(w, np.zeros(2))
    assert w.tolist() == [0.95, 1]


def test_adamw_without_decay_is_adam():
    np.testing.assert_array_equal(descend(AdamW(0.1, weight_decay=0), 5), descend(Adam(0.1), 5))


@each_optimizer
def test_step_names_what_is_wrong_and_changes_nothing(make):
    w = np.ones(3)
    read_only = np.ones(3)
    read_only.flags.writeable = False
    optimizer = make()
    optimizer.step(w, np.ones(3))
    before = w.copy()
    for parameters, gradients, error, message in [
        ([1.0, 2.0], np.ones(2), TypeError, "parameters must be a floating-point .* not list"),
        (np.ones(3, int), np.ones(3), TypeError, "parameters must be a .* not int64"),
        (read_only, np.ones(3), ValueError, r"parameters has shape \(3,\).*read-only"),
        (w, [1.0, 2.0, 3.0], TypeError, "gradients must be a floating-point array, not list"),
        (w, np.ones(3, int), TypeError, "gradients must be a .* not int64"),
        (w, np.ones(2), ValueError, r"gradients has shape \(2,\).*parameters, \(3,\)"),
        (w, np.ones((3, 1)), ValueError, r"gradients has shape \(3, 1\).*\(3,\)"),
        (w, np.array([1.0, np.nan, 0.0]), ValueError, r"gradients has shape .*nan at \[1\]"),
        (w, np.array([np.inf, 1.0, 0.0]), ValueError, r"gradients has shape .*inf at \[0\]"),
    ]:
        with pytest.raises(error, match=message):
            optimizer.step(parameters, gradients)
    np.testing.assert_array_equal(w, before)
    assert optimizer.steps == 1


@each_optimizer
def test_another_shape_than_before_is_refused_until_reset(make):
    optimizer = make()
    optimizer.step(np.ones(3), np.ones(3))
    w = np.ones(2)
    with pytest.raises(ValueError, match=r"shape \(2,\).* 1 steps with shape \(3,\)|decay_mask"):
        optimizer.step(w, np.ones(2))
    assert w.tolist() == [1, 1]


def test_adamw_refuses_a_mask_of_another_shape():
    w = np.ones(2)
    with pytest.raises(ValueError, match=r"decay_mask has shape \(3,\).*parameters, \(2,\)"):
        AdamW(0.1, decay_mask=np.ones(3, bool)).step(w, np.ones(2))
    assert w.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("rate", "error", "message"),
    [
        (-0.1, ValueError, r"learning_rate must be in \[0, inf\), not -0\.1"),
        (np.nan, ValueError, "learning_rate must be in .* not nan"),
        (np.inf, ValueError, "learning_rate must be in .* not inf"),
        ("0.1", TypeError, "learning_rate must be a number"),
        (None, TypeError, "learning_rate must be a number"),
        ([0.1], TypeError, "learning_rate must be a number"),
        (True, TypeError, "learning_rate must be a number"),
    ],
)
@each_optimizer
def test_learning_rates_that_are_none_are_refused(make, rate, error, message):
    with pytest.raises(error, match=message):
        make(rate)
    with pytest.raises(error, match=message):
        make().learning_rate = rate


@pytest.mark.parametrize(
    ("answer", "error"),
    [(np.nan, ValueError), (-1, ValueError), (np.inf, ValueError), (None, TypeError)],
)
@each_optimizer
def test_a_schedule_that_gives_no_rate_is_refused_and_nothing_changes(make, answer, error):
    w = np.ones(3)
    with pytest.raises(error, match="the schedule at step 0 must be"):
        make(lambda step: answer).step(w, np.ones(3))
    assert w.tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Momentum(0.1, beta=1), r"beta must be in \[0, 1\)"),
        (lambda: Nesterov(0.1, beta=-0.1), r"beta must be in \[0, 1\)"),
        (lambda: RMSProp(0.1, beta=1.5), r"beta must be in \[0, 1\)"),
        (lambda: RMSProp(0.1, epsilon=0), r"epsilon must be in \(0, inf\)"),
        (lambda: Adam(0.1, beta1=1), r"beta1 must be in \[0, 1\)"),
        (lambda: Adam(0.1, beta2=np.nan), r"beta2 must be in \[0, 1\)"),
        (lambda: Adam(0.1, epsilon=-1), r"epsilon must be in \(0, inf\)"),
        (lambda: AdamW(0.1, weight_decay=-1), r"weight_decay must be in \[0, inf\)"),
    ],
)
def test_options_out_of_range_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_an_optimizer_of_ones_own_needs_an_update():
    class Nothing(Optimizer):
        pass

    with pytest.raises(NotImplementedError, match="Nothing must define _update"):
        Nothing(0.1).step(np.ones(1), np.ones(1))


@pytest.mark.parametrize(
    ("make", "peer", "options"),
    [
        (lambda: SGD(0.03), "SGD", {"lr": 0.03}),
        (lambda: Momentum(0.03, beta=0.8), "SGD", {"lr": 0.03, "momentum": 0.8}),
        (
            lambda: Nesterov(0.03, beta=0.8),
            "SGD",
            {"lr": 0.03, "momentum": 0.8, "nesterov": True},
        ),
        (lambda: RMSProp(0.03), "RMSprop", {"lr": 0.03}),
        (
            lambda: RMSProp(0.03, beta=0.9, epsilon=1e-3),
            "RMSprop",
            {"lr": 0.03, "alpha": 0.9, "eps": 1e-3},
        ),
        (lambda: Adam(0.03), "Adam", {"lr": 0.03}),
        (
            lambda: Adam(0.03, beta1=0.7, beta2=0.95, epsilon=1e-3),
            "Adam",
            {"lr": 0.03, "betas": (0.7, 0.95), "eps": 1e-3},
        ),
        (lambda: AdamW(0.03, weight_decay=0.2), "AdamW", {"lr": 0.03, "weight_decay": 0.2}),
    ],
)
def test_thirty_steps_agree_with_pytorch(make, peer, options, torch):
    rng = np.random.default_rng(3)
    start, target = rng.normal(size=(2, 10))
    w, optimizer = start.copy(), make()
    theirs = torch.tensor(start, requires_grad=True)
    follower = getattr(torch.optim, peer)([theirs], **options)
    for _ in range(30):
        noise = rng.normal(size=10)
        optimizer.step(w, w - target + noise)
        theirs.grad = theirs.detach() - torch.tensor(target - noise)
        follower.step()
        np.testing.assert_allclose(w, theirs.detach().numpy(), rtol=1e-10, atol=1e-12)


def test_adamw_with_a_mask_agrees_with_parameter_groups_of_pytorch(torch):
    rng = np.random.default_rng(3)
    w = rng.normal(size=10)
    mask = np.arange(10) < 6
    groups = [torch.tensor(w[mask], requires_grad=True), torch.tensor(w[~mask], requires_grad=True)]
    follower = torch.optim.AdamW(
        [
            {"params": [groups[0]], "weight_decay": 0.3},
            {"params": [groups[1]], "weight_decay": 0.0},
        ],
        lr=0.05,
    )
    optimizer = AdamW(cosine(0.05, total_steps=30), weight_decay=0.3, decay_mask=mask)
    for step in range(30):
        for group in follower.param_groups:
            group["lr"] = cosine(0.05, total_steps=30)(step)
        g = rng.normal(size=10)
        optimizer.step(w, g)
        groups[0].grad, groups[1].grad = torch.tensor(g[mask]), torch.tensor(g[~mask])
        follower.step()
    np.testing.assert_allclose(w[mask], groups[0].detach().numpy(), rtol=1e-10)
    np.testing.assert_allclose(w[~mask], groups[1].detach().numpy(), rtol=1e-10)
