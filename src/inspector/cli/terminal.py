"""The terminal as the doctor sees it: its room, and what it says of itself when it is asked."""

import os
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Final

from inspector.cli import output
from inspector.cli.diagnosis import Finding

__all__ = ["terminal"]

_PATIENCE: Final = 0.5  # seconds that a terminal has to answer, also one at the other end of the world
# The progressive keyboard enhancements (https://sw.kovidgoyal.net/kitty/keyboard-protocol/), then the primary device
# attributes, which every terminal answers: what comes before that answer is all that comes.
_QUESTION: Final = b"\x1b[?u\x1b[c"
_ENHANCED = re.compile(rb"\x1b\[\?\d+u")
_ATTRIBUTES = re.compile(rb"\x1b\[\?([\d;]*)c")
_CLIPBOARD: Final = b"52"  # the attribute by which a terminal says that it takes OSC 52


def terminal() -> Iterator[Finding]:
    """Whether the screen has room, colours and the characters that it draws; what of keys and clipboard is there."""
    if not output.is_terminal():
        fix = "listen runs headless here, a line an event"
        yield Finding("terminal", "warn", "standard output is no terminal", fix)
        return
    yield _screen()
    said = _asked() if sys.stdin.isatty() else b""
    yield _keyboard(said)
    yield _clipboard(said)


def _screen() -> Finding:
    size = shutil.get_terminal_size()
    colours = "no colours (NO_COLOR)" if os.environ.get("NO_COLOR") else os.environ.get("COLORTERM") or "256 colours"
    fact = f"{size.columns}×{size.lines}, {os.environ.get('TERM', 'unnamed')}, {colours}, {output.encoding()}"
    if os.environ.get("TERM") == "dumb":
        return Finding("terminal", "fail", fact, "Set TERM, e.g. xterm-256color, or use --headless")
    if size.columns < 80 or size.lines < 24:
        return Finding("terminal", "warn", fact, "Make it 80×24 or larger")
    if not output.encoding().startswith("utf"):
        return Finding("terminal", "warn", fact, "Set LANG to a UTF-8 locale, e.g. C.UTF-8")
    return Finding("terminal", "ok", fact)


def _keyboard(said: bytes) -> Finding:
    if _ENHANCED.search(said):
        return Finding("keyboard", "ok", "tells every key from every other")
    return Finding("keyboard", "ok", "as of old: every key of Inspector works, ctrl+shift+… in your own may not")


def _clipboard(said: bytes) -> Finding:
    """Whether what is copied arrives: over OSC 52, so that it also works over SSH."""
    if os.environ.get("TMUX"):
        return _clipboard_of_tmux()
    if os.environ.get("TERM_PROGRAM") == "Apple_Terminal":
        fix = "Use a terminal that does, or select with the mouse (fn or ⌥ held)"
        return Finding("clipboard", "warn", "Terminal.app takes no text from a program (OSC 52)", fix)
    attributes = _ATTRIBUTES.search(said)
    if attributes and _CLIPBOARD in attributes[1].split(b";"):
        return Finding("clipboard", "ok", "the terminal takes what is copied (OSC 52)")
    return Finding("clipboard", "ok", "the terminal does not say whether it takes what is copied (OSC 52): try y")


def _clipboard_of_tmux() -> Finding:
    try:
        asked = ["tmux", "show-options", "-sv", "set-clipboard"]
        found = subprocess.check_output(asked, stderr=subprocess.DEVNULL, text=True, timeout=3).strip()  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        found = ""
    if found == "on":
        return Finding("clipboard", "ok", "tmux hands on what is copied (set-clipboard on)")
    fact = f"tmux keeps what is copied to itself (set-clipboard {found or 'unknown'})"
    return Finding("clipboard", "warn", fact, "tmux set -s set-clipboard on")


def _asked() -> bytes:
    """What the terminal answers; nothing where it does not. Keys that were pressed meanwhile are lost."""
    try:
        import termios
        import tty
    except ImportError:  # Windows
        return b""
    device = sys.stdin.fileno()
    before = termios.tcgetattr(device)
    found, end = b"", time.monotonic() + _PATIENCE
    try:
        tty.setcbreak(device, termios.TCSANOW)
        output.write_bytes(_QUESTION)
        while not _ATTRIBUTES.search(found) and (left := end - time.monotonic()) > 0:
            if select.select([device], [], [], left)[0]:
                found += os.read(device, 1024)
    finally:
        termios.tcsetattr(device, termios.TCSAFLUSH, before)
    return found
