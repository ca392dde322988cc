"""Exercises of a later lesson."""

EXERCISES = ()
