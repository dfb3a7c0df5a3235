"""Forwarding from the screen: where an event goes and why, and anywhere else."""

from pathlib import Path

from textual.widgets import Input

from inspector.app.present import Forwarding, forward_lines
from inspector.model import Decision, Delivery, Destination, Inspection, Job, Rule
from inspector.model.request import CapturedRequest
from inspector.workspace.backlog import backlog
from tests.app.scene import event
from tests.app.user import shown
from tests.apps import running_app, within

URL = "http://localhost:3000/webhooks"
KEYS = {"forward": "f", "forward_to": "F", "retry_now": "ctrl+r", "no_retries": "X", "pause": "P"}


def told(*decisions: Decision) -> list[str]:
    """The tab of a delivery that was not forwarded yet."""
    delivery = Delivery(number=1, session="x", request=CapturedRequest(), inspection=Inspection())
    return [
        "".join(span.text for span in line).rstrip()
        for line in forward_lines(delivery, Forwarding(KEYS, decisions), 100)
    ]


def test_the_tab_says_where_an_event_goes_and_why() -> None:
    """A line a destination; none where there is only one app that takes everything."""
    shop = Decision(Destination(URL, name="shop", rule=Rule(("stripe",))), True, "connector stripe")
    books = Decision(Destination(URL, name="books\x1b[2J", rule=Rule(("adyen",))), False, "takes connector adyen")
    found = told(shop, books)
    assert found[0] == "→ shop       connector stripe"
    assert found[1].startswith("· books")
    assert "\x1b" not in found[1]
    assert found[-1] == "f sends it to shop"
    assert told(Decision(Destination(URL), True, "takes every delivery")) == [
        "Not forwarded yet.",
        f"f sends it to {URL}",
    ]
    assert told(books)[-1] == "No destination takes it; F sends it wherever you say"
    assert told()[-1] == "Start with --forward-to URL, then f sends it"


async def test_f_with_shift_sends_it_to_a_destination_or_anywhere(tmp_path: Path) -> None:
    """The destination is chosen with enter; an address is typed; escape sends nothing."""
    async with running_app() as app, running_app() as other, shown(tmp_path, event(1), forward_to=app.url) as screen:
        await screen.press("F", "escape")
        await screen.press("F", "enter")
        await screen.until(lambda: "200" in screen.rows()[1])
        await screen.press("F")
        screen.scene.app.screen.query_one(Input).focus()
        await screen.pilot.pause()
        await screen.type(f":{other.port}")
        await screen.press("enter")
        await screen.until(lambda: "↻2" in screen.rows()[1])
        await screen.press("5")
        assert f"localhost:{other.port}" in screen.tab("forwards")
    assert len(app.received) == len(other.received) == 1


async def test_without_a_destination_any_address_will_do(tmp_path: Path) -> None:
    """The line for it has the focus; what is no address is told, and nothing is sent."""
    async with running_app() as app, shown(tmp_path, event(1)) as screen:
        await screen.press("F")
        await screen.type("x:y")
        await screen.press("enter")
        await screen.until(lambda: "is not an address" in screen.screen())
        await screen.press("F")
        await screen.type(f":{app.port}")
        await screen.press("enter")
        await app.got(1)


def test_the_tab_counts_down_to_the_next_try() -> None:
    """And says what can be done about it."""
    delivery = Delivery(number=1, session="x", request=CapturedRequest(), inspection=Inspection())
    jobs = [Job("shop", 1, "stripe", "", 2, 142.0), Job("books", 1, "stripe", "")]

    def lines(paused: bool = False) -> list[str]:
        forwarding = Forwarding(KEYS, (), jobs, 100.0, paused)
        return ["".join(span.text for span in line) for line in forward_lines(delivery, forwarding, 100)]

    assert lines()[:2] == [
        "◷ shop  next try in 42.0s, after 2 answers that would not do   ctrl+r now · X no more",
        "◷ books  waits for its turn   X takes it out",
    ]
    assert lines(paused=True)[0] == "◷ shop  waits: forwarding is paused   P goes on"


async def test_what_waits_is_sent_now_or_no_more_and_all_of_it_can_be_held(tmp_path: Path) -> None:
    """R, X and p; the status line counts what waits, and the processor's view of the answer stands beside it."""
    statuses = iter((500, 500, 200))
    async with running_app(lambda _: next(statuses)) as app, shown(tmp_path, forward_to=app.url, width=140) as screen:
        workspace = screen.scene.workspace
        workspace.queue.start()
        await screen.press("a", "p")
        await screen.scene.events(event(1))
        await screen.until(lambda: "PAYMENT" in screen.rows()[1])
        await screen.press("5")
        await screen.until(lambda: "1 waiting" in screen.screen().splitlines()[0])
        assert "paused" in screen.screen().splitlines()[0]
        await screen.until(lambda: "forwarding is paused" in screen.tab("forwards"))
        await screen.press("p")
        await screen.until(lambda: "next try in 1m 0s, after 1 answer " in screen.tab("forwards"))
        assert "! Stripe would not take this as received: it wants 2xx, not 500" in screen.tab("forwards")
        await screen.press("R")
        await app.got(2)
        await screen.until(lambda: "next try in 5m 0s, after 2 answers" in screen.tab("forwards"))
        await screen.press("X")
        await within(lambda: not workspace.jobs.waiting())
        await screen.until(lambda: "next try" not in screen.tab("forwards"))
        await screen.press("X")
        await screen.until(lambda: "Nothing of this delivery waits" in screen.screen())
        await screen.press("f")
        await screen.until(lambda: "✓ Stripe accepts this" in screen.tab("forwards"))


async def test_what_waits_since_before_is_told_with_the_key_that_holds_it(tmp_path: Path) -> None:
    """How much, for whom and since when; what nobody configures any more stays."""
    async with shown(tmp_path, event(1), event(2), forward_to=":3999") as screen:
        workspace = screen.scene.workspace
        for number, where in ((1, "gone"), (1, "http://localhost:3999"), (2, "http://localhost:3999")):
            await workspace.jobs.add(workspace.delivery(number), where, 0, 0.0)
        for each in backlog(workspace):
            workspace.tell(each)
        await screen.until(lambda: "for http://localhost:3999:" in screen.told())
        assert "1 delivery has waited 1 min for gone: Nobody configures it now" in screen.told()
        assert "2 deliveries have waited up to 1 min for http://localhost:3999: Being sent now" in screen.told()
        assert "p: Forward nothing by itself for a while" in screen.told()
