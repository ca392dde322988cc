"""`check` for a run gone wrong: train with the learner's script and measure what came out."""

import numpy as np

from course_lib.nn import Network

from . import attempts
from .challenges import (
    BATCH,
    Run,
    broken_run,
    copies,
    digits,
    gradient_ratio,
    healthy_run,
    order_probe,
    same_order,
)
from .result import CheckResult
from .running import call
from .source_lines import code_of, error_line

__all__ = ["diagnose_run"]

TIMEOUT = 30.0  # seconds for one run, which takes a fraction of one
ALLOWANCE = 0.05  # below the accuracy of the healthy run
FEW_DIGITS = 0.65  # accuracy asked for where the script has half the digits to learn from
GAP = 0.06  # of validation over fresh accuracy: three standard errors on 200 digits


def diagnose_run(challenge, function, *, timeout=TIMEOUT):
    """Train with a learner's function, and say whether the run is healthy.

    Parameters
    ----------
    challenge : Challenge
    function : callable (x, y, seed) → network, losses, accuracies
    timeout : float
        In seconds.

    Returns
    -------
    CheckResult
    """
    return _RunCheck(challenge, function, timeout).run()


class _RunCheck:
    def __init__(self, challenge, function, timeout):
        self.challenge, self.function, self.timeout = challenge, function, timeout
        self.printed = ""

    def run(self):
        if problem := attempts.wrong_call(self.function, self.challenge):
            return self.failed("call", *problem)
        run, problem = self.trained(digits())
        if run is None:  # (A failed result is false, so `if problem` would not do here.)
            return problem
        if _same(run, broken_run(self.challenge.number)):
            return self.result(
                "not attempted", "not attempted", "not attempted yet: still the broken run"
            )
        for look in (self.at_the_gradient, self.at_the_parts, self.at_the_order):
            problem = look(run)
            if problem is not None:
                return problem
        return self.outcome(run)

    def trained(self, data):
        """A `Run`, or what is wrong instead: one of the two is None."""
        done = call(self.function, (*data, 0), timeout=self.timeout)
        self.printed = self.printed or done.printed
        if done.timed_out:
            return None, self.failed(
                "endless loop",
                "it does not come back",
                f"Your script had not come back after {self.timeout:g} seconds, so it was stopped. "
                f"Ask what ends its loops.",
            )
        if isinstance(done.error, NotImplementedError) or done.value is Ellipsis:
            return None, self.result("not attempted", "not attempted", "not attempted yet")
        if done.error is not None:
            return None, self.failed(
                "exception",
                f"it stops with {type(done.error).__name__}",
                f"{done.error}",
                line=error_line(done.error, self.function)[0],
            )
        if done.changed:
            return None, self.failed(
                "changed input",
                "it changes the digits themselves",
                "Your script writes into x or y, which belong to the caller. Make new arrays.",
            )
        run = _read(done.value)
        if run is None:
            return None, self.failed(
                "result",
                "it does not return network, losses, accuracies",
                "The check needs what the script returned before: the trained network, the loss "
                "of each step, and a pair (training, validation) of accuracies for each epoch.",
            )
        return run, None

    def helper(self, name):
        """Another function of the script, if the learner's function still uses it."""
        name = f"{name}_{self.challenge.number}"
        code = code_of(self.function)
        if code is None or name not in code.co_names:
            return None
        found = getattr(self.function, "__globals__", {}).get(name)
        return found if callable(found) else None

    def at_the_gradient(self, run):
        loss = self.helper("loss")
        done = loss and call(lambda: gradient_ratio(loss), (), timeout=self.timeout)
        if not done or done.error or done.timed_out:
            return None
        ratio, off = done.value
        if abs(ratio - 1) < 1e-3 and off < 1e-3:
            return None
        if off < 1e-3 and ratio < 0:
            return self.half(
                "the gradient still has the wrong sign",
                f"The gradient of the loss is {_number(ratio)} times that of central differences. "
                f"Whatever else you changed, the loss and its gradient disagree. A step uphill "
                f"along a wrong gradient goes downhill, but the next reader of this loss will "
                f"step the usual way: mend the gradient, not the step.",
            )
        if off < 1e-3:
            return self.half(
                "the gradient still is not that of the loss",
                f"The gradient is {_number(ratio)} times that of central differences, on a batch "
                f"of {BATCH}. A smaller learning rate hides such a factor, until somebody changes "
                f"the batch size: then every step changes with it. So this does not count as "
                f"repaired; mend the gradient and put the rate back.",
            )
        return self.half(
            "the gradient is not that of the loss",
            "It differs from central differences by more than a factor. Check the formula.",
        )

    def at_the_parts(self, run):
        split = self.helper("split")
        if split:
            done = call(split, (*digits(), np.random.default_rng(0)), timeout=self.timeout)
            if not done.error and not done.timed_out and _are_parts(done.value):
                same, moved = copies(done.value)
                if same or moved:
                    return self.half("part of the leak is left", _leak_words(same, moved))
        gap = run.accuracies[-1, 1] - run.fresh_accuracy
        if gap > GAP:
            return self.half(
                "validation promises too much",
                f"Validation says {_percent(run.accuracies[-1, 1])}, but on 2,000 digits that no "
                f"script was given the network reaches {_percent(run.fresh_accuracy)}. Something "
                f"of the validation digits is still known to training.",
            )
        return None

    def at_the_order(self, run):
        probe, _ = self.trained(order_probe())
        if probe is None or same_order(probe) < 0.9:
            return None
        return self.half(
            "the same batches in every epoch",
            "Every epoch still brings the same digits together in the same order. Shuffled once, "
            "the curves look well, but each batch repeats its own accidents in every epoch. Draw "
            "the order anew inside the loop over epochs.",
        )

    def outcome(self, run):
        reached, healthy = run.fresh_accuracy, healthy_run().fresh_accuracy
        wanted = FEW_DIGITS if self.challenge.cause == "leak" else healthy - ALLOWANCE
        if np.isfinite(run.losses).all() and reached >= wanted:
            return self.result(
                "passed",
                "passed",
                "repaired",
                checked=(
                    f"Trained with your script: {_percent(reached)} on 2,000 digits it was not "
                    f"given (asked for: {_percent(wanted)}). Its gradient agrees with central "
                    f"differences, no validation digit is among the training digits, and every "
                    f"epoch has an order of its own, as far as the check can see each."
                ),
            )
        message = (
            f"It reaches {_percent(reached)} on digits it was not given; a healthy run reaches "
            f"{_percent(healthy)} in the same six epochs."
        )
        silent, losses = run.silent, run.losses
        if silent >= 8:
            message += (
                f" {silent} of the hidden units answer 0 for every digit. Their gradient is 0, so "
                f"no learning rate wakes them: ask when they fell silent, before the first step "
                f"or after it."
            )
        elif np.isfinite(losses).all() and losses[-20:].mean() < losses[:20].mean() - 0.02:
            message += (
                " The loss falls, but slowly. The fault is out of sight rather than mended, or "
                "the learning rate is now smaller than it needs to be."
            )
        return self.half("changed, but not healthy yet", message)

    def half(self, title, message):
        return self.failed("half repaired", title, message)

    def failed(self, kind, title, message, **details):
        return self.result("failed", kind, title, message, **details)

    def result(self, status, kind, title, message="", **details):
        return CheckResult(
            self.challenge.id, status, kind, title, message, printed=self.printed, **details
        )


