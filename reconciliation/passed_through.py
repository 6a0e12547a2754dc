"""What part of each channel's orders and contribution passed through brand search, by month or week, with its bounds.

Passed through, not caused by: who searches for a brand may have known it before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from channels.models import Company
from reconciliation.exposure.share import Cell, share
from reconciliation.models import BrandShare, Lexicon

REASONS = {
    "no_search_data": _("The channel tells nothing of searches: any part of its orders may have passed through one."),
    "no_weeks": _("The reports are of months or quarters, not of weeks: orders cannot be held against them."),
    "suppressed": _("There is no report for some weeks: their orders are unknown and counted both ways."),
    "uncovered": _("Orders of products that the report does not list are unknown and counted both ways."),
    "exceeding": _("The report counts more purchases than the ledger has orders; what is beyond them is left out."),
    "no_visits": _("Orders whose visits are not known are counted both ways."),
    "withheld": _("Search engines do not tell what was searched: such visits are counted both ways."),
    "money_unknown": _("The contribution leaves out orders whose cost or exchange rate is not known."),
}


@dataclass(frozen=True, slots=True)
class Passed:
    """Whole weeks (from Sunday) that begin in the month. Shares are of 1; None is "cannot be told".

    ``share`` is brand's part of the orders or purchases whose searches are told, held within the bounds; ``low`` and
    ``high`` are of all the ledger's orders, those of which nothing is known counted as not having passed through brand
    search and as having.
    """

    company: str
    channel: str
    market: str
    period: date
    starts_on: date
    ends_on: date
    weeks: int
    lexicon: int
    orders: int
    covered: int
    share: float | None
    low: float | None
    high: float | None
    product_coverage: float | None
    currency: str
    contribution: Decimal | None
    contribution_low: Decimal | None
    contribution_high: Decimal | None
    reasons: tuple[str, ...]


def passed_through(company: Company, lexicon: Lexicon, by: str = "month") -> list[Passed]:
    """By channel, market and month (or week), the earliest first; by channel, one each, its markets and weeks together.

    A channel as a whole has no market, and its period is that of all weeks.
    """
    groups: dict[tuple[str, str, date], list[BrandShare]] = {}
    rows = list(
        BrandShare.objects.filter(lexicon=lexicon, company=company).select_related("store").order_by("starts_on")
    )
    for row in rows:
        groups.setdefault(_group(row, by, rows[0].starts_on), []).append(row)
    return [_passed(company, lexicon, *key, rows) for key, rows in sorted(groups.items())]


def _group(row: BrandShare, by: str, first: date) -> tuple[str, str, date]:
    if by == "channel":
        return row.store.channel, "", first
    return row.store.channel, row.market, row.starts_on.replace(day=1) if by == "month" else row.starts_on


def _passed(
    company: Company, lexicon: Lexicon, channel: str, market: str, period: date, rows: list[BrandShare]
) -> Passed:
    found = share(_cell(row) for row in rows)
    by_product = any(row.products is not None for row in rows)
    reasons = {reason for row in rows for reason in row.reasons}
    return Passed(
        company=company.name, channel=channel, market=market, period=period,
        starts_on=min(row.starts_on for row in rows), ends_on=max(row.ends_on for row in rows),
        weeks=len({row.starts_on for row in rows}), lexicon=lexicon.number,
        orders=found.orders, covered=sum(row.covered for row in rows), share=_told(rows, found.low, found.high),
        low=_short(found.low), high=_short(found.high),
        product_coverage=_short(found.product_coverage) if by_product else None, currency=company.base_currency,
        contribution=_total(row.contribution for row in rows),
        contribution_low=_total(row.contribution_low for row in rows),
        contribution_high=_total(row.contribution_high for row in rows),
        reasons=tuple(one for one in REASONS if one in reasons),
    )  # fmt: skip


def _cell(row: BrandShare) -> Cell:
    if not {"no_search_data", "no_weeks", "suppressed"}.isdisjoint(row.reasons):
        return Cell(row.orders)
    return Cell(row.orders, brand=row.low, non_brand=row.orders - row.high, unknown=0, in_report=row.covered)


def _told(rows: list[BrandShare], low: float | None, high: float | None) -> float | None:
    brand, other = sum(row.brand or 0 for row in rows), sum(row.non_brand or 0 for row in rows)
    if not brand + other or low is None or high is None:
        return None
    return _short(min(max(brand / (brand + other), low), high))


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _total(values: Iterator[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None
