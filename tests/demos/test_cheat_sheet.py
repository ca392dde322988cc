"""The cheat sheet: every formula on it, read as Python, gives what the course's code gives."""

import math
import re

import numpy as np
import pytest

from course_lib import nn
from course_lib.data import batches, iterations_per_epoch
from course_lib.demos import cheat_sheet_content as content
from course_lib.demos.cheat_sheet import DOCS, STYLE, cheat_sheet

RNG = np.random.default_rng(0)
M, N_IN, N_OUT = 6, 4, 3
G = RNG.standard_normal((M, N_OUT))  # what comes back from the next layer

SIGNS = {"·": "*", "−": "-", "²": "**2", "ᵗ": "**t", "ᵀ": ".T", "√": "sqrt", "₀": "0", "₁": "1"}
SIGNS |= {"₂": "2"}
FUNCTIONS = ("exp", "tanh", "log", "sqrt", "mean", "sum", "var", "sign", "where", "clip")
NAMES = {
    **{name: getattr(np, name) for name in FUNCTIONS},
    **{"max": np.maximum, "min": np.minimum, "size": np.size, "norm": np.linalg.norm},
    **{"cos": math.cos, "π": math.pi, "ceil": math.ceil, "abs": np.abs},
}


def as_python(formula):
    for sign, python in SIGNS.items():
        formula = formula.replace(sign, python)
    formula = re.sub(r"‖(\w+)‖", r"norm(\1)", formula)
    return re.sub(r"\|([^|]+)\|", r"abs(\1)", formula)


def compute(formulas, **known):
    """All names after these formulas, in order."""
    names = dict(known)
    for formula in formulas:
        exec(as_python(formula), dict(NAMES), names)
    return names


def row(table, name):
    (found,) = [entry for entry in table if entry[0].startswith(name)]
    return found[1:]


# ---------------------------------------------------------------------- layers


def layers():
    rng = np.random.default_rng(1)
    x = rng.standard_normal((M, N_IN))
    return {
        "dense": (nn.Dense(N_IN, N_OUT), x),
        "sigmoid": (nn.Sigmoid(), RNG.standard_normal((M, N_OUT))),
        "tanh": (nn.Tanh(), RNG.standard_normal((M, N_OUT))),
        "ReLU": (nn.ReLU(), RNG.standard_normal((M, N_OUT))),
        "batch norm (training)": (nn.BatchNorm(N_OUT), RNG.standard_normal((M, N_OUT))),
        "dropout (training)": (nn.Dropout(0.4, seed=0), RNG.standard_normal((M, N_OUT))),
        "shortcut": (nn.Residual(nn.Tanh()), RNG.standard_normal((M, N_OUT))),
    }


@pytest.mark.parametrize("name", [name for name, *_ in content.LAYERS])
def test_a_layer_does_what_its_row_says(name):
    layer, given = layers()[name]
    network = nn.Network([layer], seed=3)
    network.parameters = np.random.default_rng(4).standard_normal(network.parameters.size)
    out = network.forward(given, training=True)
    back = layer.backward(G)
    forward, backward = row(content.LAYERS, name)
    known = {"x": given, "z": given}
    for own in ("W", "b"):
        known |= {own: getattr(layer, own)} if hasattr(layer, own) else {}
    if name.startswith("batch"):
        known |= {"γ": layer.gamma, "β": layer.beta, "ε": layer.epsilon}
    if name.startswith("dropout"):
        known |= {"kept": (out != 0).astype(float), "p": 0.4}
    if name == "shortcut":
        known |= {"f": np.tanh}
    told = compute(forward, **known)
    assert told["z" if name == "dense" else "a"] == pytest.approx(out)
    known = {**told, "da": G} | ({"dz": G} if name == "dense" else {})
    if name == "shortcut":
        known |= {"df": G * (1 - np.tanh(given) ** 2)}
    told = compute(backward, **known)
    assert told["dx" if name in ("dense", "shortcut") else "dz"] == pytest.approx(back)
    for formula, own in (("dW", "dW"), ("db", "db"), ("dγ", "dgamma"), ("dβ", "dbeta")):
        if hasattr(layer, own):
            assert told[formula] == pytest.approx(getattr(layer, own))


