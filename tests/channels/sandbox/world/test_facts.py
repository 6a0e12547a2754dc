"""What a pull must end with fits the truth, and says nothing before it has happened."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from channels.adapters.amazon.vocabulary import kind_of as amazon_kind
from channels.adapters.shopee.billing import COST_HEADERS, SCENARIOS
from channels.adapters.shopee.terms import TERMS
from channels.adapters.shopee.wallet_types import type_of
from channels.adapters.shopify.vocabulary import kind_of as shopify_kind
from channels.adapters.shopify.vocabulary import role_of
from channels.core.kinds import Kind, Role, Stage
from channels.core.rows import AdSpendRow, ChargeRow, OrderRow, PayoutRow
from channels.sandbox.world import make_world
from channels.sandbox.world.facts import rows
from channels.sandbox.world.model import World
from channels.sandbox.world.truth import summarise, summary

WORLD = make_world("small", 3)
CODES = [market.code for market in WORLD.markets]
each_market = pytest.mark.parametrize("code", CODES)


def check_statements(world: World, code: str, at: datetime) -> int:
    """Rows of a payout add up to what it states. How many there are."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    stated = {}
    for row in rows(world, code, at):
        if isinstance(row, ChargeRow) and row.payout:
            sums[row.payout] += row.amount
        if isinstance(row, PayoutRow):
            closing = row.closing if row.closing is not None else Decimal(0)
            stated[row.ref] = row.stated if row.opening is None else closing - row.opening
    assert sums == stated
    return len(stated)


@each_market
def test_rows_of_a_payout_add_up_to_it_at_any_time(code: str) -> None:
    counts = [check_statements(WORLD, code, WORLD.starts_at + timedelta(days=n, hours=7)) for n in range(0, 43, 3)]
    assert counts == sorted(counts)
    assert counts[-1] >= 3


def test_rows_of_a_payout_add_up_in_a_large_world(demo: World) -> None:
    assert [check_statements(demo, market.code, demo.ends_at) > 20 for market in demo.markets] == [True] * 8


@each_market
def test_nothing_is_told_before_the_world_begins(code: str) -> None:
    assert list(rows(WORLD, code, WORLD.starts_at - timedelta(days=1))) == []


@each_market
def test_orders_come_with_time_and_do_not_change_their_day(code: str) -> None:
    before: dict[str, datetime] = {}
    for n in range(0, 43, 6):
        at = WORLD.starts_at + timedelta(days=n)
        now = {row.ref: row.ordered_at for row in rows(WORLD, code, at) if isinstance(row, OrderRow)}
        assert before.items() <= now.items()
        assert all(moment <= at for moment in now.values())
        before = now
    assert len(before) == len(WORLD.of(code))


@each_market
def test_orders_have_the_units_of_the_truth(code: str) -> None:
    told = summary(WORLD, code, WORLD.ends_at)["orders"]
    expected = []
    for order in WORLD.of(code):
        units: dict[str, int] = defaultdict(int)
        for line in order.lines:
            units[WORLD.products[line.product - 1].sku_in(code)] += 0 if order.cancelled_at else line.quantity
        moment = order.placed_at.astimezone(UTC).isoformat(timespec="seconds")
        place = (order.country, order.state, order.city)
        expected.append((order.ref, moment, bool(order.cancelled_at), *place, tuple(sorted(units.items()))))
    assert told == tuple(sorted(expected))


@each_market
def test_summary_does_not_depend_on_the_order_of_rows(code: str) -> None:
    told = list(rows(WORLD, code, WORLD.ends_at, pulled=True))
    assert summarise(reversed(told)) == summary(WORLD, code, WORLD.ends_at)


def test_files_bring_advertising_that_no_pull_does() -> None:
    def networks(code: str, *, pulled: bool) -> set[str]:
        told = rows(WORLD, code, WORLD.ends_at, pulled=pulled)
        return {row.campaign for row in told if isinstance(row, AdSpendRow)}

    assert networks("amazon.us", pulled=True) == networks("shopify", pulled=True) == set()
    assert networks("shopee.sg", pulled=True) == {"", "Gooseneck Kettle search"}
    assert networks("shopify", pulled=False) >= {"Search - Brand", "Search - Generic", "Prospecting"}


def test_payout_groups_are_the_settlements_and_the_open_one() -> None:
    told = summary(WORLD, "amazon.us", WORLD.ends_at)["disbursements"]
    closed = [one for one in WORLD.statements if one.market == "amazon.us"]
    waiting = sum(entry.amount for entry in WORLD.pending if entry.market == "amazon.us")
    assert [(amount, trace) for _, amount, trace in told] == [
        *((one.total, one.trace) for one in closed), (waiting, ""),
    ]  # fmt: skip


