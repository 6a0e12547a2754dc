"""The admin of what the outside says."""

from channels.admin import facts, goods, pages, people, stores, tasks

__all__ = ["facts", "goods", "pages", "people", "stores", "tasks"]
