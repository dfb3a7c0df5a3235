"""The interpreter's collector and its lock, as a process wants them that starts quickly and answers while it runs."""

import gc
import sys
from typing import Final

__all__ = ["rarely", "settle"]

_TURN: Final = 0.0005  # seconds


def rarely() -> None:
    """Look for garbage hardly ever: what a start makes is there to stay."""
    gc.set_threshold(50_000, 50, 50)


def settle() -> None:
    """What is there by now stays, and is not looked at any more.

    Little is looked at afterwards, and so all of it can be, every few hundred thousand objects: what widgets that have
    gone leave behind is megabytes.

    Threads take short turns. Whatever is sent gives up the interpreter's lock, and the store's writer may then keep it
    for a whole turn; the usual one, 5 ms, is longer than an app takes to answer.
    """
    sys.setswitchinterval(_TURN)
    gc.set_threshold(25_000, 2, 5)
    gc.freeze()
