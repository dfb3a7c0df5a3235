"""Signed deliveries of several processors, each under a number of its own; which were answered, and what is stored."""

import hashlib
import json
import sqlite3
from array import array
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

from msgspec.structs import replace

from inspector.core import sign, throwaway_settings
from inspector.library import EventService, Sample, folder, samples
from inspector.model import CapturedRequest
from inspector.trigger import compose, fields

__all__ = ["Answered", "Deliveries", "Stored", "own_headers"]

_CONNECTORS: Final = ("stripe", "adyen", "paddle", "razorpay", "square", "checkout", "gocardless", "revolut")
_SAMPLES: Final = 10  # of each connector
_PAYMENT: Final = 3  # deliveries that are about one payment
_REFERENCES: Final = ("connector_transaction_id", "merchant_transaction_id", "merchant_order_id")
_NUMBER: Final = "X-Delivery-Number"


class _Made(NamedTuple):
    """A sample, and the paths and texts of what names its payment."""

    sample: Sample
    references: Sequence[tuple[str, str]]


class Deliveries:
    """Makes deliveries for a receiver at `address`: connectors and samples in turn, ids and payments of their own."""

    def __init__(self, address: str = "http://127.0.0.1") -> None:
        self.address = address
        self._service = EventService.load()
        self._settings = {name: throwaway_settings(self._service.connectors[name]) for name in _CONNECTORS}
        made = [[self._made(sample) for sample in samples(folder(), name)] for name in _CONNECTORS]
        self._samples = [each[turn % len(each)] for turn in range(_SAMPLES) for each in made]

    def _made(self, sample: Sample) -> _Made:
        found = fields(self._service, self._service.connectors[sample.connector], sample.request)
        return _Made(sample, [(each.path, each.text) for each in found if each.name in _REFERENCES])

    @property
    def variables(self) -> dict[str, str]:
        """The environment in which a receiver can verify them."""
        return {
            f"INSPECTOR_{connector}_{name}".upper(): value
            for connector, settings in self._settings.items()
            for name, value in settings.items()
        }

    def make(self, number: int, now: float) -> CapturedRequest:
        """The delivery of that number, signed at `now`."""
        sample, references = self._samples[number % len(self._samples)]
        return self._signed(sample, number, now, [(path, f"{text}-{number // _PAYMENT}") for path, text in references])

    def named(self, number: int, now: float, native: str) -> CapturedRequest:
        """A delivery of Stripe with an event of a type that nobody has, by which it can be told on the screen."""
        sample = next(each.sample for each in self._samples if each.sample.connector == "stripe")
        return self._signed(sample, number, now, [("type", native)])

    def _signed(self, sample: Sample, number: int, now: float, changes: Sequence[tuple[str, str]]) -> CapturedRequest:
        connector = self._service.connectors[sample.connector]
        url = f"{self.address}/{connector.name}"
        request = compose(connector, sample.request, url, f"{number:016x}", now, changes)
        signed = sign(connector, request, self._settings[connector.name], now)
        return replace(signed, headers=(*signed.headers, (_NUMBER, str(number))))


def own_headers(request: CapturedRequest) -> list[tuple[str, str]]:
    """The headers of a delivery, without those that whoever sends it makes."""
    return [each for each in request.headers if each[0].lower() not in ("host", "content-length")]


class Answered:
    """What was answered with 2xx: of each number a digest of the body."""

    def __init__(self) -> None:
        self._digests = array("Q")
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, number: int, body: bytes) -> None:
        """This one was answered."""
        self._digests.extend([0] * (number + 1 - len(self._digests)))
        self._count += not self._digests[number]
        self._digests[number] = _digest(body)

    def of(self, number: int) -> int:
        """The digest of what was answered under a number; 0 for nothing."""
        return self._digests[number] if number < len(self._digests) else 0

    @property
    def numbers(self) -> list[int]:
        """The numbers of those that were answered."""
        return [number for number, digest in enumerate(self._digests) if digest]


class Stored(NamedTuple):
    """How many deliveries a store holds, and of the answered ones how many are not there, there twice or damaged."""

    total: int
    lost: int
    doubled: int
    damaged: int

    @classmethod
    def read(cls, store: Path, answered: Answered) -> "Stored":
        """Read every delivery of a store with nothing of the product."""
        seen = array("B", bytes(max(answered.numbers, default=0) + 1))
        total = doubled = damaged = 0
        with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)) as connection:
            for headers, body in connection.execute("SELECT headers, body FROM deliveries"):
                number = next(int(value) for name, value in json.loads(headers) if name == _NUMBER)
                total += 1
                if expected := answered.of(number):
                    doubled += seen[number]
                    damaged += expected != _digest(body)
                    seen[number] = 1
        return cls(total, len(answered) - seen.count(1), doubled, damaged)


def _digest(body: bytes) -> int:
    """Never 0, which stands for nothing."""
    return int.from_bytes(hashlib.sha256(body).digest()[:8]) | 1
