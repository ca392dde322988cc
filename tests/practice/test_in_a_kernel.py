"""The check in a real Jupyter kernel: cells, their lines, and a loop that never ends."""

import pytest
from jupyter_client.manager import start_new_kernel


@pytest.fixture(scope="module")
def run():
    """Run a cell in a fresh kernel; returns its text output."""
    manager, client = start_new_kernel()

    def execute(source):
        texts = []

        def collect(message):
            kind, content = message["header"]["msg_type"], message["content"]
            if kind == "stream":
                texts.append(content["text"])
            elif kind == "execute_result":
                texts.append(content["data"]["text/plain"])
            elif kind == "error":
                texts.append("\n".join(content["traceback"]))

        client.execute_interactive(source, timeout=60, output_hook=collect)
        return "".join(texts)

    execute("import numpy as np\nfrom course_lib.practice.check import check")
    yield execute
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_a_slip_is_named_with_the_line_of_its_cell(run):
    text = run(
        "n = 3\n\n"
        "def mse_gradient(predictions, targets):\n"
        "    return (predictions - targets) / predictions.size\n\n"
        "check('mse_gradient', mse_gradient)"
    )
    assert text.startswith("✗ mse_gradient: missing 2\n")
    assert text.endswith("Look at line 4:  return (predictions - targets) / predictions.size")


def test_an_exception_shows_the_line_of_the_cell_in_which_the_helper_is(run):
    run("def helper(a):\n    return a @ a")
    text = run(
        "def mse_gradient(predictions, targets):\n"
        "    return helper(predictions)\n"
        "check('mse_gradient', mse_gradient)"
    )
    assert "a is (4, 3)" in text
    assert text.endswith("Look at line 2:  return a @ a")


def test_an_endless_loop_ends_and_the_kernel_goes_on(run):
    text = run(
        "def mse_gradient(predictions, targets):\n"
        "    while True:\n"
        "        print('still here')\n"
        "check('mse_gradient', mse_gradient, timeout=0.3)"
    )
    assert "still here" not in text
    assert text.endswith("Look at line 2:  while True:")
    assert run("1 + 1") == "2"
    assert run("print('printing works')") == "printing works\n"


def test_a_stub_prints_one_stable_line(run):
    text = run(
        "def mse_gradient(predictions, targets):\n    ...\ncheck('mse_gradient', mse_gradient)"
    )
    assert text == "○ mse_gradient: not attempted yet"


def test_exit_does_not_end_the_kernel(run):
    text = run(
        "import sys\n"
        "def mse_gradient(predictions, targets):\n"
        "    sys.exit()\n"
        "check('mse_gradient', mse_gradient)"
    )
    assert "SystemExit" in text
    assert run("2 + 2") == "4"
