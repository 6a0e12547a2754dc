"""A small seller of services whose leads, advertising and orders are known: cheap leads that buy little, and dear ones."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from channels.core.kinds import Phase
from channels.core.rows import AdSpendRow, LeadRow, OrderRow, Row
from channels.load import load_rows
from channels.models import AdSpend, Company, RawPage, Store
from reconciliation.post import post
from tests.making import make_company, make_store
from tests.reports.selling import at, goods, order, week

WEEKS = 40
PRICE, CONTRIBUTION, TOLD = 200, 193, 250  # of an order in the books, less its fee and cost; in the CRM
GOOGLE, META, TIKTOK = 60, 20, 5  # dollars a week
NETWORKS = {"Consulting": ("google.ads", GOOGLE), "Free guide": ("meta.ads", META), "Dance": ("tiktok.ads", TIKTOK)}
DEAR, CHEAP = 6, 20  # leads a week; of the first one is won each week, of the second one in ten weeks


def make_led(weeks: int = WEEKS, **changes: Any) -> Company:
    """Every lead is decided on the tenth day; one from a referral comes each week. ``changes`` are of every lead."""
    company = make_company()
    store = make_store(company, "Maple shopify", channel="shopify", ads_by_card=True)
    load_rows(store, goods(), "goods", at(week(200)))
    advertise(store, weeks)
    leads = (replace(row, **changes) if isinstance(row, LeadRow) else row for row in told(weeks))
    load_rows(store, leads, "leads", at(week(200)))
    post(company)
    return company


def advertise(store: Store, weeks: int) -> None:
    """On the Wednesday of each week, as reports of three networks tell."""
    for campaign, (resource, dollars) in NETWORKS.items():
        days = [week(number) + timedelta(days=2) for number in range(weeks)]
        told = (
            AdSpendRow(f"{campaign}{day}", day, day, "USD", Decimal(dollars), 1, campaign=campaign, clicks=9)
            for day in days
        )
        name = f"{resource} {store.name}"
        load_rows(store, told, name, at(week(200)))
        RawPage.objects.filter(name=name).update(resource=resource)
        AdSpend.objects.filter(store=store, campaign=campaign).update(resource=resource)


def told(weeks: int) -> Iterator[Row]:
    """The first row of a lead that is won is its order."""
    until = at(week(weeks)) + timedelta(hours=1)
    yield LeadRow("last", 1, until, source="Referral", bot=False)
    for number in range(weeks):
        for n in range(DEAR):
            yield from lead(f"G{number}-{n}", number, until, n == 1, n < 2, source="Google", medium="cpc")
        for n in range(CHEAP):
            won = n == 1 and number % 10 == 0
            yield from lead(f"M{number}-{n}", number, until, won, won, source="Facebook", campaign="FREE GUIDE")
        yield from lead(f"R{number}", number, until, False, False, source="Referral")


def lead(key: str, number: int, until: datetime, won: bool, qualified: bool, **given: Any) -> Iterator[Row]:
    """It comes on the Tuesday; what is to come after ``until`` is not told."""
    created = at(week(number)) + timedelta(days=1)
    decided = created + timedelta(days=10)
    sold = won and decided <= until
    rows = list(order(decided.date(), price=PRICE)) if sold else []
    yield from rows
    ref = next((row.ref for row in rows if isinstance(row, OrderRow)), "")
    stage = Phase.WON if sold else Phase.LOST if decided <= until else Phase.LEAD
    third = created + timedelta(days=3)
    yield LeadRow(
        key, 1, created, stage, qualified_at=third if qualified and third <= until else None,
        won_at=decided if sold else None, lost_at=decided if stage is Phase.LOST else None,
        value=Decimal(TOLD) if sold else None, currency="USD" if sold else "", order=ref, bot=False, **given,
    )  # fmt: skip
