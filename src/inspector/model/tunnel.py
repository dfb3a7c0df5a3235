"""The way in from outside, and what is proven of it."""

from enum import StrEnum

import msgspec

__all__ = ["Tunnel", "TunnelPhase"]


class TunnelPhase(StrEnum):
    """How far it is."""

    OFF = "off"
    STARTING = "starting"
    UP = "up"
    """A request of our own went out through the public address and came back."""
    RECONNECTING = "reconnecting"
    FAILED = "failed"


class Tunnel(msgspec.Struct, frozen=True, kw_only=True):
    """What is known. `since` and `proven_at` are Unix seconds, `elapsed` the seconds of the last round trip; `reason`
    and `fix` say in words why it is not up."""

    phase: TunnelPhase = TunnelPhase.OFF
    url: str = ""
    since: float | None = None
    elapsed: float | None = None
    proven_at: float | None = None
    reason: str = ""
    fix: str = ""
