"""The inbox, key by key: each test presses it and looks at what a user would see."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from textual.binding import Binding
from textual.widgets import Input, OptionList

from inspector.app.messages import DeliveriesChanged
from inspector.app.screens.copy import CopyScreen
from inspector.app.screens.help import HelpScreen
from inspector.app.widgets.detail import Detail
from inspector.app.widgets.status import StatusLine
from inspector.core import EventService, parse_query, sign
from inspector.model import CapturedRequest, Diagnosis, Notice
from tests.app.scene import NOW, Scene, event
from tests.app.user import shown, three


async def test_an_empty_inbox_says_what_to_do_next(tmp_path: Path) -> None:
    """The address to paste, a curl line, the command to try, where the secret goes, and the key for help."""
    async with shown(tmp_path) as app:
        text = app.screen()
    for promise in (
        "http://127.0.0.1:4242/stripe",
        "curl http://127.0.0.1:4242/stripe",
        "inspector trigger stripe",
        "secret",
        "?",
    ):
        assert promise in text


async def test_a_row_tells_what_an_event_is(tmp_path: Path) -> None:
    """Time, processor, event type, native name, amount by its currency's decimals, verdict as glyph and word."""
    async with shown(tmp_path, *three(), width=140) as app:
        first, second = app.rows()[1:3]
    assert "PAYMENT_INTENT_SUCCESS" in first
    assert "payment_intent.succeeded" in first
    assert "19.99 EUR" in first
    assert "✓ valid" in first
    assert "1500    JPY" in second


async def test_live_mode_stands_out(tmp_path: Path) -> None:
    """An event of live mode has a mark of its own at the beginning of its row."""
    async with shown(tmp_path, *three()) as app:
        rows = app.rows()
    assert rows[3].startswith("┃")
    assert not rows[1].startswith("┃")


async def test_new_events_appear_at_the_end_and_are_followed(tmp_path: Path) -> None:
    """What arrives while one looks is there at once, and the cursor goes with it."""
    async with shown(tmp_path, event(1)) as app:
        await app.scene.events(event(2), event(3))
        await app.until(lambda: len(app.events) == 3)
        assert app.events.cursor == 2


async def test_j_k_g_and_shift_g_move(tmp_path: Path) -> None:
    """j and k move by one, g to the oldest, G to the newest, and the detail goes with them."""
    async with shown(tmp_path, *three()) as app:
        assert app.events.cursor == 2
        await app.press("k")
        assert app.events.cursor == 1
        assert "pi_00002" in app.tab("event")
        await app.press("g")
        assert app.events.cursor == 0
        await app.press("j")
        assert app.events.cursor == 1
        await app.press("G")
        assert app.events.cursor == 2
        await app.press("up", "down", "home", "end", "pageup", "pagedown")
        assert app.events.cursor == 2


async def test_the_list_holds_still_once_the_user_has_moved(tmp_path: Path) -> None:
    """Arrivals do not pull the cursor away from the event that one reads."""
    async with shown(tmp_path, *three()) as app:
        await app.press("g")
        await app.scene.events(event(4))
        await app.until(lambda: len(app.events) == 4)
        assert app.events.cursor == 0


async def test_space_follows_or_holds_still(tmp_path: Path) -> None:
    """Once holds the list still, twice follows the newest again."""
    async with shown(tmp_path, *three()) as app:
        await app.press("space")
        assert not app.events.follow
        await app.scene.events(event(4))
        await app.until(lambda: len(app.events) == 4)
        assert app.events.cursor == 2
        await app.press("space")
        assert app.events.follow
        assert app.events.cursor == 3


async def test_enter_and_tab_go_into_the_detail_and_back(tmp_path: Path) -> None:
    """enter puts the focus into the detail, tab and escape bring it back to the list."""
    async with shown(tmp_path, *three()) as app:
        await app.press("enter")
        assert not app.events.has_focus
        await app.press("tab")
        assert app.events.has_focus
        await app.press("tab")
        assert not app.events.has_focus
        await app.press("escape")
        assert app.events.has_focus


@pytest.mark.parametrize(
    ("key", "name"), [("1", "event"), ("2", "signature"), ("3", "body"), ("4", "headers"), ("5", "forwards")]
)
async def test_numbers_open_tabs(tmp_path: Path, key: str, name: str) -> None:
    """1 to 5 open the tabs in their order."""
    async with shown(tmp_path, *three()) as app:
        await app.press(key)
        assert app.scene.app.screen.query_one(Detail).active == name


