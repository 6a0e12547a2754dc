"""What would tell of two channels: an event in how many regions and weeks, or a switchback, from how orders went."""

import hashlib
import json
from typing import Any

from reports.analysis.planner import record, regions_and_weeks
from reports.analysis.stored import plain
from reports.analysis.switchback_plan import expected_width
from reports.frames import Frame

PAIRS = 13  # of a switchback: 26 weeks in weekly blocks
MOVES = 0.3  # of its orders that switching brings the affecting channel
YEAR = 52


def plan_of(frame: Frame, affecting: str, affected: str, seed: int) -> dict[str, Any]:
    """The record of the cheapest event for the share that ``affecting`` takes from ``affected``.

    Beside it, under ``switchback``, the width after 26 weeks of weekly blocks; null where the interval has no end.
    """
    weekly = [_weekly(frame, channel) for channel in (affected, affecting)]
    known = (weekly[0] + weekly[1]) >= 0  # false where one is NaN
    last = [one[known][-YEAR:] for one in weekly]
    width = expected_width(last[0], last[1], PAIRS, MOVES, seed)
    return record(regions_and_weeks(frame.panel, affected, affecting, seed=seed)) | {"switchback": plain(width)}


def history_of(frame: Frame, affecting: str, affected: str) -> str:
    """SHA-256 of all that the plan follows from but the seed."""
    panel = frame.panel
    parts = plain([panel.weeks, panel.regions, *(
        one[channel] for channel in (affecting, affected) for one in (panel.orders, frame.stateless)
    )])  # fmt: skip
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _weekly(frame: Frame, channel: str) -> Any:
    """Orders by week wherever they went; NaN is not known."""
    return frame.panel.orders[channel].sum(axis=0) + frame.stateless[channel]
