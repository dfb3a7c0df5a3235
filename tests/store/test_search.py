"""Searching: a filter goes the shortest way to its rows, and has the newest of them first."""

import asyncio
import operator
from decimal import Decimal, localcontext
from pathlib import Path

import msgspec
import pytest

from inspector.core import parse_query
from inspector.model import EXPONENTS, CapturedRequest, EventResponse, Inspection, Money
from inspector.store import Store
from tests.connectors.shared import NOW
from tests.store.kept import fill, inspected, put
from tests.store.test_store import attempt

KIND = "COVERING INDEX events_kind (session=? AND kind=? AND rowid>? AND rowid<?)"
ORDER = "SEARCH events USING INDEX events_session (session=? AND rowid>? AND rowid<?)"


def ways(store: Store, text: str, after: int = 0) -> str:
    """How SQLite goes about the statements that look for a filter's rows."""
    said: list[str] = []
    store._reader.set_trace_callback(said.append)
    store.ids(parse_query(text), NOW, after)
    store._reader.set_trace_callback(None)
    plans = [row[3] for sql in said for row in store._reader.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert not [each for each in plans if each.startswith(("SCAN events", "SCAN deliveries"))]
    return "\n".join(plans)


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("", "SEARCH events USING COVERING INDEX events_session (session=? AND rowid>? AND rowid<?)"),
        ("connector:stripe", KIND),
        ("type:refund", KIND),
        ("native:charge.*", KIND),
        ("signature:invalid", KIND),
        ("currency:eur", KIND),
        ("status:failed", KIND),
        ("label:shop", KIND),
        ("is:live", KIND),
        ("is:problem", KIND),
        ("-connector:stripe", KIND),
        ("connector:stripe type:refund -signature:valid is:test", KIND),
        ("amount:12.34", "INDEX events_amount (session=? AND kind=? AND amount=?)"),
        ("connector:stripe amount:12.34", "INDEX events_amount (session=? AND kind=? AND amount=?)"),
        ("amount:>10", "INDEX events_amount (session=? AND kind=? AND amount>?)"),
        ("amount:<=10 word", "INDEX events_amount (session=? AND kind=? AND amount<?)"),
        ("is:duplicate", "INDEX events_copy (session=? AND rowid>? AND rowid<?)"),
        ("app:503", "INDEX events_app (session=? AND app_status=? AND rowid>? AND rowid<?)"),
        ("app:5xx connector:stripe", "INDEX events_app (session=? AND app_status=? AND rowid>? AND rowid<?)"),
        ("app:error", "INDEX events_app (session=? AND app_status=? AND rowid>? AND rowid<?)"),
        ("app:nonsense", "INDEX events_app (session=?"),
        ("is:forwarded", "INDEX events_app (session=?"),
        ("is:changed", "INDEX events_changed (session=?"),
        ("-is:changed", ORDER),
        ("-app:5xx", ORDER),
        ("-amount:>10", ORDER),
        ("since:1d", "INDEX events_time (session=? AND received_at>?)"),
        ("since:1d connector:stripe", "INDEX events_time (session=? AND received_at>?)"),
        ("-since:1d", ORDER),
        ("word", ORDER),
    ],
)
async def test_each_key_has_its_way(tmp_path: Path, text: str, way: str) -> None:
    """Several keys together go by the one with the fewest rows; nothing goes through a whole table."""
    store = await fill(tmp_path, ("stripe", "charge.refunded"))
    assert way in ways(store, text)
    assert "SEARCH events USING INTEGER PRIMARY KEY (rowid>?)" in ways(store, text, after=1)
    store.close()


async def test_the_newest_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Piece by piece, each in the order of arrival, and none is missing, whatever else is between them."""
    monkeypatch.setattr("inspector.store.search._FIRST", 2)
    monkeypatch.setattr("inspector.store.search._LARGEST", 5)
    other = Store.open(tmp_path, "other")
    store = Store.open(tmp_path, "default")
    for number in range(20):
        await put(store, "stripe", ("charge.refunded", "payment_intent.succeeded")[number % 2])
        await put(other, "stripe", "charge.refunded")
    other.close()
    pieces = [list(each) async for each in store.find(parse_query("type:refund"), NOW)]
    assert len(pieces) > 5
    assert [each for piece in reversed(pieces) for each in piece] == list(range(1, 40, 4))
    assert all(each == sorted(each) for each in pieces)
    assert list(store.ids(parse_query("type:refund"), NOW)) == list(range(1, 40, 4))
    everything = [list(each) async for each in store.find(parse_query(""), NOW)]
    assert everything[0] == [39]
    store.close()


async def test_an_empty_session_is_no_error(tmp_path: Path) -> None:
    """Whatever is looked for."""
    store = Store.open(tmp_path, "default")
    for text in ("", "connector:stripe", "word", "app:5xx"):
        assert list(store.ids(parse_query(text), NOW)) == []
        assert [list(each) async for each in store.find(parse_query(text), NOW) if each] == []
    store.close()


async def test_an_answer_of_the_app_is_found_by_its_class(tmp_path: Path) -> None:
    """With others around it; and no more once the app has answered otherwise."""
    store = Store.open(tmp_path, "default")
    await asyncio.gather(*[store.put(CapturedRequest(), "", Inspection()) for _ in range(4)])
    for number, status in ((1, 500), (2, 204), (3, 599)):
        await store.put_attempt(attempt(number, status))
    assert list(store.ids(parse_query("app:5xx"), NOW)) == [1, 3]
    assert list(store.ids(parse_query("-app:5xx"), NOW)) == [2, 4]
    assert list(store.ids(parse_query("is:forwarded -app:204"), NOW)) == [1, 3]
    await store.put_attempt(attempt(3, 200))
    assert list(store.ids(parse_query("app:5xx"), NOW)) == [1]
    store.close()


_COMPARE = {"": operator.eq, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}


@pytest.mark.parametrize("few", [True, False])
async def test_an_amount_is_compared_in_its_currency(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: bool
) -> None:
    """Exactly, whatever number of decimals it has, by the index of amounts and by a look at each row."""
    if not few:
        monkeypatch.setattr("inspector.store.search._LARGEST", 1)
    store = Store.open(tmp_path, "default")
    request, inspection = inspected("stripe", "payment_intent.succeeded")
    minor = (-(2**63) + 2, -1, 0, 1, 99, 100, 101, 1_200, 12_345, 2**63 - 2)
    kept = [Money(each, code) for code in ("EUR", "JPY", "KWD", "CLF", "XYZ") for each in minor]
    for each in kept:
        await store.put(request, "", with_amount(inspection, each))
    for sign, compare in _COMPARE.items():
        for number in ("0", "0.01", "1", "1.005", "0.0999", "12.345", "123.45", "9" * 30):
            asked = f"amount:{sign}{number}"
            with localcontext(prec=100):
                right = [
                    place
                    for place, money in enumerate(kept, 1)
                    if compare(Decimal(money.minor_units).scaleb(-EXPONENTS.get(money.currency, 2)), Decimal(number))
                ]
            assert list(store.ids(parse_query(asked), NOW)) == right, asked
    store.close()


def with_amount(inspection: Inspection, money: Money) -> Inspection:
    """The same of another amount."""
    (event,) = inspection.events
    payment = event.event_response.payment
    assert payment is not None
    response = EventResponse(payment=msgspec.structs.replace(payment, amount=money))
    return msgspec.structs.replace(inspection, events=(msgspec.structs.replace(event, event_response=response),))
