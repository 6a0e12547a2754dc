"""Stock receipts and opening stock."""

from collections import Counter
from collections.abc import Iterator

from channels.adapters.sheets.columns import CURRENCY, PRODUCT, TITLE, UNIT_COST, Sheet
from channels.adapters.sheets.lines import Line, read_rows
from channels.core.adapter import Format
from channels.core.rows import Page, Row, Shop, StockRow

# What is paid per unit beside its price, in the currency of the line: component → names of its column.
_LANDED = {
    "freight": ("freight", "freight per unit", "shipping", "运费", "单位运费", "头程", "头程运费"),
    "duty": ("duty", "duties", "duty per unit", "customs duty", "import duty", "tariff", "关税", "进口关税"),
    "insurance": ("insurance", "保险", "保险费"),
    "inspection": ("inspection", "检验费", "质检费"),
    "packaging": ("packaging", "包装", "包装费", "包材"),
    "clearance": ("clearance", "customs clearance", "清关费", "报关费"),
    "other": ("other", "other cost", "other costs", "其他", "其它", "其他费用", "其它费用"),
}
_TYPES = {
    "opening": True, "opening stock": True, "期初": True, "期初库存": True, "yes": True, "y": True, "true": True,
    "是": True, "": False, "receipt": False, "purchase": False, "入库": False, "采购": False, "采购入库": False,
    "no": False, "n": False, "false": False, "否": False,
}  # fmt: skip

_SHEET = Sheet(
    required={
        "product": ("sku", *PRODUCT),
        "quantity": ("quantity", "qty", "units", "数量", "件数", "入库数量"),
        "date": ("date", "received", "received on", "receipt date", "date received", "日期", "入库日期", "收货日期"),
        "unit cost": UNIT_COST,
        "currency": CURRENCY,
    },
    optional={
        "type": ("type", "opening", "类型", "期初", "是否期初", "入库类型"),
        "reference": (
            "reference",
            "receipt no",
            "receipt number",
            "batch",
            "po",
            "po number",
            "单号",
            "入库单号",
            "批次",
            "采购单号",
        ),
        **_LANDED,
    },
    ignored=(*TITLE, "supplier", "warehouse", "供应商", "仓库"),
)


def rows(page: Page, _shop: Shop) -> Iterator[Row]:
    """A line is known by its reference, or else its day and type, with its product and count among its like.

    So a sheet that comes again with lines put right or added changes those and no others.
    """
    like: Counter[str] = Counter()

    def build(line: Line) -> StockRow:
        row = _row(line)
        like[row.key] += 1
        return StockRow(
            f"{row.key}/{like[row.key]}", row.product, row.received_on, row.quantity, row.unit_cost, row.currency,
            row.place, row.landed, row.opening,
        )  # fmt: skip

    yield from read_rows(page, _SHEET, build, lambda row: row.key)


def _row(line: Line) -> StockRow:
    kind = line.text("type")
    opening = _TYPES.get(kind.casefold())
    if opening is None:
        raise line.wrong("type", f"{kind!r} is not known: write opening or receipt (期初 or 入库)")
    product = line.needed("product", "your own code of the product")
    received_on = line.day("date")
    known_by = line.text("reference") or f"{received_on}/{'opening' if opening else 'receipt'}"
    landed = [(name, line.number(name, "the cost per unit")) for name in _LANDED if line.cell(name)]
    return StockRow(
        key=f"{known_by}/{product}",
        product=product,
        received_on=received_on,
        quantity=line.positive("quantity", "the units received"),
        unit_cost=line.number("unit cost", "the cost of one unit"),
        currency=line.currency("currency"),
        place=line.place,
        landed=tuple((name, cost) for name, cost in landed if cost),
        opening=opening,
    )


FORMAT = Format("sheets.stock", "Stock receipts (own sheet)", _SHEET.fits, rows)
