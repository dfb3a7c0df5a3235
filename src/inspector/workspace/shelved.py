"""A saved session in a store of its own, while it is needed: it is filtered, ordered and sent as any other."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from inspector.core.receiver_path import named
from inspector.fixtures import Checked, Kept, Shelf, check_kept, find
from inspector.model import Delivery, Destination, ForwardAttempt, InspectorError, seconds
from inspector.settings import Settings
from inspector.store import Store
from inspector.workspace.options import Options
from inspector.workspace.workspace import Workspace

__all__ = ["Shelved", "shelved"]


class Shelved:
    """A workspace on what a folder holds, and the kept requests by the numbers that they have in it."""

    def __init__(self, workspace: Workspace, kept: Mapping[int, Kept]) -> None:
        self.workspace = workspace
        self._kept = kept

    def file(self, delivery: int) -> Path:
        """The file of a delivery."""
        return self._kept[delivery].path

    def signed(self, delivery: Delivery, destination: Destination) -> Delivery:
        """The delivery signed now: by the destination's secret, the configured one, or the session's throwaway one.
        What was stale, badly signed or not signed is so again. Raises InspectorError where nobody can sign it."""
        kept, workspace = self._kept[delivery.number], self.workspace
        own: dict[str, str] = {}
        if kept.connector is not None:
            configured = workspace.settings.of(kept.connector.name, delivery.label)
            own = {name: text for name, text in configured.items() if text}
            if destination.signs:
                secrets = workspace.settings.destinations.secrets
                own[kept.connector.secret] = secrets[destination.name].get_secret_value()
        request = kept.fresh(own, workspace.clock())
        if request == replace(delivery.request, received_at=request.received_at):
            raise InspectorError("Nobody could sign this")
        return replace(delivery, request=request)


@asynccontextmanager
async def shelved(place: Path, options: Options, settings: Settings) -> AsyncIterator[Shelved]:
    """What a folder holds, in the order of its files' names, with the answers that were recorded. InspectorError."""
    shelf = Shelf(options.connectors)
    found = [check_kept(shelf.take(path)) for path in find([place])]
    if not found:
        raise InspectorError(f"There are no .http files in {place}", exit_code=2)
    with TemporaryDirectory(prefix="inspector-replay-") as folder:
        chosen = replace(options, data=Path(folder), session=place.name or "saved")
        kept = await _stored(chosen, found)
        workspace = await Workspace.open(chosen, lambda _: settings)
        try:
            yield Shelved(workspace, kept)
        finally:
            await workspace.close()


async def _stored(options: Options, found: list[Checked]) -> dict[int, Kept]:
    store, kept = Store.open(options.data, options.session), {}
    try:
        for each in found:
            request = each.kept.request
            path = named(request.path)
            label = path.label if each.kept.connector and path.connector == each.kept.connector.name else ""
            number = await store.put(request, label, each.kept.inspect())
            kept[number] = each.kept
            if each.app is not None:
                await store.put_attempt(_recorded(number, seconds(request.received_at), each.app))
    finally:
        store.close()
    return kept


def _recorded(delivery: int, at: float, answer: Mapping[str, object]) -> ForwardAttempt:
    status = answer.get("status_code")
    return ForwardAttempt(
        delivery=delivery,
        destination="",
        started_at=at,
        elapsed=0.0,
        status_code=status if isinstance(status, int) else None,
    )
