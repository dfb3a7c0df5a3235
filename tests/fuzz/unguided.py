"""One target with inputs from hypothesis until the time is over: `python -m tests.fuzz.unguided TARGET SECONDS`."""

import sys
import time
from itertools import count

from hypothesis import HealthCheck, given, seed, settings

from tests.fuzz.changed import changed
from tests.fuzz.targets import TARGETS

if __name__ == "__main__":
    target, end = TARGETS[sys.argv[1]], time.monotonic() + float(sys.argv[2])
    inputs = changed(list(target.seeds()))
    for number in count():
        if time.monotonic() > end:
            break
        quiet = settings(max_examples=500, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        seed(number)(quiet(given(inputs)(target.run)))()