async def test_the_event_tab_tells_where_every_field_came_from(tmp_path: Path) -> None:
    """Each field has its value, the place in the body, and the raw value there."""
    async with shown(tmp_path, event(1)) as app:
        lines = app.tab("event").splitlines()
    amount = next(line for line in lines if line.startswith("amount"))
    assert "19.99 EUR" in amount
    assert "← data.object.amount  1999" in amount
    assert any(line.startswith("not in this event: ") for line in lines)


async def test_the_signature_tab_shows_what_was_signed(tmp_path: Path) -> None:
    """The verdict in a sentence, the scheme, the timestamp's age, and the signed text line by line."""
    async with shown(tmp_path, event(1)) as app:
        await app.press("2")
        await app.until(lambda: "signed text" in app.tab("signature"))
        text = app.tab("signature")
    assert "✓ valid" in text
    assert "HMAC-SHA256" in text
    assert "signed 1.0s before it arrived" in text
    assert '"id": "evt_00001"' in text


async def test_an_invalid_signature_has_its_reason(tmp_path: Path) -> None:
    """Another secret: the row says invalid, the tab says why."""
    async with shown(tmp_path) as app:
        await app.scene.events(event(1), secret="whsec_another")
        await app.until(lambda: len(app.events) == 1)
        assert "✗ invalid" in app.rows()[1]
        await app.press("2")
        assert "does not match" in app.tab("signature")


async def test_an_invalid_signature_is_explained(tmp_path: Path) -> None:
    """A body that lost its last line feed: the tab says what would fit, what to do, and what was not tried in vain."""
    async with shown(tmp_path) as app:
        request = event(1)
        await app.scene.events(msgspec.structs.replace(request, body=request.body + b"\n"))
        number = app.scene.workspace.rows(app.scene.workspace.ids(parse_query("")))[0].delivery
        stored = app.scene.workspace.delivery(number)
        broken = msgspec.structs.replace(stored.request, body=stored.request.body[:-1])
        await app.scene.workspace.receive(broken, "stripe", "")
        await app.until(lambda: len(app.events) == 2)
        await app.press("2")
        await app.until(lambda: "It fits" in app.tab("signature"))
        text = " ".join(app.tab("signature").split())
    assert "It fits when a line feed stands after the body." in text
    assert "→ Something between the sender and here cuts it off." in text
    assert "but not the address, the headers" in text
    assert "certain yes, it is proven" in text


async def test_a_sentence_that_holds_the_verdicts_reason_stands_alone(tmp_path: Path) -> None:
    """How old a stale one is, and by how much too old, is said once; what is likely only is said to be that."""
    async with shown(tmp_path) as app:
        connector = app.scene.workspace.service.connectors["stripe"]
        late = sign(connector, event(1), app.scene.workspace.settings.of("stripe"), NOW - 660)
        await app.scene.deliver(late, "stripe", NOW - 60)
        await app.until(lambda: len(app.events) == 1)
        await app.press("2")
        await app.until(lambda: "outside by" in app.tab("signature"))
        assert app.tab("signature").count("The signature is right") == 1
        await app.scene.events(event(2), secret="whsec_another")
        await app.until(lambda: "does not match" in app.tab("signature"))
        text = " ".join(app.tab("signature").split())
    assert "certain no, it is what is likely" in text
    assert "expected " in text