def _read(value):
    """A `Run`, or None if the value is none."""
    try:
        network, losses, accuracies = value
        losses = np.asarray(losses, dtype=float)
        accuracies = np.asarray(accuracies, dtype=float)
    except Exception:
        return None
    fits = losses.ndim == 1 and losses.size and accuracies.ndim == 2 and len(accuracies)
    if not (isinstance(network, Network) and fits and accuracies.shape[1] == 2):
        return None
    try:
        run = Run(network, losses, accuracies)
        run.fresh_accuracy, run.silent  # noqa: B018 - a network for other inputs stops here
    except Exception:
        return None
    return run


def _same(run, other):
    # Not the whole run: one that diverges makes rounding errors grow until nothing is the same.
    return run.losses.shape == other.losses.shape and bool(
        np.allclose(run.losses[:4], other.losses[:4], rtol=1e-6)
        and np.allclose(run.losses[:20], other.losses[:20], rtol=0.05, atol=0.05)
    )


def _are_parts(value):
    if not isinstance(value, tuple) or len(value) != 4:
        return False
    return all(isinstance(part, np.ndarray) for part in value) and value[0].ndim == 2


def _leak_words(same, moved):
    found = []
    if same:
        found.append(f"{same} validation digits are training digits too, pixel for pixel")
    if moved:
        found.append(f"{moved} are training digits moved by a pixel or two")
    return (
        f"{' and '.join(found).capitalize()}. Who has learnt a digit by heart knows its copies as "
        f"well. Set the validation digits aside first, and only then make copies of what is left."
    )


def _number(value):
    return f"{value:.2f}".replace("-", "−")


def _percent(share):
    return f"{100 * share:.0f} %"