# ---------------------------------------------------------------------- losses


def one_hot(labels):
    return np.eye(N_OUT)[labels]


def losses():
    z, t = RNG.standard_normal((M, N_OUT)), RNG.standard_normal((M, N_OUT))
    labels = RNG.integers(N_OUT, size=M)
    yes = RNG.integers(2, size=(M, N_OUT)).astype(float)
    return {
        "squared error": (nn.mse(z, t), {"p": z, "t": t}),
        "absolute error": (nn.mae(z, t), {"p": z, "t": t}),
        "Huber": (nn.huber(z, t, delta=0.7), {"p": z, "e": z - t, "δ": 0.7}),
        "binary": (nn.binary_cross_entropy(z, yes), {"z": z, "p": nn.sigmoid(z), "t": yes}),
        "cross-entropy": (
            nn.softmax_cross_entropy(z, labels),
            {"z": z, "p": nn.softmax(z), "t": one_hot(labels), "m": M},
        ),
        "hinge": (nn.hinge(z, 2 * yes - 1), {"z": z, "t": 2 * yes - 1}),
    }


@pytest.mark.parametrize("name", losses())
def test_a_loss_and_its_gradient_are_those_of_its_row(name):
    (loss, gradient), known = losses()[name]
    told = compute(row(content.LOSSES, name), **known)
    assert told["L"] == pytest.approx(loss)
    (slope,) = [told[key] for key in ("dp", "dz") if key in told]
    assert slope == pytest.approx(gradient)


def test_each_loss_on_the_sheet_is_tested():
    assert len(losses()) == len(content.LOSSES)


def test_the_first_loss_of_ten_classes_is_the_one_noted():
    first = math.log(10)
    assert any(f"ln K (10 classes: {first:.3f})" in note for note in content.NOTES)


# ---------------------------------------------------------------------- weights and updates


@pytest.mark.parametrize(("name", "draw"), [("Xavier", nn.xavier_normal), ("He", nn.he_normal)])
def test_initial_weights_have_the_spread_of_their_row(name, draw):
    shape = (40, 25)
    _, formula = row(content.INITIALIZERS, name)
    told = compute([formula], n_in=shape[0], n_out=shape[1])
    standard = np.random.default_rng(5).standard_normal(shape)
    assert draw(shape, np.random.default_rng(5)) == pytest.approx(told["σ"] * standard)


