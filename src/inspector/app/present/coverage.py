"""What no rule used, as lines: the native types first, then the payload's fields, and what to do with them."""

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap
from typing import Final

from inspector.app.present.rows import Line, Span, cell_width, fit, plural
from inspector.core.coverage import Coverage, UnusedField
from inspector.model.visible import visible

__all__ = ["coverage_lines"]

_MOST: Final = 200  # fields of a connector that are shown
_PATH: Final = 60  # cells of a path
_UNSEEN: Final = 3  # lines of what did not arrive


def coverage_lines(found: Sequence[Coverage], width: int) -> list[Line]:
    """A part a connector. A native type leads to the filter that shows its events."""
    if not found:
        return [[Span("No event of a known processor has arrived in this session yet.")]]
    types = sum(len(each.types) for each in found)
    fields = sum(len(each.fields) for each in found)
    word = f"{plural(types, 'native type')} without an event type" if types else "Every native type has an event type"
    head: Line = [Span(f"{word}, {plural(fields, 'payload field')} that no rule uses", "warn" if types else "strong")]
    return [head, *(line for each in found for line in _connector(each, width))]


def _connector(found: Coverage, width: int) -> Iterator[Line]:
    yield []
    counts = f"  {plural(found.events, 'event')} of {plural(found.native_types, 'native type')}"
    yield [Span(found.connector, "strong"), Span(counts, "dim")]
    if found.unreadable:
        yield [Span(f"  {plural(found.unreadable, 'request')} could not be read", "warn")]
    if found.types:
        yield [Span("  without a meaning: add it to [types] of the document; enter shows its events", "dim")]
    for kind in found.types:
        query = f'connector:{found.connector} native:"{kind.native_type}"'
        name = visible(kind.native_type, 80) or "(no name)"
        yield [Span(f"{kind.events:>6,}  "), Span(name, "warn", query), Span("  " + visible(kind.reason, 200), "dim")]
    if found.fields:
        yield [Span("  used by no rule: name its place in [fields], or leave it out on purpose", "dim")]
        yield from _fields(found.fields[:_MOST], width)
    if len(found.fields) > _MOST or found.more:
        more = f"{len(found.fields) - _MOST:,} more" if len(found.fields) > _MOST else "there are more than can be told"
        yield [Span(f"        … {more}: inspector coverage --connector {found.connector} --limit 0", "dim")]
    if not found.types and not found.fields:
        yield [Span("  its document uses all that arrived", "good")]
    if found.unseen:
        words = f"did not arrive ({len(found.unseen):,}): {', '.join(found.unseen)}"
        lines = wrap(visible(words, 10 * width), max(20, width - 3), max_lines=_UNSEEN, placeholder=" …")
        yield from ([Span(f"  {line}", "dim")] for line in lines)


def _fields(fields: Iterable[UnusedField], width: int) -> Iterator[Line]:
    shown = [(each, visible(each.path, 200)) for each in fields]
    room = min(max(cell_width(path) for _, path in shown), max(20, min(_PATH, width // 2)))
    for each, path in shown:
        yield [Span(f"{each.events:>6,}  "), Span(fit(path, room) + "  ", "accent"), Span(visible(each.example), "dim")]
