"""Knowing a sheet by its column names, in English or Chinese, in any order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from channels.core.reading import Head, plain_name

PRODUCT = (
    "product", "product code", "product sku", "item", "item code",
    "产品", "产品编码", "产品编号", "产品sku", "商品", "商品编码", "货号",
)  # fmt: skip
CURRENCY = ("currency", "currency code", "币种", "货币", "币别")
UNIT_COST = (
    "unit cost", "unit price", "cost per unit", "cost", "purchase price",
    "单价", "单位成本", "采购单价", "采购价", "成本", "成本价",
)  # fmt: skip
TITLE = ("title", "name", "product name", "product title", "标题", "名称", "产品名称", "商品名称", "品名")

REMARKS = ("note", "notes", "remark", "remarks", "comment", "comments", "备注", "说明")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The columns of one kind of sheet: field → the names it goes by."""

    required: Mapping[str, Sequence[str]]
    optional: Mapping[str, Sequence[str]]
    ignored: Sequence[str] = ()

    def fits(self, head: Head) -> bool:
        """Every column is known here, none twice, and none that is needed is missing; so no vendor's file fits."""
        return head.kind in ("table", "workbook") and self.places(head.header) is not None

    def places(self, header: Sequence[str]) -> dict[str, int] | None:
        """Where each field stands in the row, or None where the header is not this sheet's."""
        names = {name: field for group in (self.required, self.optional) for field in group for name in group[field]}
        found: dict[str, int] = {}
        for place, title in enumerate(header):
            name = plain_name(title)
            if not name or name in self.ignored or name in REMARKS:
                continue
            field = names.get(name)
            if field is None or field in found:
                return None
            found[field] = place
        return found if found.keys() >= self.required.keys() else None
