"""The way in from outside: a public address, and the proof that it leads to the receiver."""

from inspector.tunnel.round_trip import RoundTrip, check_public_url, round_trip

__all__ = ["RoundTrip", "check_public_url", "round_trip"]
