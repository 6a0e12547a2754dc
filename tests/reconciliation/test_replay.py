"""Everything derived can be dropped and built again from the archive, and ends the same."""

import gzip
import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from django.core.management import call_command
from django.db import connection, transaction

import channels.adapters
from channels.load import accept, discard
from channels.models import Charge, Company, Payout, RawPage, Store, VaultEntry
from reconciliation.models import Discrepancy, LedgerEntry
from reconciliation.post import post
from reconciliation.replay import replay
from reconciliation.settle import settle
from reports.digest import digests
from tests.making import SHARED, line, make_company, make_store, orders, settlement, take_in, wallet

pytestmark = pytest.mark.django_db
SAMPLES = Path(channels.adapters.__file__).parent
REAL = SHARED / "amazon" / "files"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="the real settlements are kept outside the repository")

Item = tuple[str, bytes]  # name of the store, content


def derived() -> list[tuple[str, int, str]]:
    return list(digests())


def bring_up(company: Company) -> None:
    post(company)
    settle(company)


def same_after_replay(company: Company) -> None:
    before = derived()
    replay(company)
    assert derived() == before


def make_brand() -> Company:
    """A brand with a store on each channel, whose files are the adapters' samples."""
    company = make_company("Harbor & Leaf", "CNY")
    make_store(company, "Amazon", currency="EUR", timezone="Europe/Berlin")
    make_store(company, "Shopee", channel="shopee", currency="TWD", timezone="Asia/Taipei")
    make_store(company, "Shopee abroad", channel="shopee", currency="USD", timezone="Asia/Manila", cross_border=True)
    for name in ("Shopify", "Shopify API"):  # two routes of the same money
        make_store(company, name, channel="shopify", currency="EUR", timezone="Europe/Berlin")
    return company


def sample_files() -> list[Item]:
    found = []
    for path in sorted(SAMPLES.glob("*/samples/*")):
        store = path.parts[-3].title()
        if path.name.startswith("crossborder"):
            store = "Shopee abroad"
        elif store == "Shopify" and "export" not in path.name:
            store = "Shopify API"
        found.append((store if store.startswith("Shop") else "Amazon", path.read_bytes()))
    return found


def take_all(files: Iterable[Item], each: Callable[[int], object] = lambda number: None) -> None:
    stores = {store.name: store for store in Store.objects.all()}
    for number, (name, body) in enumerate(files):
        take_in(stores[name], body)
        each(number)
    with connection.cursor() as cursor:  # as PostgreSQL does it by itself, and load does where no test is around it
        cursor.execute("ANALYZE channels_charge, channels_order")


def test_a_replay_of_every_format_ends_the_same_and_so_after_a_purge() -> None:
    company = make_brand()
    take_all(sample_files(), lambda number: bring_up(company) if number % 14 == 0 else None)
    bring_up(company)
    assert LedgerEntry.objects.count() > 500
    assert VaultEntry.objects.exists()
    same_after_replay(company)
    call_command("purge", "--all", verbosity=0)
    assert not VaultEntry.objects.exists()
    same_after_replay(company)


def test_importing_everything_again_in_another_order_changes_nothing() -> None:
    company = make_brand()
    take_all(sample_files())
    bring_up(company)
    before = derived()
    files = sample_files()
    Random(2).shuffle(files)
    take_all(files + files)
    bring_up(company)
    assert derived() == before


def fresh(files: Iterable[Item]) -> list[tuple[str, int, str]]:
    """What a fresh company holds after importing the files in this order, apart from when it was known."""
    with transaction.atomic():
        company = make_brand()
        take_all(files)
        bring_up(company)
        found = list(digests(recorded=False))
        transaction.set_rollback(True)
    return found


def test_files_in_another_order_give_the_same_books() -> None:
    files = sample_files()
    expected = fresh(files)
    Random(3).shuffle(files)
    assert fresh(files) == expected
    assert fresh(sample_files()[::-1]) == expected


def test_a_replay_after_a_conflict_that_was_accepted_ends_the_same() -> None:
    store = make_store()
    take_in(store, settlement(line("100.00"), line("-15.00", "Commission"), line("1.00"), total="86.00"))
    bring_up(store.company)
    page = take_in(store, settlement(line("100.00"), line("-14.00", "Commission"), total="86.00"))
    assert page.state == "waiting"
    bring_up(store.company)
    same_after_replay(store.company)
    accept(page)
    bring_up(store.company)
    assert sum(LedgerEntry.objects.values_list("amount", flat=True)) == Decimal(86)
    assert LedgerEntry.objects.filter(reversal=True).count() == 2
    same_after_replay(store.company)


def test_a_replay_after_a_conflict_that_was_discarded_ends_the_same() -> None:
    store = make_store()
    take_in(store, settlement(line("100.00"), total="100.00"))
    bring_up(store.company)
    before = derived()
    page = take_in(store, settlement(line("99.00"), total="99.00"))
    settle(store.company)
    assert list(Discrepancy.objects.values_list("cause", flat=True)) == ["conflict"]
    discard(page)
    bring_up(store.company)
    assert derived() == before
    same_after_replay(store.company)


