"""The lessons of the course, by which everything practised is sorted."""

from dataclasses import dataclass

__all__ = ["EXTRAS", "LESSONS", "Lesson", "lesson"]


@dataclass(frozen=True)
class Lesson:
    """One notebook.

    Attributes
    ----------
    number : int
    name : str
        As in the file's name, e.g. "loss_functions".
    title : str
    """

    number: int
    name: str
    title: str

    @property
    def file(self):
        """Name of the notebook; all lie in one folder, so that it is also the link."""
        return f"{self.number:02d}_{self.name}.ipynb"

    def __str__(self):
        return f"{self.number:02d} {self.title}"


LESSONS = (
    Lesson(0, "start_here", "Start here"),
    Lesson(1, "loss_functions", "Loss functions"),
    Lesson(2, "chain_rule", "The chain rule"),
    Lesson(3, "backpropagation", "Backpropagation"),
    Lesson(4, "gradient_descent", "Gradient descent"),
    Lesson(5, "learning_rates", "Learning rates"),
    Lesson(6, "mini_batches", "Mini-batches, epochs, iterations"),
    Lesson(7, "vanishing_gradients", "Vanishing gradients"),
    Lesson(8, "exploding_gradients", "Exploding gradients"),
    Lesson(9, "overfitting", "Overfitting"),
    Lesson(10, "train_mnist", "Train on MNIST, all together"),
    Lesson(11, "review", "Why it works, and review"),
)
EXTRAS = (Lesson(12, "challenges", "Challenges: six runs gone wrong"),)
"""Notebooks after the lessons; the course is complete without them."""


def lesson(key):
    """A lesson by its number or its name.

    Raises
    ------
    ValueError
        If there is none.
    """
    for item in (*LESSONS, *EXTRAS):
        if key in (item.number, item.name):
            return item
    names = ", ".join(item.name for item in (*LESSONS, *EXTRAS))
    raise ValueError(f"There is no lesson {key!r}. The lessons are {names}.")
