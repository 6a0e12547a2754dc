# ruff: noqa: E402 - Django is set up before its models are imported
"""Plumbline pulls the pages of shopify_pages.py into PostgreSQL, all the way that a schedule would.

    .venv/bin/python tests/benchmarks/pull_shopify.py '{"address": …, "database": …, "folder": …, …}'

It asks for the buyers' fields, so they are cut out of every page and sealed in the vault.
"""

import io
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

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
from channels.adapters import format_of
from channels.adapters.shopify import (
    chains,  # noqa: F401 - imported before the clock starts, as is all that is imported late
    client,  # noqa: F401
)
from channels.core.privacy import redact
from channels.core.reading import read_head
from channels.core.transport import Resource, Task
from channels.load import as_page
from channels.models import Company, Order, RawPage, Store, SyncWindow
from channels.pull import connect, pull
from channels.receive import opened


def main() -> None:
    connection.settings_dict["NAME"] = JOB["database"]
    pages: Any = settings.STORAGES["pages"]
    pages["OPTIONS"] = {"location": JOB["folder"], "base_url": None}
    store = Store(
        company=Company.objects.create(name="Bench", base_currency="USD"), name="Bench", channel="shopify",
        marketplace="harborandleaf.myshopify.com", currency="USD", endpoint=JOB["address"],
    )  # fmt: skip
    store.credentials = {"shop": "harborandleaf.myshopify.com", "access_token": "bench", "personal": "yes"}
    store.save()
    connection.close()
    said: dict[str, Any] = {"seconds": seconds(lambda: pulled(store)), **state()}
    said["steps"] = {"http": seconds(lambda: asked(store)), "redact": seconds(redacted), "parse": seconds(parsed)}
    said["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    said["cpu"] = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    print(json.dumps(said))


def by_pages(store: Store) -> Resource:
    """Orders by pages only, of a day each; a bulk file would be the cheaper route for days that are past."""
    found = windows.resource_of(store, "shopify.orders")
    day = timedelta(days=1)
    routes = tuple(replace(one, longest=day) for one in found.routes if one.name == "pages")
    return replace(found, routes=routes, lead=timedelta(0))


def pulled(store: Store) -> None:
    resource = by_pages(store)
    windows.open_windows(store, resource, since=datetime.fromisoformat(JOB["since"]))
    pull(store, resource, seconds=JOB.get("limit", 3_600), patience=1e9)


def asked(store: Store) -> None:
    """All requests once more, and nothing done with the answers."""
    source = windows.source_of(store)
    assert source is not None
    resource = by_pages(store)
    for window in SyncWindow.objects.filter(store=store).order_by("starts_at"):
        task = Task(resource.name, "pages", window.starts_at - resource.overlap, window.ends_at)
        for _ in source.pages(connect(store, source, 1e9), task):
            pass


def redacted() -> None:
    """All archived pages redacted once more; what is cut out by now is not there to be cut, the walk is the same."""
    for page in RawPage.objects.all():
        with opened(page) as stream:
            head = read_head(stream)
            stream.seek(0)
            for _ in redact(stream, head, format_of(page.resource).personal, io.BytesIO()):
                pass


def parsed() -> None:
    for page in RawPage.objects.all():
        archived, shop = as_page(page)
        for _ in format_of(page.resource).rows(archived, shop):
            pass


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
