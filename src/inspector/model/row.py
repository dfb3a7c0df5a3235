"""A row of the list: what is worth knowing of an event at a glance."""

from typing import Final

import msgspec

__all__ = ["MANY_COPIES", "EventRow"]

MANY_COPIES: Final = 100
"""Copies are counted up to here."""


class EventRow(msgspec.Struct, frozen=True):
    """One row of the list: an event of a delivery, or a delivery in which no event could be read.

    `received_at` is Unix seconds, `amount` minor units, `app_seconds` the app's own time. `copies` counts the
    events of the session with the same connector and event id, up to MANY_COPIES; `duplicate_of` is the number of
    the first delivery of them where this is not it. `changed` names the fields that a later document finds otherwise.
    """

    id: int
    delivery: int
    position: int
    received_at: float
    connector: str
    label: str
    event_type: str
    native_type: str
    native_detail: str
    amount: int | None
    currency: str
    verdict: str
    reason: str
    test_mode: bool | None
    event_id: str | None
    object_id: str
    status: str
    problem: str
    attempts: int = 0
    app_status: int | None = None
    app_seconds: float | None = None
    app_error: str = ""
    changed: str = ""
    copies: int = 1
    duplicate_of: int | None = None
