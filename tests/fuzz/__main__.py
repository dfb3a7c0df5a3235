"""`python -m tests.fuzz [--seconds N] [TARGET…]`: each target for so long, guided by what it covers (atheris).

Where atheris is not installed (it has wheels for Linux on x86-64 only), hypothesis changes the same inputs without a
guide: it finds less. What was found lies in .fuzz/TARGET, and belongs in tests/fuzz/found/TARGET once it is mended.
"""

import argparse
import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Final

__all__: list[str] = []

_PLACE: Final = Path(".fuzz")
_GENERAL: Final = 7


def main() -> int:
    """Fuzz; exit code 1 where something was found."""
    from tests.fuzz.targets import TARGETS

    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", metavar="TARGET", nargs="*", help=f"of {', '.join(TARGETS)}; or all")
    parser.add_argument("--seconds", type=int, default=60, help="for each target (default: 60)")
    options = parser.parse_args()
    names = options.targets or [name for name in TARGETS if "handle-" not in name]
    names = list(TARGETS) if "all" in names else names
    guided = importlib.util.find_spec("atheris") is not None
    if not guided:
        print("atheris is not installed here: hypothesis alone, without a guide")  # noqa: T201
    return int(sum(_fuzz(name, options.seconds, guided=guided) for name in names) > 0)


def _fuzz(name: str, seconds: int, *, guided: bool) -> bool:
    """One target in a process of its own; whether it found something."""
    from tests.fuzz.targets import TARGETS

    print(f"--- {name}, {seconds} s", flush=True)  # noqa: T201
    if not guided:
        return subprocess.run([sys.executable, "-m", "tests.fuzz.unguided", name, str(seconds)]).returncode != 0
    corpus, seeds = _PLACE / name / "corpus", _PLACE / name / "seeds"
    for folder in (corpus, seeds):
        folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(TARGETS[name].seeds()):
        (seeds / str(number)).write_bytes(seed)
    flags = [f"-max_total_time={seconds}", f"-artifact_prefix={_PLACE / name}/", "-timeout=20", "-rss_limit_mb=2048"]
    quiet = ["-verbosity=0", "-print_final_stats=1", "-max_len=20000"]
    command = [sys.executable, "-m", "tests.fuzz.guided", name, *flags, *quiet, str(corpus), str(seeds)]
    return subprocess.run(command).returncode != 0


if __name__ == "__main__":
    sys.exit(main())
