"""The clock that pulls, buckets and windows go by: the machine's, or the one shared with a sandbox."""

from channels.core.clock import Clock, clock_at
from django.conf import settings


def clock() -> Clock:
    return clock_at(settings.CLOCK)
