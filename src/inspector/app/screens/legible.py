"""The rows of a store that may be damaged: those that can be read."""

from collections.abc import Callable, Sequence

from inspector.model import EventRow, InspectorError
from inspector.workspace import Workspace

__all__ = ["Legible"]


class Legible:
    """Reads rows. One that cannot be read is left out from then on; the first time it is told why."""

    def __init__(self, workspace: Workspace, tell: Callable[[InspectorError], object]) -> None:
        self._workspace = workspace
        self._tell = tell
        self._damaged: set[int] = set()

    def rows(self, ids: Sequence[int]) -> list[EventRow]:
        """The rows of these ids that can be read."""
        wanted = [each for each in ids if each not in self._damaged]
        try:
            return self._workspace.rows(wanted)
        except InspectorError as error:
            if not self._damaged:
                self._tell(error)
        return [row for each in wanted for row in self._row(each)]

    def _row(self, each: int) -> list[EventRow]:
        try:
            return self._workspace.rows([each])
        except InspectorError:
            self._damaged.add(each)
            return []
