"""Requests of one turn of the loop: what each of them is promised."""

import asyncio

import pytest

from inspector.model import CapturedRequest, Inspection
from inspector.workspace.turn import Turn


def _request(path: str) -> CapturedRequest:
    return CapturedRequest(url=f"http://127.0.0.1{path}", body=b"")


async def test_requests_are_inspected_together_and_in_the_order_in_which_they_came() -> None:
    """Who asks first is looked at first, and not before the loop has read what came with it."""
    seen: list[str] = []

    def inspect(request: CapturedRequest, connector: str | None, label: str) -> Inspection:
        seen.append(f"{connector}/{label}{request.path}")
        return Inspection(connector=connector or "")

    turn = Turn(inspect)
    waiting = [turn.inspected(_request(f"/{each}"), each, "eu") for each in ("stripe", "adyen")]
    assert seen == []
    assert [found.connector for found in await asyncio.gather(*waiting)] == ["stripe", "adyen"]
    assert seen == ["stripe/eu/stripe", "adyen/eu/adyen"]


async def test_one_that_fails_or_is_given_up_takes_no_other_down() -> None:
    """An error goes to whoever asked; the others of the turn have their answers."""

    def inspect(request: CapturedRequest, connector: str | None, label: str) -> Inspection:
        if connector == "broken":
            raise KeyError(label)
        return Inspection(connector=connector or "")

    turn = Turn(inspect)
    given_up = asyncio.ensure_future(turn.inspected(_request("/"), "adyen", ""))
    broken = turn.inspected(_request("/"), "broken", "live")
    last = turn.inspected(_request("/"), "stripe", "")
    given_up.cancel()
    with pytest.raises(KeyError, match="live"):
        await broken
    assert (await last).connector == "stripe"
