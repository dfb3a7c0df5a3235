"""What a command writes to a real terminal, taken apart: its text, and the sequences that make a terminal act."""

import re
import select
import time
from os import read
from pathlib import Path
from typing import Final

from inspector.model import visible
from tests.cli.test_screen import Terminal, terminal

__all__ = ["in_terminal", "settled", "taken_apart", "wrongs"]

# ECMA-48, 5.4 and 8.3; https://invisible-island.net/xterm/ctlseqs/ctlseqs.html
_SEQUENCE: Final = re.compile(
    "(\x1b\\[[0-?]*[ -/]*[@-~]"  # control sequences
    "|\x1b[\\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\\\)"  # strings: titles, the clipboard, links, pictures
    "|\x1b[ -/]*[0-~])"
)
_OURS: Final = re.compile(
    "\x1b(?:"
    r"\[(?:[0-4]|7|9|2[1-9]|3[0-9]|4[0-9]|9[0-7]|10[0-7]|38;2;[\d;]+|48;2;[\d;]+|[34]8;5;\d+|;)*m"  # colours, not blink
    r"|\[\d*;?\d*H|\[\d*[ABCDGK]|\[[0-3]?J"  # where the next text goes
    r"|\[\?(?:7|25|1000|1003|1004|1006|1015|1016|1049|2004|2026|2031|2048)(?:[hl]|\$p)"  # modes of the whole screen
    r"|\[[<>=]\d*(?:;\d+)?u|\[\?u"  # the keyboard
    r"|\]22;[a-z-]*\x07"  # the shape of the mouse's pointer
    r"|\[>0?[cq]|\[c|\[\?996n"  # who the terminal is, and whether it is dark
    r")"
)
"""What Textual and our own lines write. Nothing else may be in it: no title, no clipboard, no link, no question whose
answer would be typed, no reset."""


def taken_apart(written: bytes) -> tuple[str, list[str]]:
    """The text, and the sequences."""
    parts = _SEQUENCE.split(written.decode())
    return "".join(parts[::2]), parts[1::2]


def wrongs(written: bytes) -> list[str]:
    """What is in it that acts and is not ours."""
    text, sequences = taken_apart(written)
    plain = text.replace("\r", "").replace("\n", "")
    found = [each for each in sequences if not _OURS.fullmatch(each)]
    return sorted({*found, *(each for each in plain if visible(each) != each)})


def in_terminal(*words: str | Path, home: Path) -> bytes:
    """What a command writes to a terminal until its end."""
    with terminal(*words, home=home) as screen:
        screen.ended()
        return screen.written


def settled(screen: Terminal) -> None:
    """Read until nothing more comes for a while; 20 seconds at most."""
    end = time.monotonic() + 20
    while time.monotonic() < end and select.select([screen.number], [], [], 0.25)[0]:
        screen.written += read(screen.number, 65536)
