"""Rescue: what a damaged store still holds, in a store of its own beside it."""

from pathlib import Path

from inspector.core import EventService
from inspector.library import folder, load_connectors
from inspector.model import CapturedRequest, Inspection, InspectorError
from inspector.settings import Settings
from inspector.store import Rescued, rescue
from inspector.workspace.attach import running
from inspector.workspace.options import Options

__all__ = ["rescued"]


def rescued(options: Options, settings: Settings, to: Path | None = None) -> tuple[Path, Rescued]:
    """Make a store of what can be read of the one in the data folder; where it is, and what came of it.

    Without `to` it is beside the data folder. Raises InspectorError where something receives into the damaged one, or
    nothing can be read.
    """
    if (other := running(options.data)) is not None:
        raise InspectorError(f"A receiver is at work in {options.data}: {other.address}", hint="End it first")
    service = EventService(load_connectors(folder(options.connectors)))

    def inspect(request: CapturedRequest, label: str) -> Inspection:
        name = request.path.removeprefix("/").partition("/")[0]
        known = name if name in service.connectors else None
        return service.handle(request, known, settings.of(known, label) if known else None)

    place = to or options.data.with_name(f"{options.data.name}-rescued")
    return place, rescue(options.data, place, inspect)