async def test_nothing_is_diagnosed_before_somebody_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flood of bad signatures costs nothing but the verdicts: the diagnosis waits for the tab."""
    asked: list[CapturedRequest] = []
    diagnose = EventService.diagnose

    def counted(self: EventService, request: CapturedRequest, *more: Any, **named: Any) -> Diagnosis | None:
        asked.append(request)
        return diagnose(self, request, *more, **named)

    monkeypatch.setattr(EventService, "diagnose", counted)
    async with shown(tmp_path) as app:
        await app.scene.events(*(event(number) for number in range(1, 6)), secret="whsec_another")
        await app.until(lambda: "pi_00005" in app.tab("event"))
        assert asked == []
        await app.press("2")
        await app.until(lambda: "does not match" in app.tab("signature"))
        assert [request.body for request in asked] == [event(5).body]


async def test_the_body_is_a_tree_and_the_very_bytes(tmp_path: Path) -> None:
    """b turns the tree into the bytes as they came, with their length and SHA-256."""
    async with shown(tmp_path, event(1)) as app:
        await app.press("3", "tab")
        assert "type  payment_intent.succeeded" in app.screen()
        await app.press("b")
        text = app.lines("body-raw")
    assert "SHA-256" in text
    assert '"order_id": "A-1"' in text


async def test_headers_keep_their_order_and_repetition(tmp_path: Path) -> None:
    """A header that came twice is there twice, and marked."""
    async with shown(tmp_path, event(1)) as app:
        await app.press("4")
        text = app.tab("headers")
    assert text.index("one") < text.index("two")
    assert "again" in text


async def test_slash_narrows_while_one_types(tmp_path: Path) -> None:
    """Every letter counts; how many rows are hidden is on the screen; escape brings them back."""
    async with shown(tmp_path, *three()) as app:
        await app.press("slash")
        await app.type("currency:jpy")
        await app.until(lambda: len(app.events) == 1)
        assert "1 shown · 2 hidden" in app.screen()
        await app.press("escape")
        await app.until(lambda: len(app.events) == 3)
        assert app.events.has_focus


async def test_words_in_the_filter_search_the_body_too(tmp_path: Path) -> None:
    """A customer's name that no column shows is found."""
    async with shown(tmp_path, event(1, name="Grace"), event(2)) as app:
        await app.press("slash")
        await app.type("grace")
        await app.until(lambda: len(app.events) == 1)
        await app.press("enter")
        assert app.events.has_focus
        assert app.events.row is not None
        assert app.events.row.object_id == "pi_00001"


async def test_a_wrong_term_says_why(tmp_path: Path) -> None:
    """The rest of the filter still narrows, and the nearest key is proposed."""
    async with shown(tmp_path, *three()) as app:
        await app.press("slash")
        await app.type("amont:3 jpy")
        await app.until(lambda: len(app.events) == 1)
        assert "there is no key amont; did you mean amount?" in app.screen()


async def test_backslash_turns_the_filter_off_and_on(tmp_path: Path) -> None:
    """A look at everything without losing the filter."""
    async with shown(tmp_path, *three()) as app:
        await app.press("slash")
        await app.type("jpy")
        await app.press("enter")
        await app.until(lambda: len(app.events) == 1)
        await app.press("backslash")
        await app.until(lambda: len(app.events) == 3)
        assert app.scene.app.screen.query_one(Input).value == "jpy"
        await app.press("backslash")
        await app.until(lambda: len(app.events) == 1)


async def test_f_without_an_app_says_what_to_do(tmp_path: Path) -> None:
    """No traceback and no silence: how to name an app."""
    async with shown(tmp_path, event(1)) as app:
        await app.press("f")
        await app.until(lambda: "--forward-to" in app.screen())


async def test_f_forwards_and_the_answer_stands_in_the_row(tmp_path: Path) -> None:
    """The app gets the bytes, the row its status, the Forwards tab its answer."""
    received: list[bytes] = []

    async def answer(request: web.Request) -> web.Response:
        received.append(await request.read())
        return web.Response(status=202, text="thanks")

    application = web.Application()
    application.router.add_route("*", "/hook", answer)
    async with (
        TestServer(application) as server,
        shown(tmp_path, event(1), forward_to=str(server.make_url("/hook"))) as app,
    ):
        await app.press("f")
        await app.until(lambda: "202" in app.rows()[1])
        await app.press("5")
        assert "thanks" in app.tab("forwards")
        assert received == [app.scene.workspace.delivery(1).request.body]


async def test_f_to_a_closed_port_says_so(tmp_path: Path) -> None:
    """An app that is not running is a word in the row, not a crash."""
    async with shown(tmp_path, event(1), forward_to="http://127.0.0.1:9/hook") as app:
        await app.press("f")
        await app.until(lambda: "✗ not" in app.rows()[1])
        assert "nothing listens on 127.0.0.1:9" in app.screen()


async def test_a_turns_auto_forward_on_and_off(tmp_path: Path) -> None:
    """The status line says which it is."""
    async with shown(tmp_path, event(1), forward_to="http://127.0.0.1:9/hook") as app:
        assert "by hand" in app.screen()
        await app.press("a")
        assert "auto" in app.screen()
        assert app.scene.workspace.auto_forward


