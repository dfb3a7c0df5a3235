"""The collector of garbage, as a process wants it that starts quickly and answers while it runs."""

import gc

__all__ = ["rarely", "settle"]


def rarely() -> None:
    """Look for garbage less often than by default: what a start makes is there to stay."""
    gc.set_threshold(50_000, 50, 50)


def settle() -> None:
    """What is there by now stays, and is not looked at any more."""
    rarely()
    gc.freeze()
