"""What stands on the cheat sheet. `cheat_sheet` sets it, and a test evaluates every formula.

Formulas are written so that they can be read aloud and computed: ``@`` is the matrix product,
``·`` multiplies entry by entry, ``dW`` is ∂L/∂W, and `mean`, `sum`, `max` are those of NumPy (with
0 as the second argument: over the rows).
"""

__all__ = [
    "INITIALIZERS",
    "LAYERS",
    "LEARNING_RATES",
    "LOOP",
    "LOSSES",
    "NOTES",
    "SHAPES",
    "SYMPTOMS",
    "TRICKS",
    "UPDATES",
]

SHAPES = (
    ("x", "(m, n_in)", "a batch: one row for each of m examples"),
    ("W, dW", "(n_in, n_out)", "one column for each unit"),
    ("b, db", "(n_out,)", "added to every row"),
    ("z, a, dz, da", "(m, n_out)", "pre-activations, activations a = f(z), their gradients"),
)

# Layer, forward, backward.
LAYERS = (
    ("dense", ("z = x @ W + b",), ("dW = xᵀ @ dz", "db = sum(dz, 0)", "dx = dz @ Wᵀ")),
    ("sigmoid", ("a = 1 / (1 + exp(−z))",), ("dz = da · a · (1 − a)",)),
    ("tanh", ("a = tanh(z)",), ("dz = da · (1 − a²)",)),
    ("ReLU", ("a = max(0, z)",), ("dz = da · (z > 0)",)),
    (
        "batch norm (training)",
        ("s = √(var(z, 0) + ε)", "ẑ = (z − mean(z, 0)) / s", "a = γ · ẑ + β"),
        (
            "dγ = sum(da · ẑ, 0)",
            "dβ = sum(da, 0)",
            "dz = γ / s · (da − mean(da, 0) − ẑ · mean(da · ẑ, 0))",
        ),
    ),
    ("dropout (training)", ("a = z · kept / (1 − p)",), ("dz = da · kept / (1 − p)",)),
    ("shortcut", ("a = x + f(x)",), ("dx = da + df",)),
)

# Loss, formula, gradient by its first argument.
LOSSES = (
    ("squared error", "L = mean((p − t)²)", "dp = 2 · (p − t) / size(p)"),
    ("absolute error", "L = mean(|p − t|)", "dp = sign(p − t) / size(p)"),
    (
        "Huber, e = p − t",
        "L = mean(where(|e| < δ, e² / 2, δ · |e| − δ² / 2))",
        "dp = clip(e, −δ, δ) / size(p)",
    ),
    (
        "binary cross-entropy, p = sigmoid(z)",
        "L = −mean(t · log(p) + (1 − t) · log(1 − p))",
        "dz = (p − t) / size(z)",
    ),
    (
        "cross-entropy, p = softmax(z), t one-hot",
        "L = −sum(t · log(p)) / m",
        "dz = (p − t) / m",
    ),
    ("hinge, t = ±1, score z", "L = mean(max(0, 1 − t · z))", "dz = −t · (t · z < 1) / size(z)"),
)

# Name, for, standard deviation.
INITIALIZERS = (
    ("Xavier (Glorot)", "tanh, sigmoid", "σ = √(2 / (n_in + n_out))"),
    ("He", "ReLU", "σ = √(2 / n_in)"),
)

# Name, what it does to the weights w with gradient g, rate α, in step t = 1, 2, …
UPDATES = (
    ("SGD", ("w = w − α · g",)),
    ("momentum", ("v = β · v + g", "w = w − α · v")),
    ("Nesterov", ("v = β · v + g", "w = w − α · (g + β · v)")),
    ("RMSProp", ("s = β · s + (1 − β) · g²", "w = w − α · g / (√(s) + ε)")),
    (
        "Adam",
        (
            "m = β₁ · m + (1 − β₁) · g",
            "s = β₂ · s + (1 − β₂) · g²",
            "w = w − α · m / (1 − β₁ᵗ) / (√(s / (1 − β₂ᵗ)) + ε)",
        ),
    ),
    ("AdamW: before Adam's step", ("w = w − α · λ · w",)),
)