def test_amazon_kinds_are_those_of_the_vocabulary() -> None:
    told = [row for code in ("amazon.us", "amazon.de") for row in rows(WORLD, code, WORLD.ends_at)]
    lines = [row for row in told if isinstance(row, ChargeRow) and row.role in (Role.DIRECT, Role.HELD)]
    assert {(row.label, row.kind) for row in lines} == {
        (row.label, amazon_kind(*row.label.split(" / "))) for row in lines
    }
    assert len({row.label for row in lines}) > 15


def test_words_of_a_large_world_have_the_kinds_of_the_vocabularies(demo: World) -> None:
    told = {(entry.market.partition(".")[0], entry.words, entry.kind)
            for one in demo.statements for entry in one.entries if entry.kind is not Kind.PAYMENT_FEE}  # fmt: skip
    expected = {
        "amazon": lambda words: amazon_kind(*words.split(" / ")), "shopify": shopify_kind, "shopee": _paid_kind,
    }  # fmt: skip
    assert told == {(channel, words, expected[channel](words)) for channel, words, _ in told}
    assert len(told) > 40


def test_shopify_kinds_and_roles_are_those_of_the_vocabulary() -> None:
    told = [row for row in rows(WORLD, "shopify", WORLD.ends_at) if isinstance(row, ChargeRow)]
    lines = [row for row in told if row.role is not Role.ESTIMATE and row.kind is not Kind.PAYMENT_FEE]
    assert {(row.label, row.kind, row.role) for row in lines} == {
        (row.label, shopify_kind(row.label), role_of(row.label, row.order)) for row in lines
    }
    assert len({row.label for row in lines}) > 3


def test_shopee_kinds_are_those_of_the_vocabularies() -> None:
    told = [row for code in ("shopee.sg", "shopee.my") for row in rows(WORLD, code, WORLD.ends_at)
            if isinstance(row, ChargeRow)]  # fmt: skip
    terms = [row for row in told if row.role is Role.TERM and not row.label.startswith("adjustment")]
    assert {(row.label, row.kind) for row in terms} == {(row.label, TERMS[row.label][1]) for row in terms}
    signed = {"actual_shipping_fee": -1, "commission_fee": -1, "original_cost_of_goods_sold": 1}
    assert all(row.amount * signed[row.label] > 0 for row in terms if row.label in signed)
    paid = [row for row in told if row.role in (Role.RELEASE, Role.DIRECT)]
    assert {(row.label, row.kind) for row in paid} == {(row.label, _paid_kind(row.label)) for row in paid}


def _paid_kind(words: str) -> Kind:
    if words.startswith("Order Income"):
        return Kind.REVENUE
    header, _, scenario = words.lower().partition(": ")
    if scenario:
        return SCENARIOS.get(scenario, COST_HEADERS.get(header, Kind.UNMAPPED))
    return type_of(words).kind


def test_terms_and_releases_of_a_paid_order_are_the_same_sum() -> None:
    for code in ("shopee.sg", "shopee.my"):
        sums: dict[Role, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for row in rows(WORLD, code, WORLD.ends_at):
            if isinstance(row, ChargeRow) and row.order:
                sums[row.role][row.order] += row.amount
        assert sums[Role.RELEASE]
        assert {ref: sums[Role.TERM][ref] for ref in sums[Role.RELEASE]} == sums[Role.RELEASE]


def test_amazon_shipments_are_deferred_until_seven_days_after_delivery() -> None:
    order = next(one for one in WORLD.of("amazon.us") if one.held_until and one.held_until < WORLD.ends_at)
    assert order.delivered_at is not None
    assert order.held_until == order.delivered_at + timedelta(days=7)
    stages = [
        {row.stage for row in rows(WORLD, "amazon.us", at)
         if isinstance(row, ChargeRow) and row.role is Role.HELD and row.order == order.ref}
        for at in (order.held_until - timedelta(seconds=1), order.held_until)
    ]  # fmt: skip
    assert stages == [{Stage.DEFERRED}, {Stage.SETTLED}]


def test_figures_of_an_unpaid_or_cancelled_order_are_none_on_amazon() -> None:
    gone = {one.ref for one in WORLD.of("amazon.us") if one.cancelled_at or one.serves}
    told = {row.order for row in rows(WORLD, "amazon.us", WORLD.ends_at)
            if isinstance(row, ChargeRow) and row.role is Role.ESTIMATE}  # fmt: skip
    assert gone
    assert gone & told == set()