async def test_y_copies(tmp_path: Path) -> None:
    """A menu of what there is; the chosen text goes to the clipboard and the screen says so."""
    async with shown(tmp_path, event(1)) as app:
        await app.press("y")
        assert isinstance(app.scene.app.screen, CopyScreen)
        options = app.scene.app.screen.query_one(OptionList)
        names = [options.get_option_at_index(index).id for index in range(options.option_count)]
        assert names[:3] == ["curl", "body", "normalized JSON"]
        assert "amount" in names
        await app.press("enter")
        assert app.scene.app.clipboard.startswith("curl -X POST http://127.0.0.1:4242/stripe")
        await app.until(lambda: "curl copied" in app.screen())


async def test_question_mark_shows_every_key(tmp_path: Path) -> None:
    """The help is made from the bindings, so that no key is missing from it."""
    async with shown(tmp_path, event(1), height=60) as app:
        bound = {each.action for each in app.scene.app.screen.BINDINGS if isinstance(each, Binding)}
        await app.press("question_mark")
        screen = app.scene.app.screen
        assert isinstance(screen, HelpScreen)
        listed = {binding.action for bindings in screen.groups.values() for binding in bindings}
        assert bound <= listed
        assert "Filter off and on again" in app.screen()
        await app.press("escape")
        assert not isinstance(app.scene.app.screen, HelpScreen)


async def test_ctrl_p_finds_actions_by_their_words(tmp_path: Path) -> None:
    """The palette offers what the keys offer."""
    async with shown(tmp_path, *three()) as app:
        await app.press("ctrl+p")
        await app.type("headers")
        await app.until(lambda: "Headers" in app.screen())
        await asyncio.sleep(0.3)
        await app.press("enter")
        await app.until(lambda: app.scene.app.screen.query_one(Detail).active == "headers")


async def test_q_quits(tmp_path: Path) -> None:
    """And what was in flight is answered before."""
    scene = Scene(tmp_path)
    await scene.open()
    async with scene.app.run_test(size=scene.size) as pilot:
        await pilot.pause(0.2)
        await pilot.press("q")
        await pilot.pause()
    assert scene.app.return_value is None


async def test_duplicates_are_counted(tmp_path: Path) -> None:
    """The same event twice is two rows that say so."""
    async with shown(tmp_path, event(1), event(2), event(3, event_id="evt_00001")) as app:
        rows = app.rows()
    assert rows[1].endswith("×2")
    assert rows[3].endswith("×2")
    assert "×" not in rows[2]


async def test_a_request_of_nobody_is_a_row_with_its_reason(tmp_path: Path) -> None:
    """What no connector recognises is shown all the same, with what to do."""
    async with shown(tmp_path) as app:
        await app.scene.deliver(CapturedRequest(url="http://127.0.0.1:4242/", body=b"hello"))
        await app.until(lambda: len(app.events) == 1)
        assert "No connector recognises this request" in app.rows()[1]
        assert "path of its processor" in app.tab("event")


async def test_text_from_the_network_cannot_act_on_the_terminal(tmp_path: Path) -> None:
    """Escapes, bidirectional overrides and markup are text like any other."""
    evil = "\x1b[31mred\x1b[0m \u202egnp.exe [bold]x[/bold] \x07"
    async with shown(tmp_path, event(1, name=evil, kind=f"evil\x1b]0;title\x07{evil}")) as app:
        for key in "12345":
            await app.press(key)
        text = app.screen() + app.tab("event") + app.tab("signature")
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "[bold]" in text


@pytest.mark.parametrize(
    "name",
    ["\\ud800 alone", "مرحبا بالعالم", "👩‍👩‍👧 family", "e" + "\u0301" * 200, "支付" * 300, "\x00\x7f\x85"],
    ids=range(6),
)
async def test_any_name_can_be_looked_at_and_copied(tmp_path: Path, name: str) -> None:
    """Half of a surrogate pair, right-to-left letters, joined emoji, piled accents: a text like any other."""
    request = event(1)
    text = request.body.replace(b'"A-1"', f'"{name}"'.encode() if "\x00" not in name else b'"\\u0000\\u007f\\u0085"')
    async with shown(tmp_path, msgspec.structs.replace(request, body=text)) as app:
        for key in "12345":
            await app.press(key)
        assert max(app.events.render_line(y).cell_length for y in range(app.events.size.height)) <= 120
        assert not [each for each in app.tab("event").replace("\n", "") if not (each.isprintable() or each == "\u0301")]
        await app.press("y", "j", "j", "enter")
        assert "evt_00001" in app.scene.app.clipboard


