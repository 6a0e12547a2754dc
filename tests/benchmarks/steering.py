# ruff: noqa: E402 - Django is set up before its models are imported; names are our own
"""What the reports of the role pages cost on a large ledger, beside one statement of contribution over the same.

    python tests/benchmarks/steering.py [orders]

Half of the orders are of an own shop whose buyers are known, half of a marketplace; each has five entries. Every second
order of the shop has three visits.
"""

import os
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import connection

from channels.models import Company, RawPage, Store
from reports.queries import Question, contribution
from reports.steering import ASKERS
from reports.weeks import books
from tests.making import make_company, make_store
from tests.reconciliation.searching import lexicon, page_of

DAYS = 728
BEGINS = "DATE '2024-01-01'"
KINDS = (("revenue", 20.0), ("commission", -3.0), ("fulfilment", -3.0), ("payment_fee", -0.5), ("cogs", -5.0))
_EMPTY = {"character": "''", "integer": "0", "smallint": "0", "bigint": "0", "numeric": "0", "boolean": "FALSE",
          "timestamp": "now()", "ARRAY": "'{}'"}  # fmt: skip


def insert(table: str, rows: str, /, **given: str) -> None:
    """Rows of a query with what is given by column; all else that must be there is empty."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'NO' "
            "AND column_default IS NULL AND is_identity = 'NO'",
            [table],
        )
        empty = {name: _EMPTY[kind.split()[0]] for name, kind in cursor.fetchall() if kind.split()[0] in _EMPTY}
        columns = empty | given
        cursor.execute(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} FROM {rows}")
        cursor.execute(f"ANALYZE {table}")


def fill(company: Company, shop: Store, market: Store, page: RawPage, orders: int) -> None:
    series = f"generate_series(1, {orders}) n"
    day = f"{BEGINS} + (n::bigint * {DAYS} / {orders + 1})::int"
    store = f"CASE WHEN n % 2 = 0 THEN {shop.pk} ELSE {market.pk} END"
    at = f"({day})::timestamp AT TIME ZONE 'UTC' + interval '12 hours'"
    fact = {"page_id": str(page.pk), "recorded_at": "now()", "place": "1"}
    insert(
        "channels_order",
        series,
        store_id=store,
        ref="'o' || n",
        ordered_at=at,
        currency="'USD'",
        country="'US'",
        **fact,
    )
    for kind, amount in KINDS:
        money = f"{amount} * (1 + n % 7 / 10.0)"
        insert(
            "reconciliation_ledgerentry", series, company_id=str(company.pk), earning_store_id=store,
            paying_store_id=store, kind=f"'{kind}'", source="'order'", key=f"'{kind}' || n", stage="'SETTLED'",
            order_ref="'o' || n", sku="'S' || n % 500", quantity="1" if kind in ("revenue", "cogs") else "0",
            amount=money, base_amount=money, currency="'USD'", ordered_on=day, posted_on=day, booked_on=day,
            recorded_at="now()", revision="1",
        )  # fmt: skip
    days = f"generate_series(1, {DAYS}) n"
    insert(
        "reconciliation_ledgerentry", f"{days}, (VALUES ({shop.pk}), ({market.pk})) s(id)", company_id=str(company.pk),
        earning_store_id="s.id", paying_store_id="s.id", kind="'advertising'", source="'ads'",
        key="'ad' || s.id || '.' || n", stage="'SETTLED'", amount="-900", base_amount="-900", currency="'USD'",
        posted_on=f"{BEGINS} + n - 1", booked_on=f"{BEGINS} + n - 1", recorded_at="now()", revision="1",
    )  # fmt: skip
    insert(
        "channels_adspend", f"{days}, generate_series(1, 40) c", store_id=str(shop.pk), resource="'google.campaigns'",
        key="n || '.' || c", starts_on=f"{BEGINS} + n - 1", ends_on=f"{BEGINS} + n - 1", currency="'USD'",
        spend="22.5", campaign="CASE WHEN c % 4 = 0 THEN 'Brand ' ELSE 'Generic ' END || c", impressions="900",
        clicks="20 + c % 5", orders="1", sales="20", **fact,
    )  # fmt: skip
    accounts = max(orders // 5, 1)
    insert(
        "reconciliation_account", f"generate_series(1, {accounts}) n", company_id=str(company.pk), channel="'shopify'",
        store_id=str(shop.pk), key="n", known_buyer="TRUE", country="'US'", orders="2",
        first_at=f"({BEGINS} + (n::bigint * {DAYS} / {accounts + 1})::int)::timestamp AT TIME ZONE 'UTC'",
        last_at="now()",
    )  # fmt: skip
    shops = f"generate_series(2, {orders}, 2) n"
    insert(
        "reconciliation_buyersignal", shops, store_id=str(shop.pk), order_ref="'o' || n", matching="TRUE",
        account=f"1 + (n::bigint * 7919) % {accounts}", key_version="1", obtained_at="now()", expires_on="'2099-01-01'",
    )  # fmt: skip
    insert(
        "channels_visit", f"generate_series(4, {orders}, 4) n, generate_series(1, 3) v", store_id=str(shop.pk),
        resource="'shopify.orders'", key="n || '.' || v", order_ref="'o' || n", position="v", visits="3",
        occurred_at=f"{at} - interval '1 day' * (3 - v)", is_first="v = 1", is_last="v = 3",
        utm_source="CASE n % 3 WHEN 0 THEN 'google' WHEN 1 THEN 'meta' ELSE '' END",
        utm_medium="CASE n % 3 WHEN 0 THEN 'cpc' WHEN 1 THEN 'paid_social' ELSE '' END",
        utm_campaign="CASE WHEN n % 3 < 2 THEN 'Generic ' || n % 40 ELSE '' END", **fact,
    )  # fmt: skip
    leads = f"generate_series(1, {max(orders // 50, 100)}) n"
    came = f"{BEGINS}::timestamp AT TIME ZONE 'UTC' + interval '1 hour' * (n::bigint * {DAYS * 24} / {max(orders // 50, 100)})"
    insert(
        "channels_lead", leads, store_id=str(shop.pk), resource="'crm.leads'", key="'l' || n", created_at=came,
        source="(ARRAY['google', 'facebook', 'email', 'fair'])[1 + n % 4]", medium="(ARRAY['cpc', 'paid social', 'email', ''])[1 + n % 4]",
        campaign="'Generic ' || n % 40", stage="CASE WHEN n % 10 = 0 THEN 'won' ELSE 'lead' END",
        qualified_at=f"CASE WHEN n % 3 = 0 THEN {came} + interval '5 days' END",
        won_at=f"CASE WHEN n % 10 = 0 THEN {came} + interval '20 days' END", value="CASE WHEN n % 10 = 0 THEN 200 END",
        currency="'USD'", consent="'unknown'", bot="n % 50 = 0", **fact,
    )  # fmt: skip
    insert(
        "channels_traffic", f"{days}, generate_series(1, 30) c", store_id=str(shop.pk), resource="'analytics.traffic'",
        key="n || '.' || c", starts_on=f"{BEGINS} + n - 1", ends_on=f"{BEGINS} + n - 1", level="'campaign'",
        source="'s' || c % 6", medium="'cpc'", campaign="'Generic ' || c", way="'paid'", sessions="200",
        engaged="120", key_events="6", currency="'USD'", **fact,
    )  # fmt: skip


def main(orders: int) -> None:
    connection.settings_dict["TEST"]["NAME"] = "bench_plumbline"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        company = make_company()
        shop = make_store(company, "Bench shop", channel="shopify")
        market = make_store(company, "Bench market", channel="amazon")
        lexicon(company)
        fill(company, shop, market, page_of(shop), orders)
        print(f"{orders:,} orders, {5 * orders + 2 * DAYS:,} entries, {orders // 4 * 3:,} visits")
        _measure(company)
    finally:
        connection.creation.destroy_test_db("plumbline", verbosity=0)


def _measure(company: Company) -> None:
    beside = _timed("one statement of contribution", lambda: contribution(Question(company.pk)), None)
    begun = time.perf_counter()
    of = books(company)
    print(f"{'weekly books':<32}{time.perf_counter() - begun:8.1f} s")
    for ask in ASKERS:
        _timed(ask.__name__, lambda: (question := ask(company, of)) and question.ask(), beside)  # noqa: B023
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


def _timed(name: str, work: object, beside: float | None) -> float:
    begun, processor = time.perf_counter(), time.process_time()
    assert callable(work)
    work()
    took = time.perf_counter() - begun
    ratio = f"{took / beside:8.2f} ×" if beside else ""
    print(f"{name:<32}{took:8.1f} s{time.process_time() - processor:8.1f} s here{ratio}")
    return took


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
