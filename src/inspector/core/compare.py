"""What was expected of a request against what was found, difference by difference."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from inspector.model import Difference

__all__ = ["compare"]


def compare(expected: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Every place where two outcomes differ, in the order of the expected one; nothing where they agree.

    Both are plain JSON values, as `expectation` makes them. Null and absent are the same.
    """
    encoded = _encoded(expected)
    if encoded is not None and encoded == _encoded(found):  # nearly always, and in a fraction of the time
        return ()
    return tuple(_differences("", expected, found))


def _encoded(outcome: Mapping[str, Any]) -> bytes | None:
    try:
        return msgspec.json.encode(outcome, order="sorted")
    except (TypeError, ValueError):  # integers beyond 64 bits, lone surrogates
        return None


def _differences(path: str, expected: Any, found: Any) -> Iterator[Difference]:
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for key in {**expected, **found}:
            yield from _differences(_below(path, str(key)), expected.get(key), found.get(key))
    elif isinstance(expected, list) and isinstance(found, list):
        for position in range(max(len(expected), len(found))):
            yield from _differences(_below(path, str(position)), _at(expected, position), _at(found, position))
    elif isinstance(expected, bool) != isinstance(found, bool) or expected != found:
        yield Difference(path, expected, found)


def _below(path: str, key: str) -> str:
    step = f'"{key}"' if "." in key else key
    return f"{path}.{step}" if path else step


def _at(values: list[Any], position: int) -> Any:
    return values[position] if position < len(values) else None
