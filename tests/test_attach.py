"""Attaching: a receiver runs headless, and a screen on the same data folder shows what it stores."""

import asyncio
from pathlib import Path

import pytest

from inspector.core import parse_query
from inspector.model import InspectorError
from inspector.settings import load_settings
from inspector.workspace import Change, Options, Workspace
from tests.cli.running import event, listening
from tests.connectors.shared import CONNECTORS


async def opened(folder: Path, port: int) -> Workspace:
    """A workspace on a folder, which wants that port."""
    settings = load_settings(CONNECTORS, {})
    return await Workspace.open(Options(data=folder, port=port), lambda _: settings)


async def told(workspace: Workspace) -> Change:
    """The next change."""
    async with asyncio.timeout(20):
        return await anext(workspace.changes())


async def test_what_another_process_stores_is_told_of_and_forwarded(tmp_path: Path) -> None:
    """What was missed is there, what arrives is told, and f works from here."""
    with listening("--headless", "--data", tmp_path / "data", home=tmp_path) as receiver:
        await asyncio.to_thread(receiver.post, "/stripe", event(identifier="evt_before"))
        workspace = await opened(tmp_path / "data", receiver.port)
        assert await workspace.listen(attach=True) == f"http://127.0.0.1:{receiver.port}"
        assert workspace.attached
        assert workspace.total() == 1
        waiting = asyncio.ensure_future(told(workspace))
        await asyncio.sleep(0)
        await asyncio.to_thread(receiver.post, "/stripe", event(identifier="evt_after"))
        assert (await waiting).elsewhere
        assert [row.event_id for row in workspace.rows(workspace.ids(parse_query("")))] == ["evt_before", "evt_after"]
        (attempt,) = await workspace.forward(2, f"http://127.0.0.1:{receiver.port}/stripe")
        assert attempt.status_code == 200
        await workspace.close()
        assert receiver.post("/stripe", event())[0] == 200


async def test_a_port_that_anything_else_has_is_taken(tmp_path: Path) -> None:
    """Another folder's receiver, and one that is no more, are none to attach to."""
    with listening("--headless", "--data", tmp_path / "other", home=tmp_path) as receiver:
        for left in (None, b'{"pid": 999999999, "address": "http://127.0.0.1:%d"}' % receiver.port, b"{"):
            if left is not None:
                (tmp_path / "data" / "receiver.json").write_bytes(left)
            workspace = await opened(tmp_path / "data", receiver.port)
            with pytest.raises(InspectorError, match="is taken"):
                await workspace.listen(attach=True)
            await workspace.close()


async def test_without_attaching_a_taken_port_is_an_error(tmp_path: Path) -> None:
    """As for a second headless receiver."""
    with listening("--headless", "--data", tmp_path / "data", home=tmp_path) as receiver:
        workspace = await opened(tmp_path / "data", receiver.port)
        with pytest.raises(InspectorError, match="is taken"):
            await workspace.listen()
        await workspace.close()
        assert (tmp_path / "data" / "receiver.json").exists()
    assert (tmp_path / "data").exists()