# Name, formula.
TRICKS = (
    ("L2 penalty", "g = g + λ · w"),
    ("L1 penalty", "g = g + λ · sign(w)"),
    ("clip by value", "g = clip(g, −c, c)"),
    ("clip by norm", "g = g · min(1, c / ‖g‖)"),
    ("cosine, step t of T", "α = α₀ · (1 + cos(π · t / T)) / 2"),
    ("warm-up, T steps", "α = α₀ · (t + 1) / T"),
    ("steps in an epoch", "steps = ceil(N / B)"),
    ("slope by nudging", "g = (L(w + ε) − L(w − ε)) / (2 · ε)"),
)

LOOP = """\
for batch in batches(x, y, 100, epochs=10, seed=0):
    logits = network.forward(batch.x)               # 1 forward
    loss, grad = softmax_cross_entropy(logits, batch.y)  # 2 loss
    network.backward(grad)                          # 3 backward
    network.parameters -= rate * network.gradients  # 4 update
                                                    # 5 repeat"""

LEARNING_RATES = (
    "On a bowl of curvature λ each step multiplies the distance by 1 − αλ: stable for α < 2/λ. "
    "With several directions, the largest λ sets the limit.",
    "No rate is right in general. Try 1, 0.3, 0.1, … for SGD, 0.001 for Adam; keep the one with "
    "the best validation loss. If it is the first or last you tried, go on.",
    "Lower it towards the end (cosine). If the first steps are wild, warm up.",
    "Noise of a batch gradient falls as 1/√B. After a change of B, look for the rate again.",
)

NOTES = (
    "dz = (p − t)/m is no law: it holds at the logits of softmax or sigmoid with cross-entropy "
    "(and for ½ · squared error without activation). Compute the loss from logits.",
    "K classes: the first loss is about ln K (10 classes: 2.303).",
    "All weights equal: all units of a layer stay equal. Biases start at 0.",
    "Check a gradient in float64 with ε = 10⁻⁵; split data before anything else; choose by "
    "validation, report the test once.",
)

# Symptom, likely cause, what to look at, cure.
SYMPTOMS = (
    (
        "loss rises from the first step, at any rate",
        "plus for minus, or a wrong gradient",
        "slope by nudging",
        "mend the sign, the formula",
    ),
    (
        "loss leaps up, or NaN",
        "rate above the limit; exploding gradients",
        "gradient norm by step; first layer that is not finite",
        "lower rate, clip, fitting weights, normalise",
    ),
    ("loss hardly falls", "rate too low", "the loss at 3× and 10× the rate", "raise it"),
    (
        "first loss far above ln K",
        "initial weights or inputs too large",
        "logits before training",
        "Xavier or He; inputs from 0 to 1",
    ),
    (
        "early layers stand still",
        "vanishing gradients",
        "gradient norm by layer, log axis",
        "ReLU with He, shortcuts, normalise",
    ),
    (
        "units are all alike",
        "equal initial weights",
        "columns of W",
        "draw them at random",
    ),
    (
        "units answer 0 to everything",
        "dead ReLUs, after a step too long",
        "share of active units",
        "lower rate, leaky ReLU; start anew",
    ),
    (
        "training falls, validation rises",
        "overfitting",
        "both curves",
        "more data, augment, dropout, L2, stop early",
    ),
    (
        "both stay bad",
        "too small, too short, wrong rate",
        "can it learn 20 examples by heart?",
        "larger, longer, new rate",
    ),
    (
        "too good to be true",
        "a leak",
        "rows in both parts; what was chosen on the test data",
        "split first, test once",
    ),
    (
        "knows only the classes just seen",
        "data not shuffled",
        "labels of one batch",
        "shuffle anew each epoch",
    ),
    (
        "fine in training, bad in use",
        "dropout or batch norm in the wrong mode",
        "training=True, False",
        "predict with training=False",
    ),
    (
        "right rate changes with B",
        "sum for mean: 1/m is missing",
        "gradient norm by batch size",
        "divide by m",
    ),
)
