"""Every tab and dialog of the screen with hostile deliveries in it: it is text, all of it, and nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.segment import Segment
from textual.app import App

from inspector.app.present import field_value
from inspector.core import sign
from inspector.model import CapturedRequest, visible
from tests.app.scene import NOW, event
from tests.app.user import Shown, shown
from tests.hostile.deliveries import COUNT, hostile
from tests.hostile.texts import HUGE, MARK, MARKUP, TEXTS

KINDS = ("", "payment_intent.payment_failed", "charge.dispute.created", "payment_intent.succeeded")


def segments(app: App[Any]) -> Iterator[Segment]:
    """What is drawn of the screen."""
    for strip in app.screen._compositor.render_strips():
        yield from strip


def harmless(screen: Shown) -> str:
    """Nothing on the screen acts: no character, no link, no action that was not there before. Its text."""
    found = []
    for text, style, control in segments(screen.scene.app):
        assert control is None
        assert visible(text) == text, repr(text)
        assert style is None or style.link is None
        assert style is None or "bell" not in str(style.meta)
        found.append(text)
    return "".join(found)


async def filled(screen: Shown) -> None:
    """Deliver every text, as an event that is known and as one that is not."""
    for number in range(COUNT):
        await screen.scene.deliver(hostile(number, KINDS[number % len(KINDS)]), "stripe", NOW - 60 + number)
    await screen.until(lambda: MARK in screen.screen())


async def test_no_field_of_a_delivery_acts_on_any_tab(tmp_path: Path) -> None:
    """Escapes, overrides and markup stand in every row and on every tab as what they are, also where the app's answer
    or the reason of a verdict quotes them."""
    async with shown(tmp_path, width=120, height=30) as screen:
        await filled(screen)
        marked = 0
        for _ in range(COUNT):
            for key in "123456":
                await screen.press(key)
                marked += MARK in harmless(screen)
            await screen.press("j")
        assert marked == 6 * COUNT


async def test_no_dialog_acts(tmp_path: Path) -> None:
    """Copying, comparing, the coverage, the sessions, the filter, the palette and the help show text as text."""
    async with shown(tmp_path, width=120, height=30) as screen:
        await filled(screen)
        await screen.press("m", "j")
        for key in ("y", "d", "C", "S", "F", "s", "O", "P", "o", "K", "question_mark", "ctrl+p", "t"):
            await screen.press(key)
            harmless(screen)
            await screen.press("escape")
        await screen.press("slash")
        await screen.type("[red]")
        harmless(screen)


async def test_no_message_in_the_corner_acts(tmp_path: Path) -> None:
    """A message quotes an error, a name or an answer, and neither markup nor an escape in it is read."""
    async with shown(tmp_path) as screen:
        for text in TEXTS:
            screen.scene.app.notify(text, title=text)
            await screen.until(lambda: MARK in screen.screen())
            found = harmless(screen)
            assert text not in MARKUP or text[:12] in found
            screen.scene.app.clear_notifications()
            await screen.until(lambda: MARK not in screen.screen())


async def test_a_line_of_ten_megabytes_is_a_line(tmp_path: Path) -> None:
    """A body, a header and an answer without a line end are shown, cut off, on every tab, and none of it breaks it."""
    body = msgspec.json.encode({"id": "evt_1", "type": HUGE[: len(HUGE) // 2], "data": {"object": {"id": HUGE[:1000]}}})
    big = CapturedRequest(url="http://127.0.0.1:4242/stripe", headers=(("X-Big", HUGE[:500_000]),), body=body)
    bare = msgspec.structs.replace(big, body=HUGE.encode())
    async with shown(tmp_path) as screen:
        for request in (big, bare):
            await screen.scene.deliver(request, "stripe")
            await screen.until(lambda: MARK in screen.screen())
            for key in "123456":
                await screen.press(key)
                harmless(screen)
            await screen.press("k")


def test_a_number_of_any_size_is_a_moment_or_a_number() -> None:
    """A time that a sender made up is told as it is."""
    assert field_value("created_at", 10**400) == str(10**400)
    assert field_value("created_at", -(10**12)) == str(-(10**12))


@pytest.mark.parametrize("moment", [NOW * 1000, 10**14, 999_999_999_999_999])
async def test_a_timestamp_beyond_all_years_is_shown(moment: float, tmp_path: Path) -> None:
    """A sender that writes milliseconds where seconds are meant is no error: the Signature tab tells the number."""
    async with shown(tmp_path) as screen:
        stripe = screen.scene.workspace.service.connectors["stripe"]
        signed = sign(stripe, event(1), screen.scene.workspace.settings.of("stripe"), moment)
        await screen.scene.deliver(signed, "stripe")
        await screen.until(lambda: "PAYMENT_INTENT_SUCCESS" in screen.screen())
        await screen.press("2")
        assert str(int(moment)) in harmless(screen)
