"""The catalogue of processors for reading elsewhere: Markdown tables and pages, and the matrix of event types."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from inspector.cli.describe import in_words

__all__ = ["list_markdown", "matrix", "matrix_lines", "matrix_markdown", "page_markdown"]

_MARKED, _OPEN = "●", "·"


def list_markdown(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The processors as a Markdown table, a line each."""
    yield from _table(
        ("processor", "path", "signature", "native events", "fields", "samples"),
        (
            (
                f"[{each['title']}]({each['docs']})",
                f"`/{each['name']}`",
                each["scheme"],
                str(len(each["native_events"])),
                str(sum(len(fields) for fields in each["fields"].values())),
                str(each["samples"]),
            )
            for each in found
        ),
    )


def page_markdown(found: Mapping[str, Any], settings: Mapping[str, str]) -> Iterator[str]:
    """One processor as a Markdown page: its settings, the meaning of its events, the origin of every field."""
    yield f"# {found['title']}\n"
    yield f"{found['note']}\n" if found["note"] else f"Receiver path `/{found['name']}`.\n"
    covers = f", covers {', '.join(found['covers'])}" if found["covers"] else ""
    yield f"- signature: {found['scheme']}{covers}\n- documentation: <{found['docs']}>\n"
    yield "## Settings\n"
    yield from _table(("setting", "what"), settings.items())
    yield "\n## Events\n"
    yield from _table(("native event", "event type"), ((n, in_words(r)) for n, r in found["native_events"].items()))
    for family, fields in found["fields"].items():
        yield f"\n## Fields of a {family}\n"
        yield from _table(("field", "where it comes from"), ((name, in_words(spec)) for name, spec in fields.items()))


def matrix(found: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Event type by event type, the processors that have it."""
    from inspector.model import EventType

    return {str(kind): [each["name"] for each in found if kind in each["event_types"]] for kind in EventType}


def matrix_lines(rows: Mapping[str, Sequence[str]], names: Sequence[str]) -> Iterator[str]:
    """Event types as rows; the processors' names stand above their columns, to be read downwards."""
    size = max(map(len, rows))
    for letters in zip_longest(*(name.rjust(max(map(len, names))) for name in names), fillvalue=" "):
        yield f"{' ' * size}  {_in_fives(letters)}".rstrip()
    for kind, having in rows.items():
        marks = [_MARKED if name in having else _OPEN for name in names]
        yield f"{kind.ljust(size)}  {_in_fives(marks)}  {len(having)}"


def _in_fives(marks: Sequence[str]) -> str:
    """Narrow enough for a terminal, and the eye still finds its column."""
    return " ".join("".join(marks[start : start + 5]) for start in range(0, len(marks), 5))


def matrix_markdown(rows: Mapping[str, Sequence[str]], names: Sequence[str]) -> Iterator[str]:
    """The same as a Markdown table."""
    lines = ((kind, *(_MARKED if name in having else "" for name in names)) for kind, having in rows.items())
    yield from _table(("event type", *names), lines)


def _table(heads: Sequence[str], rows: Any) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(_cell(text) for text in row)} |"


def _cell(text: str) -> str:
    """A text in one cell of a Markdown table; the documents' own bars and line ends are kept visible."""
    return text.replace("|", "\\|").replace("\n", "<br>")
