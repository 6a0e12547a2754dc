# ruff: noqa: E402 - Django is set up before its models are imported
"""Plumbline pulls the pages of shopify_pages.py into PostgreSQL, all the way that a schedule would.

    .venv/bin/python tests/benchmarks/pull_shopify.py '{"address": …, "database": …, "folder": …, …}'

It asks for the buyers' fields, so they are cut out of every page and sealed in the vault.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
JOB = json.loads(sys.argv[1]) if __name__ == "__main__" else {}
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["PLUMBLINE_ALLOW_LOOPBACK_ENDPOINTS"] = "true"
os.environ["PLUMBLINE_CLOCK"] = JOB.get("clock", "")

import django
from django.conf import settings

django.setup()

from django.db import connection

from channels import windows
from channels.adapters.shopify import (
    chains,  # noqa: F401 - imported before the clock starts, as is all that is imported late
    client,  # noqa: F401
)
from channels.core.clock import SharedClock
from channels.core.transport import Resource
from channels.models import Company, Order, Store, SyncWindow
from channels.pull import pull


def main() -> None:
    connection.settings_dict["NAME"] = JOB["database"]
    settings.STORAGES["pages"]["OPTIONS"]["location"] = JOB["folder"]
    store = Store(
        company=Company.objects.create(name="Bench", base_currency="USD"), name="Bench", channel="shopify",
        marketplace="harborandleaf.myshopify.com", currency="USD", endpoint=JOB["address"],
        credentials={"shop": "harborandleaf.myshopify.com", "access_token": "bench", "personal": "yes"},
    )  # fmt: skip
    store.save()
    connection.close()
    said = {"seconds": seconds(lambda: pulled(store)), **state()}
    said["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    said["cpu"] = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    print(json.dumps(said))


def by_pages(store: Store) -> Resource:
    """Orders by pages only, of a day each; a bulk file would be the cheaper route for days that are past."""
    found = windows.resource_of(store, "shopify.orders")
    day = timedelta(days=1)
    return replace(found, routes=tuple(replace(one, longest=day) for one in found.routes if one.name == "pages"))


def pulled(store: Store) -> None:
    resource = by_pages(store)
    windows.open_windows(store, resource, since=datetime.fromisoformat(JOB["since"]))
    pull(store, resource, seconds=JOB.get("limit", 3_600))


def state() -> dict[str, object]:
    green = SyncWindow.objects.filter(state=SyncWindow.State.GREEN).count()
    reasons = list(SyncWindow.objects.exclude(reason="").values_list("reason", flat=True)[:3])
    return {"orders": Order.objects.count(), "windows": SyncWindow.objects.count(), "green": green, "reasons": reasons}


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
