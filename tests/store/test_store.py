"""The store: what was put is there again, in order, under its filter, and nothing takes anything else down with it."""

import asyncio
import sqlite3
from pathlib import Path

import msgspec
import pytest

from inspector.core import parse_query
from inspector.model import (
    MANY_COPIES,
    CapturedRequest,
    Delivery,
    ForwardAttempt,
    ForwardMode,
    Inspection,
    InspectorError,
)
from inspector.store import VERSION, Store, checkpoint, schema
from inspector.store.kinds import EVENT_COLUMNS
from inspector.store.rows import keep
from tests.connectors.shared import NOW
from tests.store.kept import fill, found, inspected, matching, put

SUCCEEDED = ("stripe", "payment_intent.succeeded")
REFUNDED = ("stripe", "charge.refunded")
YEN = ("stripe", "payment_intent.succeeded.jpy")
BATCH = ("adyen", "batch")
FAILED = ("square", "payment.updated.failed")


def attempt(delivery: int, status_code: int | None = 200, error: str = "") -> ForwardAttempt:
    """An attempt to forward a delivery."""
    return ForwardAttempt(
        delivery=delivery,
        destination="http://127.0.0.1:3000/hooks",
        mode=ForwardMode.VERBATIM,
        started_at=NOW,
        elapsed=0.25,
        status_code=status_code,
        headers=(("X-App", "1"), ("x-app", "2")),
        body=b"ok",
        error=error,
    )


async def test_a_delivery_comes_back_as_it_was_put(tmp_path: Path) -> None:
    """Request byte by byte, header by header; the outcome of the inspection; signed texts and sources are not kept."""
    store = await fill(tmp_path, SUCCEEDED)
    request, inspection = inspected(*SUCCEEDED)
    found = store.delivery(1)
    assert found.request == request
    assert found.inspection.events[0].event_response == inspection.events[0].event_response
    assert found.inspection.acknowledgement == inspection.acknowledgement
    assert found.inspection.source_verified
    assert found.inspection.verification.signed_text is None
    assert not found.inspection.events[0].sources
    store.close()


async def test_bytes_that_are_no_text_come_back_as_they_were(tmp_path: Path) -> None:
    """A body is bytes, whatever they are; a header that no UTF-8 can be made of is kept too."""
    store = Store.open(tmp_path, "default")
    request = CapturedRequest(
        url="http://127.0.0.1/x?a=\x00", headers=(("X-Name", "Zo\xeb"), ("x-name", "")), body=bytes(range(256)) * 300
    )
    await store.put(request, "shop", Inspection())
    assert store.delivery(1).request == request
    assert store.delivery(1).label == "shop"
    store.close()


async def test_every_event_of_a_batch_is_a_row_and_a_request_without_events_is_one(tmp_path: Path) -> None:
    """Nothing that arrived is out of sight."""
    store = await fill(tmp_path, BATCH)
    await store.put(CapturedRequest(body=b"?"), "", Inspection(connector="stripe"))
    rows = store.rows(store.ids(parse_query(""), NOW))
    assert [(row.delivery, row.position) for row in rows] == [(1, 0), (1, 1), (1, 2), (2, 0)]
    assert list(store.rows_of([1])) == [1, 2, 3]
    assert (store.total(), store.last_id()) == (4, 4)
    store.close()


async def test_copies_are_told_by_connector_and_event_id_within_a_session(tmp_path: Path) -> None:
    """The first is no duplicate; the others name it; another session begins anew."""
    store = await fill(tmp_path, SUCCEEDED, REFUNDED, SUCCEEDED, SUCCEEDED)
    rows = store.rows(store.ids(parse_query(""), NOW))
    assert [(row.copies, row.duplicate_of) for row in rows] == [(3, None), (1, None), (3, 1), (3, 1)]
    assert [store.delivery(number).duplicate_of for number in (1, 2, 3, 4)] == [None, None, 1, 1]
    assert list(store.ids(parse_query("is:duplicate"), NOW)) == [3, 4]
    assert list(store.ids(parse_query("-is:duplicate"), NOW)) == [1, 2]
    store.close()
    other = await fill(tmp_path, SUCCEEDED, session="other")
    assert [row.copies for row in other.rows(other.ids(parse_query(""), NOW))] == [1]
    assert [(each.name, each.rows) for each in other.sessions()] == [("default", 4), ("other", 1)]
    other.close()


