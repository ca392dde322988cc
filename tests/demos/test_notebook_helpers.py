"""What the lessons' cells lean on: the progress bar, words and threads."""

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from course_lib.demos.progress import progress_bar
from course_lib.demos.threads import one_thread, use_one_thread
from course_lib.demos.words import percent, plain


def test_the_finished_progress_bar_is_the_same_each_time(capsys):
    seen = []
    for _ in range(2):
        bar = progress_bar(range(30), description="training")
        for item in bar:
            bar.set_postfix_str(f"item {item}")
        seen.append(capsys.readouterr())
    assert seen[0].err == seen[1].err == ""
    ends = [text.out.rsplit("\r", 1)[-1] for text in seen]
    assert ends[0] == ends[1]
    assert "100%" in ends[0]
    assert "30/30, item 29" in ends[0]


def blas_threads():
    np.ones((2, 2)) @ np.ones((2, 2))
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_one_thread_holds_inside_its_block_only():
    before = blas_threads()
    assert before
    with one_thread():
        assert set(blas_threads()) == {1}
    assert blas_threads() == before


def test_use_one_thread_holds_from_there_on():
    before = blas_threads()
    with threadpool_limits(limits=2, user_api="blas"):  # puts back at its end what was before
        use_one_thread()
        assert set(blas_threads()) == {1}
    assert blas_threads() == before


def test_numbers_are_said_without_powers_of_ten():
    assert [percent(0.0635), percent(0.0635, 1), percent(1)] == ["6 %", "6.3 %", "100 %"]
    assert [plain(0.01234), plain(99.96), plain(1.64e4)] == ["0.0123", "100", "16,400"]
