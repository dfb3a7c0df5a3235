"""A workspace with deliveries in it and a clock that stands still: what the screen's tests and pictures look at."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from inspector.app import InspectorApp
from inspector.core import EventService, sign
from inspector.core.destination import check_destination
from inspector.core.throwaway import throwaway_settings
from inspector.library import load_connectors, samples
from inspector.model import CapturedRequest
from inspector.settings import load_settings
from inspector.workspace import Options, Workspace

__all__ = ["CONNECTORS", "NOW", "Scene", "event", "requests"]

NOW: Final = 1_767_268_800.0  # 2026-01-01 12:00:00 UTC
CONNECTORS: Final = Path(__file__).parents[2] / "connectors"


def event(
    number: int,
    kind: str = "payment_intent.succeeded",
    *,
    amount: int = 1999,
    currency: str = "eur",
    live: bool = False,
    name: str = "Ada",
    event_id: str | None = None,
) -> CapturedRequest:
    """A Stripe event that is not signed yet."""
    content = {
        "id": event_id or f"evt_{number:05}",
        "object": "event",
        "created": int(NOW) - 10,
        "livemode": live,
        "type": kind,
        "data": {
            "object": {
                "id": f"pi_{number:05}",
                "object": "payment_intent",
                "amount": amount,
                "currency": currency,
                "status": "succeeded",
                "description": name,
                "metadata": {"order_id": f"A-{number}"},
            }
        },
    }
    headers = (("Content-Type", "application/json"), ("X-Twice", "one"), ("X-Twice", "two"))
    body = msgspec.json.format(msgspec.json.encode(content), indent=2)
    return CapturedRequest(url="http://127.0.0.1:4242/stripe", headers=headers, body=body, peer="127.0.0.1")


class StillWorkspace(Workspace):
    """A workspace whose clock does not move."""

    @staticmethod
    def clock() -> float:
        """Always the same moment."""
        return NOW


def requests(service: EventService, names: Iterable[str]) -> list[tuple[CapturedRequest, str]]:
    """Signed samples, named CONNECTOR/SAMPLE; "…!" is tampered with, "…@" was signed a day before."""
    found = []
    for name in names:
        connector_name, _, sample_name = name.rstrip("!@").partition("/")
        connector = service.connectors[connector_name]
        sample = next(each for each in samples(CONNECTORS, connector_name) if each.name == sample_name)
        settings = throwaway_settings(connector)
        signed = sign(connector, sample.request, settings, NOW - (86_400 if name.endswith("@") else 3))
        if name.endswith("!"):
            signed = msgspec.structs.replace(signed, body=signed.body.replace(b"49", b"94", 1) + b" ")
        found.append((msgspec.structs.replace(signed, peer="127.0.0.1"), connector_name))
    return found


class Scene:
    """An app on a workspace of its own. `fill` delivers requests; `app` shows them."""

    def __init__(
        self,
        folder: Path,
        *,
        forward_to: str | None = None,
        width: int = 120,
        height: int = 36,
        file: str | None = None,
        secrets: bool = True,
    ) -> None:
        self.size = (width, height)
        to = (check_destination(forward_to),) if forward_to else ()
        self._options = Options(data=folder, connectors=CONNECTORS, destinations=to, session="checkout")
        self._file, self._secrets = file, secrets
        self.workspace: Workspace
        self.app = InspectorApp(self._opened)

    async def open(self) -> None:
        """Open the workspace with throwaway secrets for every connector, and what stands in inspector.toml."""
        service = EventService(load_connectors(CONNECTORS))
        environment = {
            f"INSPECTOR_{connector.name.upper()}_{name.upper()}": value
            for connector in service.connectors.values()
            for name, value in throwaway_settings(connector).items()
            if self._secrets
        }
        path = self._options.data / "inspector.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self._file or "")
        settings = load_settings(service.connectors, environment, path)
        self.workspace = await StillWorkspace.open(self._options, lambda _: settings)
        self.workspace.address = "http://127.0.0.1:4242"

    def has(self, name: str) -> bool:
        """Whether there is such a sample."""
        connector, _, sample = name.rstrip("!@").partition("/")
        return (CONNECTORS / connector / "samples" / f"{sample}.http").is_file()

    async def fill(self, names: Iterable[str], start: float = NOW - 60) -> None:
        """Deliver samples, a second apart."""
        for number, (request, connector) in enumerate(requests(self.workspace.service, names)):
            await self.deliver(request, connector, start + number)

    async def events(self, *given: CapturedRequest, secret: str | None = None) -> None:
        """Deliver Stripe events, signed a moment before they arrive, a second apart."""
        connector = self.workspace.service.connectors["stripe"]
        settings = {"signing_secret": secret} if secret else self.workspace.settings.of("stripe")
        for number, request in enumerate(given):
            moment = NOW - 60 + number
            await self.deliver(sign(connector, request, settings, moment - 1), "stripe", moment)

    async def deliver(self, request: CapturedRequest, connector: str | None = None, moment: float = NOW) -> None:
        """Deliver a request as if it had come over the network."""
        await self.workspace.receive(msgspec.structs.replace(request, received_at=moment), connector, "")

    async def _opened(self) -> Workspace:
        return self.workspace