@pytest.mark.parametrize(("width", "height"), [(80, 24), (120, 36), (200, 50)])
async def test_it_fits_into_the_terminal(tmp_path: Path, width: int, height: int) -> None:
    """From 80×24 on, time, type, amount and verdict are always there, and no line is too long."""
    async with shown(tmp_path, *three(), width=width, height=height) as app:
        row = app.rows()[1]
        widest = max(app.events.render_line(y).cell_length for y in range(app.events.size.height))
    assert widest <= width
    for promise in ("PAYMENT_INTENT_SUCCESS", "19.99 EUR", "✓ valid"):
        assert promise in row


async def test_a_body_of_five_megabytes_does_not_stop_the_screen(tmp_path: Path) -> None:
    """The tree is made as one opens it, and the bytes are bounded."""
    async with shown(tmp_path, event(1, name="x" * 5_000_000)) as app:
        await app.press("3")
        await app.press("tab", "b", "j", "j")
        assert "SHA-256" in app.lines("body-raw")


async def test_opening_again_shows_what_was_there(tmp_path: Path) -> None:
    """Quit, start again, and the events are in the list."""
    async with shown(tmp_path, *three()):
        pass
    async with shown(tmp_path) as app:
        assert len(app.events) == 3


async def test_6_tells_the_story_of_the_payment(tmp_path: Path) -> None:
    """Every event of it in its order, the sums, what is odd; and what comes while one looks."""
    async with shown(tmp_path, event(1), event(2), event(1, event_id="evt_again")) as app:
        await app.press("6")
        await app.until(lambda: "authorized" in app.tab("timeline"))
        text = app.tab("timeline")
        assert text.count("PAYMENT_INTENT_SUCCESS") == 2
        assert "▸ 11:59:50" in text
        assert "pi_00001   authorized 19.99 EUR  captured 19.99 EUR" in text
        assert "pi_00002" not in text
        await app.scene.events(event(1, "charge.refunded", event_id="evt_refund", amount=500))
        await app.until(lambda: "REFUND_SUCCESS" in app.tab("timeline"))


async def test_the_story_crosses_processors_where_a_reference_allows(tmp_path: Path) -> None:
    """The same order id at two of them."""
    async with shown(tmp_path, event(1)) as app:
        square = CapturedRequest(
            url="http://127.0.0.1:4242/standardwebhooks",
            headers=(("webhook-id", "msg_1"),),
            body=b'{"type": "payment.succeeded", "data": {"id": "x_1", "metadata": {"order_id": "A-1"}}}',
        )
        await app.scene.deliver(square, "standardwebhooks", 0)
        await app.until(lambda: len(app.events) == 2)
        await app.press("6")
        await app.until(lambda: "stripe" in app.tab("timeline"))
        assert "standardwebhooks" in app.tab("timeline")


async def test_m_marks_and_d_compares(tmp_path: Path) -> None:
    """The marked event and the one under the cursor: fields that differ first, then members of the bodies."""
    async with shown(tmp_path, event(1), event(2, amount=500, currency="usd")) as app:
        await app.press("g", "m")
        assert app.rows()[1].startswith("◆")
        assert app.events.cursor == 1
        await app.press("d")
        text = app.lines("diff-lines")
        assert "#1 stripe payment_intent.succeeded" in text
        assert "19.99 EUR" in text
        assert "5.00 USD" in text
        assert "fields alike" in text
        assert text.index("in the bodies") < text.index("data.object.currency")
        await app.until(lambda: "#1 stripe payment_intent.succeeded" in app.screen())
        await app.press("escape", "g", "m")
        assert not app.rows()[1].startswith("◆")


