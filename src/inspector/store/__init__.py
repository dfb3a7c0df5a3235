"""The store: SQLite, one writer, rows read by id."""

from inspector.store.jobs import Jobs
from inspector.store.read import SessionSummary
from inspector.store.reader import LAST
from inspector.store.rescue import Rescued, rescue
from inspector.store.schema import VERSION
from inspector.store.store import Store

__all__ = ["LAST", "VERSION", "Jobs", "Rescued", "SessionSummary", "Store", "rescue"]
