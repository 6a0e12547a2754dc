"""Several answers loaded at once leave what they would leave one after the other."""

import copy
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.adapters import format_of
from channels.core.errors import Refused
from channels.load import load
from channels.models import Charge, Order, OrderItem, RawPage, Store, UnreadableLine, Visit
from channels.receive import Arrived, archive
from channels.together import load_together
from tests.making import make_company, make_store

SAMPLES = Path(__file__).parents[2] / "channels/adapters/shopify/samples"
ANSWER = json.loads((SAMPLES / "api_orders.json").read_text())
NODES = ANSWER["data"]["orders"]["nodes"]
AT = datetime(2026, 9, 1, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def order(number: int, updated: str, node: dict[str, Any] = NODES[0], **changes: Any) -> dict[str, Any]:
    gid = f"gid://shopify/Order/{number}"
    given = {"id": gid, "legacyResourceId": str(number), "name": f"#{number}", "updatedAt": f"{updated}T00:00:00Z"}
    return {**copy.deepcopy(node), **given, **changes}


def pages(store: Store, *told: list[dict[str, Any]]) -> list[RawPage]:
    answers = []
    for nodes in told:
        answer = copy.deepcopy(ANSWER)
        answer["data"]["orders"]["nodes"] = nodes
        answers.append(json.dumps(answer).encode())
    form = format_of("shopify.api_orders")
    arrived = [
        Arrived(store.company, store, form, io.BytesIO(body), f"page {number}", AT + timedelta(seconds=number))
        for number, body in enumerate(answers)
    ]
    return [received.page for received in archive(arrived)]


def shop(name: str) -> Store:
    return make_store(make_company(name), f"{name} shop", channel="shopify")


def facts(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Every column of every fact, but for numbers that the database gives; pages by name."""
    found: dict[str, list[dict[str, Any]]] = {}
    for model in (Order, Charge, Visit):
        rows = model._default_manager.filter(store=store).order_by("resource" if model is Charge else "pk", "pk")
        found[model.__name__] = [
            {**row, "id": 0, "store_id": 0, "page_id": RawPage.objects.get(pk=row["page_id"]).name}
            for row in rows.values()
        ]
        found[model.__name__].sort(key=lambda row: row.get("key") or row["ref"])
    items = OrderItem.objects.filter(order__store=store).order_by("order__ref", "key")
    found["OrderItem"] = [{**row} for row in items.values("order__ref", "key", "sku", "title", "quantity", "listing")]
    lines = UnreadableLine.objects.filter(page__store=store).order_by("page__name", "place")
    found["UnreadableLine"] = [{**row} for row in lines.values("page__name", "place", "reason", "excerpt")]
    here = RawPage.objects.filter(store=store).order_by("pk")
    found["RawPage"] = [{**row} for row in here.values("name", "state", "load", "conflict", "summary")]
    return found


def test_answers_at_once_leave_what_they_leave_one_by_one() -> None:
    less = order(2, "2026-09-03")
    less["lineItems"]["nodes"] = less["lineItems"]["nodes"][:1]
    told: tuple[list[dict[str, Any]], ...] = (
        [order(1, "2026-09-02"), order(2, "2026-09-02")],
        [order(number, "2026-09-02", node) for number, node in enumerate(NODES, 10)],
        [],
        [order(3, "2026-09-02"), order(4, "2026-09-02", currencyCode=7)],
        [less],
        [order(1, "2026-09-01", displayFinancialStatus="PENDING")],
        [order(5, "2026-09-02")],
    )
    before = [order(5, "2026-09-01"), order(6, "2026-09-01")]
    left, right = shop("Left"), shop("Right")
    for store in (left, right):
        load(pages(store, before)[0])
    tally = load_together(pages(left, *told))
    for page in pages(right, *told):
        load(page)
    assert facts(left) == facts(right)
    assert tally.rows["orders"] == 5 + len(NODES) + 1
    assert tally.unreadable == 1


def test_pages_that_are_loaded_stay_as_they_are_and_one_that_came_twice_counts_once() -> None:
    store = shop("Left")
    first, second = pages(store, [order(1, "2026-09-02")], [order(2, "2026-09-02")])
    load(first)
    assert load_together([first, second, second]).rows["orders"] == 1
    assert list(RawPage.objects.order_by("pk").values_list("load", flat=True)) == [1, 2]


def test_nothing_is_loaded_where_one_of_them_is_refused() -> None:
    store = shop("Left")
    [good] = pages(store, [order(1, "2026-09-02")])
    body = json.dumps({"data": {"orders": None}}).encode()
    form = format_of("shopify.api_orders")
    [bad] = [one.page for one in archive([Arrived(store.company, store, form, io.BytesIO(body), "bad", AT)])]
    with pytest.raises(Refused, match="no page of orders"):
        load_together([good, bad])
    assert Order.objects.count() == 0
    assert set(RawPage.objects.values_list("state", flat=True)) == {"pending"}


def test_the_same_answer_twice_is_one_page_and_one_of_another_store_is_its_own() -> None:
    store = shop("Left")
    other = make_store(store.company, "Right shop", channel="shopify")
    form, body = format_of("shopify.api_orders"), json.dumps(ANSWER).encode()
    [known] = archive([Arrived(store.company, store, form, io.BytesIO(body), "known", AT)])
    found = archive([
        Arrived(store.company, store, form, io.BytesIO(body), "a", AT),
        Arrived(store.company, other, form, io.BytesIO(body), "b", AT),
        Arrived(store.company, other, form, io.BytesIO(body), "c", AT),
    ])  # fmt: skip
    assert [(one.page.name, one.known) for one in found] == [("known", True), ("b", False), ("b", False)]
    assert known.page.vault.exists()