def test_a_replay_of_orders_that_changed_ends_the_same() -> None:
    store = make_store()
    first, second = {"sku": "A"}, {"sku": "B", "item-price": "5.00"}
    take_in(store, orders(first, second))
    bring_up(store.company)
    newer = {"last-updated-date": "2026-06-20T10:00:00+00:00", "item-price": "25.00"}
    take_in(store, orders({**first, **newer}))
    take_in(store, orders({**first, "last-updated-date": "2026-06-18T10:00:00+00:00"}))
    bring_up(store.company)
    take_in(store, settlement(line("25.00"), total="25.00"))
    settle(store.company)
    same_after_replay(store.company)  # with facts that are not posted yet
    bring_up(store.company)
    same_after_replay(store.company)


@pytest.mark.parametrize("turn", [1, -1], ids=["in order", "last first"])
def test_a_replay_of_a_wallet_day_in_two_pages_ends_the_same(turn: int) -> None:
    store = make_store(channel="shopee", currency="TWD", timezone="Asia/Taipei")
    pages = [wallet((1, "5.00", "105.00"), (2, "-1.00", "104.00")), wallet((3, "6.00", "110.00"))]
    for body in pages[::turn]:
        take_in(store, body)
        bring_up(store.company)
    assert not Discrepancy.objects.exists()
    same_after_replay(store.company)


def test_a_replay_of_one_company_leaves_another_alone() -> None:
    one, two = make_store(), make_store(make_company("Birch"), "Birch US")
    body = settlement(line("100.00"), line("3.00", "Novelty"), line("x"), total="90.00")
    for store in (one, two):
        take_in(store, body)
        bring_up(store.company)
    rows = list(LedgerEntry.objects.filter(company=two.company).values())
    replay(one.company)
    assert list(LedgerEntry.objects.filter(company=two.company).values()) == rows
    same_after_replay(two.company)


def test_a_replay_that_breaks_down_leaves_everything() -> None:
    store = make_store()
    take_in(store, settlement(line("100.00"), total="100.00"))
    bring_up(store.company)
    before = derived()
    broken = RawPage.objects.get()
    RawPage.objects.update(body="gone")
    with pytest.raises(FileNotFoundError):
        replay(store.company)
    RawPage.objects.update(body=broken.body)
    assert derived() == before


# The real settlements, with control totals that another program worked out.


def real_settlements() -> list[bytes]:
    return [gzip.decompress(path.read_bytes()) for path in sorted(REAL.glob("amazon_settlement_flat_*.txt.gz"))]


@needs_real
def test_the_real_settlements_tie_to_their_control_totals_to_the_cent() -> None:
    controls = json.loads((REAL / "amazon_settlement_control_totals.json").read_text())
    store = make_store(currency="CAD", timezone="America/Toronto")
    for body in real_settlements():
        assert take_in(store, body).summary["unreadable"] == 0
    bring_up(store.company)
    stated = {one["settlement_id"]: Decimal(one["total_amount"]) for one in controls}
    assert dict(Payout.objects.values_list("ref", "stated")) == stated
    with connection.cursor() as cursor:
        cursor.execute("SELECT payout, sum(amount) FROM reconciliation_ledgerentry GROUP BY payout")
        assert dict(cursor.fetchall()) == stated
    assert sum(one["sum_of_amount_columns_cents"] for one in controls) == sum(stated.values()) * 100
    assert not Charge.objects.filter(kind="unmapped").exists()
    # Of residuals there is none; one order of another channel that Amazon shipped has no sale here.
    assert list(Discrepancy.objects.values_list("cause", "amount")) == [("unserved", Decimal("-11.52"))]
    same_after_replay(store.company)


@needs_real
def test_the_real_settlements_again_in_another_order_and_twice_change_nothing() -> None:
    store = make_store(currency="CAD", timezone="America/Toronto")
    files = real_settlements()
    for body in files:
        take_in(store, body)
    bring_up(store.company)
    before, pages = derived(), list(RawPage.objects.order_by("pk").values())
    for again in (files[::-1], files[2:] + files[:2]):
        for body in again:
            take_in(store, body)
        bring_up(store.company)
        assert derived() == before
    assert list(RawPage.objects.order_by("pk").values()) == pages


@needs_real
@pytest.mark.parametrize("order", [[3, 2, 1, 0], [2, 0, 3, 1]])
def test_the_real_settlements_in_any_order_give_the_same_books(order: list[int]) -> None:
    files = real_settlements()

    def books(bodies: list[bytes]) -> list[tuple[str, int, str]]:
        with transaction.atomic():
            store = make_store(currency="CAD", timezone="America/Toronto")
            for body in bodies:
                take_in(store, body)
                bring_up(store.company)
            found = list(digests(recorded=False))
            transaction.set_rollback(True)
        return found

    assert books([files[one] for one in order]) == books(files)
