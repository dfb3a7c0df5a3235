"""The rows of a list: their ids, and what those around the screen say."""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from typing import Final

from inspector.model import EventRow

__all__ = ["Fetch", "RowWindow"]

_KEPT: Final = 1_000  # rows whose words are kept
_AROUND: Final = 60  # rows before and behind that are fetched with one

Fetch = Callable[[Sequence[int]], list[EventRow]]


class RowWindow:
    """A hundred thousand ids, and the words of the few that are looked at. `fetch` gets the words of ids.

    `ascending` says whether the ids are sorted, as they are unless the list is sorted by something else.
    """

    def __init__(self, fetch: Fetch) -> None:
        self.ids: array[int] = array("q")
        self.ascending = True
        self._fetch = fetch
        self._rows: dict[int, EventRow] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def at(self, index: int) -> EventRow | None:
        """The row at an index; with it, those around it are fetched at once."""
        if not 0 <= index < len(self.ids):
            return None
        wanted = self.ids[index]
        if wanted not in self._rows:
            if len(self._rows) > _KEPT:
                self._rows.clear()
            around = self.ids[max(0, index - _AROUND) : index + _AROUND]
            new = self._fetch([each for each in around if each not in self._rows])
            self._rows.update((row.id, row) for row in new)
        return self._rows.get(wanted)

    def place(self, row: int) -> int:
        """Where a row stands; where it is not among them, where the next one does, or at the top where none is next."""
        if self.ascending:
            return bisect_left(self.ids, row)
        try:
            return self.ids.index(row)
        except ValueError:
            return 0

    def drop(self, first: int, but: Collection[int]) -> int:
        """The rows before a row go, but these; how many those are."""
        end = bisect_left(self.ids, first)
        stay = array("q", [each for each in self.ids[:end] if each in but])
        if end > len(stay):
            self.ids = stay + self.ids[end:]
        return end - len(stay)

    def forget(self, ids: Collection[int] | None) -> None:
        """What these rows say has changed; None: what all of them say."""
        if ids is None:
            self._rows.clear()
            return
        for each in ids:
            self._rows.pop(each, None)
