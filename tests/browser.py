"""A real browser without a window, driven by chromedriver: https://www.w3.org/TR/webdriver2/"""

import json
import shutil
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

__all__ = ["MISSING", "Browser", "browsing"]

_CHROME: Final = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_DRIVER: Final = shutil.which("chromedriver")
MISSING: Final = "" if _CHROME and _DRIVER else "no Chromium with its chromedriver on this machine"
"""Why there is no browser; an empty text where there is one."""


class Browser:
    """One window."""

    def __init__(self, port: int, session: str) -> None:
        self._base = f"http://127.0.0.1:{port}/session/{session}"

    def do(self, what: str, **content: Any) -> Any:
        """A command of the protocol; what it answers."""
        return post(f"{self._base}/{what}", content)

    def run(self, script: str) -> Any:
        """A script on the page; what it returns."""
        return self.do("execute/sync", script=script, args=[])

    def close(self) -> None:
        """Close the window."""
        urllib.request.urlopen(urllib.request.Request(self._base, method="DELETE"), timeout=30).close()


def post(url: str, content: Any) -> Any:
    """The value that is answered."""
    request = urllib.request.Request(url, json.dumps(content).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)["value"]


@contextmanager
def browsing() -> Iterator[Browser]:
    """A browser with a profile of its own, until the block is left."""
    assert _DRIVER is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        driver = subprocess.Popen([_DRIVER, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            assert driver.stdout is not None
            said = next(line for line in driver.stdout if "started successfully on port" in line)
            port = int(said.strip().rstrip(".").rpartition(" ")[2])
            words = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1200,800"]
            options = {"args": [*words, f"--user-data-dir={profile}"], "binary": _CHROME}
            wanted = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}}
            found = post(f"http://127.0.0.1:{port}/session", wanted)
            browser = Browser(port, found["sessionId"])
            yield browser
            browser.close()
        finally:
            driver.kill()
            driver.communicate()
