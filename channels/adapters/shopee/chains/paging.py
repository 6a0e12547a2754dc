"""What all chains share: where they go on, the ends of a window, and pages that come twice."""

import hashlib
import json
import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from channels.core.errors import Changed, Unavailable
from channels.core.transport import Task

PAGE = 100  # records; the vendor's most for every list here
LONGEST = timedelta(days=15)  # the vendor's longest window


def state(task: Task, start: dict[str, Any]) -> dict[str, Any]:
    """Where the chain goes on: what an earlier answer kept, or the start. Raises Changed for one of another version."""
    if not task.resume:
        return start
    kept = json.loads(task.resume)
    if not isinstance(kept, dict) or kept.keys() != start.keys():
        raise Changed(f"{task.resource}: the window was begun by another version of this program")
    return kept


def resume(kept: dict[str, Any]) -> str:
    return json.dumps(kept, separators=(",", ":"))


def ends(task: Task) -> tuple[str, str]:
    """The window in whole seconds, both ends within it as the vendor takes them; no second of it is left out.

    Raises Changed for a window that the vendor refuses.
    """
    first, last = math.floor(task.since.timestamp()), math.ceil(task.until.timestamp()) - 1
    if last - first > LONGEST.total_seconds():
        raise Changed(f"{task.resource}: a window of {task.until - task.since} is longer than 15 days")
    return str(first), str(max(first, last))


def digest(found: Sequence[Any]) -> str:
    """A mark of a page's records, to know it again; "" for none."""
    return hashlib.sha256(json.dumps(found, default=str).encode()).hexdigest()[:16] if found else ""


def check_numbered(call: str, found: Sequence[Any], mark: str, *, more: bool) -> None:
    """Raises Unavailable for a page that lost its records or is the one before: by its number it is gone for good."""
    if more and not found:
        raise Unavailable(f"{call}: a page is empty, and more should follow")
    if found and digest(found) == mark:
        raise Unavailable(f"{call}: the page before came once more")


def following(call: str, asked: str, cursor: object, *, more: bool) -> str | None:
    """The cursor of the next page, None after the last. Raises Unavailable for one that leads nowhere or back."""
    if not more:
        return None
    if not isinstance(cursor, str) or cursor in ("", asked):
        raise Unavailable(f"{call}: more should follow, but its cursor leads back")
    return cursor
