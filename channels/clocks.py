"""The clock that pulls, buckets and windows go by: the machine's, or the one shared with a sandbox."""

from django.conf import settings

from channels.core.clock import Clock, clock_at


def clock() -> Clock:
    return clock_at(settings.CLOCK)
