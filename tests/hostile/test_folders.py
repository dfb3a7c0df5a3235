"""Folders from others, and our own: what is in them stays in them."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from inspector.fixtures import read_session, requests_in
from inspector.model import InspectorError
from tests.cli.running import inspector
from tests.hostile.texts import TEXTS

ELSEWHERE = ["../../pwned", "/tmp/pwned", "..", ".git/hooks/post-checkout", "a/b", "C:\\pwned", "con\0"]


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_session_names_files_of_its_own_folder_only(name: str, tmp_path: Path) -> None:
    """A session.toml that somebody sent you cannot have a file elsewhere read, or deleted when it is saved anew."""
    folder = tmp_path / "sessions" / "theirs"
    folder.mkdir(parents=True)
    text = f'name = "theirs"\n[deliveries]\n{json.dumps(name)} = 2026-01-01T00:00:00Z\n'
    (folder / "session.toml").write_text(text)
    with pytest.raises(InspectorError, match=r"has mistakes|cannot be read"):
        read_session(folder)


def archive(**changes: Any) -> bytes:
    """A HAR with one request."""
    request = {"method": "POST", "url": "http://127.0.0.1/stripe", "headers": [], "postData": {"text": "{}"}, **changes}
    return json.dumps({"log": {"entries": [{"startedDateTime": "2026-01-01T00:00:00Z", "request": request}]}}).encode()


def test_an_archive_holds_what_http_could_have_brought() -> None:
    """A method that is a command, an address that is a file, a header with a line end: none gets into the store, where
    it would be sent again and copied for a shell."""
    assert [each.url for each in requests_in(archive(), "a.har", 0.0)] == ["http://127.0.0.1/stripe"]
    bad: list[dict[str, Any]] = [
        *({"method": f"POST;{text}"} for text in TEXTS),
        *({"headers": [{"name": text, "value": "x"}]} for text in TEXTS),
        {"url": "http://h/\r\nX: y"},
        {"headers": [{"name": "X", "value": "a\r\nY: b"}]},
    ]
    for changes in bad:
        with pytest.raises(InspectorError, match="cannot be read"):
            requests_in(archive(**changes), "a.har", 0.0)
    for url in ("file:///etc/passwd", "data:text/html,x", "-o/tmp/x", "javascript:alert(1)"):
        assert requests_in(archive(url=url), "a.har", 0.0) == []


@pytest.mark.parametrize(
    "content",
    [
        b'{"object": "event", "created": 99999999999999999999}',
        b'{"object": "event", "created": -1}',
        b'{"log": {"entries": ' + b"[" * 100_000,
        b'{"log": 1}',
        b"curl 'http://h/\xff'",
        b"curl -o pwned http://h/",
        b"curl -X 'A B' http://h/",
    ],
)
def test_an_import_that_makes_no_sense_is_a_sentence(content: bytes, tmp_path: Path) -> None:
    """Times beyond all years, depth without end, options of curl's own: exit code 1 with a reason, or a request."""
    found = inspector("sessions", "import", "-", "--data", tmp_path / "data", home=tmp_path, stdin=content)
    assert found.returncode in (0, 1, 2)
    assert "Traceback" not in found.stderr
    listed = inspector("events", "--data", tmp_path / "data", home=tmp_path)
    assert (listed.returncode, "Traceback" in listed.stderr) == (0, False)


def test_what_is_stored_is_yours_alone(tmp_path: Path) -> None:
    """The data folder that is made for the first delivery is open to no other user of the machine."""
    data = tmp_path / "new" / "data"
    found = inspector("sessions", "import", "-", "--data", data, home=tmp_path, stdin=archive())
    assert found.returncode == 0, found.stderr
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
