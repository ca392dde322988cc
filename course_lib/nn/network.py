"""A network is layers in a row, with one flat parameter vector and one flat gradient vector."""

from __future__ import annotations

import contextlib
import copy
import io
import os
import weakref
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from .activations import _sigmoid, softmax
from .checks import copy_into
from .layer import Layer
from .layers import chain

__all__ = ["Network"]


class Network:
    """Layers in a row, whose weights live in one flat vector.

    Each layer's ``W``, ``b``, ``dW``, ``db`` are views of `parameters` and `gradients`. So a
    step of gradient descent is ``network.parameters -= rate * network.gradients``, and a
    checkpoint is one array.

    Parameters
    ----------
    layers : iterable of Layer
    seed : int, numpy.random.Generator or None
        If given, all layers draw their weights (and masks) afresh from it, in order; the same
        seed gives the same network. If None, the layers keep what they have.
    dtype : numpy dtype
        float64 (exact enough for gradient checking) or float32 (about twice as fast).

    Attributes
    ----------
    layers : tuple of Layer
    parameters, gradients : ndarray, shape (number of parameters,)
        Writing ``network.parameters = vector`` copies in place.
    blocks : dict of str to slice
        Where in the vectors each parameter is, e.g. ``blocks["0.Dense.W"]``.
    shapes : dict of str to tuple
        The shape of each block.

    Raises
    ------
    ValueError
        If there is no layer, one appears twice, or neighbours do not fit.
    TypeError
        If something in `layers` is not a layer, or `dtype` is neither float32 nor float64.

    Examples
    --------
    >>> from course_lib.nn import Dense, ReLU
    >>> network = Network([Dense(784, 128), ReLU(), Dense(128, 10)], seed=0)
    >>> network.parameters.shape
    (101770,)
    """

    def __init__(
        self,
        layers: Iterable[Layer],
        *,
        seed: int | np.random.Generator | None = None,
        dtype: DTypeLike = np.float64,
    ):
        dtype = np.dtype(dtype)
        if dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
            raise TypeError(f"dtype must be float32 or float64, not {dtype}.")
        self.layers = chain(layers, "Network")
        self._own(dtype)
        if seed is not None:
            rng = np.random.default_rng(seed)
            for layer in self.layers:
                layer.initialize(rng)

    def _own(self, dtype):
        """Move all parameters into one vector and let the layers' arrays be views of it."""
        self._taken_by = None
        self.leaves = []
        named = {}
        for name, layer in _walk(self.layers):
            if layer in named:
                raise ValueError(
                    f"{layer!r} appears twice in the network ({named[layer]} and {name}); make a "
                    f"second one, so that each has its own weights."
                )
            named[layer] = name
        for layer, name in named.items():
            owner = getattr(layer, "_owner", lambda: None)()
            if owner is not None and owner is not self:
                owner._taken_by = owner._taken_by or name
            layer._owner = weakref.ref(self)
            layer.name = name
            if not layer.sublayers:
                self.leaves.append(layer)
        # Where the gradient may stop: what is before it, such as input dropout, cannot learn.
        self._first_to_learn = next(
            (i for i, layer in enumerate(self.layers) if _has_parameters(layer)), 0
        )
        self.blocks, self.shapes, size = {}, {}, 0
        for layer, name in named.items():
            for key, values in layer.parameters.items():
                self.blocks[f"{name}.{key}"] = slice(size, size + values.size)
                self.shapes[f"{name}.{key}"] = values.shape
                size += values.size
        self._parameters = _aligned_vector(size, dtype)
        self._gradients = _aligned_vector(size, dtype)
        for layer, name in named.items():
            for key, values in layer.parameters.items():
                where, shape = self.blocks[f"{name}.{key}"], values.shape
                self._parameters[where] = values.ravel()
                self._gradients[where] = layer.gradients[key].ravel()
                layer.parameters[key] = self._parameters[where].reshape(shape)
                layer.gradients[key] = self._gradients[where].reshape(shape)

    @property
    def dtype(self) -> np.dtype:
        """Of all parameters and gradients."""
        return self._parameters.dtype

    @property
    def parameters(self) -> np.ndarray:
        return self._parameters

    @parameters.setter
    def parameters(self, values: ArrayLike):
        copy_into(self._parameters, values, "parameters")

    @property
    def gradients(self) -> np.ndarray:
        return self._gradients

    @gradients.setter
    def gradients(self, values: ArrayLike):
        copy_into(self._gradients, values, "gradients")

    def block(self, name: str, vector: np.ndarray | None = None) -> np.ndarray:
        """One block of `parameters` (or of any vector of that size), in its own shape.

        Parameters
        ----------
        name : str
            A key of `blocks`, e.g. ``"0.Dense.W"``.
        vector : ndarray, shape of `parameters`, or None
            None for `parameters` itself.

        Returns
        -------
        ndarray
            A view: writing to it writes to the vector.
        """
        vector = self._parameters if vector is None else vector
        return vector[self.blocks[name]].reshape(self.shapes[name])

    @property
    def weight_mask(self) -> np.ndarray:
        """True where `parameters` holds a weight matrix: what weight decay should shrink.

        Biases, and γ and β of the normalising layers, are left out.
        """
        mask = np.zeros(self._parameters.size, dtype=bool)
        for name, where in self.blocks.items():
            mask[where] = len(self.shapes[name]) > 1
        return mask

    def forward(self, x: ArrayLike, training: bool = False) -> np.ndarray:
        """The output of the last layer: logits, for a classifier.

        Parameters
        ----------
        x : array_like, shape (batch, n_in)
        training : bool
            True lets Dropout drop and BatchNorm use the batch.

        Returns
        -------
        ndarray, shape (batch, n_out)

        Raises
        ------
        ValueError
            If `x` has the wrong shape, no rows, or holds NaN or infinity.
        """
        if self._taken_by:
            raise RuntimeError(
                f"The layers of this network were put into a newer network (the first as "
                f"{self._taken_by}). Use that one, or build each network from layers of its own."
            )
        for layer in self.layers:
            x = layer.forward(x, training)
        return x

    def backward(
        self, grad_output: ArrayLike, *, need_input_grad: bool = False
    ) -> np.ndarray | None:
        """Fill `gradients` with ∂L/∂parameters, from ∂L/∂output.

        Parameters
        ----------
        grad_output : array_like, shape (batch, n_out)
            What the loss returned as its gradient.
        need_input_grad : bool
            Whether to compute ∂L/∂x too; training does not need it.

        Returns
        -------
        ndarray of shape (batch, n_in), or None

        Raises
        ------
        RuntimeError
            If `forward` was not called before.
        ValueError
            If `grad_output` has not the shape of the output, or holds NaN or infinity.
        """
        first = 0 if need_input_grad else self._first_to_learn
        for layer in self.layers[:first:-1]:
            grad_output = layer.backward(grad_output)
        if need_input_grad:
            return self.layers[0].backward(grad_output)
        self.layers[first].parameter_gradients(grad_output)
        return None

    def predict_probabilities(self, x: ArrayLike) -> np.ndarray:
        """Probabilities from logits: softmax over several outputs, sigmoid of a single one.

        Parameters
        ----------
        x : array_like, shape (batch, n_in)

        Returns
        -------
        ndarray, shape (batch, n_out)
        """
        logits = self.forward(x)
        return softmax(logits) if logits.shape[1] > 1 else _sigmoid(logits)

    def predict(self, x: ArrayLike) -> np.ndarray:
        """The most probable class of each example; with a single output, 0 or 1.

        Parameters
        ----------
        x : array_like, shape (batch, n_in)

        Returns
        -------
        ndarray of int, shape (batch,)
        """
        logits = self.forward(x)
        return logits.argmax(axis=1) if logits.shape[1] > 1 else (logits[:, 0] > 0).astype(int)

    def checkpoint(self) -> dict[str, np.ndarray]:
        """A copy of everything training changes: parameters and running averages.

        Returns
        -------
        dict of str to ndarray
            ``"parameters"``, and ``"<layer>.<state>"`` for each running average.
        """
        arrays = {"parameters": self._parameters.copy()}
        arrays.update({name: values.copy() for name, values in self._state().items()})
        return arrays

    def restore(self, checkpoint: Mapping[str, np.ndarray]) -> None:
        """Go back to a `checkpoint`; nothing is changed if it does not fit this network.

        Parameters
        ----------
        checkpoint : dict of str to ndarray

        Raises
        ------
        ValueError
            If an array is missing, unknown, of another shape, or holds no numbers.
        TypeError
            If it is no dict.
        """
        if not isinstance(checkpoint, Mapping):
            raise TypeError(f"checkpoint must be what checkpoint() returned, not {checkpoint!r}.")
        targets = {"parameters": self._parameters, **self._state()}
        missing, unknown = targets.keys() - checkpoint.keys(), checkpoint.keys() - targets.keys()
        if missing or unknown:
            raise ValueError(
                "The checkpoint is of another network: "
                + "; ".join(
                    f"{word} {', '.join(sorted(names))}"
                    for word, names in (("it lacks", missing), ("it also has", unknown))
                    if names
                )
                + "."
            )
        for name, target in targets.items():
            if np.shape(checkpoint[name]) != target.shape:
                raise ValueError(
                    f"The checkpoint is of another network: its {name} has shape "
                    f"{np.shape(checkpoint[name])}, this network's has {target.shape}."
                )
            if np.asarray(checkpoint[name]).dtype.kind not in "fiu":
                raise ValueError(f"The checkpoint is damaged: its {name} holds no real numbers.")
        for name, target in targets.items():
            target[...] = checkpoint[name]

    def save(self, path: str | os.PathLike) -> None:
        """Write the checkpoint as an .npz file, complete or not at all.

        Parameters
        ----------
        path : str or path-like
        """
        path = os.fspath(path)
        buffer = io.BytesIO()
        np.savez(buffer, **self.checkpoint())
        temporary = f"{path}.{os.getpid()}.part"
        try:
            with open(temporary, "wb") as file:
                file.write(buffer.getbuffer())
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.remove(temporary)
            raise

    def load(self, path: str | os.PathLike) -> None:
        """Read a file written by `save` into this network, which must be built alike.

        Parameters
        ----------
        path : str or path-like

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If it is damaged or of another network; the network is then unchanged.
        """
        path = os.fspath(path)
        with open(path, "rb") as file:
            content = io.BytesIO(file.read())
        try:
            with np.load(content, allow_pickle=False) as archive:
                checkpoint = dict(archive)
        except Exception as error:
            raise ValueError(f"{path} is not a file written by Network.save ({error}).") from error
        self.restore(checkpoint)

    def copy(self) -> Network:
        """An independent network with the same layers and numbers.

        Returns
        -------
        Network
        """
        return copy.deepcopy(self)

    def _state(self):
        return {
            f"{layer.name}.{key}": values
            for layer in self.leaves
            for key, values in layer.state.items()
        }

    def __getstate__(self):
        # pickle and deepcopy would turn views into separate arrays: __setstate__ joins them anew.
        return {"layers": self.layers, "dtype": self.dtype}

    def __setstate__(self, state):
        self.layers = state["layers"]
        self._own(state["dtype"])

    def __repr__(self):
        inner = ", ".join(map(repr, self.layers))
        return f"Network([{inner}])  # {self._parameters.size:,} parameters, {self.dtype}"


CACHE_LINE = 64  # bytes


def _aligned_vector(size, dtype):
    """Zeros that begin at a cache line, which NumPy's own arrays rarely do.

    The matrix products run on several cores, so the parameters lie in the caches of all of them.
    Writing them back takes half the time if no write touches two cache lines.
    """
    vector = np.zeros(size + CACHE_LINE // dtype.itemsize, dtype)
    start = -vector.ctypes.data % CACHE_LINE // dtype.itemsize
    return vector[start : start + size]


def _has_parameters(layer):
    return bool(layer.parameters) or any(map(_has_parameters, layer.sublayers))


def _walk(layers, prefix=""):
    """All layers with their names, outer before inner, in the order of the forward pass."""
    for position, layer in enumerate(layers):
        name = f"{prefix}{position}.{type(layer).__name__}"
        yield name, layer
        yield from _walk(layer.sublayers, name + ".")
