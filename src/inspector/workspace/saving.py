"""Saving what was seen: deliveries of the store become a folder that is checked from then on."""

import asyncio
from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec.structs import replace

from inspector.core.redact import Redactor
from inspector.core.resign import opened
from inspector.fixtures import Written, write
from inspector.model import Delivery
from inspector.workspace.reading import Reading

__all__ = ["Saving", "written"]

_OPEN: Final = frozenset(
    "notification_url capture_method amount_unit currency tolerance_seconds public_key certificate ca_certificate jwks "
    "webhook_id".split()
)
"""Settings that are no secrets, and may well stand in a delivery."""


class Saving(msgspec.Struct, frozen=True, kw_only=True):
    """What to save, and how: redacted, with places to `keep` as they are and others to `drop` as well."""

    name: str
    note: str = ""
    redacted: bool = True
    keep: Sequence[str] = ()
    drop: Sequence[str] = ()


async def written(reading: Reading, deliveries: Sequence[int], saving: Saving) -> Written:
    """Deliveries of the store as the files of a session. Nothing is on the disk yet. Raises InspectorError."""
    found = []
    for number in deliveries:
        found.append(_opened(reading, reading.delivery(number)) if saving.redacted else reading.delivery(number))
        await asyncio.sleep(0)
    accounts = {(each.inspection.connector, each.label) for each in found if each.inspection.connector}
    settings = [pair for account in accounts for pair in reading.settings_of(*account).items()]
    secrets = [text for name, text in settings if name not in _OPEN]
    redactor = Redactor(saving.keep, saving.drop, secrets) if saving.redacted else None
    return await asyncio.to_thread(write, reading.service, saving.name, saving.note, found, redactor)


def _opened(reading: Reading, delivery: Delivery) -> Delivery:
    """What is encrypted for the account alone can be neither redacted nor read by anybody else: it is opened."""
    connector = reading.service.connectors.get(delivery.inspection.connector)
    if connector is None or not connector.opens:
        return delivery
    settings = reading.settings_of(connector.name, delivery.label)
    return replace(delivery, request=opened(connector, delivery.request, settings))