async def test_the_last_attempt_is_in_the_row_and_all_are_in_the_delivery(tmp_path: Path) -> None:
    """Attempts with their answers, headers in order and case; the row tells how the last one ended."""
    store = await fill(tmp_path, SUCCEEDED)
    await store.put_attempt(attempt(1, None, "The app did not answer."))
    assert matching(store, "app:error") == ["payment_intent.succeeded"]
    assert matching(store, "app:confirmed") == []
    await store.put_attempt(attempt(1, 503))
    (row,) = store.rows([1])
    assert (row.attempts, row.app_status, row.app_seconds, row.app_error) == (2, 503, 0.25, "")
    assert store.delivery(1).attempts == (attempt(1, None, "The app did not answer."), attempt(1, 503))
    store.close()


async def test_attempts_that_are_written_together_are_all_counted(tmp_path: Path) -> None:
    """More than a statement takes, of several deliveries: each row has its number of them, and the last."""
    store = await fill(tmp_path, SUCCEEDED, SUCCEEDED, SUCCEEDED)
    made = [attempt(number, 500 + turn) for turn in range(40) for number in (1, 2)]
    await asyncio.gather(*(store.put_attempt(each) for each in [*made, attempt(2, 204)]))
    assert [(row.attempts, row.app_status) for row in store.rows([1, 2, 3])] == [(40, 539), (41, 204), (0, None)]
    assert [each.status_code for each in store.delivery(1).attempts] == list(range(500, 540))
    store.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["payment_intent.succeeded", "charge.refunded", "payment_intent.succeeded", "payment.updated"]),
        ("connector:square", ["payment.updated"]),
        (
            "connector:s*",
            ["payment_intent.succeeded", "charge.refunded", "payment_intent.succeeded", "payment.updated"],
        ),
        ("type:refund", ["charge.refunded"]),
        ("type:CHARGE_REFUNDED", ["charge.refunded"]),
        ("-type:refund connector:stripe", ["payment_intent.succeeded", "payment_intent.succeeded"]),
        ("native:payment*", ["payment_intent.succeeded", "payment_intent.succeeded", "payment.updated"]),
        ("native:refund", ["charge.refunded"]),
        ("currency:jpy", ["payment_intent.succeeded", "payment.updated"]),
        ("amount:49.99", ["payment_intent.succeeded"]),
        ("amount:>49.98 currency:EUR", ["payment_intent.succeeded"]),
        ("amount:<=10 currency:EUR", ["charge.refunded"]),
        ("status:fail", ["payment.updated"]),
        (
            "signature:valid",
            ["payment_intent.succeeded", "charge.refunded", "payment_intent.succeeded", "payment.updated"],
        ),
        ("signature:unverified", []),
        ("is:duplicate", []),
        ("is:live connector:stripe", []),
        ("is:test connector:stripe", ["payment_intent.succeeded", "charge.refunded", "payment_intent.succeeded"]),
        ("app:none native:refund", ["charge.refunded"]),
        ("app:2xx", []),
        ("label:shop", []),
        ("since:1s", ["payment_intent.succeeded", "charge.refunded", "payment_intent.succeeded", "payment.updated"]),
        ("id:evt_3SkQ7lA4TbXq0Zr000000017", ["charge.refunded"]),
        ("CARD_DECLINED_VERIFICATION_REQUIRED", []),
        ("livemode native:refund", ["charge.refunded"]),
        ("100% charge_refunded", []),
        ("x" * 20_000, []),
    ],
)
async def test_the_filter_lets_through_what_its_terms_say(tmp_path: Path, text: str, expected: list[str]) -> None:
    """Each key on its own and with others; a bare word looks into the body too; % and _ are no wildcards."""
    store = await fill(tmp_path, SUCCEEDED, REFUNDED, YEN, FAILED)
    assert matching(store, text) == expected
    assert await found(store, text) == list(store.ids(parse_query(text), NOW))
    store.close()


async def test_a_search_that_nobody_waits_for_ends(tmp_path: Path) -> None:
    """Another letter was typed: the old search is interrupted, and the store goes on."""
    store = await fill(tmp_path, SUCCEEDED)
    search = asyncio.create_task(found(store, "word"))
    await asyncio.sleep(0)
    search.cancel()
    with pytest.raises(asyncio.CancelledError):
        await search
    assert store.total() == 1
    store.close()


