"""The admin of what the outside says."""

from channels.admin import facts, goods, pages, stores

__all__ = ["facts", "goods", "pages", "stores"]
