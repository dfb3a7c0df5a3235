"""What a workspace is opened with."""

from pathlib import Path
from typing import Final

import msgspec

from inspector.model import Answering, Destination, Retention

__all__ = ["Options"]

_MAX_BODY: Final = 10 * 1024 * 1024


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a workspace is opened with. `data` is the folder of the store, `max_body` is in bytes; with `spare`, a free
    port will do where `port` is taken."""

    data: Path
    session: str = "default"
    host: str = "127.0.0.1"
    port: int = 4242
    spare: bool = False
    destinations: tuple[Destination, ...] = ()
    auto_forward: bool = False
    answer: Answering = Answering()
    connector: str | None = None
    public_url: str | None = None
    tunnel: str | None = None
    domain: str | None = None
    connectors: Path | None = None
    max_body: int = _MAX_BODY
    retention: Retention = Retention()
