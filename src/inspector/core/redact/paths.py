"""Paths that mean places: the steps of one stand in a place in a row, a star for any step."""

from collections.abc import Collection
from fnmatch import fnmatchcase

from inspector.core.locate import steps_of
from inspector.core.redact.places import Steps
from inspector.model import InspectorError

__all__ = ["meant", "pattern"]


def pattern(path: str) -> Steps:
    """The steps of a path as a person, or a document, writes it. Raises InspectorError."""
    place, colon, rest = path.partition(":")
    if colon and place == "header":
        return (path.lower(),)
    try:
        steps = steps_of(rest if colon and place in ("root", "form", "query") else path)
    except ValueError as error:
        raise InspectorError(str(error), hint="Example: data.object.receipt_email", exit_code=2) from None
    return _flat(("query", *steps) if place == "query" else steps)


def _flat(steps: Steps) -> Steps:
    """A field of a form may be called card.holder: its parts count as steps."""
    return tuple(part for step in steps for part in step.split("."))


def meant(patterns: Collection[Steps], steps: Steps) -> bool:
    """Whether the steps of a pattern stand in a place in a row."""
    if not patterns:
        return False
    flat = _flat(steps)
    return any(
        all(map(fnmatchcase, flat[start : start + len(each)], each))
        for each in patterns
        for start in range(len(flat) - len(each) + 1)
    )
