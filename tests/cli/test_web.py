"""inspector web: the screen in a real browser, on this machine only, and nobody without the token gets in."""

import http.client
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.browser import MISSING, Browser, browsing
from tests.cli.running import ROOT, environment, event, inspector

# What comes over the socket is what is drawn; on the page itself it is pixels.
LISTEN = """
window.drawn = "";
const Plain = window.WebSocket;
window.WebSocket = class extends Plain {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", async ({data}) => {
      const text = typeof data === "string" ? data
        : new TextDecoder().decode(data instanceof Blob ? await data.arrayBuffer() : data);
      window.drawn += text.replace(/\\x1b\\[[0-9;?]*[a-zA-Z]/g, "");
    });
  }
};
"""


@contextmanager
def page(home: Path, *words: str | Path) -> Iterator[str]:
    """`inspector web` until the block is left; the address that it prints."""
    process = subprocess.Popen(
        [sys.executable, "-m", "inspector", "web", "--port", "0", *map(str, words)],
        env=environment(home),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:"), url
        yield url
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.communicate()


def asked(url: str, path: str, **headers: str) -> tuple[int, dict[str, str]]:
    """The status and the headers of an answer."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): text for name, text in headers.items()})
        response = connection.getresponse()
        return response.status, dict(response.getheaders())
    finally:
        connection.close()


def test_nobody_without_the_token_gets_in(tmp_path: Path) -> None:
    """Neither the page nor the socket nor a file; nor does a page of another program that has the cookie."""
    with page(tmp_path) as url:
        parts = urlsplit(url)
        assert parts.hostname == "127.0.0.1"
        for path in ("/", "/?token=wrong", "/ws", "/static/js/textual.js", "/download/x"):
            assert asked(url, path)[0] == 403, path
        status, headers = asked(url, f"/?{parts.query}")
        assert status == 200
        cookie = headers["Set-Cookie"].partition(";")[0]
        assert "HttpOnly" in headers["Set-Cookie"]
        assert asked(url, "/static/js/textual.js", Cookie=cookie)[0] == 200
        upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Version": "13"}
        key = {"Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ=="}
        assert asked(url, "/ws", Cookie=cookie, Origin="http://localhost:3000", **upgrade, **key)[0] == 403


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
def test_the_screen_works_in_a_browser(tmp_path: Path) -> None:
    """The page shows the inbox, a key opens the help, an event appears while one looks; nothing is loaded elsewhere."""
    with page(tmp_path, "--data", tmp_path / "data") as url, browsing() as browser:
        browser.do("goog/cdp/execute", cmd="Page.addScriptToEvaluateOnNewDocument", params={"source": LISTEN})
        browser.do("url", url=url)
        wait(browser, "Nothing has arrived yet")
        receiver = json.loads((tmp_path / "data" / "receiver.json").read_text())["address"]
        connection = http.client.HTTPConnection(urlsplit(receiver).netloc, timeout=20)
        connection.request("POST", "/stripe", event(), {"Content-Type": "application/json"})
        assert connection.getresponse().status == 200
        connection.close()
        wait(browser, "PAYMENT_INTENT_SUCCESS")
        element = browser.do("element", using="css selector", value=".xterm-helper-textarea")
        browser.do(f"element/{next(iter(element.values()))}/value", text="?")
        wait(browser, "Into the detail of the event")
        loaded = browser.run("return performance.getEntriesByType('resource').map(each => each.name)")
        origin = url.partition("/?")[0]
        assert loaded
        assert all(each.startswith(origin) for each in loaded), loaded


def wait(browser: Browser, words: str) -> None:
    """Until the page has drawn these words."""
    for _ in range(150):
        if words in browser.run("return window.drawn"):
            return
        time.sleep(0.1)
    raise AssertionError(browser.run("return window.drawn"))


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    """With a way out."""
    with page(tmp_path) as url:
        found = inspector("web", "--page-port", str(urlsplit(url).port), home=tmp_path)
    assert found.returncode == 1
    assert "Leave --page-port out" in found.stderr
