"""What event would tell of two channels: how many regions for how many weeks, from how their orders went."""

import hashlib
import json
from typing import Any

from reports.analysis.planner import record, regions_and_weeks
from reports.analysis.stored import plain
from reports.frames import Frame


def plan_of(frame: Frame, affecting: str, affected: str, seed: int) -> dict[str, Any]:
    """The record of the cheapest design for the share that ``affecting`` takes from ``affected``."""
    return record(regions_and_weeks(frame.panel, affected, affecting, seed=seed))


def history_of(frame: Frame, affecting: str, affected: str) -> str:
    """SHA-256 of all that the plan follows from but the seed."""
    panel = frame.panel
    parts = plain([panel.weeks, panel.regions, panel.orders[affecting], panel.orders[affected]])
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
