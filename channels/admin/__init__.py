"""The admin of what the outside says."""

from channels.admin import facts, goods, pages, people, pulls, stores, tasks, windows

__all__ = ["facts", "goods", "pages", "people", "pulls", "stores", "tasks", "windows"]
