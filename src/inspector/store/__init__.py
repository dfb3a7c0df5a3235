"""The store: SQLite, one writer, rows read by id."""

from inspector.store.schema import VERSION
from inspector.store.store import SessionSummary, Store

__all__ = ["VERSION", "SessionSummary", "Store"]
