"""A small seller whose figures are known: an own shop with known buyers, a marketplace without, and advertising."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from channels.core.rows import AdSpendRow, OrderRow, Row
from channels.load import load_rows
from channels.models import Company, Store
from reconciliation.models import Account, BuyerSignal, Customer, QueryClass
from reconciliation.post import post
from tests.making import NOON, make_company, make_store
from tests.reconciliation.searching import lexicon
from tests.reports.selling import at, goods, order, week

WEEKS = 120
NEW = 4  # customers of the own shop a week; each comes again 70 days later
SOLD = 5  # on the marketplace a week
Terms = dict[str, tuple[int, int]]  # search term → dollars and orders a week
SPENT = {"mapleton tea": (6, 3), "green tea": (10, 2), "": (4, 0)}
OWN = {"": (8, 0)}


def make_steered(weeks: int = WEEKS, own_terms: Terms = OWN, terms: Terms = SPENT) -> Company:
    """Orders of 20.00 that bring 13.00; the marketplace spends 20.00 a week and the own shop 8.00."""
    company = make_company()
    own = make_store(company, "Maple shopify", channel="shopify", ads_by_card=True)
    there = make_store(company, "Maple amazon", channel="amazon", ads_by_card=True)
    load_rows(own, [*goods(), *customers(own, weeks), *spent(weeks, own_terms)], "own", at(week(200)))
    load_rows(there, [*goods(), *sold(weeks), *spent(weeks, terms)], "there", at(week(200)))
    words = lexicon(company)
    words.used_at = NOON
    words.save()
    for query, verdict in (("mapleton tea", "brand"), ("green tea", "non_brand")):
        QueryClass.objects.create(lexicon=words, query=query, verdict=verdict)
    post(company)
    return company


def customers(store: Store, weeks: int) -> Iterator[Row]:
    for number in range(weeks * NEW):
        first = week(number // NEW) + timedelta(days=number % NEW * 2)
        days = [day for day in (first, first + timedelta(days=70)) if day < week(weeks)]
        rows = [row for day in days for row in order(day)]
        orders = [row for row in rows if isinstance(row, OrderRow)]
        person = Customer.objects.create(company=store.company)
        Account.objects.create(
            company=store.company, store=store, key=number + 1, channel=store.channel, country="US", known_buyer=True,
            orders=len(orders), first_at=orders[0].ordered_at, last_at=orders[-1].ordered_at, customer=person,
        )  # fmt: skip
        BuyerSignal.objects.bulk_create(
            BuyerSignal(store=store, order_ref=one.ref, account=number + 1, key_version=1, obtained_at=one.ordered_at,
                        expires_on=week(300)) for one in orders
        )  # fmt: skip
        yield from rows


def sold(weeks: int) -> Iterator[Row]:
    for number in range(weeks):
        for n in range(SOLD):
            yield from order(week(number) + timedelta(days=n + (n > 3) * 2))


def spent(weeks: int, terms: Terms) -> Iterator[Row]:
    """On the Wednesday of each week."""
    for number in range(weeks):
        for place, (term, (dollars, orders)) in enumerate(terms.items()):
            day = week(number) + timedelta(days=2)
            yield AdSpendRow(
                f"{number}|{term}", day, day, "USD", Decimal(dollars), place + 1, campaign="Tea", search_term=term,
                impressions=1000 * dollars, clicks=10 * dollars, orders=orders, sales=Decimal(20 * orders),
            )  # fmt: skip
