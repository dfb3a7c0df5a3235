"""P sends many events again."""

from pathlib import Path

from textual.widgets import Input

from inspector.workspace.replay import Pace, read_pace
from tests.app.user import shown, three
from tests.apps import running_app, within


async def test_p_sends_what_is_there_again_and_sums_it_up(tmp_path: Path) -> None:
    """To the app, in its order, signed now; the dialog says how far it is and what came of it. Nothing is stored."""
    statuses = iter((200, 500, 200, 200, 200, 200))
    async with (
        running_app(lambda _: next(statuses)) as app,
        shown(tmp_path, *three(), forward_to=app.url, height=40) as screen,
    ):
        await screen.press("P")
        assert "all       3 events" in screen.screen()
        screen.scene.app.screen.query_one("#times", Input).value = "0"
        await screen.press("enter")
        assert "How often is not told" in screen.screen()
        screen.scene.app.screen.query_one("#times", Input).value = "2"
        await screen.press("enter")
        await app.got(6)
        await screen.until(lambda: "6 sent in" in screen.screen())
        assert "5 2xx, 1 5xx" in screen.screen()
        assert "100%" in screen.screen()
        await screen.press("escape")
        assert "↻" not in "".join(screen.rows())
        assert all(not screen.scene.workspace.attempts(number) for number in (1, 2, 3))


async def test_only_the_marked_go_anywhere_at_a_pace_and_closing_stops_it(tmp_path: Path) -> None:
    """What is marked is offered first; a mistake is told where it stands; escape ends what is not sent yet."""
    async with running_app() as app, shown(tmp_path, *three(), height=40) as screen:
        await screen.press("g", "m", "m", "P")
        assert "marked    2 events" in screen.screen()
        await screen.press("enter")
        assert "An app is needed" in screen.screen()
        dialog = screen.scene.app.screen
        dialog.query_one("#replay-to", Input).value = f":{app.port}/"
        dialog.query_one("#pace", Input).value = "fast"
        await screen.press("enter")
        assert "'fast' is no pace" in screen.screen()
        dialog.query_one("#pace", Input).value = "0.001/s"
        await screen.press("enter")
        await app.got(1)
        await screen.until(lambda: "0 of 2" in screen.screen() or "1 of 2" in screen.screen())
        await screen.press("escape")
        await within(lambda: all(each.is_finished for each in screen.scene.app.workers if each.group == "replay"))
    assert len(app.received) == 1


def test_a_pace_is_a_speed_or_a_rate() -> None:
    """Nothing is the app's own pace."""
    assert [read_pace(text) for text in ("", " 10 X", "0.5/s")] == [Pace(), Pace(speed=10.0), Pace(rate=0.5)]
