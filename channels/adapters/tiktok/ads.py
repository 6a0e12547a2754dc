"""The TikTok Ads Manager's report, CSV or XLSX: campaigns, ad groups or ads, by day; totals stand at the end."""

from collections.abc import Iterator

from channels.core.adapter import Format
from channels.core.exports import Columns, spend_rows
from channels.core.rows import Page, Row, Shop

COLUMNS = Columns(
    campaign=("Campaign name", "推广系列名称", "推广系列"),
    spend=("Cost", "Total cost", "消耗", "总消耗", "花费"),
    impressions=("Impressions", "Impression", "展示量", "展示数", "曝光量"),
    clicks=("Clicks (destination)", "Clicks (all)", "Clicks", "Click", "点击量（目标页面）", "点击量", "点击数"),
    orders=("Purchases", "Complete payment", "Conversions", "购买次数", "完成付款", "转化量", "转化数"),
    sales=("Purchase value", "Complete payment value", "Total purchase value", "购买价值", "完成付款价值"),
    currency=("Currency", "货币", "币种"),
    account=("Account name", "Advertiser name", "账户名称", "广告主名称"),
    day=("By Day", "Date", "Day", "按天", "日期"),
)  # fmt: skip


def rows(page: Page, _shop: Shop) -> Iterator[Row]:
    yield from spend_rows(page, COLUMNS)


FORMAT = Format("tiktok.ads", "TikTok Ads campaigns", COLUMNS.fits, rows, billed_elsewhere=True)
