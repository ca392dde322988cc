"""A training run on the digits that can be stepped, paused, changed and reset: no screen here.

The panel of lesson 10 shows it; so could a test, or a script.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from course_lib.data import Split, batches, load_mnist
from course_lib.nn import (
    SGD,
    Dense,
    Network,
    NonFiniteError,
    ReLU,
    TrainingDiverged,
    softmax_cross_entropy,
    train,
)

from .history import History, Measurement
from .words import percent, plain

__all__ = ["Divergence", "TrainingSession", "digit_network"]

HIDDEN_UNITS = 64
Seed = int | np.random.Generator | None

# A run is stopped when the loss has doubled since before training, or fewer than one hidden unit
# in eight responds; a network to go back to must be well clear of both.
STOP_LOSS, SOUND_LOSS = 2, 1
STOP_RESPONDING, SOUND_RESPONDING = 1 / 8, 1 / 4


def digit_network(
    seed: Seed = 0, *, hidden: int = HIDDEN_UNITS, dtype: DTypeLike = np.float64
) -> Network:
    """784 pixels → `hidden` ReLU units → 10 logits, one for each digit.

    Parameters
    ----------
    seed : int, numpy.random.Generator or None
        Of the weights.
    hidden : int
    dtype : numpy dtype
        float64 or float32.

    Returns
    -------
    Network
    """
    layers = [Dense(784, hidden), ReLU(), Dense(hidden, 10)]
    return Network(layers, seed=seed, dtype=dtype)


class Divergence(NamedTuple):
    """Why a run was stopped, in words a learner can act on.

    Attributes
    ----------
    step : int
        The step at which it was noticed.
    what : str
        What happened, in one line.
    cause : str
        Why.
    way_on : str
        What to do now; the session has already gone back to a sound network.
    """

    step: int
    what: str
    cause: str
    way_on: str

    def __str__(self):
        return f"{self.what} {self.cause} {self.way_on}"


class TrainingSession:
    """One network learning digits, an update at a time.

    Learning rate and batch size may be changed between any two updates and count from the next
    one on. The validation digits are asked every `measure_every` steps; they never change a
    weight, and the test digits are not looked at. The same seed and the same changes give the
    same numbers.

    A run that gets out of hand is stopped and explained in `divergence`, and the network is put
    back to the last measurement at which it was sound: better than at the start, and with enough
    hidden units responding. Updates go on being counted, and all history is kept.

    Parameters
    ----------
    data : (Split, Split) or MNIST or None
        ``(train, validation)`` as from `load_mnist`; None for 7,000 and 1,000 embedded digits.
    learning_rate : float
        Of plain gradient descent, 0 or more.
    batch_size : int
        1 to the number of training digits.
    seed : int
        Of the weights and of the order of the digits.
    measure_every : int
        In steps.
    build : callable (seed) → Network
        Makes the untrained network.
    start : ndarray or None
        Parameters to start from instead of the untrained ones; may be changed before a `reset`.

    Attributes
    ----------
    network : Network
    history : History
        Of this run.
    earlier_runs : list of History
        Of the runs before each `reset`, if they made a step.
    divergence : Divergence or None
        Why the run is stopped; None again after the next step.
    """

    def __init__(
        self,
        data: tuple[Split, ...] | None = None,
        *,
        learning_rate: float = 0.1,
        batch_size: int = 100,
        seed: int = 0,
        measure_every: int = 10,
        build: Callable[[int], Network] = digit_network,
        start: np.ndarray | None = None,
    ):
        if measure_every < 1:
            raise ValueError(f"measure_every must be at least 1 step, not {measure_every}.")
        data = load_mnist() if data is None else data
        self.training_digits, self.validation_digits = data[:2]
        self.measure_every = measure_every
        self.seed = seed
        self.start = start
        self._build = build
        self._optimizer = SGD(learning_rate)
        self.batch_size = batch_size
        self.earlier_runs = []
        self.history = History()
        self.reset()

    @property
    def learning_rate(self) -> float:
        """Of the next update."""
        return self._optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float):
        self._optimizer.learning_rate = value

    @property
    def batch_size(self) -> int:
        """Number of digits in the next update; the last batch of an epoch has what is left."""
        return self._batch_size

    @batch_size.setter
    def batch_size(self, value: int):
        n = len(self.training_digits.y)
        if not 1 <= value <= n:
            raise ValueError(f"batch_size must be from 1 to {n:,}, not {value}.")
        self._batch_size = int(value)

    @property
    def step(self) -> int:
        """How many updates have been made since the last reset."""
        return len(self.history)

    @property
    def latest(self) -> Measurement:
        """The newest Measurement."""
        return self.history.measurements[-1]

    def reset(self):
        """Back to the network at the start; the learning rate and the batch size stay."""
        if self.step:
            self.earlier_runs.append(self.history)
        self.history = History()
        self.divergence = None
        self.epoch = 0
        self.network = self._build(self.seed)
        if self.start is not None:
            self.network.parameters = self.start
        self._batches = batches(
            *self.training_digits, lambda: self._batch_size, epochs=None, seed=self.seed
        )
        self._restart()
        self._at_start = self._measure()
        self._keep(self._at_start)

    def advance(self) -> bool:
        """Make one update; returns whether the run may go on.

        Returns
        -------
        bool
            False if the run has just diverged; `divergence` then says why.
        """
        self.divergence = None
        step, rate = self.step + 1, self.learning_rate
        try:
            record = next(self._records)
        except TrainingDiverged as error:
            self.history.add(np.nan, rate, self._batch_size)
            where = "loss" if error.layer == "loss" else f"{error.kind} of layer {error.layer}"
            self._stop(
                f"Stopped at step {step:,}: the {where} is no longer a finite number.", error.cause
            )
            return False
        self.epoch = record.epoch
        self.history.add(record.loss, rate, self._batch_size)
        if step % self.measure_every == 0:
            self.measure()
        return self.divergence is None

    def measure(self) -> Measurement:
        """Ask the validation digits now, unless that has been done at this step.

        Returns
        -------
        Measurement
        """
        if self.latest.step == self.step:
            return self.latest
        try:
            measured = self._measure()
        except NonFiniteError:
            self._stop(
                f"Stopped at step {self.step:,}: on the validation digits, the numbers are "
                f"no longer finite.",
                "The weights have grown so large that their products overflow.",
            )
            return self.latest
        share, limit = measured.responding_share, self._at_start.loss
        if share < STOP_RESPONDING:
            silent = measured.hidden - measured.responding
            self._stop(
                f"Stopped at step {self.step:,}: {silent} of {measured.hidden} hidden units have "
                f"gone silent.",
                f"At learning rate {plain(self.learning_rate)} the steps were so large that they "
                f"pushed those units below zero for every validation digit. There ReLU answers 0 "
                f"and has slope 0, so no gradient comes through to wake them up, and what is left "
                f"of the network is wrong on {percent(measured.error)}.",
            )
        elif measured.loss > STOP_LOSS * limit:
            self._stop(
                f"Stopped at step {self.step:,}: the loss has climbed to "
                f"{plain(measured.loss)}; it was {plain(limit)} at the start.",
                f"At learning rate {plain(self.learning_rate)} each step goes downhill, but so far "
                f"that it lands higher up on the other side of the valley.",
            )
        elif measured.loss < SOUND_LOSS * limit and share >= SOUND_RESPONDING:
            self._keep(measured)
        return self.latest

    def _measure(self):
        x, labels = self.validation_digits
        layers = []
        with np.errstate(over="ignore", invalid="ignore"):
            for layer in self.network.layers:
                x = layer.forward(x)
                if isinstance(layer, ReLU):
                    layers.append((int((x > 0).any(axis=0).sum()), x.shape[1]))
            loss, _ = softmax_cross_entropy(x, labels)
        error = float(np.mean(x.argmax(axis=1) != labels))
        fewest = min(layers, key=lambda counts: counts[0] / counts[1], default=(0, 0))
        measured = Measurement(self.step, loss, error, *fewest)
        self.history.measurements.append(measured)
        return measured

    def _keep(self, measurement):
        self._sound = measurement, self.network.checkpoint()

    def _stop(self, what, cause):
        """Explain, and put the last sound network back."""
        measured, checkpoint = self._sound
        self.network.restore(checkpoint)
        self.history.returns.append((self.step, measured.step))
        self.history.measurements.append(measured._replace(step=self.step))
        back = (
            "the network from the start"
            if measured.step == 0
            else f"the network of step {measured.step:,} "
            f"(validation error {percent(measured.error, 1)})"
        )
        self.divergence = Divergence(
            self.step,
            what,
            cause,
            f"Nothing is lost: {back} is back in place. Lower the learning rate and press Start "
            f"to go on from there, or press Reset to begin again.",
        )
        self._restart()

    def _restart(self):
        """A generator that has raised is finished: the next step needs a new one."""
        self._optimizer.reset()
        self._records = train(
            self.network, self._batches, loss=softmax_cross_entropy, optimizer=self._optimizer
        )
