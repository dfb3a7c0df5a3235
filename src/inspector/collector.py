"""The collector of garbage, as a process wants it that starts quickly and answers while it runs."""

import gc

__all__ = ["rarely", "settle"]


def rarely() -> None:
    """Look for garbage hardly ever: what a start makes is there to stay."""
    gc.set_threshold(50_000, 50, 50)


def settle() -> None:
    """What is there by now stays, and is not looked at any more.

    Little is looked at afterwards, and so all of it can be, every few hundred thousand objects: Textual's strips hold
    themselves, and a screen under load makes megabytes of them a minute.
    """
    gc.set_threshold(25_000, 2, 5)
    gc.freeze()
