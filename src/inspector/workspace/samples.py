"""What can be triggered: the samples of every processor, and what one may want to change of them."""

from pathlib import Path

from inspector.core import EventService
from inspector.library import Sample, folder
from inspector.model import InspectorError
from inspector.trigger import Candidate, Field, candidates, fields
from inspector.workspace.reading import Reading

__all__ = ["all_candidates", "fields_of"]


def all_candidates(workspace: Reading) -> list[Candidate]:
    """Every sample of every processor."""
    place = folder(workspace.options.connectors)
    service = workspace.service
    return [each for name in service.connectors for each in _of(service, place, name)]


def fields_of(workspace: Reading, sample: Sample) -> list[Field]:
    """What one may want to change of a sample."""
    return fields(workspace.service, workspace.service.connectors[sample.connector], sample.request)


def _of(service: EventService, place: Path, connector: str) -> list[Candidate]:
    try:
        return candidates(service, place, connector)
    except InspectorError:
        return []  # a processor of the user's own that has none yet
