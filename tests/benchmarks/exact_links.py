# ruff: noqa: E402 - Django is set up before its models are imported
"""What recognising buyers adds to loading their orders: tokens, accounts and exact links by index, as a share of it.

    python tests/benchmarks/exact_links.py [orders a file] [files]

Every file is an orders export of made-up people; what it adds is measured against the same file's arrival and load,
with those before it resident.
"""

import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.db import connection

from channels.models import Company, Store
from reconciliation import accounts, gather
from reconciliation.exact import link_exactly
from reconciliation.identity.signals import Buyer
from tests.making import shopify_orders, take_in
from tests.population.population import population

TODAY = date(2026, 9, 2)


def main(orders: int, files: int) -> None:
    connection.settings_dict["TEST"]["NAME"] = "bench_plumbline"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        _measure(orders, files)
    finally:
        connection.creation.destroy_test_db("plumbline", verbosity=0)


def _measure(orders: int, files: int) -> None:
    company = Company.objects.create(name="Bench", base_currency="USD")
    store = Store.objects.create(
        company=company, name="Bench", channel="shopify", marketplace="bench.myshopify.com", currency="USD"
    )
    shown = (row.buyer for row in population(4 * orders * files, seed=7) if row.channel == "shopify")
    spent: dict[str, float] = dict.fromkeys(("load", "tokens", "accounts", "exact links"), 0.0)
    done = 0
    for number in range(files):
        body = shopify_orders(*map(_order, range(number * orders, (number + 1) * orders), islice(shown, orders)))
        page = _timed(spent, "load", lambda: take_in(store, body, f"{number}.csv"))  # noqa: B023
        found = _timed(spent, "tokens", lambda: gather.gather(company, page.load - 1, TODAY))  # noqa: B023
        _timed(spent, "accounts", lambda: accounts.refresh(company, found.accounts))  # noqa: B023
        _timed(spent, "exact links", lambda: link_exactly(company, found.accounts, datetime.now(UTC)))  # noqa: B023
        done += found.signals
    print(f"{done:,} orders in {files} files; load average {os.getloadavg()[0]:.1f}")
    for step, seconds in spent.items():
        print(f"{step:<12}{seconds:>8.2f} s {seconds / done * 1e6:>8.0f} µs an order {seconds / spent['load']:>7.1%}")


def _timed(spent: dict[str, float], step: str, what: Callable[[], Any]) -> Any:
    started = time.perf_counter()
    found = what()
    spent[step] += time.perf_counter() - started
    return found


def _order(number: int, buyer: Buyer) -> dict[str, str]:
    where = {
        f"{whose} {what}": value
        for whose in ("Billing", "Shipping")
        for what, value in {
            "Name": buyer.name, "Address1": buyer.street, "City": buyer.city, "Zip": buyer.postcode,
            "Province": buyer.state, "Country": buyer.country, "Phone": buyer.phone,
        }.items()
    }  # fmt: skip
    return {"Name": f"#{10_000 + number}", "Email": buyer.email, **where}


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    main(*given, *(4_000, 5)[len(given) :])
