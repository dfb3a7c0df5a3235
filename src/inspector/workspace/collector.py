"""The collector of garbage: what it does in a process that answers while it runs."""

import gc

__all__ = ["settle"]


def settle() -> None:
    """What is loaded by now stays: it need not be looked at again and again, nor anything as often as by default."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)
