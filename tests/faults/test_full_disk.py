"""A disk without room: what cannot be kept is refused, so that its processor sends it again, and it is said why."""

import contextlib
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from inspector.store import Store
from tests.cli.running import environment
from tests.faults.receiving import deliver, receiving, started
from tests.soak.deliveries import Answered, Deliveries, Stored
from tests.soak.watched import watched

ROOM = 256 * 1024  # bytes that there is room for
UNLIMITED = resource.RLIM_INFINITY


@pytest.fixture
def deliveries() -> Deliveries:
    """Of all processors."""
    return Deliveries()


def limit(process: int, size: int) -> None:
    """Let a process write no file beyond a size, or any again."""
    resource.prlimit(process, resource.RLIMIT_FSIZE, (size, UNLIMITED))


def written(data: Path) -> int:
    """The size of the largest file."""
    return max(each.stat().st_size for each in data.iterdir())


def fill_up(other: Path) -> None:
    """Take all the room that there is."""
    with contextlib.suppress(OSError), other.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass


async def test_without_room_nothing_is_answered_that_is_not_kept(tmp_path: Path, deliveries: Deliveries) -> None:
    """A receiver that may not write on says why and refuses with 503; once it may, it goes on by itself and says so.
    Nothing of what it answered is lost."""
    data, answered = tmp_path / "data", Answered()
    async with receiving(data, **deliveries.variables) as receiver:
        deliveries.address = receiver.address
        limit(receiver.process.pid, written(data) + ROOM)
        statuses = await deliver(deliveries, iter(range(400)), answered)
        assert statuses[503]
        assert len(answered) + statuses[503] == 400
        await receiver.says("Deliveries are refused: the disk reports an error")
        limit(receiver.process.pid, UNLIMITED)
        assert not (await deliver(deliveries, iter(range(1_000, 1_050)), answered))[503]
        await receiver.says("Deliveries are kept again")
        assert "Traceback" not in receiver.words
        assert await receiver.stop() == 0
    assert Stored.read(data / "inspector.db", answered)[1:] == (0, 0, 0)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of eight megabytes of its own, where one may be made."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)], capture_output=True)
    if made.returncode:
        pytest.skip(f"no file system can be mounted here: {made.stderr.decode().strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


async def test_a_full_disk_is_named_and_room_is_all_it_takes(small_disk: Path, deliveries: Deliveries) -> None:
    """The same on a disk that is really full; removing another file is enough for it to go on."""
    data, other, answered = small_disk / "data", small_disk / "other", Answered()
    async with receiving(data, **deliveries.variables) as receiver:
        fill_up(other)
        deliveries.address = receiver.address
        assert (await deliver(deliveries, iter(range(400)), answered))[503]
        await receiver.says("Deliveries are refused: the disk is full")
        other.unlink()
        assert not (await deliver(deliveries, iter(range(1_000, 1_050)), answered))[503]
        await receiver.says("Deliveries are kept again")
        assert await receiver.stop() == 0
    assert Stored.read(data / "inspector.db", answered)[1:] == (0, 0, 0)


async def test_a_start_without_room_says_so(small_disk: Path) -> None:
    """There is no store yet, and none can be made: a paragraph, and no traceback."""
    fill_up(small_disk / "other")
    async with started(small_disk / "data") as process:
        assert await process.ended() == 1
        assert "full" in process.words
        assert "Traceback" not in process.words


async def test_the_screen_says_that_deliveries_are_refused(tmp_path: Path, deliveries: Deliveries) -> None:
    """In the status line as long as it lasts, and in a message when it begins and when it is over; keys go on."""
    data, answered = tmp_path / "data", Answered()
    variables = {**environment(tmp_path), **deliveries.variables}
    async with watched("listen", "--port", "0", "--data", data, environment=variables) as (screen, address):
        deliveries.address = address
        limit(screen.process.pid, written(data) + ROOM)
        await deliver(deliveries, iter(range(400)), answered)
        await screen.draws(b"refused: the disk")
        screen.press(b"?")
        await screen.draws(b"At the right stands what")
        screen.press(b"?")
        limit(screen.process.pid, UNLIMITED)
        await deliver(deliveries, iter(range(1_000, 1_050)), answered)
        await screen.draws(b"Deliveries are kept again")
        screen.press(b"q")
        assert await screen.ended() == 0
    assert Stored.read(data / "inspector.db", answered)[1:] == (0, 0, 0)
    store = Store.open(data, "default")
    assert store.total() >= len(answered)
    store.close()
