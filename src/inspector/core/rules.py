"""Choices and the rules of native types, compiled."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from inspector.core.locate import Locator, Message, first, first_place
from inspector.core.signed_text import as_text
from inspector.model import EventType, Family, Source

__all__ = ["Choice", "Rule"]

_REMEMBERED: Final = 1_000
_LONGEST: Final = 200  # characters of the words that decided
_NEW: Final = object()


class Choice(msgspec.Struct, frozen=True):
    """A compiled table: places, and the words they may hold. The first row that fits decides.

    `chosen` remembers what short words led to, up to a bound: the same few come again and again.
    """

    by: tuple[tuple[Locator, ...], ...]
    exact: Mapping[str, Any]
    rows: tuple[tuple[tuple[str, ...], Any], ...]
    chosen: dict[tuple[str, ...], Any] = {}

    def words(self, message: Message) -> tuple[str, ...]:
        """What stands in the places; an empty text where nothing does."""
        return tuple([as_text(first(locators, message)) for locators in self.by])

    def source(self, message: Message, words: tuple[str, ...]) -> Source:
        """Where the words that decided were found, and what they are."""
        places = ", ".join([first_place(locators, message).text for locators in self.by])
        return Source(places, " / ".join([word for word in words if word])[:_LONGEST])

    def choose(self, words: tuple[str, ...]) -> Any:
        """The value for these words, or None."""
        value = self.chosen.get(words, _NEW)
        if value is not _NEW:
            return value
        value = self._search(words)
        if len(self.chosen) < _REMEMBERED and all(len(word) < 64 for word in words):
            self.chosen[words] = value
        return value

    def _search(self, words: tuple[str, ...]) -> Any:
        if len(words) == 1 and words[0] in self.exact:
            return self.exact[words[0]]
        for row, value in self.rows:
            if all(part in ("*", word) or (part == "-" and not word) for part, word in zip(row, words, strict=False)):
                return value
        return None


class Rule(msgspec.Struct, frozen=True):
    """What a native event means: a family where the event type has none of its own, and the event type."""

    family: Family | None
    event_type: EventType | Choice
