"""O plays a processor to the app."""

from pathlib import Path

from textual.widgets import Input

from tests.app.user import shown, three
from tests.apps import running_app, within


async def test_o_plays_a_processor_and_tells_what_it_believes(tmp_path: Path) -> None:
    """What was sent when, what the app answered, and in the end what the processor makes of it. Nothing is stored."""
    statuses = iter((500, 200, 200))
    async with (
        running_app(lambda _: next(statuses)) as app,
        shown(tmp_path, *three(), forward_to=app.url, height=40) as screen,
    ):
        await screen.press("O")
        dialog = screen.scene.app.screen
        assert "each event once, in its order" in screen.screen()
        dialog.query_one("#simulate-processor", Input).value = "cashfree"
        dialog.query_one("#simulate-more", Input).value = "count=2 compress=1e9"
        await screen.press("enter")
        await screen.until(lambda: "What the processor believes" in screen.lines("simulate-lines"))
        told = screen.lines("simulate-lines")
        assert "500   it wants 200, not 500, again after 2min" in told
        assert "3 deliveries of 2 events in 2min" in told
        assert "#1 " in told.rpartition("What the processor believes")[2]
        assert "received at 2min, 2 tries" in told
        assert "reliability-and-operations" in screen.screen()
        await screen.press("escape")
        assert len(screen.rows()[1:]) >= 3
        assert len(app.received) == 3
        assert len(screen.scene.workspace.ids(screen.scene.app.screen.browse.wanted.query)) == 3  # type: ignore[attr-defined]


async def test_what_is_not_understood_is_told_in_the_dialog_and_closing_stops_it(tmp_path: Path) -> None:
    """The likely account is there; a mistake is told where it stands; escape ends what was begun."""
    async with running_app() as app, shown(tmp_path, *three(), height=40) as screen:
        await screen.press("O")
        dialog = screen.scene.app.screen
        assert dialog.query_one("#simulate-processor", Input).value == "stripe"
        for field, text, said in (
            ("to", "", "A processor and an app are needed"),
            ("to", f":{app.port}", "Stripe documents no times for its retries"),
            ("processor", "nobody", "There is no connector 'nobody'"),
            ("more", "outtage=1h", "Did you mean outage"),
        ):
            dialog.query_one(f"#simulate-{field}", Input).value = text
            await screen.press("enter")
            assert said in screen.screen()
        dialog.query_one("#simulate-processor", Input).value = "adyen"
        dialog.query_one("#simulate-more", Input).value = "every=1h compress=1"
        await screen.press("enter")
        await app.got(1)
        await screen.until(lambda: "1 of 10 events settled" in screen.screen())
        await screen.press("escape")
        await within(lambda: all(each.is_finished for each in screen.scene.app.workers if each.group == "simulate"))
    assert len(app.received) == 1
