"""The core is a function: a request, settings and the time in; events, verdicts and an answer out."""

from inspector.core.compare import compare
from inspector.core.compile import Connector, compile_document
from inspector.core.compose import freshen, set_value, sign
from inspector.core.document import Document
from inspector.core.mistakes import Mistake, read_document
from inspector.core.query import Query, Term, parse_query
from inspector.core.service import EventService
from inspector.core.spoil import Bad, spoil
from inspector.core.throwaway import throwaway_settings

__all__ = [
    "Bad",
    "Connector",
    "Document",
    "EventService",
    "Mistake",
    "Query",
    "Term",
    "compare",
    "compile_document",
    "freshen",
    "parse_query",
    "read_document",
    "set_value",
    "sign",
    "spoil",
    "throwaway_settings",
]
