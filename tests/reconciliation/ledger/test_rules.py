"""How the money of one order reaches the ledger."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from channels.core.kinds import Kind, Role, Stage
from reconciliation.ledger.lines import Draft, Line, OrderFacts, draft
from reconciliation.ledger.rules import TAX_PART, order_drafts, scale, spread, tax_inside

KNOWN = datetime(2026, 9, 1, tzinfo=UTC)
LATER = datetime(2026, 9, 5, tzinfo=UTC)
ORDER = OrderFacts(1, "1001", date(2026, 8, 30), date(2026, 8, 31), KNOWN, "NL")


def make_line(key: str, amount: str, kind: Kind = Kind.REVENUE, role: Role = Role.ESTIMATE, **fields: object) -> Line:
    line = Line(
        store=1, source="shop", key=key, role=role, stage=Stage.EXPECTED if role is Role.ESTIMATE else Stage.SETTLED,
        kind=kind, label=key, amount=Decimal(amount), currency="EUR", order="1001", sku="", quantity=0, payout="",
        page=1, place=1, recorded_at=KNOWN,
    )  # fmt: skip
    return replace(line, **fields)  # type: ignore[arg-type]


PARTS = [
    make_line("price", "20.00", sku="TEA", quantity=2),
    make_line("off", "-2.00", Kind.DISCOUNT, sku="TEA"),
    make_line("post", "4.00", Kind.SHIPPING_INCOME),
    make_line("tax", "2.00", Kind.TAX_COLLECTED),
]
CHARGE = make_line("charge", "24.00", role=Role.LUMP, payout="P1", posted_on=date(2026, 9, 1))


def told(drafts: list[Draft]) -> list[tuple[object, ...]]:
    return [(one.stage, one.kind, one.sku, one.quantity, one.amount, one.payout) for one in drafts]


def test_order_without_money_is_expected() -> None:
    assert told(order_drafts(ORDER, PARTS)) == [
        (Stage.EXPECTED, Kind.REVENUE, "TEA", 2, Decimal("20.00"), ""),
        (Stage.EXPECTED, Kind.DISCOUNT, "TEA", 0, Decimal("-2.00"), ""),
        (Stage.EXPECTED, Kind.SHIPPING_INCOME, "", 0, Decimal("4.00"), ""),
        (Stage.EXPECTED, Kind.TAX_COLLECTED, "", 0, Decimal("2.00"), ""),
    ]


def test_charge_replaces_what_was_expected_and_splits_as_the_order() -> None:
    assert told(order_drafts(ORDER, [*PARTS, CHARGE])) == [
        (Stage.SETTLED, Kind.REVENUE, "TEA", 2, Decimal("20.00"), "P1"),
        (Stage.SETTLED, Kind.DISCOUNT, "TEA", 0, Decimal("-2.00"), "P1"),
        (Stage.SETTLED, Kind.SHIPPING_INCOME, "", 0, Decimal("4.00"), "P1"),
        (Stage.SETTLED, Kind.TAX_COLLECTED, "", 0, Decimal("2.00"), "P1"),
    ]


def test_units_are_sold_once_however_many_payments_an_order_has() -> None:
    first = replace(CHARGE, key="a", amount=Decimal("14.00"))
    credit = replace(CHARGE, key="b", amount=Decimal("10.00"), posted_on=date(2026, 9, 2))
    back = replace(CHARGE, key="c", kind=Kind.REFUND, amount=Decimal("-24.00"), posted_on=date(2026, 9, 3))
    again = replace(CHARGE, key="d", posted_on=date(2026, 9, 4))
    drafts = order_drafts(ORDER, [*PARTS, again, back, credit, first])
    assert {one.key: one.quantity for one in drafts if one.quantity} == {"a": 2}


def test_refund_gives_back_income_as_refund_and_tax_as_tax() -> None:
    refund = make_line("refund", "-6.00", Kind.REFUND, Role.LUMP, payout="P2")
    assert told(spread(refund, PARTS, ORDER)) == [
        (Stage.SETTLED, Kind.REFUND, "TEA", 0, Decimal("-5.00"), "P2"),
        (Stage.SETTLED, Kind.REFUND, "TEA", 0, Decimal("0.50"), "P2"),
        (Stage.SETTLED, Kind.REFUND, "", 0, Decimal("-1.00"), "P2"),
        (Stage.SETTLED, Kind.TAX_COLLECTED, "", 0, Decimal("-0.50"), "P2"),
    ]


def test_charge_without_its_order_is_unmapped_and_counts() -> None:
    assert told(order_drafts(None, [CHARGE])) == [(Stage.SETTLED, Kind.UNMAPPED, "", 0, Decimal("24.00"), "P1")]


def test_part_paid_by_another_means_stays_expected_without_its_units() -> None:
    half = replace(CHARGE, amount=Decimal("12.00"))
    drafts = order_drafts(ORDER, [*PARTS, half])
    by_stage = {stage: sum(one.amount for one in drafts if one.stage is stage) for stage in Stage}
    units = {stage: sum(one.quantity for one in drafts if one.stage is stage) for stage in Stage}
    assert (by_stage[Stage.SETTLED], by_stage[Stage.EXPECTED]) == (Decimal("12.00"), Decimal("12.00"))
    assert (units[Stage.SETTLED], units[Stage.EXPECTED]) == (2, 0)


def test_mirrored_and_cancelled_orders_expect_nothing_but_their_payments_count() -> None:
    for order in (replace(ORDER, is_mirror=True), replace(ORDER, cancelled=True)):
        assert order_drafts(order, PARTS) == []
        assert sum(one.amount for one in order_drafts(order, [*PARTS, CHARGE])) == Decimal("24.00")


def test_settled_line_of_a_product_replaces_its_estimate_alone() -> None:
    other = make_line("price2", "9.00", sku="CUP", quantity=1)
    settled = make_line("line", "20.00", role=Role.DIRECT, sku="TEA", quantity=2)
    assert told(order_drafts(ORDER, [PARTS[0], other, settled])) == [
        (Stage.EXPECTED, Kind.REVENUE, "CUP", 1, Decimal("9.00"), "")
    ]


TERMS = [
    make_line("cost", "50.00", role=Role.TERM, sku="TEA", quantity=2),
    make_line("fee", "-7.50", Kind.COMMISSION, Role.TERM, sku="TEA"),
]


def test_income_is_deferred_until_released() -> None:
    assert [one.stage for one in order_drafts(ORDER, [*PARTS, *TERMS])] == [Stage.DEFERRED, Stage.DEFERRED]


def test_release_settles_the_terms_in_its_statement_and_day() -> None:
    release = make_line("r", "42.50", role=Role.RELEASE, payout="D1", posted_on=date(2026, 9, 5), recorded_at=LATER)
    drafts = order_drafts(ORDER, [*TERMS, release])
    assert told(drafts) == [
        (Stage.SETTLED, Kind.REVENUE, "TEA", 2, Decimal("50.00"), "D1"),
        (Stage.SETTLED, Kind.COMMISSION, "TEA", 0, Decimal("-7.50"), "D1"),
    ]
    assert {(one.posted_on, one.released_on, one.recorded_at) for one in drafts} == {
        (date(2026, 9, 5), date(2026, 9, 5), LATER)
    }


def test_release_in_two_parts_balances_both_statements() -> None:
    first = make_line("a", "30.00", role=Role.RELEASE, payout="D1", posted_on=date(2026, 9, 1))
    second = make_line("b", "12.50", role=Role.RELEASE, payout="D2", posted_on=date(2026, 9, 5))
    drafts = order_drafts(ORDER, [*TERMS, second, first])
    by_statement = {payout: sum(one.amount for one in drafts if one.payout == payout) for payout in ("D1", "D2")}
    transfers = sum(one.amount for one in drafts if one.kind is Kind.TRANSFER)
    assert (by_statement, transfers) == ({"D1": Decimal("30.00"), "D2": Decimal("12.50")}, Decimal("0.00"))


def test_release_without_its_terms_is_unmapped() -> None:
    release = make_line("r", "42.50", role=Role.RELEASE, payout="D1")
    assert told(order_drafts(ORDER, [release])) == [(Stage.SETTLED, Kind.UNMAPPED, "", 0, Decimal("42.50"), "D1")]


def test_withdrawn_lines_make_nothing() -> None:
    assert order_drafts(ORDER, [replace(line, withdrawn=True) for line in PARTS]) == []


def test_tax_inside_the_price_is_taken_off_outside_the_payout() -> None:
    one = draft(replace(CHARGE, kind=Kind.REVENUE, amount=Decimal("11.90")), ORDER)
    tax = tax_inside(one, Decimal("0.19"))
    assert tax is not None
    assert (tax.kind, tax.amount, tax.payout, tax.part) == (Kind.TAX_BORNE, Decimal("-1.90"), "", TAX_PART)
    assert tax_inside(replace(one, kind=Kind.COMMISSION), Decimal("0.19")) is None


cents = st.integers(-100_000, 100_000).map(lambda number: Decimal(number).scaleb(-2))


@given(st.lists(cents, min_size=1, max_size=8).filter(lambda parts: sum(parts) != 0), cents)
def test_scaled_parts_add_up_to_the_total(parts: list[Decimal], total: Decimal) -> None:
    shares = scale(parts, total, Decimal("0.01"))
    assert sum(shares) == total
    assert all(share == share.quantize(Decimal("0.01")) for share in shares)


def sale(key: str, amount: str, stage: Stage = Stage.DEFERRED, day: int = 1) -> Line:
    return make_line(f"{key}/1", amount, role=Role.HELD, stage=stage, posted_on=date(2026, 9, day), sku="TEA")


def paid(key: str, amount: str, day: int) -> Line:
    return make_line(key, amount, role=Role.DIRECT, posted_on=date(2026, 9, day), payout="S1")


def deferred(*lines: Line) -> list[tuple[str, Decimal]]:
    return [(one.key, one.amount) for one in order_drafts(ORDER, lines) if one.stage is Stage.DEFERRED]


def test_money_that_the_channel_holds_is_deferred_and_replaces_what_was_expected() -> None:
    assert told(order_drafts(ORDER, [*PARTS[:1], sale("t1", "19.00")])) == [
        (Stage.DEFERRED, Kind.REVENUE, "TEA", 0, Decimal("19.00"), "")
    ]


def test_released_money_stays_deferred_until_its_statement_is_here() -> None:
    released = sale("t1", "19.00", Stage.SETTLED)
    assert deferred(released) == [("t1/1", Decimal("19.00"))]
    assert deferred(released, paid("s/1", "19.00", 8)) == []


def test_a_second_shipment_waits_while_the_first_is_paid() -> None:
    first, second = sale("t1", "19.00", Stage.SETTLED, 1), sale("t2", "5.00", Stage.SETTLED, 3)
    assert deferred(first, second, paid("s/1", "19.00", 8)) == [("t2/1", Decimal("5.00"))]
    assert deferred(first, second, paid("s/1", "19.00", 8), paid("s/2", "5.00", 9)) == []


def test_two_shipments_paid_in_one_sum_wait_no_longer() -> None:
    first, second = sale("t1", "19.00", Stage.SETTLED, 1), sale("t2", "5.00", Stage.SETTLED, 3)
    assert deferred(first, second, paid("s/1", "24.00", 8)) == []


def test_a_refund_waits_though_the_sale_is_paid() -> None:
    sold, back = sale("t1", "19.00", Stage.SETTLED, 1), sale("t2", "-19.00", Stage.SETTLED, 5)
    assert deferred(sold, back, paid("s/1", "19.00", 8)) == [("t2/1", Decimal("-19.00"))]
    assert deferred(sold, back, paid("s/1", "19.00", 8), paid("s/2", "-19.00", 9)) == []
