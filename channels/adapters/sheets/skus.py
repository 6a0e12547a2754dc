"""Which product a channel's SKU is."""

from collections.abc import Iterator

from channels.adapters.sheets.columns import PRODUCT, TITLE, Sheet
from channels.adapters.sheets.lines import Line, read_rows
from channels.core.adapter import Format
from channels.core.rows import Page, Row, Shop, SkuRow

_SHEET = Sheet(
    required={
        "sku": (
            "sku", "channel sku", "seller sku", "store sku", "msku", "平台sku", "店铺sku", "渠道sku", "卖家sku",
            "商家编码",
        ),
        "product": ("internal sku", "内部sku", *PRODUCT),
    },
    optional={"store": ("store", "shop", "店铺", "门店"), "title": TITLE},
)  # fmt: skip

_EVERY_STORE = ("*", "all", "all stores", "全部", "所有", "全部店铺", "所有店铺")


def rows(page: Page, _shop: Shop) -> Iterator[Row]:
    yield from read_rows(page, _SHEET, _row, lambda row: (row.store, row.sku))


def _row(line: Line) -> SkuRow:
    store = line.text("store")
    return SkuRow(
        sku=line.needed("sku", "the SKU as the channel has it"),
        product=line.needed("product", "your own code of the product"),
        place=line.place,
        store="" if store.casefold() in _EVERY_STORE else store,
        title=line.text("title"),
    )


FORMAT = Format("sheets.skus", "SKU map (own sheet)", _SHEET.fits, rows)
