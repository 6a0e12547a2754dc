"""The Ads Manager's export, CSV or XLSX: campaigns, ad sets or ads, by day or for a whole period.

The spend's column has the currency of the ad account in its name.
"""

from collections.abc import Iterator

from channels.core.adapter import Format
from channels.core.exports import Columns, spend_rows
from channels.core.rows import Page, Row, Shop

COLUMNS = Columns(
    campaign=("Campaign name", "广告系列名称"),
    spend=("Amount spent", "已花费金额", "花费金额"),
    impressions=("Impressions", "展示次数"),
    clicks=("Clicks (all)", "Link clicks", "点击量（全部）", "点击量(全部)", "链接点击量"),
    orders=("Purchases", "Website purchases", "购物次数", "购物", "网站购物次数"),
    sales=(
        "Purchases conversion value", "Purchase conversion value", "Website purchases conversion value", "购物转化价值",
    ),
    currency=("Currency", "货币", "币种"),
    account=("Account name", "账户名称", "广告账户名称"),
    day=("Day", "Date", "日期", "单日", "天"),
    month=("Month", "月份", "月"),
    starts=("Reporting starts", "报告开始日期"),
    ends=("Reporting ends", "报告结束日期"),
)  # fmt: skip


def rows(page: Page, _shop: Shop) -> Iterator[Row]:
    yield from spend_rows(page, COLUMNS)


FORMAT = Format("meta.ads", "Meta Ads campaigns", COLUMNS.fits, rows, billed_elsewhere=True)
