"""Unit costs by product and day, for sellers who keep no stock ledger."""

from collections.abc import Iterator

from channels.adapters.sheets.columns import CURRENCY, PRODUCT, TITLE, UNIT_COST, Sheet
from channels.adapters.sheets.lines import Line, read_rows
from channels.core.adapter import Format
from channels.core.rows import CostRow, Page, Row, Shop

_SHEET = Sheet(
    required={
        "product": ("sku", *PRODUCT),
        "cost": UNIT_COST,
        "currency": CURRENCY,
        "from date": (
            "from", "from date", "date from", "starts on", "start date", "effective date", "effective from",
            "valid from", "date", "生效日期", "起始日期", "开始日期", "生效日", "日期",
        ),
    },
    optional={},
    ignored=TITLE,
)  # fmt: skip


def rows(page: Page, _shop: Shop) -> Iterator[Row]:
    yield from read_rows(page, _SHEET, _row, lambda row: (row.product, row.starts_on))


def _row(line: Line) -> CostRow:
    return CostRow(
        product=line.needed("product", "your own code of the product"),
        starts_on=line.day("from date"),
        unit_cost=line.number("cost", "the cost of one unit"),
        currency=line.currency("currency"),
        place=line.place,
    )


FORMAT = Format("sheets.costs", "Cost sheet (own sheet)", _SHEET.fits, rows)
