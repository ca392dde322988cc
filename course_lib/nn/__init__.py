"""Neural networks in NumPy, written to be read, and fast.

Rows are examples: x is (batch, features), W is (n_in, n_out), z = x W + b.
Importing this package loads numpy and nothing else.
"""

from .activations import gelu, leaky_relu, relu, sigmoid, softmax, tanh
from .checks import NonFiniteError
from .clipping import clip_by_global_norm, clip_by_value, gradient_norm
from .gradient_check import GradientCheck, gradient_check, numerical_gradient, relative_error
from .initializers import he_normal, he_uniform, normal, xavier_normal, xavier_uniform, zeros
from .layer import Layer
from .layers import GELU, Dense, Dropout, LeakyReLU, ReLU, Residual, Sigmoid, Softmax, Tanh
from .losses import binary_cross_entropy, hinge, huber, mae, mse, softmax_cross_entropy
from .metrics import accuracy, confusion_matrix
from .network import Network
from .normalization import BatchNorm, LayerNorm
from .optimizers import SGD, Adam, AdamW, Momentum, Nesterov, Optimizer, RMSProp
from .regularization import L1, L2, EarlyStopping
from .schedules import constant, cosine, one_cycle, step_decay, warmup
from .training import Evaluation, TrainingDiverged, TrainingRecord, evaluate, train
from .value import Value

__all__ = [
    "GELU",
    "L1",
    "L2",
    "SGD",
    "Adam",
    "AdamW",
    "BatchNorm",
    "Dense",
    "Dropout",
    "EarlyStopping",
    "Evaluation",
    "GradientCheck",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "Momentum",
    "Nesterov",
    "Network",
    "NonFiniteError",
    "Optimizer",
    "RMSProp",
    "ReLU",
    "Residual",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "TrainingDiverged",
    "TrainingRecord",
    "Value",
    "accuracy",
    "binary_cross_entropy",
    "clip_by_global_norm",
    "clip_by_value",
    "confusion_matrix",
    "constant",
    "cosine",
    "evaluate",
    "gelu",
    "gradient_check",
    "gradient_norm",
    "he_normal",
    "he_uniform",
    "hinge",
    "huber",
    "leaky_relu",
    "mae",
    "mse",
    "normal",
    "numerical_gradient",
    "one_cycle",
    "relative_error",
    "relu",
    "sigmoid",
    "softmax",
    "softmax_cross_entropy",
    "step_decay",
    "tanh",
    "train",
    "warmup",
    "xavier_normal",
    "xavier_uniform",
    "zeros",
]
