"""The published vector of cost methods, from a stock sheet and a settlement to the comparison."""

from decimal import Decimal

import pytest
from django.db.models import Sum

from reconciliation.models import LedgerEntry
from reconciliation.post import post
from reports.costs import ProductCosts, compare_costs
from tests.making import line, make_company, make_store, settlement, take_in

pytestmark = pytest.mark.django_db

STOCK = b"""product,type,quantity,date,unit cost,currency
A,opening,10,2026-06-01,10.00,USD
A,receipt,5,2026-06-10,9.00,USD
A,receipt,10,2026-06-20,11.00,USD
"""


def sold(units: int, day: int) -> dict[str, str]:
    posted = f"2026-06-{day:02} 08:14:22 UTC"
    return line("50.00", quantity_purchased=str(units), posted_date=posted[:10], posted_date_time=posted)


def test_methods_stand_side_by_side_and_the_companys_own_posts() -> None:
    store = make_store(make_company())
    take_in(store, STOCK)
    take_in(store, settlement(sold(2, 5), sold(5, 15), sold(6, 25), total="150.00"))
    post(store.company)
    assert compare_costs(store.company) == [
        ProductCosts(
            product="A",
            units=13,
            missing=Decimal(0),
            cogs={
                "fifo": Decimal("127.00"),
                "moving_average": Decimal("130.38"),
                "month_end_average": Decimal("132.60"),
            },
            ending={
                "fifo": Decimal("128.00"),
                "moving_average": Decimal("124.62"),
                "month_end_average": Decimal("122.40"),
            },
        )
    ]
    posted = LedgerEntry.objects.filter(kind="cogs").aggregate(total=Sum("base_amount"))
    assert posted == {"total": Decimal("-127.00")}
