"""The copied curl line in real shells: it sends what came, byte for byte, and runs nothing else."""

import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from inspector.app.present import curl
from inspector.model import CapturedRequest, visible
from tests.hostile.texts import ESCAPES, MARKUP, REORDERING, SHELL

SHELLS = [name for name in ("sh", "bash", "zsh", "fish") if shutil.which(name)]
TYPED = [text.strip() for text in (*MARKUP, *SHELL)]  # blanks at the ends of a value are not part of it (RFC 9110, 5.5)

pytestmark = pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl on this machine")


class Wire:
    """A server that keeps the bytes of each request as they came, and answers 204."""

    def __init__(self, listening: socket.socket) -> None:
        self._listening = listening
        self.port = int(listening.getsockname()[1])
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []

    def serve(self) -> None:
        """Answer one request after another until the socket is closed."""
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as file:
                lines = []
                while (line := file.readline()) not in (b"\r\n", b""):
                    lines.append(line)
                length = next((int(line[15:]) for line in lines if line.lower().startswith(b"content-length:")), 0)
                if any(line.lower().startswith(b"expect:") for line in lines):
                    connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                self.bodies.append(file.read(length))
                self.heads.append(b"".join(lines))
                connection.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")


@contextmanager
def wire() -> Iterator[Wire]:
    """A server until the block is left."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(30)
        found = Wire(listening)
        thread = threading.Thread(target=found.serve)
        thread.start()
        yield found
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()


def ran(shell: str, line: str, folder: Path) -> None:
    """Run a line as if it were pasted; nothing may come into being by it, and nothing a terminal acts on is in it."""
    shown = line.replace("\n", " ")
    assert visible(shown) == shown
    done = subprocess.run([shell], input=f"{line}\n", cwd=folder, capture_output=True, timeout=30, text=True)
    assert done.returncode == 0, done.stderr
    assert list(folder.iterdir()) == []


def request(port: int, target: str = "/stripe", **parts: object) -> CapturedRequest:
    """A request to the wire."""
    return CapturedRequest(url=f"http://127.0.0.1:{port}{target}", **parts)  # type: ignore[arg-type]


@pytest.mark.parametrize("shell", SHELLS)
def test_any_body_arrives_byte_for_byte(shell: str, tmp_path: Path) -> None:
    """Quotes, dollar signs, backslashes, escapes, pasted ends, zeros: the app gets the same bytes in every shell."""
    texts = [
        *TYPED,
        *ESCAPES,
        *REORDERING,
        '{\n\t"a": "it\'s"\n}\n',
        "a\n!!\n!$",
        "Größe 支付",
        "\\",
        "\n\n",
        "x" * 300_000,
    ]
    bodies = [*(text.encode() for text in texts), b"\xff\x00\xfe", b"@/etc/hostname"]
    with wire() as found:
        for body in bodies:
            ran(shell, curl(request(found.port, body=body)), tmp_path)
    assert found.bodies == bodies
    assert not any(b"content-type" in head.lower() for head in found.heads)


@pytest.mark.parametrize("shell", SHELLS)
def test_any_header_arrives_byte_for_byte(shell: str, tmp_path: Path) -> None:
    """Every value comes as it is, the empty and the repeated ones too; a name that curl would open a file for is left
    out, as no HTTP message has it."""
    control = [text for text in (*ESCAPES, *REORDERING) if not {"\0", "\n", "\r"} & set(text)]
    values = ["", "twice", "twice", *TYPED, *control]
    headers = (*(("X-Value", value) for value in values), ("@/etc/hostname", "x"), ("X-Last", "y"))
    with wire() as found:
        ran(shell, curl(request(found.port, headers=headers, body=b"{}")), tmp_path)
    lines = [line.strip(b" ") for line in found.heads[0].split(b"\r\n") if line.startswith(b"X-")]
    assert lines == [f"X-Value: {value}".strip(" ").encode() for value in values] + [b"X-Last: y"]


@pytest.mark.parametrize("shell", SHELLS)
def test_any_address_and_method_arrive_as_they_are(shell: str, tmp_path: Path) -> None:
    """Brackets, dots, dollar signs and quotes in an address are sent, and not read; so is a method of any letters."""
    targets = [
        "/a/../b/./c",
        "/x?a[0]=1&b={c,d}&e=[1-3]",
        "/x?$HOME=`id`&'quoted'&\"double\"&(touch${IFS}pwned)",
        "/x?a=\\&b=\\\\'",
        "/%00%1b%0d%0a!!",
        "/-o",
    ]
    methods = ["POST", "GET", "M-SEARCH", "|TOUCH", "$X", "`ID`", "X'Y", "&"]
    with wire() as found:
        for target in targets:
            ran(shell, curl(request(found.port, target, method="GET")), tmp_path)
        for method in methods:
            ran(shell, curl(request(found.port, method=method, body=b"x")), tmp_path)
    first = [head.split(b"\r\n")[0].decode() for head in found.heads]
    assert first == [
        *(f"GET {target} HTTP/1.1" for target in targets),
        *(f"{name} /stripe HTTP/1.1" for name in methods),
    ]


def test_an_address_is_no_option_and_no_file() -> None:
    """What an archive gave as an address is one of the web, whatever it begins with."""
    for url in ("-o/tmp/pwned", "file:///etc/hostname", "@/etc/hostname", "--config=x"):
        assert " http://" in curl(CapturedRequest(url=url)).replace("'", "")
