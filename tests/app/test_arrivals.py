"""What arrives while one looks: nothing jumps, nothing that is shown goes stale, and nothing is hidden in silence."""

import asyncio
from array import array
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from textual.events import MouseScrollDown, MouseScrollUp

from inspector.app.messages import DeliveriesChanged
from inspector.app.screens.browse import Browse
from inspector.app.widgets.detail import Detail
from inspector.app.widgets.row_window import RowWindow
from inspector.model import EventRow, InspectorError
from tests.app.scene import Scene, event
from tests.app.user import Shown, shown, three


async def wheel(app: Shown, kind: type[MouseScrollUp] | type[MouseScrollDown], times: int) -> None:
    """Turn the mouse wheel over the list."""
    for _ in range(times):
        await app.pilot._post_mouse_events([kind], "#events", offset=(5, 5))
    await app.pilot.pause()


async def test_the_wheel_holds_the_list(tmp_path: Path) -> None:
    """Who scrolls back to read is not thrown to the end by the next arrival; the end follows again."""
    async with shown(tmp_path, *[event(number) for number in range(60)]) as app:
        await wheel(app, MouseScrollUp, 6)
        place = app.events.scroll_offset.y
        await app.scene.events(event(60), event(61))
        await app.until(lambda: "held, 2 below" in app.screen())
        assert app.events.scroll_offset.y == place
        await wheel(app, MouseScrollDown, 20)
        assert app.events.follow
        assert "held" not in app.screen()


@pytest.mark.parametrize("text", ["", "stripe"])
async def test_no_row_is_lost_while_the_list_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    """What is stored between two reads of the list is neither missing from it nor in it twice."""
    async with shown(tmp_path, *three()) as app:
        workspace = app.scene.workspace
        browse = app.scene.app.screen.query_one(Browse)
        await app.press("slash")
        await app.type(text)
        await app.until(lambda: len(app.events) == 3)
        newest = workspace.last_id
        seen = {"calls": 0}

        def late() -> int:
            """The first read does not see the newest row yet."""
            seen["calls"] += 1
            return newest() - (seen["calls"] == 1)

        await app.scene.events(event(4))
        monkeypatch.setattr(workspace, "last_id", late)
        browse.reload()
        browse.arrived()
        await app.until(lambda: len(app.events) == 4)
        assert "4 shown · 0 hidden" in app.screen()


async def test_a_click_selects_and_holds(tmp_path: Path) -> None:
    """The row under the mouse is the one that is shown; the line of titles is no row."""
    async with shown(tmp_path, *three()) as app:
        await app.until(lambda: app.events.cursor == 2 and "pi_00003" in app.tab("event"))  # all is there
        await app.pilot.click("#events", offset=(10, 2))
        await app.until(lambda: "pi_00002" in app.tab("event"))
        assert app.events.cursor == 1
        await app.pilot.click("#events", offset=(10, 0))
        assert app.events.cursor == 1
        await app.until(lambda: "held" in app.screen())


async def test_a_tab_can_be_clicked(tmp_path: Path) -> None:
    """The mouse opens tabs as the numbers do."""
    async with shown(tmp_path, *three()) as app:
        await app.pilot.click("#--content-tab-headers")
        await app.until(lambda: app.scene.app.screen.query_one(Detail).active == "headers")


async def test_the_detail_goes_with_the_filter(tmp_path: Path) -> None:
    """Where the filter takes the event under the cursor away, the detail shows the one that stands there now."""
    async with shown(tmp_path, *three()) as app:
        await app.press("g", "slash")
        assert "pi_00001" in app.tab("event")
        await app.type("jpy")
        await app.until(lambda: len(app.events) == 1)
        await app.until(lambda: "pi_00002" in app.tab("event"))


async def test_the_cursor_stays_with_its_event(tmp_path: Path) -> None:
    """A filter that lets the event through leaves the cursor on it."""
    async with shown(tmp_path, *three()) as app:
        await app.press("k", "slash")
        await app.type("jpy")
        await app.press("escape")
        await app.until(lambda: len(app.events) == 3)
        assert app.events.cursor == 1


async def test_a_copy_that_arrives_is_counted_at_the_first(tmp_path: Path) -> None:
    """The row of an event says ×2 as soon as its copy comes, also where it has been drawn already."""
    async with shown(tmp_path, event(1), event(2)) as app:
        assert "×2" not in app.rows()[1]
        await app.scene.events(event(3, event_id="evt_00001"))
        await app.until(lambda: "×2" in app.rows()[1] and "×2" in app.rows()[3])


