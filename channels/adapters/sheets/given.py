"""Order numbers of a store that its customers gave elsewhere, such as in a warranty form, with what they told beside.

Who they are is cut out on arrival; the number, the form and the day stay. It is the one way in which a company may know
an Amazon buyer: he told it himself.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from channels.adapters.sheets.columns import REMARKS, Sheet
from channels.adapters.sheets.lines import Line, read_rows
from channels.core.adapter import Format, Personal
from channels.core.reading import Head
from channels.core.rows import BuyerRow, GivenRow, Page, Row, Shop

_PERSONAL = {
    "name": (
        "name",
        "full name",
        "customer",
        "customer name",
        "your name",
        "姓名",
        "名字",
        "客户",
        "客户姓名",
        "联系人",
    ),
    "email": ("email", "e mail", "mail", "email address", "邮箱", "电子邮箱", "电子邮件", "邮件"),
    "phone": ("phone", "phone number", "telephone", "mobile", "mobile number", "电话", "手机", "手机号", "联系电话"),
    "street": ("street", "address", "street address", "address line", "地址", "街道", "详细地址"),
    "postcode": ("postcode", "postal code", "zip", "zip code", "邮编", "邮政编码"),
    "city": ("city", "town", "城市", "市"),
    "state": ("state", "province", "省", "州", "省份", "省/州"),
    "country": ("country", "country code", "国家", "国家/地区"),
    "username": ("username", "user name", "nickname", "account", "用户名", "昵称", "账号"),
}
_ORDER = (
    "order",
    "order number",
    "order no",
    "order no.",
    "order id",
    "amazon order number",
    "amazon order id",
    "shopee order number",
    "shopify order number",
    "订单",
    "订单号",
    "订单编号",
    "亚马逊订单号",
)
_SHEET = Sheet(
    required={"order": _ORDER},
    optional={
        "form": ("form", "form name", "survey", "表单", "表格", "问卷"),
        "given on": (
            "given on", "given at", "date", "day", "submitted on", "submitted at", "timestamp",
            "日期", "时间", "填写日期", "填写时间", "提交日期", "提交时间",
        ),
        **_PERSONAL,
    },
)  # fmt: skip

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")
# Somebody writes his e-mail, his name or a sentence where the number belongs: that is none, and goes as well.
_NUMBER = r"[\s#:]*(?:\d[\d\s‐-―−－-]{2,24}|[A-Za-z]{0,10}-?\d[\w-]{2,24})[.\s]*"
_AMAZON = re.compile(r"(\d{3})-?(\d{7})-?(\d{7})")


def fits(head: Head) -> bool:
    """A sheet of order numbers and people; without people it would tell nothing."""
    places = _SHEET.places(head.header) or {}
    return _SHEET.fits(head) and bool(_PERSONAL.keys() & places.keys())


def rows(page: Page, shop: Shop) -> Iterator[Row]:
    """A line is known by its form and number, and by its count among those alike: the sheet may come again, longer."""
    like: Counter[str] = Counter()

    def build(line: Line) -> GivenRow:
        form, order = line.text("form"), _order(line, shop)
        like[f"{form}/{order}"] += 1
        return GivenRow(
            key=f"{form}/{order}/{like[f'{form}/{order}']}",
            order=order,
            place=line.place,
            form=form,
            given_on=_given_on(line),
        )

    yield from read_rows(page, _SHEET, build, lambda row: row.key)


def buyers(page: Page, shop: Shop) -> Iterator[BuyerRow]:
    """What the customers told of themselves, by the order whose number they gave."""

    def build(line: Line) -> BuyerRow:
        _given_on(line)  # a line that cannot be read tells nobody
        told: dict[str, Any] = {name: line.cell(name) for name in _PERSONAL}
        return BuyerRow(order=_order(line, shop), place=line.place, given=line.text("form") or "form", **told)

    found = read_rows(page, _SHEET, build, lambda row: row.place)
    yield from (row for row in found if isinstance(row, BuyerRow))


def _given_on(line: Line) -> date | None:
    return line.day("given on") if line.cell("given on") else None


def _order(line: Line, shop: Shop) -> str:
    """The number as the channel writes it, however a customer typed it; a wrong one is kept, and is of no order."""
    cell = line.needed("order", "the number of the order")
    if not re.fullmatch(_NUMBER, cell):
        raise line.wrong("order", "is no number of an order: write it as the channel shows it, and nothing beside")
    number = "".join(unicodedata.normalize("NFKC", cell).translate(_DASHES).split()).upper().rstrip(".")
    if shop.channel == "amazon" and (found := _AMAZON.fullmatch(number.lstrip("#:"))):
        return "-".join(found.groups())
    return number


FORMAT = Format(
    resource="sheets.given",
    title="Order numbers that customers gave (own sheet)",
    recognise=fits,
    rows=rows,
    personal=Personal(
        columns=frozenset(name for names in (*_PERSONAL.values(), REMARKS) for name in names),
        unless=dict.fromkeys(_ORDER, _NUMBER),
    ),
    any_store=True,
    buyers=buyers,
)
