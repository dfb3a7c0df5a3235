"""The way in from outside: a public address, and the proof that it leads to the receiver."""

from inspector.tunnel.agent import agent_path, download, download_url, token_of
from inspector.tunnel.ngrok import Ngrok
from inspector.tunnel.round_trip import RoundTrip, check_public_url, round_trip

__all__ = [
    "Ngrok",
    "RoundTrip",
    "agent_path",
    "check_public_url",
    "download",
    "download_url",
    "round_trip",
    "token_of",
]
