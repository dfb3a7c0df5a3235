"""The mapping, live: when a connector's document changes, what is stored is inspected again by the new one."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from inspector.core import Connector, EventService
from inspector.core.answer import expectation
from inspector.core.compare import compare
from inspector.library import load_connectors, watch
from inspector.model import Delivery, Inspection, InspectorError, Notice

if TYPE_CHECKING:
    from inspector.workspace.workspace import Workspace

__all__ = ["follow", "remapped"]

_NAMED: Final = 4  # fields that are named of those that differ


async def follow(workspace: "Workspace", place: Path) -> None:
    """Take every change of a document into force; one with mistakes is told, and the last good one stays."""
    try:
        await _follow(workspace, place)
    except (OSError, RuntimeError) as error:  # the system has no watches left, or the folder has gone
        workspace.tell(Notice("Changes of the documents are not seen any more", str(error), bad=True))


async def _follow(workspace: "Workspace", place: Path) -> None:
    async for _ in watch(place):
        try:
            connectors = await asyncio.to_thread(load_connectors, place)
        except InspectorError as error:
            workspace.tell(Notice(f"{error.title}: the last good one stays", error.detail or "", bad=True))
            continue
        names = _changed(workspace.service.connectors, connectors)
        if names:
            workspace.service = EventService(connectors)
            looked, other = await workspace.inspect_anew(names)
            text = f"{other:,} of {looked:,} stored deliveries mean something else now"
            workspace.tell(Notice(f"{', '.join(sorted(names))}: the new document is in force", text))


def _changed(before: Mapping[str, Connector], now: Mapping[str, Connector]) -> set[str]:
    """The connectors that are new or have another document."""
    return {name for name, each in now.items() if name not in before or before[name].document != each.document}


def remapped(stored: Delivery, anew: Inspection) -> tuple[Delivery, str]:
    """The delivery with its new inspection, and which fields differ from what was found when it came.

    The verdicts stay: they are of the moment of receipt.
    """
    first = stored.before or stored.inspection
    if len(anew.events) == len(first.events):
        pairs = zip(anew.events, first.events, strict=True)
        events = tuple(replace(new, verification=old.verification) for new, old in pairs)
        anew = replace(anew, verification=first.verification, events=events)
    anew = replace(anew, detected=first.detected)
    names = list(dict.fromkeys(_name(each.path) for each in compare(expectation(first), expectation(anew))))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    words = ", ".join(names[:_NAMED]) + more
    return replace(stored, inspection=anew, before=first if names else None), words


def _name(path: str) -> str:
    """A field's own name in events.0.event_response.payment.amount.minor_units."""
    steps = path.split(".")
    if steps[0] == "events":
        steps = steps[2:]
    if steps[:1] == ["event_response"]:
        steps = steps[2:]
    return steps[0] if steps else "events"
