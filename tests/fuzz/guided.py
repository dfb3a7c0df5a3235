"""One target under atheris: `python -m tests.fuzz.guided TARGET [libFuzzer's options] CORPUS`."""

import sys

import atheris

with atheris.instrument_imports(include=["inspector"]):
    from tests.fuzz.targets import TARGETS

if __name__ == "__main__":
    name = sys.argv.pop(1)
    atheris.Setup(sys.argv, TARGETS[name].run)
    atheris.Fuzz()
