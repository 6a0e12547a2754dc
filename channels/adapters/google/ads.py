"""Campaign performance as Google Ads exports it, CSV (comma, or UTF-16 with tabs) or XLSX.

https://support.google.com/google-ads/answer/2404176: a title and the period stand above the header, totals at the end.
"""

from collections.abc import Iterator

from channels.core.adapter import Format
from channels.core.exports import Columns, spend_rows
from channels.core.rows import Page, Row, Shop

COLUMNS = Columns(
    campaign=("Campaign", "广告系列"),
    spend=("Cost", "费用", "Cost (Converted currency)"),
    impressions=("Impr.", "Impressions", "展示次数", "展示"),
    clicks=("Clicks", "点击次数", "点击"),
    orders=("Conversions", "转化次数", "转化"),
    sales=("Conv. value", "Conversion value", "Total conv. value", "转化价值"),
    currency=("Currency code", "Currency", "货币代码", "货币"),
    account=("Account name", "Account", "账号名称", "帐号名称", "帐号", "账号"),
    day=("Day", "Date", "日期", "日", "天"),
    week=("Week", "周"),
    month=("Month", "月", "月份"),
    # Rows of keywords and terms leave out what a campaign spends elsewhere.
    others=("Search keyword", "Keyword", "Search term", "搜索关键字", "关键字", "搜索字词"),
)


def rows(page: Page, _shop: Shop) -> Iterator[Row]:
    yield from spend_rows(page, COLUMNS)


FORMAT = Format("google.ads", "Google Ads campaigns", COLUMNS.fits, rows, billed_elsewhere=True)
