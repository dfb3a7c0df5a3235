"""The publisher: the events of a delivery go to a message queue, and what it confirms comes back as an attempt."""

from inspector.publisher.publisher import Publisher, check_client
from inspector.publisher.server import PublishingError

__all__ = ["Publisher", "PublishingError", "check_client"]
