"""What of a training run another machine can repeat, and what rounding decides.

The networks of fifty layers are so touchy that the last bit of a weight changes the accuracy after
two dozen steps by a tenth, and processors differ in the last bit of a sum. So a stored run can be
compared only with what such changes make of it.
"""

import numpy as np

from course_lib.demos import deep_training


def accuracies(monkeypatch, run, count=5):
    """Accuracies of `run()`, repeated from weights whose last bits differ; one row each time."""
    build, rng = deep_training.deep_network, np.random.default_rng(0)

    def nudged(*arguments, **options):
        network = build(*arguments, **options)
        w = network.parameters
        sides = rng.choice([-np.inf, np.inf], w.size).astype(w.dtype)
        network.parameters = np.where(w == 0, w, np.nextafter(w, sides))
        return network

    monkeypatch.setattr(deep_training, "deep_network", nudged)
    return np.array([run() for _ in range(count)])


def assert_could_be_one_of(stored, runs):
    """That a stored row of accuracies begins as all of them do, and then keeps among them."""
    np.testing.assert_allclose(runs[:, 0], stored[0], atol=0.002)
    off = np.abs(stored - runs.mean(axis=0))
    allowed = 0.05 + 4 * runs.std(axis=0, ddof=1)
    assert (off <= allowed).all(), f"{stored} is not among\n{runs}"
