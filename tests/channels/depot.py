"""A fourth channel for tests: its adapter is a folder of its own, found as any other; its vendor does what a test says.

``installed(path)`` writes the folder and lets the registry find it for the length of the block.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from channels import adapters as package
from channels.core.transport import Answer, Connection, Task
from channels.models import Store
from tests.making import make_company

Script = Callable[[Connection, Task], Iterator[Answer]]

ADAPTER = '''"""Depot: a made-up channel."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from channels.core.adapter import Adapter, Format, Personal
from channels.core.kinds import Kind, Role, Stage
from channels.core.reading import Head, load_json
from channels.core.rows import ChargeRow, OrderRow, Page, Row, Shop, Unreadable
from channels.core.transport import Answer, Connection, Credential, Rate, Resource, Route, Source, Task

CODE = "depot"
DAY = timedelta(days=1)


def recognise(head: Head) -> bool:
    return head.kind == "json" and isinstance(head.document, dict) and f"{CODE}_orders" in head.document


def rows(page: Page, shop: Shop) -> Iterator[Row]:
    with page.open() as stream:
        document = load_json(stream)
    for place, one in enumerate(document[f"{CODE}_orders"], 1):
        try:
            amount, at = Decimal(one["amount"]), datetime.fromisoformat(one["at"])
        except (TypeError, ValueError, ArithmeticError) as error:
            yield Unreadable(place, str(error))
            continue
        yield OrderRow(one["id"], shop.currency, one.get("status", "new"), at, place, updated_at=at)
        yield ChargeRow(
            f"{one['id']}/price", one["id"], Kind.REVENUE, "price", amount, shop.currency, place,
            role=Role.ESTIMATE, stage=Stage.EXPECTED, order=one["id"], posted_at=at,
        )


class Script:
    run = None


def pages(connection: Connection, task: Task) -> Iterator[Answer]:
    return Script.run(connection, task)


ADAPTER = Adapter(
    code=CODE,
    label=CODE.title(),
    formats=(
        Format(f"{CODE}.orders", f"{CODE.title()} orders", recognise, rows, Personal(paths=frozenset({"**.buyer"})),
               may_be_empty=True),
    ),
    source=Source(
        credentials=(Credential("key", "API key"),),
        resources=(
            Resource(
                f"{CODE}.orders", "Orders", every=timedelta(minutes=15),
                routes=(
                    Route("pages", 7 * DAY, lambda length, orders: {"list": max(1.0, orders / 2)}),
                    Route("report", 30 * DAY, lambda length, orders: {"report": 1.0}),
                ),
                depth=60 * DAY, overlap=timedelta(minutes=30), again=(2 * DAY,), keeps=90 * DAY,
                lifted_by="all",
            ),
        ),
        rates={"list": Rate(1.0, 10.0), "report": Rate(0.02, 5.0), "app": Rate(2.0, 4.0, shared=True)},
        pages=pages,
        application=lambda credentials: "app",
        seller=lambda credentials, shop: credentials.get("seller", ""),
    ),
)
'''


@contextmanager
def installed(path: Path, code: str = "depot") -> Iterator[ModuleType]:
    """The module of the new channel, known to the whole program inside the block."""
    folder = path / code
    (folder / "samples").mkdir(parents=True)
    (folder / "__init__.py").write_text(ADAPTER.replace('CODE = "depot"', f'CODE = "{code}"'))
    package.__path__.append(str(path))
    package.adapters.cache_clear()
    try:
        yield import_module(f"channels.adapters.{code}")
    finally:
        package.__path__.remove(str(path))
        package.adapters.cache_clear()
        sys.modules.pop(f"channels.adapters.{code}", None)


def make_depot(**given: Any) -> Store:
    """A store of the channel with its credentials, live since 1 September 2026."""
    fields = {"channel": "depot", "currency": "USD", "name": "Depot", "go_live": "2026-09-01"}
    company = given.pop("company", None) or make_company()
    credentials = {"key": "secret-depot-key"}
    store = Store.objects.create(company=company, **{**fields, **given, "credentials": credentials})
    store.refresh_from_db()
    return store


def orders(*ids: str, at: str = "2026-09-01T10:00:00+00:00", amount: str = "10.00", **more: Any) -> bytes:
    return json.dumps({"depot_orders": [{"id": one, "at": at, "amount": amount} for one in ids], **more}).encode()


def answer(body: bytes, **more: Any) -> Answer:
    return Answer("depot.orders", body, **{"records": body.count(b'"id"'), **more})


def chain(*steps: Answer | Exception) -> Script:
    """A vendor that gives these answers from the one after ``resume`` on, and raises what is an exception, once."""
    left = list(steps)

    def run(_: Connection, task: Task) -> Iterator[Answer]:
        at = int(task.resume or 0)
        while at < len(left):
            step = left[at]
            if isinstance(step, Exception):
                del left[at]
                raise step
            at += 1
            yield step

    return run
