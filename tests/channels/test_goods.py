"""Sheets of the seller: the newest word counts, what was typed in stays, nothing is half-written."""

from datetime import date
from decimal import Decimal

import pytest

from channels.core.errors import Refused
from channels.load import load, replay_facts
from channels.models import ExchangeRate, Sku, StockReceipt, UnitCost, UnreadableLine
from tests.making import NOON, arrive, make_company, make_store, take_in

pytestmark = pytest.mark.django_db


def skus() -> list[tuple[str | None, str, str]]:
    return list(Sku.objects.order_by("sku", "store__name").values_list("store__name", "sku", "product"))


def test_a_sheet_that_comes_again_changes_what_it_says() -> None:
    store = make_store()
    take_in(store, b"store,sku,product\n,A,TEA\nMaple US,A,SPECIAL\n,B,CUP\n")
    assert skus() == [("Maple US", "A", "SPECIAL"), (None, "A", "TEA"), (None, "B", "CUP")]
    page = take_in(store, b"store,sku,product\n,A,MATCHA\n")
    assert skus() == [("Maple US", "A", "SPECIAL"), (None, "A", "MATCHA"), (None, "B", "CUP")]
    assert Sku.objects.values_list("page", "place", "recorded_at").get(product="MATCHA") == (
        page.pk,
        2,
        page.recorded_at,
    )


def test_a_key_that_a_sheet_says_twice_is_listed() -> None:
    take_in(make_store(), b"product,cost,currency,from date\nTEA,1,USD,2026-01-01\nTEA,2,USD,2026-01-01\n")
    assert list(UnitCost.objects.values_list("product", "unit_cost", "place")) == [("TEA", Decimal(1), 2)]
    assert list(UnreadableLine.objects.values_list("place", flat=True)) == [3]


def test_a_store_that_is_not_there_is_listed() -> None:
    make_store(make_company("Birch"), "Birch US")
    take_in(make_store(), b"store,sku,product\nNowhere,A,TEA\nBirch US,B,CUP\n,C,POT\n")
    assert skus() == [(None, "C", "POT")]
    assert list(UnreadableLine.objects.values_list("place", "reason")) == [
        (2, "there is no store named 'Nowhere'; leave the cell empty for every store"),
        (3, "there is no store named 'Birch US'; leave the cell empty for every store"),
    ]


def test_what_was_typed_in_survives_a_replay_and_what_a_sheet_said_comes_back() -> None:
    store = make_store()
    Sku.objects.create(company=store.company, sku="typed", product="TEA", recorded_at=NOON)
    take_in(store, b"store,sku,product\n,A,TEA\n")
    take_in(store, b"date,base,quote,rate,source\n2026-07-31,USD,TWD,31.42,typed\n")
    before = [list(model.objects.order_by("pk").values()) for model in (Sku, ExchangeRate)]
    replay_facts(store.company.pk, lambda page: None)
    after = [list(model.objects.order_by("pk").values()) for model in (Sku, ExchangeRate)]
    assert [[{**row, "id": 0} for row in rows] for rows in after] == [
        [{**row, "id": 0} for row in rows] for rows in before
    ]


@pytest.mark.parametrize(
    ("sheet", "places"),
    [
        ("store,sku,product\n,{long},TEA\n,B,=1+1\n,C,CUP\n", [2, 3]),
        ("product,cost,currency,from date\nA,1e40,USD,2026-01-01\nB,NaN,USD,2026-01-01\nC,1,USD,2026-01-01\n", [2, 3]),
        ("product,cost,currency,from date\nA,1,USD,0001-01-01\nB,1,USD,9999-12-31\nC,1,USD,2026-01-01\n", [2, 3]),
        ("product,cost,currency,from date\nA,1,DOLLARS,2026-01-01\nB,1,,2026-01-01\nC,1,USD,2026-01-01\n", [2, 3]),
        ("date,base,quote,rate,source\n2026-07-31,USD,TWD,0,x\n2026-07-31,USD,TWD,1e20,x\n2026-07-31,USD,TWD,3,x\n", [2, 3]),
        ("product,quantity,date,unit cost,currency\nA,1e30,2026-01-01,1,USD\nB,1,2026-01-01,1e30,USD\nC,1,2026-01-01,1,USD\n", [2, 3]),
    ],
    ids=["skus", "costs", "dates", "currencies", "rates", "stock"],
)  # fmt: skip
def test_rows_beyond_belief_are_listed_and_the_others_are_read(sheet: str, places: list[int]) -> None:
    take_in(make_store(), sheet.format(long="x" * 151).encode())
    assert list(UnreadableLine.objects.order_by("place").values_list("place", flat=True)) == places
    assert [model.objects.count() for model in (Sku, UnitCost, ExchangeRate, StockReceipt)].count(1) == 1


def test_text_that_cannot_be_kept_refuses_the_sheet_whole() -> None:
    page = arrive(make_store(), "store,sku,product\n,A,TEA\n,B,CU\0P\n".encode("utf-16")).page
    with pytest.raises(Refused, match="a value in it cannot be kept: "):
        load(page)
    assert not Sku.objects.exists()


def test_landed_cost_is_kept_by_component() -> None:
    take_in(make_store(), b"product,quantity,date,unit cost,currency,freight,duty\nTEA,10,2026-01-01,2,USD,0.50,0.25\n")
    row = StockReceipt.objects.get()
    assert (row.received_on, row.quantity, row.unit_cost, row.landed) == (
        date(2026, 1, 1), Decimal(10), Decimal(2), {"freight": "0.50", "duty": "0.25"},
    )  # fmt: skip
