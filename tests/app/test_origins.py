"""Where a field came from: from the Event tab to its place in the message, and from a place back to its fields."""

from pathlib import Path

import pytest
from textual.widgets import Tree

from inspector.app.widgets.lines import LinesView
from inspector.app.widgets.value_tree import ValueTree
from inspector.model import CapturedRequest
from inspector.settings import load_settings
from tests.app.scene import NOW, event, requests
from tests.app.user import Shown, shown
from tests.connectors.test_peachpayments import KEY, SEALED

HEIGHT = 44


def tree(app: Shown) -> ValueTree:
    return app.scene.app.screen.query_one(ValueTree)


def under_cursor(app: Shown) -> str:
    """The line of the tree, or of the page of lines, that the cursor is on."""
    focused = app.scene.app.screen.focused
    if isinstance(focused, Tree):
        return focused.render_line(focused.cursor_line - focused.scroll_offset.y).text.strip()
    assert isinstance(focused, LinesView)
    return "".join(span.text for span in focused.lines[focused._cursor])


async def follow(app: Shown, field: str) -> None:
    """Put the cursor on a field of the Event tab, and go to where it came from."""
    await app.press("1", "tab", "g")
    for _ in range(60):
        if under_cursor(app).split()[0] == field:
            break
        await app.press("j")
    assert under_cursor(app).split()[0] == field
    await app.press("enter")
    await app.pilot.pause()


async def arrive(app: Shown, *names: str) -> None:
    """Let samples arrive, signed."""
    for request, connector in requests(app.scene.workspace.service, names):
        await app.scene.deliver(request, connector, NOW)
    await app.until(lambda: len(app.events) > 0 and "event_type" in app.tab("event"))


async def test_a_field_leads_to_its_place_and_back(tmp_path: Path) -> None:
    """enter on amount shows data.object.amount in the body; enter there shows amount in the event again."""
    async with shown(tmp_path, event(1), height=HEIGHT) as app:
        await follow(app, "amount")
        assert under_cursor(app).endswith("amount  1999  → amount")
        await app.press("enter")
        await app.pilot.pause()
        assert under_cursor(app).split()[0] == "amount"


@pytest.mark.parametrize(
    ("sample", "field", "place"),
    [
        ("bluesnap/CHARGE", "amount", "→ amount"),
        ("braintree/dispute_accepted", "dispute_amount", "→ dispute_amount"),
        ("phonepe/v1.COMPLETED", "amount", "→ amount"),
        ("adyen/REFUND.success", "refund_amount", "→ refund_amount"),
        ("adyen/REFUND.success", "test_mode", "live  "),
        ("itaubank/devolucao.devolvido", "refund_amount", "→ refund_amount"),
    ],
    ids=["form", "xml in a form", "base64 in JSON", "item of a batch", "around a batch", "lists"],
)
async def test_whatever_the_body_is(tmp_path: Path, sample: str, field: str, place: str) -> None:
    """Forms, XML, what is wrapped in base64 and the items of a batch: the cursor stands where the value stands."""
    async with shown(tmp_path, height=HEIGHT) as app:
        await arrive(app, sample)
        await follow(app, field)
        assert place in under_cursor(app)


async def test_a_header_leads_to_the_headers_and_back(tmp_path: Path) -> None:
    """What came in a header is shown among the headers, which name the field that came from each."""
    async with shown(tmp_path, height=HEIGHT) as app:
        await arrive(app, "bluesnap/CHARGE")
        await follow(app, "occurred_at")
        assert under_cursor(app).endswith("→ occurred_at")
        assert app.scene.app.screen.focused is app.scene.app.screen.query_one("#headers-lines")
        await app.press("enter")
        await app.pilot.pause()
        assert under_cursor(app).split()[0] == "occurred_at"


async def test_of_several_fields_the_way_leads_back_to_the_same(tmp_path: Path) -> None:
    """Where one value fills two fields, enter leads back to the one that one came from."""
    async with shown(tmp_path, event(1), height=HEIGHT) as app:
        await follow(app, "merchant_order_id")
        assert under_cursor(app).endswith("→ merchant_transaction_id merchant_order_id")
        await app.press("enter")
        await app.pilot.pause()
        assert under_cursor(app).split()[0] == "merchant_order_id"