async def test_one_delivery_that_cannot_be_written_takes_no_other_down(tmp_path: Path) -> None:
    """A batch that fails is tried one by one: the bad one gets its error, the others their numbers."""
    store = Store.open(tmp_path, "default")
    bad = CapturedRequest(url="http://127.0.0.1/\ud800", body=b"{}")
    waiting = [put(store, *SUCCEEDED), store.put(bad, "", Inspection()), put(store, *REFUNDED)]
    first, second, third = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(second, InspectorError)
    assert [first, third] == [1, 2]
    assert matching(store, "") == ["payment_intent.succeeded", "charge.refunded"]
    store.close()


async def test_what_was_answered_is_there_after_closing_and_opening(tmp_path: Path) -> None:
    """In the order of arrival, also for what still waited when the store was closed."""
    store = Store.open(tmp_path, "default")
    waiting = [asyncio.ensure_future(put(store, *SUCCEEDED)) for _ in range(300)]
    await asyncio.gather(*waiting[:1])
    store.close()
    again = Store.open(tmp_path, "default")
    assert again.total() == 300
    assert list(again.ids(parse_query(""), NOW, after=298)) == [299, 300]
    again.close()


async def test_the_log_begins_anew_under_steady_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a pause in which all could be copied, the writer makes the last checkpoint itself."""
    monkeypatch.setattr(checkpoint, "_LARGEST", 50)
    monkeypatch.setattr(checkpoint, "_PAUSE", 0.001)
    store = Store.open(tmp_path, "default")
    for _ in range(2_000):  # far more than it takes where the checkpointer gets its turn
        await asyncio.gather(*[put(store, *SUCCEEDED) for _ in range(10)])
        log = (tmp_path / "inspector.db-wal").stat().st_size
        if (tmp_path / "inspector.db").stat().st_size > log > 0:
            break
    else:
        raise AssertionError("the log was never copied into the file")
    store.close()
    assert not (tmp_path / "inspector.db-wal").exists()


async def test_a_store_of_the_first_version_is_brought_to_this_one(tmp_path: Path) -> None:
    """Nothing is lost on the way, and copies are counted."""
    path = tmp_path / "inspector.db"
    request, inspection = inspected(*SUCCEEDED)
    kept = keep("", request, inspection)
    with sqlite3.connect(path) as old:
        old.executescript(schema._MIGRATIONS[0])
        old.execute(f"PRAGMA application_id = {schema._APPLICATION}")
        old.execute("PRAGMA user_version = 1")
        old.execute("INSERT INTO sessions VALUES (1, 'default', 0)")
        columns, (event,) = EVENT_COLUMNS.removesuffix(", kind"), kept.events
        for number in (1, 2):
            old.execute(f"INSERT INTO deliveries VALUES ({number}, 1{', ?' * len(kept.delivery)})", kept.delivery)
            old.execute(f"INSERT INTO events ({columns}) VALUES (1, {number}{', ?' * (len(event) - 1)})", event[:-1])
    again = await fill(tmp_path, SUCCEEDED)
    assert [row.copies for row in again.rows([1, 2, 3])] == [3, 3, 3]
    assert list(again.ids(parse_query("is:duplicate"), NOW)) == [2, 3]
    assert list(again.ids(parse_query("connector:stripe type:success is:test signature:valid"), NOW)) == [1, 2, 3]
    again.close()
    with sqlite3.connect(path) as now:
        assert now.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert now.execute("PRAGMA auto_vacuum").fetchone() == (2,)  # it can get shorter


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (f"PRAGMA user_version = {VERSION + 1}", "was made by a newer Inspector"),
        ("PRAGMA application_id = 1", "is not a store of Inspector"),
    ],
)
async def test_a_file_that_is_not_ours_is_left_alone(tmp_path: Path, statement: str, words: str) -> None:
    """A newer version's store and another program's file: said in words, nothing touched."""
    store = await fill(tmp_path, SUCCEEDED)
    store.close()
    path = tmp_path / "inspector.db"
    with sqlite3.connect(path) as other:
        other.execute(statement)
    before = path.read_bytes()
    with pytest.raises(InspectorError, match=words):
        Store.open(tmp_path, "default")
    assert path.read_bytes() == before


def test_what_is_no_database_is_said_in_words(tmp_path: Path) -> None:
    """Neither a traceback nor an overwritten file."""
    (tmp_path / "inspector.db").write_bytes(b"not a database, but long enough to be looked at" * 100)
    with pytest.raises(InspectorError, match="cannot be opened"):
        Store.open(tmp_path, "default")
    (tmp_path / "file").write_text("")
    with pytest.raises(InspectorError, match="cannot be made"):
        Store.open(tmp_path / "file" / "folder", "default")


async def test_a_number_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    """And a number beyond what SQLite has, too."""
    store = await fill(tmp_path, SUCCEEDED)
    for number in (7, 2**70):
        with pytest.raises(InspectorError):
            store.delivery(number)
    assert store.rows([7]) == []
    store.close()


async def test_related_events_are_found_by_the_ids_that_they_share(tmp_path: Path) -> None:
    """Also those that are related only to a related one; what merely holds the text of an id is not."""
    store = await fill(tmp_path, SUCCEEDED, REFUNDED, ("stripe", "charge.dispute.created"), FAILED)
    payment, refund = (store.delivery(number).inspection.events[0].reference.ids for number in (1, 2))
    assert set(payment) & set(refund)
    found = await store.related(refund[:1])
    assert {each.delivery for each in found} >= {1, 2}
    assert 4 not in {each.delivery for each in found}
    for nothing in ((), ("",), ("%",), ("_" * 27,), (payment[0][:-1],)):
        assert await store.related(nothing) == []
    store.close()


async def test_very_many_copies_are_not_counted_to_the_end(tmp_path: Path) -> None:
    """A row that is looked at costs the same whether its event came twice or ten thousand times."""
    store = Store.open(tmp_path, "default")
    await asyncio.gather(*[put(store, *SUCCEEDED) for _ in range(MANY_COPIES + 20)])
    (row,) = store.rows([MANY_COPIES + 20])
    assert (row.copies, row.duplicate_of) == (MANY_COPIES, 1)
    store.close()


async def test_a_delivery_that_was_inspected_anew_has_its_new_rows(tmp_path: Path) -> None:
    """Each row says what is found now, with the names of what differs; rows come and go with the events."""
    store = await fill(tmp_path, SUCCEEDED, REFUNDED)
    stored = store.delivery(1)
    event = stored.inspection.events[0]
    two = msgspec.structs.replace(
        stored.inspection, events=(msgspec.structs.replace(event, native_type="renamed"), event)
    )
    await store.put_inspection(msgspec.structs.replace(stored, inspection=two, before=stored.inspection), "native_type")
    assert matching(store, "") == ["renamed", "charge.refunded", "payment_intent.succeeded"]
    assert [row.changed for row in store.rows([1, 2, 3])] == ["native_type", "", "native_type"]
    assert store.delivery(1).before == stored.inspection
    await store.put_inspection(stored)
    assert matching(store, "") == ["payment_intent.succeeded", "charge.refunded"]
    assert (store.rows([1])[0].changed, store.delivery(1).before) == ("", None)
    assert store.deliveries_of(["stripe", "adyen"]) == [1, 2]
    store.close()


async def test_what_is_inspected_anew_may_become_a_copy_or_make_one(tmp_path: Path) -> None:
    """Where a later document finds another event id, duplicates are those of the new ids."""
    store = await fill(tmp_path, SUCCEEDED, REFUNDED, ("stripe", "payment_intent.created"), REFUNDED)
    first, second = store.delivery(1), store.delivery(2)

    async def identify(delivery: Delivery, event_id: str | None) -> list[int]:
        """The copies, once the event of a delivery has that id."""
        events = [msgspec.structs.replace(each, event_id=event_id) for each in delivery.inspection.events]
        inspection = msgspec.structs.replace(delivery.inspection, events=tuple(events))
        await store.put_inspection(msgspec.structs.replace(delivery, inspection=inspection))
        return list(store.ids(parse_query("is:duplicate"), NOW))

    own, third = second.inspection.events[0].event_id, store.delivery(3).inspection.events[0].event_id
    assert await identify(second, "new") == []
    assert await identify(first, third) == [3]
    assert await identify(second, third) == [2, 3]
    assert await identify(first, own) == [3, 4]
    assert await identify(second, None) == [4]
    store.close()
