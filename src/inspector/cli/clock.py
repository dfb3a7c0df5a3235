"""The clock of a command that opens no workspace, and moments as people write them."""

import argparse
import time
from datetime import UTC, datetime

__all__ = ["moment", "now", "option"]


def now() -> float:
    """Unix seconds."""
    return time.time()  # noqa: TID251 - a process has to get the time somewhere: here, and in the workspace


def moment(text: str | float) -> float:
    """Unix seconds of ISO 8601 (UTC where it names no zone) or of Unix seconds. Raises ValueError, in words."""
    try:
        return float(text)
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(str(text))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise ValueError(f"this is neither ISO 8601 nor Unix seconds: {str(text)[:40]!r}") from None


def option(text: str) -> float:
    """`moment` for argparse."""
    try:
        return moment(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
