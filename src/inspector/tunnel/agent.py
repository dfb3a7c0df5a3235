"""ngrok's agent as a process: found or fetched, configured for the receiver and nothing else, and ended with us."""

import io
import os
import shlex
import shutil
import signal
import socket
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import aiohttp

from inspector.model import InspectorError

__all__ = ["Home", "agent_path", "download", "download_url", "token_of"]

_LARGEST: Final = 256 * 1024 * 1024  # bytes of an agent: ten times what it has
_RENAMED: Final = {
    "authtoken": "authtoken",
    "proxy_url": "proxy_url",
    "server_addr": "connect_url",
    "root_cas": "connect_cas",
}
"""What a configuration of version 2 calls otherwise than version 3: https://ngrok.com/docs/agent/config/v3"""

# The shell is the agent's process as soon as it is replaced by it; what it leaves behind looks every second whether
# the Inspector that started it is still there.
_SCRIPT: Final = """\
#!/bin/sh
echo "$$" > {pid}
(while kill -0 "$PPID"; do kill -0 "$$" || exit; sleep 1; done; kill -9 "$$") </dev/null >/dev/null 2>&1 &
exec {agent} "$@" </dev/null 2>{errors}
"""


def agent_path() -> Path | None:
    """Where ngrok's agent is on this machine; None where there is none."""
    from pyngrok import conf

    named = os.environ.get("PYNGROK_NGROK_PATH")
    for each in (named, None if named else shutil.which("ngrok"), None if named else conf.DEFAULT_NGROK_PATH):
        if each and os.access(each, os.X_OK) and Path(each).is_file():
            return Path(each).resolve()
    return None


def token_of(settings: str) -> str:
    """The token of an account: that of ngrok's own variable, the one given, or that of ngrok's own configuration."""
    return os.environ.get("NGROK_AUTHTOKEN", "") or settings or str(_own_configuration().get("authtoken", ""))


def _own_configuration() -> dict[str, Any]:
    """The agent's part of the user's ngrok.yml, in the words of version 3. What cannot be read is as if it were not."""
    import yaml
    from pyngrok import conf

    try:
        found = yaml.safe_load(Path(conf.DEFAULT_NGROK_CONFIG_PATH).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return {}
    if not isinstance(found, dict):
        return {}
    if str(found.get("version")) == "3":
        agent = found.get("agent")
        return dict(agent) if isinstance(agent, dict) else {}
    return {new: found[old] for old, new in _RENAMED.items() if old in found}


class Home:
    """A folder for one agent: its configuration, its number as a process, and what it complains of."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.configuration = folder / "agent.yml"
        self._pid = folder / "agent.pid"
        self._errors = folder / "agent.log"
        self._used = False

    def prepare(self, token: str, agent: Path) -> Path:
        """Write what an agent is started with; returns what to start. Raises InspectorError."""
        import yaml

        # Its web page and its API have no password: they get a port of this machine that nobody knows beforehand,
        # and keep none of the requests. Its own definitions of tunnels stay out.
        ours = {
            "authtoken": token,
            "web_addr": f"127.0.0.1:{_free_port()}",
            "inspect_db_size": -1,
            "update_check": False,
            "remote_management": False,
        }
        theirs = {name: value for name, value in _own_configuration().items() if not name.startswith(("log", "web_"))}
        text = yaml.safe_dump({"version": "3", "agent": theirs | ours})
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._pid.unlink(missing_ok=True)  # of an agent that is long gone: its number may be another's by now
            _write(self.configuration, text, 0o600)
            if os.name != "posix":
                return agent
            script = self.folder / "agent"
            quoted = {"pid": self._pid, "errors": self._errors, "agent": agent}
            _write(script, _SCRIPT.format(**{name: shlex.quote(str(path)) for name, path in quoted.items()}), 0o700)
        except OSError as error:
            raise InspectorError("The tunnel does not start", f"{self.folder}: {error.strerror}") from None
        self._used = True
        return script

    def forget(self) -> None:
        """The agent has read its configuration: the token does not stay there."""
        self.configuration.unlink(missing_ok=True)

    def kill(self) -> None:
        """End the agent at once, also while it is being started."""
        if self._used:
            with suppress(OSError, ValueError):
                os.kill(int(self._pid.read_text()), signal.SIGKILL)

    def complaints(self) -> Iterator[str]:
        """What the agent wrote for people to read."""
        with suppress(OSError):
            text = self._errors.read_text(encoding="utf-8", errors="replace")
            yield from (line.removeprefix("ERROR:").strip() for line in text.splitlines())


def _write(path: Path, text: str, mode: int) -> None:
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w", encoding="utf-8") as file:
        file.write(text)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def download_url() -> str:
    """Where ngrok offers its agent for this machine. Raises InspectorError where it does not."""
    from pyngrok.exception import PyngrokError
    from pyngrok.installer import get_ngrok_cdn_url

    try:
        return str(get_ngrok_cdn_url("3"))
    except PyngrokError as error:
        raise InspectorError("ngrok has no agent for this machine", str(error), "Use --public-url") from None


async def download(url: str, progress: Callable[[int, int], None], target: Path | None = None) -> Path:
    """Fetch the agent, and put it where pyngrok looks for it. `progress` is told of bytes had and bytes in all (0 where
    that is not known). Raises InspectorError."""
    from pyngrok import conf

    place = target or Path(conf.DEFAULT_NGROK_PATH)
    begun = place.with_suffix(".new")
    try:
        content = await _fetched(url, progress)
        place.parent.mkdir(parents=True, exist_ok=True)
        begun.write_bytes(_unpacked(content, place.name))
        begun.chmod(0o700)
        begun.replace(place)
    except (
        aiohttp.ClientError,
        OSError,
        TimeoutError,
        ValueError,
        KeyError,
        tarfile.TarError,
        zipfile.BadZipFile,
    ) as error:
        with suppress(OSError):
            begun.unlink()
        why = str(error) or type(error).__name__
        raise InspectorError(
            "ngrok's agent could not be fetched", why, "Install it: https://ngrok.com/download"
        ) from None
    return place


async def _fetched(url: str, progress: Callable[[int, int], None]) -> bytes:
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=30)
    content = bytearray()
    async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as web, web.get(url) as response:
        response.raise_for_status()
        async for chunk in response.content.iter_chunked(64 * 1024):
            content += chunk
            if len(content) > _LARGEST:
                raise ValueError(f"it is larger than {_LARGEST:,} bytes")
            progress(len(content), response.content_length or 0)
    return bytes(content)


def _unpacked(content: bytes, name: str) -> bytes:
    """The one file of that name; nothing else of the archive is looked at."""
    file = io.BytesIO(content)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(file) as archive:
            return archive.read(name)
    with tarfile.open(fileobj=file, mode="r:gz") as packed:
        member = packed.extractfile(name)
        if member is None:
            raise ValueError("there is no agent in it")
        return member.read(_LARGEST)