async def test_d_compares_two_marked_events_wherever_the_cursor_is(tmp_path: Path) -> None:
    """With fewer or more than two it says what is wanted."""
    async with shown(tmp_path, event(1), event(2), event(3)) as app:
        await app.press("d")
        assert "mark two" in app.told()
        await app.press("g", "m", "m", "G", "d")
        assert "#1 stripe" in app.lines("diff-lines")
        assert "#2 stripe" in app.lines("diff-lines")
        await app.press("d", "m")
        before = len(app.scene.app.screen_stack)
        await app.press("d")
        assert len(app.scene.app.screen_stack) == before


async def test_the_same_fact_at_two_processors_is_compared(tmp_path: Path) -> None:
    """Another body altogether, and the normalized fields side by side."""
    async with shown(tmp_path, event(1)) as app:
        await app.scene.fill(["adyen/REFUND.success"])
        await app.until(lambda: len(app.events) == 2)
        await app.press("g", "m", "d")
        text = app.lines("diff-lines")
        assert "adyen" in text
        assert "event_type" in text
        assert "notificationItems" in text


async def test_x_clears_the_view_and_shows_it_again(tmp_path: Path) -> None:
    """Nothing is deleted, the marked stay, what arrives is there; the hidden are counted."""
    async with shown(tmp_path, *three()) as app:
        await app.press("g", "m", "x")
        assert len(app.events) == 1
        assert app.rows()[1].startswith("◆")
        assert "2 hidden" in app.screen()
        await app.scene.events(event(7))
        await app.until(lambda: len(app.events) == 2)
        await app.press("x")
        assert len(app.events) == 1
        await app.press("x")
        assert len(app.events) == 4


async def test_o_chooses_what_the_processor_gets(tmp_path: Path) -> None:
    """One of the usual modes, told in the status line with what is left of it; the app's answer only with an app."""
    async with shown(tmp_path, event(1), width=140) as app:
        assert "answers" not in app.screen().splitlines()[0]
        await app.press("o", "down", "enter")
        assert "answers 401 unless verified" in app.screen().splitlines()[0]
        await app.press("o")
        assert "the app answers" not in app.screen()
        await app.press("up", "up", "enter")
        assert "answers 503 to 20 more" in app.screen().splitlines()[0]
        await app.scene.events(event(2))
        await app.until(lambda: "answers 503 to 19 more" in app.screen().splitlines()[0])
        await app.press("o", "escape")
        assert "answers 503 to 19 more" in app.screen().splitlines()[0]
        await app.press("o", "enter")
        assert "answers" not in app.screen().splitlines()[0]
    async with shown(tmp_path, event(3), forward_to="http://localhost:3000", width=140) as app:
        await app.press("o", "down", "down", "enter")
        assert "answers what the app answers" in app.screen().splitlines()[0]


async def test_o_takes_any_answer_mode_as_a_flag_would(tmp_path: Path) -> None:
    """What is none is told where it stands, and can be mended."""
    async with shown(tmp_path, event(1), width=140) as app:
        await app.press("o")
        app.scene.app.screen.query_one(Input).focus()
        await app.pilot.pause()
        await app.type("999:2h")
        await app.press("enter")
        assert "is no status from 200 to 599" in app.screen()
        await app.press("home", "delete", "4")
        await app.press("enter")
        assert "answers 499 for 2 h" in app.screen().splitlines()[0]


async def test_t_triggers_a_sample_of_any_processor(tmp_path: Path) -> None:
    """Words find it, a form changes what matters, enter signs and sends it: it arrives verified."""
    async with shown(tmp_path) as app:
        app.scene.workspace.address = ""
        await app.scene.workspace.listen()
        await app.press("t")
        assert "Trigger an event" in app.screen()
        await app.type("adyen refund.success")
        await app.press("enter")
        await app.until(lambda: "REFUND.success" in app.screen())
        fields = app.scene.app.screen.query(".trigger-value").results(Input)
        assert next(fields).value == "1000"
        await app.press("ctrl+u")
        await app.type("777")
        await app.press("enter")
        await app.until(lambda: len(app.events) == 1)
        assert "7.77 EUR" in app.rows()[1]
        assert "✓ valid" in app.rows()[1]
        await app.press("t", "escape")
        assert "Trigger an event" not in app.screen()


