"""Exchange rates that the seller types in, such as for currencies that the ECB does not quote."""

from collections.abc import Iterator
from decimal import Decimal

from channels.adapters.sheets.columns import Sheet
from channels.adapters.sheets.lines import Line, read_rows
from channels.core.adapter import Format
from channels.core.rows import Page, RateRow, Row, Shop

_SHEET = Sheet(
    required={
        "date": ("date", "day", "日期"),
        "base": ("base", "base currency", "from", "from currency", "原币", "基准货币", "源货币"),
        "quote": ("quote", "quote currency", "to", "to currency", "报价货币", "目标货币", "折算货币"),
        "rate": ("rate", "exchange rate", "fx rate", "汇率"),
    },
    optional={"source": ("source", "来源", "数据来源", "汇率来源")},
)

_PLACES = 10
_LEAST, _MOST = Decimal("0.0001"), Decimal("1e10")
UNNAMED = "typed in a sheet"


def rows(page: Page, _shop: Shop) -> Iterator[Row]:
    yield from read_rows(page, _SHEET, _row, lambda row: (row.on, row.base, row.quote, row.source))


def _row(line: Line) -> RateRow:
    base, quote = line.currency("base"), line.currency("quote")
    if base == quote:
        raise line.wrong("quote", f"{quote!r} is the base currency too: write the other currency of the pair")
    return RateRow(
        on=line.day("date"),
        base=base,
        quote=quote,
        rate=_rate(line),
        source=line.text("source") or UNNAMED,
        place=line.place,
    )


def _rate(line: Line) -> Decimal:
    rate = line.positive("rate", "how many units of the quote currency one unit of the base is", _PLACES)
    if rate >= _MOST:
        raise line.wrong("rate", f"{rate} is too large to be a rate: write one unit of base in the quote currency")
    if rate < _LEAST and rate != line.number("rate", "", 20):
        raise line.wrong(
            "rate", f"is kept to {_PLACES} decimal places, too few for it: write the pair the other way round"
        )
    return rate


FORMAT = Format("sheets.rates", "Exchange rates (own sheet)", _SHEET.fits, rows)
