"""Lesson 00: before anything is explained."""

from ..question import Option, Prediction

__all__ = ["PREDICTIONS", "QUIZ"]

QUIZ = ()

PREDICTIONS = (
    Prediction(
        id="loss_after_one_step",
        lesson=0,
        text="A tiny network with random weights sees three examples, and each of its weights is "
        "moved a little against its gradient, once. What does its loss on the same examples do?",
        options=(
            Option("rises", "It rises: the network first has to forget"),
            Option("stays", "It stays, until many steps have been made"),
            Option("falls a little", "It falls a little"),
            Option("falls to zero", "It falls to zero: now the network knows them"),
        ),
        in_order=True,
        because="A small step against the gradient lowers the loss, and only a little. Learning is "
        "many such steps.",
    ),
)
