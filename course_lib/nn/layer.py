"""What every layer has: forward, backward, named parameters and their gradients."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from .checks import NonFiniteError, batch_of_rows, copy_into, real_array


class View:
    """An attribute that reads one array of a layer, and writes into it in place.

    `layer.W = values` copies the values into the existing array. Rebinding the attribute would
    detach it from the network's flat parameter vector, and training would go on without it.
    """

    def __init__(self, arrays, key):
        self.arrays = arrays
        self.key = key

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, layer, owner=None):
        if layer is None:
            return self
        try:
            return getattr(layer, self.arrays)[self.key]
        except KeyError:
            raise AttributeError(f"{layer!r} has no {self.name}.") from None

    def __set__(self, layer, values):
        array = self.__get__(layer)
        copy_into(array, values, f"{self.name} of {layer!r}")


class Layer:
    """Base class: a layer turns (batch, n_in) into (batch, n_out), and gradients back.

    A layer of your own needs `forward` and `backward`; parameters are declared with
    `add_parameter`, random or running quantities in `rng` and `state`.

    Attributes
    ----------
    parameters, gradients : dict of str to ndarray
        By name, e.g. ``"W"``; equal shapes. `backward` overwrites the gradients.
    state : dict of str to ndarray
        What training changes but no gradient does, e.g. running means.
    n_in, n_out : int or None
        Number of features in and out; None where any number fits.
    sublayers : tuple of Layer
    name : str or None
        Given by the network, e.g. ``"0.Dense"``.
    """

    n_in = None
    n_out = None
    sublayers = ()
    name = None
    rng = None

    def __init__(self):
        self.parameters = {}
        self.gradients = {}
        self.state = {}
        self._cache = None

    def add_parameter(self, name: str, values: ArrayLike) -> None:
        """Declare a parameter; its gradient starts at zero.

        Parameters
        ----------
        name : str
            E.g. ``"W"``.
        values : array_like, any shape
        """
        self.parameters[name] = np.asarray(values, dtype=np.float64)
        self.gradients[name] = np.zeros_like(self.parameters[name])

    def initialize(self, rng: np.random.Generator) -> None:
        """Draw the parameters (and masks) afresh, and forget running averages.

        Parameters
        ----------
        rng : numpy.random.Generator
        """

    def forward(self, x: ArrayLike, training: bool = False) -> np.ndarray:
        """The layer's output for a batch; caches what `backward` needs.

        Parameters
        ----------
        x : array_like, shape (batch, n_in)
        training : bool
            Only Dropout and BatchNorm tell training from prediction.

        Returns
        -------
        ndarray, shape (batch, n_out)

        Raises
        ------
        ValueError
            If `x` has the wrong shape, no rows, or holds NaN or infinity.
        TypeError
            If `x` is not an array of real numbers.
        """
        raise NotImplementedError(f"{type(self).__name__} must define forward(x, training).")

    def backward(self, grad_output: ArrayLike) -> np.ndarray:
        """∂L/∂x from ∂L/∂output, for the batch last given to `forward`.

        Overwrites the gradients of the parameters, so calling it twice gives the same.

        Parameters
        ----------
        grad_output : array_like, shape (batch, n_out)

        Returns
        -------
        ndarray, shape (batch, n_in)

        Raises
        ------
        RuntimeError
            If `forward` was not called before.
        ValueError
            If `grad_output` has not the shape of the output, or holds NaN or infinity.
        """
        raise NotImplementedError(f"{type(self).__name__} must define backward(grad_output).")

    def parameter_gradients(self, grad_output: ArrayLike) -> None:
        """Like `backward`, for a first layer, whose ∂L/∂x nobody needs.

        Parameters
        ----------
        grad_output : array_like, shape (batch, n_out)
        """
        self.backward(grad_output)

    def _checked_input(self, x, dtype=None):
        try:
            return batch_of_rows("x", x, self.n_in, dtype, needed_by=self)
        except NonFiniteError as error:
            raise self._located(error, "x is the input") from None

    def _checked_gradient(self, grad_output, shape):
        """`grad_output` as a finite array of the given shape, that of the last output."""
        if self._cache is None:
            raise RuntimeError(f"{self!r}: call forward(x) before backward(grad_output).")
        try:
            grad_output = real_array("grad_output", grad_output)
        except NonFiniteError as error:
            raise self._located(error, "grad_output is the gradient of the output") from None
        if grad_output.shape != shape:
            raise ValueError(
                f"grad_output has shape {grad_output.shape}, but it needs the shape of the output "
                f"of {self!r}, {shape}."
            )
        return grad_output

    def _located(self, error, what):
        """The error, saying in which layer of a network it came up."""
        located = NonFiniteError(f"{error} Here {what} of {self.name or repr(self)}.")
        located.layer = self
        return located

    def __getstate__(self):
        return {key: value for key, value in self.__dict__.items() if key != "_owner"}

    def __repr__(self):
        return f"{type(self).__name__}()"
