"""The mapping, live: a document changes on disk, and what is stored says what it means by the new one."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from inspector.core import parse_query
from inspector.model import CapturedRequest, EventRow, Notice, Verdict
from inspector.settings import load_settings
from inspector.workspace import Change, Options, Workspace
from tests.connectors.shared import CONNECTORS, FOLDER, NOW, SETTINGS, sample, signed


class Live:
    """A workspace that listens on documents of its own."""

    def __init__(self, workspace: Workspace, document: Path) -> None:
        self.workspace = workspace
        self.document = document
        self._changes = workspace.changes()
        self._waiting: asyncio.Future[Change] | None = None

    async def rewrite(self, change: Callable[[str], str]) -> Notice:
        """Write the document anew; what is told of it."""
        text = change(self.document.read_text())
        for _ in range(10):
            self.document.write_text(text)  # again, where the watch had not begun
            for _ in range(20):
                self._waiting = self._waiting or asyncio.ensure_future(anext(self._changes))
                await asyncio.wait([self._waiting], timeout=0.1)
                if self._waiting.done():
                    found, self._waiting = self._waiting.result().notices, None
                    if found:
                        return found[0]
        raise AssertionError("Nothing was told")

    def rows(self) -> list[EventRow]:
        """Every row."""
        return self.workspace.rows(self.workspace.ids(parse_query("")))


@asynccontextmanager
async def live(folder: Path) -> AsyncIterator[Live]:
    """Two payments and a refund are there, verified."""
    place = folder / "connectors"
    for name in ("stripe", "adyen"):
        shutil.copytree(FOLDER / name, place / name)
    settings = load_settings(CONNECTORS, {"INSPECTOR_STRIPE_SIGNING_SECRET": SETTINGS["stripe"]["signing_secret"]})
    workspace = await Workspace.open(Options(data=folder, port=0, connectors=place), lambda _: settings)
    await workspace.listen()
    for name in ("payment_intent.succeeded", "charge.refunded", "payment_intent.succeeded.jpy"):
        request = signed("stripe", sample("stripe", name))
        received = CapturedRequest(url=request.url, headers=request.headers, body=request.body, received_at=NOW)
        await workspace.receive(received, "stripe", "")
    yield Live(workspace, place / "stripe" / "connector.toml")
    await workspace.close()


def renamed(text: str) -> str:
    """A success becomes a capture."""
    return text.replace(
        '"payment_intent.succeeded" = "PAYMENT_INTENT_SUCCESS"',
        '"payment_intent.succeeded" = "PAYMENT_INTENT_CAPTURE_SUCCESS"',
    )


async def test_what_is_stored_is_inspected_again_by_the_new_document(tmp_path: Path) -> None:
    """Rows whose outcome changed name the fields; the old outcome is there beside the new one; verdicts stay."""
    async with live(tmp_path) as found:
        told = await found.rewrite(renamed)
        assert (told.text, told.bad) == ("2 of 3 stored deliveries mean something else now", False)
        rows = found.rows()
        assert [row.event_type for row in rows] == [
            "PAYMENT_INTENT_CAPTURE_SUCCESS",
            "WEBHOOK_REFUND_SUCCESS",
            "PAYMENT_INTENT_CAPTURE_SUCCESS",
        ]
        assert [row.changed for row in rows] == ["event_type", "", "event_type"]
        assert {row.verdict for row in rows} == {Verdict.VALID}
        assert list(found.workspace.ids(parse_query("is:changed"))) == [rows[0].id, rows[2].id]
        before = found.workspace.delivery(1).before
        assert before is not None
        assert before.events[0].event_type == "PAYMENT_INTENT_SUCCESS"


async def test_a_change_that_is_taken_back_leaves_no_mark(tmp_path: Path) -> None:
    """The rows are as they were."""
    async with live(tmp_path) as found:
        first = found.document.read_text()
        await found.rewrite(renamed)
        await found.rewrite(lambda _: first)
        assert [row.changed for row in found.rows()] == ["", "", ""]
        assert found.rows()[0].event_type == "PAYMENT_INTENT_SUCCESS"
        assert found.workspace.delivery(1).before is None


@pytest.mark.parametrize("broken", ['scheme = "hamc"', "not toml ["])
async def test_a_mistake_is_told_with_file_and_line_and_the_last_good_document_stays(
    tmp_path: Path, broken: str
) -> None:
    """What arrives meanwhile is still understood."""
    async with live(tmp_path) as found:
        told = await found.rewrite(lambda text: text.replace('scheme = "hmac"', broken))
        assert told.bad
        assert f"{found.document}:1" in told.text
        assert "the last good one stays" in told.title
        await found.workspace.receive(signed("stripe", sample("stripe", "payout.paid")), "stripe", "")
        assert found.rows()[-1].event_type == "PAYOUT_SUCCESS"


async def test_what_arrives_afterwards_is_read_by_the_new_document(tmp_path: Path) -> None:
    """And has no mark: it was never anything else."""
    async with live(tmp_path) as found:
        await found.rewrite(renamed)
        await found.workspace.receive(signed("stripe", sample("stripe", "payment_intent.succeeded")), "stripe", "")
        assert (found.rows()[-1].event_type, found.rows()[-1].changed) == ("PAYMENT_INTENT_CAPTURE_SUCCESS", "")
