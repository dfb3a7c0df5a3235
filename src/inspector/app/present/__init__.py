"""Words for the screen, made without Textual: rows of the list, and the tabs of the detail."""

from inspector.app.present.copying import copy_texts, curl
from inspector.app.present.detail import (
    event_lines,
    field_value,
    filled_fields,
    forward_lines,
    header_lines,
    raw_lines,
    signature_lines,
)
from inspector.app.present.hints import empty_lines, status_line
from inspector.app.present.rows import VERDICTS, Column, Line, Span, cells, columns, duration, header, plural

__all__ = [
    "VERDICTS",
    "Column",
    "Line",
    "Span",
    "cells",
    "columns",
    "copy_texts",
    "curl",
    "duration",
    "empty_lines",
    "event_lines",
    "field_value",
    "filled_fields",
    "forward_lines",
    "header",
    "header_lines",
    "plural",
    "raw_lines",
    "signature_lines",
    "status_line",
]
