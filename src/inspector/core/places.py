"""Where the fields of an event stand in its request as a person sees it: in the body, in a header, or outside."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from inspector.core.document import BodySpec
from inspector.core.locate import locator, member
from inspector.model import Source

__all__ = ["Spot", "item_steps", "places"]

_OUTSIDE: Final = ("header", "query", "setting", "constant")


class Spot(NamedTuple):
    """`where` is body, header, query, setting or constant; `steps` are the keys from the top of the body, or the name.

    Names of headers are in lower case.
    """

    where: str
    steps: tuple[str, ...]


def places(
    sources: Mapping[str, Source], root: Any, body: BodySpec, position: int = 0
) -> Mapping[str, tuple[Spot, ...]]:
    """Where each field of an event comes from; several places where several decided.

    `root` is what the body holds, with what is wrapped in it in place, `body` how the document reads it, and
    `position` the event's in a batch.
    """
    item, top = item_steps(root, body, position), _top(root, body)
    known: dict[str, tuple[Spot, ...]] = {}
    found: dict[str, tuple[Spot, ...]] = {}
    for field, source in sources.items():
        text = source.locator
        if text not in known:
            parts = [text] if text.startswith("constant:") else text.split(", ")
            known[text] = tuple(_spot(each, top, item) for each in parts)
        found[field] = known[text]
    return found


def item_steps(root: Any, body: BodySpec, position: int = 0) -> tuple[str, ...]:
    """The way to an event from the top of the body: further than to what is wrapped in it where there is a batch."""
    top = _top(root, body)
    if body.items is None:
        return top
    steps = (*top, *locator(body.items).steps)
    node = root
    for step in steps:
        node = member(node, step)
    if not isinstance(node, list):
        return top
    return (*steps, str(position), *(locator(body.item).steps if body.item else ()))


def _top(root: Any, body: BodySpec) -> tuple[str, ...]:
    """The way to where paths start from: into what the body is wrapped in, where it is."""
    spec = body.unwrap
    if spec is None or not isinstance(member(root, spec.field), dict | list):
        return ()
    return (spec.field, spec.root) if spec.root else (spec.field,)


def _spot(text: str, top: tuple[str, ...], item: tuple[str, ...]) -> Spot:
    name, _, rest = text.partition(":")
    if name == "form":
        return Spot("body", (rest,))
    if name in _OUTSIDE:
        return Spot(name, (rest.lower() if name == "header" else rest,))
    return Spot("body", (*(top if name == "root" else item), *locator(text).steps))
