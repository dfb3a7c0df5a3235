"""A bounded part of `make fuzz`: the targets with changed inputs, and all that was ever found."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.changed import changed
from tests.fuzz.targets import TARGETS

FOUND = sorted((Path(__file__).parents[1] / "fuzz" / "found").glob("*/*"))
GENERAL = [name for name in TARGETS if not name.startswith("handle-")]


@pytest.mark.parametrize("name", GENERAL)
def test_foreign_bytes_have_an_answer_in_words(name: str) -> None:
    """Requests, files, filters, documents and lines, changed at random: each is taken or refused, none is an error."""
    target = TARGETS[name]

    @given(content=changed(list(target.seeds())))
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    def tried(content: bytes) -> None:
        target.run(content)

    tried()


@given(name=st.sampled_from([name for name in TARGETS if name.startswith("handle-")]), data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_processor_takes_any_request(name: str, data: st.DataObject) -> None:
    """A changed message of one processor, at its own path, is inspected, and valid only if what is signed is."""
    TARGETS[name].run(data.draw(changed(list(TARGETS[name].seeds()))))


@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_was_found_once_is_mended(path: Path) -> None:
    """An input that was an error once is none any more."""
    TARGETS[path.parent.name].run(path.read_bytes())
