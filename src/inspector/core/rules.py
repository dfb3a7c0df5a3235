"""What a document says, compiled: choices, rules of native types, and where the fields of a family stand."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from inspector.core.convert import Convert
from inspector.core.locate import Locator, Message, Place, first
from inspector.core.signed_text import as_text
from inspector.model import EventType, Family

__all__ = ["Branch", "Choice", "FamilyRules", "FieldRule", "MappingRules", "Rule"]

_REMEMBERED: Final = 1_000


class Choice(msgspec.Struct, frozen=True):
    """A compiled table: places, and the words they may hold. The first row that fits decides.

    `chosen` remembers what short words led to, up to a bound: the same few come again and again.
    """

    by: tuple[tuple[Locator, ...], ...]
    name: str
    exact: Mapping[str, Any]
    rows: tuple[tuple[tuple[str, ...], Any], ...]
    chosen: dict[tuple[str, ...], Any] = {}

    def words(self, message: Message) -> tuple[str, ...]:
        """What stands in the places; an empty text where nothing does."""
        words = message.memo.get(self.name)
        if words is None:
            words = message.memo[self.name] = tuple([as_text(first(locators, message)) for locators in self.by])
        return words

    def choose(self, words: tuple[str, ...]) -> Any:
        """The value for these words, or None."""
        if len(words) == 1 and words[0] in self.exact:
            return self.exact[words[0]]
        if words in self.chosen:
            return self.chosen[words]
        value = self._search(words)
        if len(self.chosen) < _REMEMBERED and all(len(word) < 64 for word in words):
            self.chosen[words] = value
        return value

    def _search(self, words: tuple[str, ...]) -> Any:
        for row, value in self.rows:
            if all(part in ("*", word) or (part == "-" and not word) for part, word in zip(row, words, strict=False)):
                return value
        return None


class Rule(msgspec.Struct, frozen=True):
    """What a native event means: a family where the event type has none of its own, and the event type."""

    family: Family | None
    event_type: EventType | Choice


class FieldRule(NamedTuple):
    """Where one candidate for a field stands: a node of the family's walk, the key in it (None: the node itself),
    the locator as the document has it, and the conversion (None: text)."""

    target: str
    node: int
    key: str | None
    text: str
    convert: Convert | None


class FamilyRules(msgspec.Struct, frozen=True):
    """The fields of a family. Objects that several fields stand in are walked to once.

    Node 0 is the item and node 1 the top of the body; below them, branches lead to the `size` nodes of the walk,
    and the `places` (headers, settings, …) come after them. `members` says which keys of a node which rules want,
    `whole` which rules want a node itself: most rules of a document find nothing in a given message, and are
    never looked at.
    """

    size: int = 2
    item: tuple["Branch", ...] = ()
    root: tuple["Branch", ...] = ()
    places: tuple[Place, ...] = ()
    fields: tuple[FieldRule, ...] = ()
    members: tuple[tuple[int, tuple[tuple[str, int], ...]], ...] = ()
    whole: tuple[tuple[int, int], ...] = ()

    def hits(self, nodes: list[Any]) -> list[int]:
        """The rules that find something, in the document's order."""
        found = [index for index, node in self.whole if nodes[node] is not None]
        for node, keys in self.members:
            held = nodes[node]
            if type(held) is dict:
                found += [index for key, index in keys if key in held]
        found.sort()
        return found

    def nodes(self, message: Message) -> list[Any]:
        """Every node, None where the message has none."""
        nodes: list[Any] = [None] * self.size
        nodes[0], nodes[1] = message.item, message.root
        _visit(message.item, self.item, nodes)
        if self.root:
            _visit(message.root, self.root, nodes)
        nodes.extend([place(message) for place in self.places])
        return nodes


class Branch(NamedTuple):
    """A step of the walk: the key, the node that it leads to, and the steps from there."""

    step: str
    node: int
    inner: tuple["Branch", ...]


def _visit(held: Any, branches: tuple[Branch, ...], nodes: list[Any]) -> None:
    """Walk as far as there is something to walk into."""
    if type(held) is list:
        held = {step: held[int(step)] for step, _, _ in branches if step.isdecimal() and int(step) < len(held)}
    elif type(held) is not dict:
        return
    for step, index, inner in branches:
        if step in held:
            nodes[index] = held[step]
            if inner:
                _visit(held[step], inner, nodes)


class MappingRules(msgspec.Struct, frozen=True):
    """Everything that normalizing needs of a connector. `types` holds exact names, `wild` those with a star."""

    connector: str
    native: tuple[Locator, ...]
    event_id: Callable[[Message], tuple[str, str] | None]
    occurred_at: Sequence[tuple[Locator, Callable[[Any], float | None]]]
    test_mode: Choice | None
    types: Mapping[str, Rule]
    wild: tuple[tuple[str, Rule], ...]
    families: Mapping[Family, FamilyRules]