OPTIMIZERS = {
    "SGD": nn.SGD(0.1),
    "momentum": nn.Momentum(0.1, beta=0.9),
    "Nesterov": nn.Nesterov(0.1, beta=0.9),
    "RMSProp": nn.RMSProp(0.1, beta=0.9),
    "Adam": nn.Adam(0.1),
    "AdamW": nn.AdamW(0.1, weight_decay=0.3),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_three_updates_go_where_the_row_says(name):
    optimizer, w = OPTIMIZERS[name], RNG.standard_normal(5)
    optimizer.reset()
    rows = dict(content.UPDATES)
    lines = rows["AdamW: before Adam's step"] + rows["Adam"] if name == "AdamW" else rows[name]
    known = {"α": 0.1, "β": 0.9, "β1": 0.9, "β2": 0.999, "ε": 1e-8, "λ": 0.3}
    known |= {"w": w.copy(), "v": 0, "s": 0, "m": 0}
    for t in (1, 2, 3):
        g = RNG.standard_normal(5)
        optimizer.step(w, g)
        known = compute(lines, **{**known, "g": g, "t": t})
        assert known["w"] == pytest.approx(w)


def test_each_update_on_the_sheet_is_tested():
    assert len(OPTIMIZERS) == len(content.UPDATES)


def around(name, **known):
    return compute(row(content.TRICKS, name), **known)


def test_penalties_and_clipping():
    g, w = 5 * RNG.standard_normal(7), RNG.standard_normal(7)
    assert around("L2", g=g, w=w, λ=0.2)["g"] == pytest.approx(g + nn.L2(0.2)(w)[1])
    assert around("L1", g=g, w=w, λ=0.2)["g"] == pytest.approx(g + nn.L1(0.2)(w)[1])
    for name, clip in (
        ("clip by value", nn.clip_by_value),
        ("clip by norm", nn.clip_by_global_norm),
    ):
        for limit in (0.5, 100.0):
            clipped = g.copy()
            clip(clipped, limit)
            assert around(name, g=g, c=limit)["g"] == pytest.approx(clipped)


def test_schedules_epochs_and_nudging():
    for t in range(21):
        told = around("cosine", α0=0.3, t=t, T=20)["α"]
        assert told == pytest.approx(nn.cosine(0.3, total_steps=20)(t))
        if t < 20:
            told = around("warm-up", α0=0.3, t=t, T=20)["α"]
            assert told == pytest.approx(nn.warmup(0.3, steps=20)(t))
    for n, size in ((10_000, 100), (7_000, 64), (1, 5)):
        assert around("steps in an epoch", N=n, B=size)["steps"] == iterations_per_epoch(n, size)
    told = around("slope by nudging", L=lambda w: w**3, w=2.0, ε=1e-5)["g"]
    assert told == pytest.approx(12)
    assert len(content.TRICKS) == 8


def test_the_loop_runs_and_lowers_the_loss():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((300, 4))
    y = (x[:, 0] > 0).astype(int)
    network = nn.Network([nn.Dense(4, 8), nn.ReLU(), nn.Dense(8, 2)], seed=0)
    names = {"x": x, "y": y, "network": network, "rate": 0.3, "batches": batches}
    names["softmax_cross_entropy"] = nn.softmax_cross_entropy
    before, _ = nn.softmax_cross_entropy(network.forward(x), y)
    exec(content.LOOP, names)
    after, _ = nn.softmax_cross_entropy(network.forward(x), y)
    assert after < before / 2
    assert names["batch"].x.shape == (100, 4)
    steps = re.findall(r"# (\d) (\w+)", content.LOOP)
    assert [int(number) for number, _ in steps] == [1, 2, 3, 4, 5]


def test_shapes_are_those_of_a_layer():
    layer = nn.Dense(N_IN, N_OUT)
    network = nn.Network([layer], seed=0)
    z = network.forward(np.zeros((M, N_IN)))
    dx = layer.backward(z)
    real = {"x": dx.shape, "W": layer.W.shape, "dW": layer.dW.shape, "b": layer.b.shape}
    real |= {"db": layer.db.shape, "z": z.shape, "a": z.shape, "dz": z.shape, "da": z.shape}
    told = {}
    for names, shape, _ in content.SHAPES:
        for name in names.split(", "):
            told[name] = eval(shape, {"m": M, "n_in": N_IN, "n_out": N_OUT})
    assert told == real


# ---------------------------------------------------------------------- the page


def test_the_page_in_docs_is_the_sheet_of_today():
    assert DOCS.read_text(encoding="utf-8") == cheat_sheet().page()


def test_notebook_and_page_show_the_same_and_fetch_nothing(tmp_path):
    sheet = cheat_sheet()
    assert sheet.body(level=2) in sheet.page()
    assert sheet.body(level=2) == sheet.body().replace("h3>", "h2>")
    assert sheet.body() in sheet._repr_html_()
    assert not re.search(r"https?:|src=|@import|url\(", sheet.page())
    assert ".cheat-sheet" in STYLE
    assert all(line.startswith((".cheat-sheet", "  ")) for line in STYLE.splitlines())
    assert sheet.save(tmp_path / "sheet.html").read_text(encoding="utf-8") == sheet.page()
    with pytest.raises(ValueError, match=r"\.html"):
        sheet.save(tmp_path / "sheet.pdf")


def test_everything_of_the_content_stands_on_the_sheet():
    words = re.sub(r"</?(?:sub|code|td|th|tr|b)[^>]*>", "", cheat_sheet().body())
    words = words.replace("&lt;", "<").replace("&gt;", ">").replace("&#x27;", "'")
    for name, formula, slope in content.LOSSES:
        assert name in words
        assert formula.replace("_in", "in") in words
        assert slope in words
    for symptom in content.SYMPTOMS:
        assert all(part in words for part in symptom)
    for _, lines in content.UPDATES:
        assert all(line in words for line in lines)
