"""What the Reports API says of reports: lists, creations, states. Kept as evidence of a window; it makes no rows."""

from collections.abc import Iterator

from channels.core.adapter import Format
from channels.core.reading import Head
from channels.core.rows import Page, Row, Shop

RESOURCE = "amazon.reports"


def _recognise(head: Head) -> bool:
    document = head.document
    if not isinstance(document, dict):
        return False
    found = document.get("reports")
    return "reportId" in document or (
        isinstance(found, list) and all(isinstance(one, dict) and "reportId" in one for one in found)
    )


def _rows(page: Page, shop: Shop) -> Iterator[Row]:
    yield from ()


FORMAT = Format(RESOURCE, "Amazon list of reports (API)", _recognise, _rows, may_be_empty=True)
