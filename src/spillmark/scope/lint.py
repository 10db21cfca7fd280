"""All content of this room, checked in one call."""

from spillmark.model.content import Problem
from spillmark.scope import classes, requests, residence


def lint() -> tuple[Problem, ...]:
    """Checks data classes, places and requests, and runs their own samples."""
    return (*classes.lint(), *residence.lint(), *requests.lint())
