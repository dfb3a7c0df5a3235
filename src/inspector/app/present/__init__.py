"""Words for the screen, made without Textual: rows of the list, and the tabs of the detail."""

from inspector.app.present.body import children, leaf, raw_lines, searched, tree_of, wrap_lines
from inspector.app.present.copying import copy_texts, curl
from inspector.app.present.coverage import coverage_lines
from inspector.app.present.detail import header_lines, signature_lines
from inspector.app.present.diff import diff_lines
from inspector.app.present.editing import folded_as, unfolded
from inspector.app.present.event import event_lines, field_value, filled_fields
from inspector.app.present.forwards import Forwarding, forward_lines
from inspector.app.present.hints import Status, Step, empty_lines, first_steps, secret_place, status_line
from inspector.app.present.rows import (
    VERDICTS,
    Column,
    Line,
    Span,
    ago,
    cell_width,
    cells,
    column_at,
    columns,
    duration,
    header,
    line_width,
    moment,
    plural,
)
from inspector.app.present.search import Hits, pattern_of, text_hits, value_hits
from inspector.app.present.timeline import timeline_lines
from inspector.app.present.tunnel import qr_lines, tunnel_lines

__all__ = [
    "VERDICTS",
    "Column",
    "Forwarding",
    "Hits",
    "Line",
    "Span",
    "Status",
    "Step",
    "ago",
    "cell_width",
    "cells",
    "children",
    "column_at",
    "columns",
    "copy_texts",
    "coverage_lines",
    "curl",
    "diff_lines",
    "duration",
    "empty_lines",
    "event_lines",
    "field_value",
    "filled_fields",
    "first_steps",
    "folded_as",
    "forward_lines",
    "header",
    "header_lines",
    "leaf",
    "line_width",
    "moment",
    "pattern_of",
    "plural",
    "qr_lines",
    "raw_lines",
    "searched",
    "secret_place",
    "signature_lines",
    "status_line",
    "text_hits",
    "timeline_lines",
    "tree_of",
    "tunnel_lines",
    "unfolded",
    "value_hits",
    "wrap_lines",
]
