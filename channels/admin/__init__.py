"""The admin of what the outside says."""

from channels.admin import (
    deliveries,
    demand,
    facts,
    goods,
    leads,
    pages,
    people,
    pulls,
    signals,
    stores,
    tasks,
    traffic,
    windows,
)

__all__ = [
    "deliveries",
    "demand",
    "facts",
    "goods",
    "leads",
    "pages",
    "people",
    "pulls",
    "signals",
    "stores",
    "tasks",
    "traffic",
    "windows",
]
