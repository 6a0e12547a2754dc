"""What tests of brand search are made of: statistics, ads, visits and ledger orders, straight into the tables."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from channels.models import AdSpend, Company, Order, OrderItem, RawPage, SearchStat, Store, Visit
from reconciliation.exposure.lexicon import Term
from reconciliation.lexicons import make_version
from reconciliation.models import LedgerEntry, Lexicon
from tests.making import NOON

SUNDAY = date(2026, 8, 16)
SATURDAY = SUNDAY + timedelta(days=6)
WEEK = timedelta(days=7)


def lexicon(company: Company, *texts: str) -> Lexicon:
    return make_version(company, [Term(text, "brand") for text in texts or ("Mapleton",)])


def page_of(store: Store, number: int = 1) -> RawPage:
    """A loaded page that facts can point to; its load is the company's newest."""
    return RawPage.objects.create(
        company=store.company, store=store, resource="test", digest=f"{store.pk}-{number}", archived_digest="x", size=1,
        body="none", fetched_at=NOON, recorded_at=NOON, state=RawPage.State.LOADED, load=number,
    )  # fmt: skip


def _fact(page: RawPage, resource: str, place: int) -> dict[str, Any]:
    return {
        "store": page.store, "page": page, "place": place, "recorded_at": NOON, "load": page.load or 0,
        "resource": resource, "key": f"{page.pk}|{resource}|{place}",
    }  # fmt: skip


def searches(page: RawPage, rows: Iterable[dict[str, Any]], resource: str = "amazon.search") -> None:
    first = SearchStat.objects.count()
    SearchStat.objects.bulk_create(
        SearchStat(**_fact(page, resource, first + n), **({"starts_on": SUNDAY, "ends_on": SATURDAY} | row))
        for n, row in enumerate(rows)
    )


def ads(page: RawPage, rows: Iterable[dict[str, Any]], resource: str = "amazon.ads") -> None:
    first = AdSpend.objects.count()
    given = {"starts_on": SUNDAY, "ends_on": SUNDAY, "currency": "USD", "spend": Decimal(1)}
    AdSpend.objects.bulk_create(
        AdSpend(**_fact(page, resource, first + n), **(given | row)) for n, row in enumerate(rows)
    )


def order(
    page: RawPage, ref: str, *skus: str, on: date = SUNDAY, margin: str = "10", country: str = "US", **given: Any
) -> Order:
    """An order in the ledger with a line for each SKU; its listings are B0 and the SKU. ``margin=""`` has no cost."""
    at = datetime.combine(on, time(12), UTC)
    fields = {key: value for key, value in _fact(page, "test.orders", 1).items() if key != "key"}
    one = Order.objects.create(**fields, ref=ref, currency="USD", ordered_at=at, country=country, **given)
    assert page.store is not None
    for place, sku in enumerate(skus, 1):
        OrderItem.objects.create(order=one, key=str(place), sku=sku, quantity=1, listing=f"B0{sku}")
        if one.cancelled:
            continue
        sale = Decimal(margin or "10") + 5
        for kind, amount in (("revenue", sale), ("cogs", Decimal(-5))) if margin else (("revenue", sale),):
            LedgerEntry.objects.create(
                company=page.company, paying_store=page.store, earning_store=page.store, source="test",
                key=f"{ref}/{place}/{kind}", stage="settled", kind=kind, label="x", order_ref=ref, sku=sku, quantity=1,
                amount=amount, currency="USD", base_amount=amount, ordered_on=on, posted_on=on, recorded_at=NOON,
            )  # fmt: skip
    return one


def visit(page: RawPage, ref: str, hours: float = 2, **given: Any) -> Visit:
    number = Visit.objects.count()
    at = datetime.combine(SUNDAY, time(12), UTC) - timedelta(hours=hours)
    return Visit.objects.create(
        **_fact(page, "shopify.orders", number), **({"order_ref": ref, "position": 1, "occurred_at": at} | given)
    )
