"""The rows that can be read: a damaged store does not end the screen where there are others to show."""

from collections.abc import Callable, Sequence

from inspector.model import EventRow, InspectorError
from inspector.workspace import Workspace

__all__ = ["Readable"]


class Readable:
    """Reads rows by their ids. Those that the store does not give stay empty, and `tell` is told why, once."""

    def __init__(self, workspace: Workspace, tell: Callable[[InspectorError], object]) -> None:
        self._workspace = workspace
        self._tell = tell
        self._damaged: set[int] = set()

    def __call__(self, ids: Sequence[int]) -> list[EventRow]:
        """The rows of these ids that are there."""
        readable = [each for each in ids if each not in self._damaged]
        try:
            return self._workspace.rows(readable)
        except InspectorError as error:
            if not self._damaged:
                self._tell(error)
        return [row for each in readable for row in self._one(each)]

    def _one(self, each: int) -> list[EventRow]:
        try:
            return self._workspace.rows([each])
        except InspectorError:
            self._damaged.add(each)
            return []