async def test_what_cannot_be_sent_is_said(tmp_path: Path) -> None:
    """An address that is none; a port on which nothing listens."""
    for url, words in (("nowhere:x", "not an address"), ("http://127.0.0.1:1/", "nothing listens")):
        async with shown(tmp_path, event(1)) as app:
            await app.press("t", *"charge", "enter")
            await app.until(lambda app=app: "send to" in app.screen())  # type: ignore[misc]
            *_, target = app.scene.app.screen.query(".trigger-value").results(Input)
            target.value = url
            await app.press("enter")
            await app.until(lambda app=app, words=words: words in app.screen())  # type: ignore[misc]


async def test_the_filter_completes_and_remembers(tmp_path: Path) -> None:
    """→ takes what is offered; ↑ brings an earlier filter back."""
    async with shown(tmp_path, *three()) as app:
        await app.press("slash")
        await app.type("conn")
        await app.until(lambda: "connector:" in app.screen())
        await app.press("right")
        await app.type("str")
        await app.until(lambda: "connector:stripe" in app.screen())
        await app.press("right", "enter")
        line = app.scene.app.screen.query_one("FilterBar Input", Input)
        assert line.value == "connector:stripe"
        await app.press("slash", "escape", "slash", "up")
        assert line.value == "connector:stripe"


async def test_what_a_new_document_finds_otherwise_is_marked(tmp_path: Path) -> None:
    """The row has a sign, the Event tab the old value beside the new one, and what is no longer there."""
    async with shown(tmp_path, event(1), event(2)) as app:
        stored = app.scene.workspace._store.delivery(2)
        found = msgspec.structs.replace(stored.inspection.events[0], native_detail="by hand", occurred_at=None)
        anew = msgspec.structs.replace(stored.inspection, events=(found,))
        delivery = msgspec.structs.replace(stored, inspection=anew, before=stored.inspection)
        await app.scene.workspace._store.put_inspection(delivery, "native_detail, occurred_at")
        app.scene.app.screen.post_message(DeliveriesChanged(False, frozenset([2]), (Notice("stripe", "1 of 2"),)))
        await app.until(lambda: app.rows()[2].startswith("Δ"))
        assert not app.rows()[1].startswith("Δ")
        await app.until(lambda: "The document has changed since this came" in app.tab("event"))
        assert "was payment_intent.succeeded" in app.tab("event")
        assert "occurred_at (was 2026-01-01 11:59:50 UTC)" in app.tab("event")
        assert "1 of 2" in app.screen()


async def test_shift_s_shows_the_sessions(tmp_path: Path) -> None:
    """Counts and dates; n begins another, enter opens one, r renames, D deletes and u takes it back."""
    async with shown(tmp_path, *three()) as app:
        workspace = app.scene.workspace
        await app.press("S")
        assert "● checkout" in app.screen()
        assert "3 events" in app.screen()
        await app.press("n")
        await app.type("other")
        await app.press("enter")
        await app.until(lambda: len(app.events) == 0)
        assert "session: other" in app.screen()
        await app.scene.events(event(9))
        await app.until(lambda: len(app.events) == 1)
        await app.press("S", "g", "k", "r")
        await app.type("checkout2")
        await app.press("enter")
        await app.until(lambda: "checkout2" in app.screen())
        await app.press("D")
        await app.until(lambda: "goes when this is closed" in app.screen())
        await app.press("u", "enter")
        await app.until(lambda: len(app.events) == 3)
        await app.press("S", "j", "D", "escape")
        await app.until(lambda: [each.name for each in workspace.sessions()] == ["checkout2"])


async def test_the_open_session_is_not_deleted_and_a_name_is_not_taken_twice(tmp_path: Path) -> None:
    """It says why."""
    async with shown(tmp_path, event(1)) as app:
        await app.press("S", "D")
        assert "This session is open" in app.screen()
        app.scene.workspace.open_session("other")
        await app.scene.events(event(2))
        await app.press("escape", "S", "k", "r", "ctrl+u")
        await app.type("other")
        await app.press("enter")
        await app.until(lambda: "There is a session 'other' already" in app.screen())


async def test_an_app_that_is_down_is_said_since_when(tmp_path: Path) -> None:
    """In the status line, with words beside the colour."""
    async with shown(tmp_path, event(1), forward_to="http://localhost:3000", width=140) as app:
        assert "down" not in app.screen().splitlines()[0]
        app.scene.workspace.down["app"] = app.scene.workspace.clock() - 65
        app.scene.app.screen.query_one(StatusLine).renew()
        await app.until(lambda: "✗ down for 1m 5s" in app.screen().splitlines()[0])
