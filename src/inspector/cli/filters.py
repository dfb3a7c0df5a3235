"""The filter of the screen on the command line."""

from inspector.core import Query, parse_query
from inspector.model import InspectorError

__all__ = ["read_filter"]


def read_filter(text: str) -> Query:
    """The filter. Raises InspectorError with every mistake underlined and the reasons below."""
    query = parse_query(text)
    if not query.mistakes:
        return query
    marks = [" "] * len(text)
    for each in query.mistakes:
        marks[each.start : each.end] = "^" * (each.end - each.start)
    detail = "\n".join([text, "".join(marks).rstrip(), *(each.reason for each in query.mistakes)])
    raise InspectorError("The filter cannot be read", detail, exit_code=2)
