"""Real message queues from Debian's packages: each in a folder and on a port of its own, and gone after the tests."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import pytest

from tests.test_destinations import certificate

__all__ = ["PASSWORD", "RabbitMQ", "RedisServer", "Server", "running"]

PASSWORD = "geheim/so:to@speak"  # with everything that has to be encoded in an address
QUOTED = "geheim%2Fso%3Ato%40speak"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A process that listens on a port as soon as it is started, and on another one with TLS."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.tls_port = free_port(), free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> tuple[Sequence[str], Mapping[str, str]]:
        """What is run, and in which environment."""
        raise NotImplementedError

    def start(self, seconds: float = 120.0) -> None:
        """Run it, until it listens. A second start has what the first one kept."""
        words, environment = self.command()
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                words, env={**os.environ, **environment}, stdout=output, stderr=output, start_new_session=True
            )
        ends = time.monotonic() + seconds
        while time.monotonic() < ends and self._process.poll() is None:
            if all(map(_listens, (self.port, self.tls_port))):
                return
            time.sleep(0.05)
        self.kill()
        raise AssertionError(f"it does not listen: {(self.folder / 'output').read_text()[-2000:]}")

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(20)
            self._process = None


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class RedisServer(Server):
    """Redis, which wants a password and writes down what it has."""

    def __init__(self, folder: Path, certificate: Path, key: Path) -> None:
        super().__init__(folder)
        self._certificate, self._key = certificate, key
        self.host = f":{QUOTED}@localhost:{self.port}"
        self.tls_host = f":{QUOTED}@localhost:{self.tls_port}"

    def command(self) -> tuple[Sequence[str], Mapping[str, str]]:
        """redis-server, without a file of its configuration."""
        found = shutil.which("redis-server")
        if found is None:
            pytest.skip("Redis is not installed: apt-get install redis-server")
        words = ["--port", self.port, "--dir", self.folder, "--save", "", "--appendonly", "yes"]
        words += ["--bind", "127.0.0.1", "--requirepass", PASSWORD, "--tls-port", self.tls_port]
        words += ["--tls-cert-file", self._certificate, "--tls-key-file", self._key]
        words += ["--tls-ca-cert-file", self._certificate, "--tls-auth-clients", "no"]
        return [found, *map(str, words)], {}


class RabbitMQ(Server):
    """RabbitMQ with one user. Erlang's directory of nodes, epmd, has a port of its own, too, and ends with it."""

    SCRIPT = "/usr/lib/rabbitmq/bin/rabbitmq-server"  # that of /usr/sbin would become another user

    def __init__(self, folder: Path, certificate: Path, key: Path) -> None:
        super().__init__(folder)
        self.host = f"shop:{QUOTED}@localhost:{self.port}"
        self.tls_host = f"shop:{QUOTED}@localhost:{self.tls_port}"
        # Relaxed: it may be ended before it has noticed that its node is gone.
        self._epmd = {
            "ERL_EPMD_PORT": str(free_port()),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_RELAXED_COMMAND_CHECK": "1",
        }
        self._distribution = free_port()
        (folder / "rabbitmq.conf").write_text(
            f"default_user = shop\ndefault_pass = {PASSWORD}\nraft.wal_max_size_bytes = 1048576\n"
            f"listeners.ssl.1 = 127.0.0.1:{self.tls_port}\nssl_options.verify = verify_none\n"
            f"ssl_options.certfile = {certificate}\nssl_options.keyfile = {key}\n"
        )
        # Erlang would ask the network for the names of this machine, and wait where nobody answers.
        (folder / "inetrc").write_text('{lookup, [file]}.\n{host, {127,0,0,1}, ["localhost"]}.\n')

    def command(self) -> tuple[Sequence[str], Mapping[str, str]]:
        """The server's own script, with all that it writes in the folder."""
        if not Path(self.SCRIPT).exists():
            pytest.skip("RabbitMQ is not installed: apt-get install rabbitmq-server")
        place = str(self.folder)
        return [self.SCRIPT], {
            **self._epmd,
            "HOME": place,
            "ERL_INETRC": f"{place}/inetrc",
            "RABBITMQ_NODENAME": f"inspector{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._distribution),
            "RABBITMQ_MNESIA_BASE": f"{place}/mnesia",
            "RABBITMQ_LOG_BASE": f"{place}/log",
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONFIG_FILE": f"{place}/rabbitmq",
            "RABBITMQ_CONF_ENV_FILE": f"{place}/none",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{place}/plugins",
            "RABBITMQ_PID_FILE": f"{place}/pid",
        }

    def kill(self) -> None:
        """The server, and epmd, which it started beside itself."""
        if self._process is None:
            return
        super().kill()
        subprocess.run(["epmd", "-kill"], env={**os.environ, **self._epmd}, capture_output=True, timeout=20, check=True)


Each = TypeVar("Each", RedisServer, RabbitMQ)


@contextmanager
def running(kind: type[Each], folder: Path) -> Iterator[Each]:
    """A server that runs until the block is left, with a certificate that it signed itself: ca.pem in its folder."""
    _, file = certificate(folder)
    server = kind(folder, file, folder / "key.pem")
    try:
        server.start()
        yield server
    finally:
        server.kill()