async def test_an_answer_brings_a_row_under_its_filter(tmp_path: Path) -> None:
    """`app:5xx` shows an event as soon as the app has failed at it."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=503)

    application = web.Application()
    application.router.add_route("*", "/hook", answer)
    async with (
        TestServer(application) as server,
        shown(tmp_path, event(1), event(2), forward_to=str(server.make_url("/hook"))) as app,
    ):
        await app.press("slash")
        await app.type("app:5xx")
        await app.until(lambda: len(app.events) == 0)
        await app.press("enter")
        await app.scene.workspace.forward(1)
        await app.until(lambda: len(app.events) == 1)
        assert "503" in app.rows()[1]


async def test_hidden_rows_are_counted_while_they_arrive(tmp_path: Path) -> None:
    """How many rows the filter hides is told at 80 columns too, beside the reason of a wrong term."""
    async with shown(tmp_path, *three(), width=80, height=24) as app:
        await app.press("slash")
        await app.type("amont:3 jpy")
        await app.until(lambda: "2 hidden" in app.screen())
        await app.scene.events(event(4))
        await app.until(lambda: "3 hidden" in app.screen())
        assert "there is no key amont" in app.screen()


async def test_an_unforeseen_error_is_told_and_the_screen_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never a traceback on the screen: what goes wrong in an action is a toast."""

    async def broken(*_: object) -> None:
        raise OSError("no space left on device")

    async with shown(tmp_path, event(1), forward_to="http://127.0.0.1:9/hook") as app:
        monkeypatch.setattr(app.scene.workspace, "forward", broken)
        await app.press("f")
        await app.until(lambda: "no space left on device" in app.screen())
        await app.press("2")
        assert app.scene.app.screen.query_one(Detail).active == "signature"


async def test_an_error_is_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in brackets in an error's words is shown, not taken for markup."""

    async def refused(*_: object) -> None:
        raise InspectorError("That address [is] wrong", "http://[::1", "say it [bold]again[/bold]")

    async with shown(tmp_path, event(1), forward_to="http://127.0.0.1:9/hook") as app:
        monkeypatch.setattr(app.scene.workspace, "forward", refused)
        await app.press("f")
        await app.until(lambda: "say it [bold]again[/bold]" in app.screen())
        assert "That address [is] wrong" in app.screen()


async def test_an_empty_inbox_can_be_copied_from(tmp_path: Path) -> None:
    """y offers the address, the curl line and the command that the empty inbox shows."""
    async with shown(tmp_path) as app:
        await app.press("y", "j", "enter")
        assert app.scene.app.clipboard.startswith("curl http://127.0.0.1:4242/stripe")


async def test_quitting_while_events_arrive_is_no_error(tmp_path: Path) -> None:
    """What comes while the store is being closed is stored and answered, and nobody looks at it any more."""
    scene = Scene(tmp_path)
    await scene.open()
    async with scene.app.run_test(size=scene.size) as pilot:
        await pilot.pause(0.2)
        screen = scene.app.screen
        closing = scene.workspace.close

        async def close() -> None:
            screen.post_message(DeliveriesChanged(arrived=True, changed=frozenset()))
            await closing()
            screen.post_message(DeliveriesChanged(arrived=True, changed=frozenset()))
            await asyncio.sleep(0.05)

        scene.workspace.close = close  # type: ignore[method-assign]
        await scene.events(event(1), event(2))
        await pilot.press("q")
        await pilot.pause(0.3)
    assert scene.app.return_code == 0


async def test_ctrl_c_quits(tmp_path: Path) -> None:
    """As everywhere in a terminal, where nothing is selected that it could copy."""
    async with shown(tmp_path, event(1)) as app:
        await app.press("ctrl+c")
        await app.until(lambda: not app.scene.app.is_running or app.scene.app._exit)


def row(number: int) -> EventRow:
    """A row of the store."""
    texts = {"connector": "stripe", "label": "", "event_type": "PAYMENT_INTENT_SUCCESS", "native_type": ""}
    rest = {"native_detail": "", "amount": None, "currency": "", "verdict": "VALID", "reason": "", "test_mode": True}
    last = {"event_id": None, "object_id": "", "status": "", "problem": ""}
    values = {"id": number, "delivery": number, "position": 0, "received_at": 0.0, **texts, **rest, **last}
    return msgspec.convert(values, EventRow)


def test_a_window_fetches_what_is_around_and_nothing_else() -> None:
    """A hundred thousand rows cost their ids; one look fetches a hundred and twenty at most."""
    asked: list[int] = []

    def fetch(ids: object) -> list[EventRow]:
        found = [row(each) for each in ids]  # type: ignore[attr-defined]
        asked.append(len(found))
        return found

    window = RowWindow(fetch)
    window.ids = array("q", range(1, 100_001))
    found = [window.at(index) for index in range(50_000, 50_040)]
    assert [each.id for each in found if each] == list(range(50_001, 50_041))
    assert asked == [120]
    assert window.place(70_000) == 69_999
    assert window.at(100_000) is None
    assert window.at(-1) is None


async def test_the_detail_ends_with_the_newest(tmp_path: Path) -> None:
    """While the newest is followed, the detail may leave some out on the way, but never the last one."""
    async with shown(tmp_path, event(0)) as app:
        for number in range(1, 8):
            await app.scene.events(event(number))
            await app.pilot.pause()
        await app.until(lambda: "pi_00007" in app.tab("event"))
        assert app.events.cursor == 7


async def test_a_scrollbar_comes_with_the_rows_that_need_it(tmp_path: Path) -> None:
    """The list grows without the screen being laid out anew; where it outgrows its place, it can be scrolled."""
    async with shown(tmp_path, event(0)) as app:
        assert not app.events.show_vertical_scrollbar
        await app.scene.events(*[event(number) for number in range(1, 40)])
        await app.until(lambda: len(app.events) == 40)
        assert app.events.show_vertical_scrollbar
        assert app.events.max_scroll_y == 41 - app.events.size.height
