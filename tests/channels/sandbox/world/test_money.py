"""Money adds up: statements, chains, taxes, deposits. Over twenty small worlds."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

import pytest

from channels.core.kinds import Kind
from channels.core.money import round_minor
from channels.sandbox.world import make_world
from channels.sandbox.world.amazon_books import refund_terms
from channels.sandbox.world.bank import deposit_of
from channels.sandbox.world.model import ZERO, Entry, Order, Statement, World
from channels.sandbox.world.shopify_books import total_of

SEEDS = range(20)
each_seed = pytest.mark.parametrize("seed", SEEDS)


@cache
def world_of(seed: int) -> World:
    return make_world("small", seed)


def statements_of(world: World, channel: str) -> Iterator[list[Statement]]:
    """Of each market of the channel, by time."""
    for market in world.markets:
        if market.channel == channel:
            yield [one for one in world.statements if one.market == market.code]


def entries_of(world: World) -> Iterator[Entry]:
    for statement in world.statements:
        yield from statement.entries
    yield from world.pending


@each_seed
def test_entries_add_up_to_the_total_of_every_statement(seed: int) -> None:
    world = world_of(seed)
    sums = {(one.market, one.ref): sum((entry.amount for entry in one.entries), ZERO) for one in world.statements}
    assert sums == {(one.market, one.ref): one.total for one in world.statements}
    assert len(sums) == len(world.statements) > 40


@each_seed
def test_amounts_are_whole_minor_units_and_none_is_zero(seed: int) -> None:
    world = world_of(seed)
    odd = [
        entry for entry in entries_of(world)
        if not entry.amount or entry.amount != round_minor(entry.amount, world.market(entry.market).currency)
    ]  # fmt: skip
    assert odd == []


@each_seed
def test_keys_are_unique(seed: int) -> None:
    keys = Counter(entry.key for entry in entries_of(world_of(seed)))
    assert [key for key, count in keys.items() if count > 1] == []


@each_seed
def test_reserves_chain_from_settlement_to_settlement(seed: int) -> None:
    for settlements in statements_of(world_of(seed), "amazon"):
        kept = [-_sum(one, "Current Reserve Amount") for one in settlements]
        back = [_sum(one, "Previous Reserve Amount Balance") for one in settlements]
        assert back == [ZERO, *kept[:-1]]
        assert any(kept)
        assert [one.starts_at for one in settlements[1:]] == [one.ends_at for one in settlements[:-1]]


@each_seed
def test_a_negative_settlement_is_charged_in_the_next(seed: int) -> None:
    for settlements in statements_of(world_of(seed), "amazon"):
        owed = [min(one.total, ZERO) for one in settlements]
        assert [_sum(one, "Payable to Amazon") for one in settlements] == [ZERO, *owed[:-1]]
        assert [_sum(one, "Successful charge") for one in settlements] == [ZERO, *(-one for one in owed[:-1])]
        assert [one.deposited_at is None for one in settlements] == [one.total <= 0 for one in settlements]
    first = next(one for one in world_of(seed).statements if one.market == "amazon.us")
    assert first.total < 0


@each_seed
def test_amazon_lines_enter_when_they_are_released(seed: int) -> None:
    for settlements in statements_of(world_of(seed), "amazon"):
        for one in settlements:
            for entry in one.entries:
                assert entry.available_at is not None
                assert one.starts_at <= entry.available_at < one.ends_at


@each_seed
def test_amazon_orders_are_settled_once_with_their_terms(seed: int) -> None:
    world = world_of(seed)
    told: dict[str, list[tuple[Kind, str, Decimal, int | None]]] = defaultdict(list)
    for entry in entries_of(world):
        if world.market(entry.market).channel == "amazon" and entry.order:
            told[entry.order].append((entry.kind, entry.words, entry.amount, entry.line))
    earned = {}
    for order in world.orders:
        market = world.market(order.market)
        if market.channel == "amazon" and order.income:
            terms = [*order.income, *(term for one in order.refunds for term in refund_terms(order, market, one))]
            earned[order.ref] = sorted((term.kind, term.words, term.amount, term.line) for term in terms)
    assert {ref: sorted(lines) for ref, lines in told.items()} == earned


@each_seed
def test_taxes_that_amazon_collects_cancel(seed: int) -> None:
    world = world_of(seed)
    taxes: dict[str, Decimal] = defaultdict(Decimal)
    for entry in entries_of(world):
        if world.market(entry.market).channel == "amazon" and entry.kind in (Kind.TAX_COLLECTED, Kind.TAX_WITHHELD):
            taxes[entry.group] += entry.amount
    assert len(taxes) > 20
    assert set(taxes.values()) == {ZERO}


@each_seed
def test_wallet_balances_chain(seed: int) -> None:
    world = world_of(seed)
    days = [one for one in world.statements if one.market == "shopee.sg"]
    balance = days[0].opening
    assert balance is not None
    for day in days:
        assert day.opening == balance
        for entry in day.entries:
            balance += entry.amount
            assert entry.balance == balance
            assert day.starts_at <= entry.at < day.ends_at
    assert sum(entry.words == "WITHDRAWAL_CREATED" for day in days for entry in day.entries) >= 1


@each_seed
def test_escrow_pays_the_terms_of_its_order(seed: int) -> None:
    world = world_of(seed)
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for entry in entries_of(world):
        if world.market(entry.market).channel == "shopee" and entry.order:
            paid[entry.order] += entry.amount
    orders = {order.ref: order for order in world.orders if world.market(order.market).channel == "shopee"}
    assert paid == {ref: _income(world, orders[ref]) for ref in paid}
    released = {ref for ref, order in orders.items() if order.held_until and order.held_until < world.ends_at}
    assert set(paid) == released


def _income(world: World, order: Order) -> Decimal:
    """The terms less what was refunded after the release."""
    assert order.held_until is not None
    late = [one for one in order.refunds if one.at >= order.held_until]
    return sum((term.amount for term in order.income), ZERO) - sum((one.price + one.shipping for one in late), ZERO)


@each_seed
def test_shopify_balance_is_what_buyers_paid_and_got_back(seed: int) -> None:
    world = world_of(seed)
    moved = {(entry.words, entry.order, entry.refund): entry.amount for entry in entries_of(world)
             if entry.words in ("CHARGE", "REFUND") and entry.kind is not Kind.PAYMENT_FEE}  # fmt: skip
    expected = {}
    for order in world.orders:
        if order.gateway == "shopify_payments" and order.paid_at:
            expected["CHARGE", order.ref, ""] = total_of(order)
            for one in order.refunds:
                expected["REFUND", order.ref, one.ref] = -(one.price + one.shipping + one.tax)
    assert moved == expected


def test_shops_take_other_gateways_too() -> None:
    found = {order.gateway for seed in SEEDS for order in world_of(seed).of("shopify")}
    assert found == {"shopify_payments", "paypal", "manual", "Amazon"}


@each_seed
def test_failed_payout_is_tried_again(seed: int) -> None:
    payouts = next(statements_of(world_of(seed), "shopify"))
    failed = [one for one in payouts if one.status == "FAILED"]
    again = [entry.amount for one in payouts for entry in one.entries if entry.words == "TRANSFER_FAILURE"]
    assert again == [one.total for one in failed]
    assert [one.deposited_at for one in failed] == [None] * len(failed)
    assert sum(entry.words == "DISPUTE_WITHDRAWAL" for entry in entries_of(world_of(seed))) <= 2


def test_failed_payouts_and_disputes_do_happen() -> None:
    found = [one for seed in SEEDS for one in world_of(seed).statements if one.status == "FAILED"]
    disputes = [entry for seed in SEEDS for entry in entries_of(world_of(seed)) if entry.words == "DISPUTE_WITHDRAWAL"]
    assert len(found) > 10
    assert len(disputes) > 10


@each_seed
def test_bank_has_one_line_for_each_deposit(seed: int) -> None:
    world = world_of(seed)
    lines = sorted((line.statement, line.amount, line.currency, line.on) for line in world.bank)
    deposits = [one for one in world.statements if one.deposited_at]
    assert lines == sorted((one.ref, *deposit_of(one), one.deposited_at.date()) for one in deposits if one.deposited_at)
    assert all(one.trace and any(one.trace in line.text for line in world.bank) for one in deposits)
    assert {line.currency for line in world.bank} == {"USD", "EUR", "SGD"}


@each_seed
def test_every_entry_is_of_an_order_that_exists_and_was_shipped_or_paid(seed: int) -> None:
    world = world_of(seed)
    orders = {order.ref: order for order in world.orders}
    for entry in entries_of(world):
        if entry.order:
            order = orders[entry.order]
            assert order.market == entry.market
            assert order.paid_at is not None
            assert order.placed_at <= order.paid_at <= entry.at < world.ends_at
            assert not entry.refund or entry.refund in {one.ref for one in order.refunds}
            assert entry.line is None or entry.line < len(order.lines)


def test_words_that_nobody_knows_are_there() -> None:
    unknown = {entry.words for entry in entries_of(world_of(1)) if entry.kind is Kind.UNMAPPED}
    assert unknown >= {"CHANNEL_PROMOTION_CREDIT", "LIVE_BOOST_CHARGE", "Storage Fee: Monthly Storage"}
    assert "other-transaction / other-transaction / Harbor Pilot Programme Fee" in {
        entry.words for seed in SEEDS for entry in entries_of(world_of(seed)) if entry.kind is Kind.UNMAPPED
    }


def _sum(statement: Statement, words: str) -> Decimal:
    return sum((one.amount for one in statement.entries if one.words.endswith(words)), ZERO)
