"""Copies: events of a session whose processor gave them an id that an earlier delivery has.

They are marked when they are written. The mark stays when the earlier ones are taken away, so that it is asked again
whether there are any; but nothing is a copy that is not marked.
"""

import sqlite3
from typing import Final

__all__ = ["IS_COPY", "SAME", "mark_again", "mark_new"]

SAME: Final = (
    "other.event_id = events.event_id AND other.session = events.session AND other.connector = events.connector"
)
"""Whether the event `other` has the id of the event `events`."""
_EARLIER: Final = f"EXISTS (SELECT 1 FROM events AS other WHERE {SAME} AND other.delivery < events.delivery)"
IS_COPY: Final = f"copy = 1 AND {_EARLIER}"
"""Whether an event is a copy, by the index of those that are marked."""
_NEW: Final = f"UPDATE events SET copy = 1 WHERE id > ? AND {_EARLIER}"
_NEXT: Final = f"SELECT min(other.delivery) FROM events AS other WHERE {SAME} AND other.delivery > events.delivery"
_AGAIN: Final = f"""
    UPDATE events SET copy = 1 WHERE {_EARLIER}
    AND delivery IN (SELECT ? UNION ALL SELECT ({_NEXT}) FROM events WHERE delivery = ?)
"""


def mark_new(connection: sqlite3.Connection, last: int) -> None:
    """Mark the copies among the events beyond an id."""
    connection.execute(_NEW, (last,))


def mark_again(connection: sqlite3.Connection, delivery: int) -> None:
    """The same for a delivery whose events may have other ids than before: they, and what now comes next."""
    connection.execute(_AGAIN, (delivery, delivery))
