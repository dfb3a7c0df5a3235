"""Deliveries to store: signed samples, as the Event Service answers to them."""

from pathlib import Path

import msgspec

from inspector.core import parse_query
from inspector.model import CapturedRequest, Inspection
from inspector.store import Store
from tests.connectors.shared import NOW, SETTINGS, sample, service, signed

__all__ = ["fill", "found", "inspected", "matching", "put"]


def inspected(connector: str, name: str) -> tuple[CapturedRequest, Inspection]:
    """A signed sample and the answer to it."""
    request = msgspec.structs.replace(signed(connector, sample(connector, name)), received_at=NOW)
    return request, service().handle(request, connector, SETTINGS[connector], NOW)


async def put(store: Store, connector: str, name: str, label: str = "") -> int:
    """Store a sample; its number."""
    request, inspection = inspected(connector, name)
    return await store.put(request, label, inspection)


async def fill(folder: Path, *names: tuple[str, str], session: str = "default") -> Store:
    """A store of a folder with these samples in it."""
    store = Store.open(folder, session)
    for connector, name in names:
        await put(store, connector, name)
    return store


def matching(store: Store, text: str) -> list[str]:
    """The native types of the rows that a filter lets through."""
    return [row.native_type for row in store.rows(store.ids(parse_query(text), NOW))]


async def found(store: Store, text: str) -> list[int]:
    """The ids of the rows that a filter lets through, looked for beside the loop."""
    ids: list[int] = []
    async for piece in store.find(parse_query(text), NOW):
        ids = [*piece, *ids]
    return ids
