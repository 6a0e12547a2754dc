"""Pages by cursor and by number, and what may go wrong with them."""

from typing import Any

from channels.sandbox.shopee.envelope import Refusal
from channels.sandbox.wire import Faults

_AGAIN = "e"  # behind a cursor that follows an empty page, so that it differs from the one before


class Paging:
    """Cuts lists into pages; some come empty or twice where the faults say so."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults

    def by_cursor(self, rows: list[Any], cursor: str, size: int) -> tuple[list[Any], bool, str]:
        """A page, whether more follow, and the cursor of the next. Raises Refusal for a cursor that is none."""
        said = cursor.rstrip(_AGAIN) or "0"
        if not said.isdigit():
            raise Refusal("error_param", "cursor is required and format should be correct. Please check")
        start = int(said)
        if rows[start:] and self.faults.strike("empty_page"):
            return [], True, f"{said}{_AGAIN * (len(cursor) - len(cursor.rstrip(_AGAIN)) + 1)}"
        if start and self.faults.strike("repeated_page"):
            return rows[max(0, start - size) : start], True, said
        more = start + size < len(rows)
        return rows[start : start + size], more, str(start + size) if more else ""

    def by_number(self, rows: list[Any], page: int, size: int, first: int) -> tuple[list[Any], bool]:
        """A page and whether more follow; pages count from ``first``."""
        start = (page - first) * size
        if rows[start:] and self.faults.strike("empty_page"):
            return [], True
        if page > first and self.faults.strike("repeated_page"):
            return rows[max(0, start - size) : start], start < len(rows)
        return rows[start : start + size], start + size < len(rows)
