"""What happens before anything is asked for: nothing."""

import subprocess
import sys

WATCHED = """
import sys
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.bind", "socket.sendto",
                 "subprocess.Popen", "os.system", "os.posix_spawn", "urllib.Request", "webbrowser.open"):
        print(event, arguments[:1])
sys.addaudithook(watch)
"""
EVERY_MODULE = """
import importlib, pkgutil, inspector
names = [each.name for each in pkgutil.walk_packages(inspector.__path__, "inspector.")]
for name in names:
    if not name.endswith("__main__"):
        importlib.import_module(name)
inspector.EventService.load()
print(len(names) > 150)
"""


def told(code: str) -> str:
    """What a fresh interpreter prints under watch."""
    done = subprocess.run([sys.executable, "-c", WATCHED + code], capture_output=True, text=True, check=True)
    return done.stdout


def test_no_module_asks_the_network_or_runs_anything() -> None:
    """Importing any module, and loading the documents, opens no connection, looks up no name and starts no process."""
    assert told("import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('127.0.0.1', 9))") != ""
    assert told(EVERY_MODULE) == "True\n"