async def test_the_mouse_follows_too(tmp_path: Path) -> None:
    """A click on the place leads there; a click on a field's name in the body leads back."""
    async with shown(tmp_path, event(1), height=HEIGHT) as app:
        view = app.scene.app.screen.query_one("#event-lines", LinesView)
        line = next(number for number, line in enumerate(app.tab("event").splitlines()) if line.startswith("amount"))
        column = app.tab("event").splitlines()[line].index("data.object")
        await app.pilot.click(view, offset=(column, line))
        await app.pilot.pause()
        assert under_cursor(app).endswith("→ amount")
        body = tree(app)
        row = body.cursor_line - body.scroll_offset.y
        await app.pilot.click(body, offset=(body.render_line(row).text.rindex("amount"), row))
        await app.pilot.pause()
        assert under_cursor(app).split()[0] == "amount"


async def test_a_large_body_is_read_before_its_place_is_shown(tmp_path: Path) -> None:
    """Five megabytes: enter waits for nothing, and the place is there as soon as the body is read."""
    async with shown(tmp_path, event(1, name="x" * 5_000_000), height=HEIGHT) as app:
        await follow(app, "amount")
        await app.until(lambda: "→ amount" in app.screen())
        assert under_cursor(app).endswith("→ amount")


async def test_the_events_of_a_batch_have_places_of_their_own(tmp_path: Path) -> None:
    """In a batch the tree names the fields of the event under the cursor, not those of its neighbours."""
    async with shown(tmp_path, height=HEIGHT) as app:
        [(request, _)] = requests(app.scene.workspace.service, ["adyen/REFUND.success"])
        item = request.body[request.body.index(b"[") + 1 : request.body.rindex(b"]")]
        twice = request.body.replace(item, item + b"," + item)
        await app.scene.deliver(CapturedRequest(url=request.url, headers=request.headers, body=twice), "adyen", NOW)
        await app.until(lambda: len(app.events) == 2)
        await app.press("G", "3")
        await app.pilot.pause()
        marked = [steps for steps in tree(app)._fields if steps[:1] == ("notificationItems",)]
        assert {steps[1] for steps in marked} == {"1"}


async def test_what_is_not_in_the_message_says_where_it_is_from(tmp_path: Path) -> None:
    """A value that the document itself names leads nowhere, and says so."""
    async with shown(tmp_path, height=HEIGHT) as app:
        await arrive(app, "itaubank/pix.recebido")
        await follow(app, "payment_method_type")
        await app.until(lambda: "is not in the message" in app.screen())


async def test_what_a_table_decided_leads_to_the_words(tmp_path: Path) -> None:
    """A word of ours that a table chose came from what stood in the table's place, not from the document."""
    async with shown(tmp_path, height=HEIGHT) as app:
        await arrive(app, "bluesnap/CHARGE")
        await follow(app, "auth_type")
        assert under_cursor(app).endswith("AUTHENTICATION_SUCCEEDED  → auth_type")


async def test_a_long_name_keeps_its_end(tmp_path: Path) -> None:
    """In the smallest terminal one long name does not take the room of all values."""
    async with shown(tmp_path, width=80, height=24) as app:
        await arrive(app, "bluesnap/CHARGE")
        text = app.tab("event")
        assert "2025-12-31 23:59:01 UTC" in text
        assert any(line.startswith("…") and "card.last4_digits " in line for line in text.splitlines())


async def test_an_encrypted_body_is_a_tree_once_it_is_opened(tmp_path: Path) -> None:
    """With the key at hand the tree is that of what was encrypted, and its places have their fields."""
    async with shown(tmp_path, height=HEIGHT) as app:
        environment = {"INSPECTOR_PEACHPAYMENTS_DECRYPTION_KEY": KEY}
        app.scene.workspace.settings = load_settings(app.scene.workspace.service.connectors, environment, file=None)
        await app.scene.deliver(SEALED, "peachpayments", NOW)
        await app.until(lambda: len(app.events) == 1)
        await follow(app, "native_type")
        assert under_cursor(app).endswith("PAYMENT  → native_type")
