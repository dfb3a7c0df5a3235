"""The only writer to standard output and standard error: data on the one, everything else on the other."""

import os
import re
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, TextIO

if TYPE_CHECKING:
    from inspector.model import InspectorError

__all__ = [
    "ask",
    "columns",
    "encode",
    "encoding",
    "fail",
    "is_screen",
    "is_terminal",
    "note",
    "paint",
    "prepare",
    "progress",
    "silence",
    "table",
    "write",
    "write_bytes",
    "write_json",
]

_BAR: Final = 24  # characters of a bar
_STYLES: Final = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_PAINTED: Final = re.compile(rf"(\x1b\[(?:0|{'|'.join(_STYLES.values())})m|\n)")


def prepare() -> None:
    """Let no character that the terminal's encoding lacks stop a command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def write(text: str = "") -> None:
    """One line of data on standard output, at once."""
    sys.stdout.write(_harmless(text) + "\n")
    sys.stdout.flush()


def write_bytes(content: bytes) -> None:
    """Bytes as they are on standard output, at once."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def write_json(value: Any) -> None:
    """One value as one line of JSON on standard output, at once."""
    write_bytes(encode(value) + b"\n")


def encode(value: Any) -> bytes:
    """The value as compact JSON in UTF-8."""
    from inspector.core.answer import encode as encoded

    return encoded(value)


def note(text: str) -> None:
    """One line for the person, on standard error."""
    sys.stderr.write(_harmless(text) + "\n")
    sys.stderr.flush()


def _harmless(text: str) -> str:
    """The text with everything made visible that a terminal would act on, but for line ends and what `paint` adds."""
    if text.isprintable():
        return text
    from inspector.model import visible

    return "".join(part if place % 2 else visible(part) for place, part in enumerate(_PAINTED.split(text)))


def progress(text: str, part: float | None = None) -> None:
    """How far it is, in one line of the terminal that the next word replaces; nothing where nobody looks. `part` of the
    whole is drawn as a bar before it."""
    if sys.stderr.isatty():
        done = round((part or 0.0) * _BAR)
        bar = "" if part is None else f"{'━' * done}{'─' * (_BAR - done)} {part:4.0%}  "
        sys.stderr.write(f"\r\x1b[K{bar}{text}")
        sys.stderr.flush()


def ask(text: str) -> None:
    """What stands before an answer, or goes on in its line, on standard error."""
    sys.stderr.write(text)
    sys.stderr.flush()


def fail(error: "InspectorError") -> None:
    """An error as one paragraph on standard error: what is wrong, the detail, what to do."""
    from inspector.model import visible

    note(paint(f"inspector: {visible(error.title)}", "red", sys.stderr))
    for line in f"{error.detail}\n{error.hint}".splitlines():
        if line.strip():
            note(f"  {visible(line)}")


def is_terminal() -> bool:
    """Whether standard output is a terminal that a person looks at."""
    return sys.stdout.isatty()


def is_screen() -> bool:
    """Whether there is somewhere to draw: a terminal, or the page of `inspector web`."""
    return is_terminal() or "TEXTUAL_DRIVER" in os.environ


def encoding() -> str:
    """How standard output writes characters, e.g. utf-8."""
    return sys.stdout.encoding.lower()


def paint(text: str, style: str, stream: TextIO | None = None) -> str:
    """The text in a style, where the stream is a terminal and neither NO_COLOR nor a dumb terminal forbids it.

    See https://no-color.org.
    """
    stream = stream or sys.stdout
    if not style or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not stream.isatty():
        return text
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """An aligned table with a head; the cells are made visible."""
    from inspector.model import visible

    cells = [[visible(cell) for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in [list(heads), *cells]) for place in range(len(heads))]
    write(paint(columns(heads, widths), "bold"))
    for row in cells:
        write(columns(row, widths))


def columns(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Cells padded to their widths, two blanks between them, none at the end."""
    return "  ".join(cell.ljust(size) for cell, size in zip(cells, widths, strict=True)).rstrip()


def silence() -> None:
    """Stop writing: the reader of a pipe has gone, and the interpreter's last flush must not complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
