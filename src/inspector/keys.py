"""Certificates and key sets that signatures are checked with: fetched by their address, and kept for a day.

Which addresses may be asked for is the rule of a connector's document, and the core has applied it before it names
one. Here they are https without redirects, small, soon, and not too many at a time, since a sender names them.
"""

import asyncio
import hashlib
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import aiohttp
import certifi
import msgspec
from yarl import URL

from inspector.model import visible

__all__ = ["Keys"]

_KEPT: Final = 24 * 60 * 60.0  # seconds
_AGAIN: Final = 60.0  # seconds before the same address is asked again
_TIMEOUT: Final = 10.0  # seconds for all of an answer
_LARGEST: Final = 256 * 1024  # bytes of an answer
_MOST: Final = 16  # addresses that are asked for within _AGAIN


class _Found(msgspec.Struct, frozen=True):
    address: str
    fetched_at: float
    content: bytes


class Keys:
    """What was fetched, in memory and in a folder. `clock` gives Unix seconds."""

    def __init__(self, folder: Path, clock: Callable[[], float]) -> None:
        self._folder = folder
        self._clock = clock
        self._found: dict[str, _Found] = {}
        self._known: dict[str, bytes] = {"roots": certifi.contents().encode()}
        self._tried: dict[str, tuple[float, str]] = {}
        self._going: dict[str, asyncio.Task[str]] = {}
        self._session: aiohttp.ClientSession | None = None
        self._load()

    def known(self) -> Mapping[str, bytes]:
        """What is there by address; under "roots" the certificates of the public authorities, in PEM."""
        oldest = self._clock() - _KEPT
        for address in [address for address, found in self._found.items() if found.fetched_at < oldest]:
            del self._found[address], self._known[address]
        return self._known

    async def fetch(self, address: str) -> str:
        """Fetch what stands there. Returns what went wrong in a person's words; an empty text where nothing did."""
        if address not in self._going:
            self._going[address] = task = asyncio.create_task(self._fetch(address))
            task.add_done_callback(lambda _: self._going.pop(address, None))
        return await asyncio.shield(self._going[address])

    async def close(self) -> None:
        """End what is going on."""
        for task in self._going.values():
            task.cancel()
        await asyncio.gather(*self._going.values(), return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _fetch(self, address: str) -> str:
        now = self._clock()
        self._tried = {each: tried for each, tried in self._tried.items() if 0 <= now - tried[0] < _AGAIN}
        if address in self._tried:
            return self._tried[address][1]
        if len(self._tried) >= _MOST:
            return f"{_MOST} others were asked for within the last minute"
        problem = ""
        try:
            self._keep(_Found(address, now, await self._download(address)))
        except TimeoutError:
            problem = f"no answer within {_TIMEOUT:g} s"
        except (aiohttp.ClientError, OSError, ValueError) as error:
            problem = visible(str(error) or type(error).__name__, 200)
        self._tried[address] = now, problem
        return problem

    async def _download(self, address: str) -> bytes:
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=connector(), trust_env=True)
        timeout = aiohttp.ClientTimeout(total=_TIMEOUT)
        async with self._session.get(URL(address, encoded=True), allow_redirects=False, timeout=timeout) as response:
            if response.status != 200:
                raise ValueError(f"the answer was {response.status}")
            content = await response.content.read(_LARGEST + 1)
            while len(content) <= _LARGEST and (more := await response.content.read(_LARGEST)):
                content += more
        if len(content) > _LARGEST:
            raise ValueError(f"the answer is larger than {_LARGEST:,} bytes")
        return content

    def _keep(self, found: _Found) -> None:
        self._found[found.address] = found
        self._known[found.address] = found.content
        place = self._place(found.address)
        with suppress(OSError):  # it is fetched again another time
            self._folder.mkdir(parents=True, exist_ok=True)
            begun = place.with_suffix(".new")
            begun.write_bytes(msgspec.json.encode(found))
            begun.replace(place)

    def _load(self) -> None:
        """What was kept and is not too old; what cannot be read is as if it were not there."""
        now = self._clock()
        for place in self._folder.glob("*.json"):
            with suppress(OSError, msgspec.MsgspecError):
                found = msgspec.json.decode(place.read_bytes(), type=_Found)
                if place == self._place(found.address) and 0 <= now - found.fetched_at < _KEPT:
                    self._found[found.address] = found
                    self._known[found.address] = found.content
                else:
                    place.unlink()

    def _place(self, address: str) -> Path:
        return self._folder / f"{hashlib.sha256(address.encode('utf-8', 'replace')).hexdigest()[:32]}.json"


def connector() -> aiohttp.TCPConnector:
    """Connections that trust the machine's authorities and the public ones."""
    context = ssl.create_default_context()
    context.load_verify_locations(cafile=certifi.where())
    return aiohttp.TCPConnector(ssl=context)
