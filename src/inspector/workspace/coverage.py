"""What the deliveries of a session hold that no document uses, gathered bit by bit while the screen goes on."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from inspector.core import Query
from inspector.core.coverage import Coverage, Tally

if TYPE_CHECKING:
    from inspector.workspace.reading import Reading

__all__ = ["coverage"]

_PAGE: Final = 20  # rows between two breaths
_LARGE: Final = 100_000  # bytes of a body that is looked at in a thread

Told = Callable[[int, int], None]


async def coverage(
    workspace: "Reading", connector: str | None = None, told: Told = lambda done, total: None
) -> list[Coverage]:
    """Native types and payload fields of the session that the document of their connector makes nothing of.

    Of one connector, or of each that has events, those with a type that is not mapped first. `told` hears how many
    of the rows have been looked at.
    """
    connectors = workspace.service.connectors
    tallies: dict[str, Tally] = {}
    ids = workspace.ids(Query())
    last = 0
    for start in range(0, len(ids), _PAGE):
        told(start, len(ids))
        for row in workspace.rows(ids[start : start + _PAGE]):
            found = connectors.get(row.connector)
            if found is None or row.delivery == last or connector not in (None, row.connector):
                continue
            last = row.delivery
            tally = tallies.setdefault(row.connector, Tally(found))
            request = workspace.delivery(row.delivery).request
            settings = workspace.settings_of(row.connector, row.label)
            if len(request.body) > _LARGE:
                await asyncio.to_thread(tally.add, request, settings)
            else:
                tally.add(request, settings)
        await asyncio.sleep(0)
    reports = [tally.report() for tally in tallies.values()]
    return sorted(reports, key=lambda each: (not each.types, each.connector))
