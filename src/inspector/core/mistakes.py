"""Reading a connector document: every mistake at once, each with its line and the nearest known word."""

import re
import tomllib
from typing import Any, Final, get_args

import msgspec
from pydantic import BaseModel, ValidationError

from inspector.core.document import Document, nearest
from inspector.core.lines import line_of, lines_of
from inspector.core.signatures import SCHEMES

__all__ = ["Mistake", "read_document"]


class Mistake(msgspec.Struct, frozen=True):
    """One mistake in a document: its line (1 for the first), the key, and what is wrong with it."""

    line: int
    key: str
    what: str


def read_document(text: str) -> tuple[Document | None, tuple[Mistake, ...]]:
    """The document, or every mistake in it. A document comes back only without mistakes."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+)", str(error))
        return None, (Mistake(int(place[1]) if place else text.count("\n") + 1, "", f"not TOML: {error}"),)
    crossed = _cross_check(raw)
    try:
        document = Document.model_validate(raw)
    except ValidationError as errors:
        wrong = _meant(errors.errors())
    else:
        if not crossed:
            return document, ()
        wrong = []
    lines = lines_of(text)
    found = {Mistake(line_of(lines, path), ".".join(path), what) for path, what in crossed}
    found |= {_mistake(error, lines) for error in wrong}
    return None, tuple(sorted(found, key=lambda mistake: (mistake.line, mistake.key)))


_TAGS: Final = {"text", "list", "path", "table", *SCHEMES}
_SHAPES: Final = {"string_type", "list_type", "dict_type", "model_type", "none_required"}


def _keys(error: Any) -> tuple[str, ...]:
    """The keys of the document that lead to an error, without the names of the alternatives that were tried."""
    path = tuple(str(step) for step in error["loc"])
    tried = (step in _TAGS or "[" in step or step.endswith("Spec") for step in path)
    return tuple(step for index, (step, tag) in enumerate(zip(path, tried, strict=True)) if index == 0 or not tag)


def _meant(errors: list[Any]) -> list[Any]:
    """The errors but for those of an alternative that was not meant: a text that is wrong is not a missing list."""
    inside = [_keys(error) for error in errors if error["type"] not in _SHAPES]
    return [
        error
        for error in errors
        if error["type"] not in _SHAPES or not any(keys[: len(_keys(error))] == _keys(error) for keys in inside)
    ]


def _mistake(error: Any, lines: dict[tuple[str, ...], int]) -> Mistake:
    path = tuple(str(step) for step in error["loc"])
    line = line_of(lines, path)
    shown = ".".join(_keys(error))
    what = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        what = f"there is no such key{nearest(path[-1], _known(path[:-1]))}"
    elif error["type"] == "missing":
        what = "this key is missing"
    elif error["type"] == "literal_error":
        words = re.findall("'([^']+)'", error["ctx"]["expected"])
        what = f"{error['input']!r} is none of {', '.join(words)}{nearest(str(error['input']), words)}"
    elif error["type"] == "union_tag_invalid":
        what = f"there is no scheme {error['ctx']['tag']!r}{nearest(error['ctx']['tag'], SCHEMES)}"
    return Mistake(line, shown, what)


def _known(path: tuple[str, ...]) -> list[str]:
    """The keys that may stand under a path of the document."""
    model: Any = Document
    for step in path:
        if step in SCHEMES:
            model = SCHEMES[step]
            continue
        fields = getattr(model, "model_fields", {})
        field = next((each for name, each in fields.items() if step in (name, each.alias)), None)
        if field is None:
            continue
        choices = [field.annotation, *get_args(field.annotation)]
        model = next((each for each in choices if isinstance(each, type) and issubclass(each, BaseModel)), model)
    return [field.alias or name for name, field in getattr(model, "model_fields", {}).items()]


def _cross_check(raw: dict[str, Any]) -> list[tuple[tuple[str, ...], str]]:
    """Mistakes that need two places of the document: settings that are used but not described."""
    described = raw.get("settings")
    known = set(described) if isinstance(described, dict) else set()
    found: list[tuple[tuple[str, ...], str]] = []

    def walk(value: Any, path: tuple[str, ...]) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, (*path, key))
        elif isinstance(value, list):
            for inner in value:
                walk(inner, path)
        elif isinstance(value, str):
            names = re.findall(r"setting:(\w+)", value) if "setting:" in value else []
            if path[0] == "signature" and path[-1] == "setting":
                names = [value]
            found.extend(
                (path, f"the setting {name!r} is not described in [settings]{nearest(name, known)}")
                for name in names
                if name not in known
            )

    walk({key: value for key, value in raw.items() if key != "settings"}, ())
    return found
