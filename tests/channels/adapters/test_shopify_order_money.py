"""The parts of an order add up to its total, whatever the columns say."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.adapters.shopify.order_money import Line, Part, Totals, parts_of, refund_parts
from channels.core.kinds import Kind


def line(price: str, quantity: int = 1, discount: str = "0", *, taxable: bool = True) -> Line:
    return Line("SKU", "", quantity, Decimal(price), Decimal(discount), taxable, 2)


def totals(subtotal: str, total: str, **other: str) -> Totals:
    def money(name: str) -> Decimal:
        return Decimal(other.get(name, "0"))

    return Totals(
        currency="EUR",
        subtotal=Decimal(subtotal),
        shipping=money("shipping"),
        taxes=money("taxes"),
        total=Decimal(total),
        discount=money("discount"),
        duties=money("duties"),
        tip=money("tip"),
    )


def amounts(parts: list[Part]) -> list[tuple[str, Decimal]]:
    return [(part.key, part.amount) for part in parts]


@pytest.mark.parametrize(
    ("lines", "order", "expected"),
    [
        pytest.param(
            [line("20.00", 2, "5.00"), line("10.00")],
            totals("45.00", "45.00", discount="5.00"),
            {"revenue/1": "40.00", "discount/1": "-5.00", "revenue/2": "10.00"},
            id="line discount repeated in the order's",
        ),
        pytest.param(
            [line("20.00", 1, "5.00"), line("20.00")],
            totals("31.50", "31.50", discount="3.50"),
            {"revenue/1": "20.00", "discount/1": "-6.75", "revenue/2": "20.00", "discount/2": "-1.75"},
            id="line and order discounts add up",
        ),
        pytest.param(
            [line("20.00")],
            totals("20.00", "20.00", discount="4.95", shipping="4.95"),
            {"revenue/1": "20.00", "shipping": "4.95", "shipping-discount": "-4.95"},
            id="discount of the shipping",
        ),
        pytest.param(
            [line("20.00")],
            totals("20.00", "20.00", discount="4.95"),
            {"revenue/1": "20.00"},
            id="discount of the shipping that Shipping has lost already",
        ),
        pytest.param(
            [line("109.00"), line("50.00", taxable=False)],
            totals("159.00", "159.00", taxes="9.00"),
            {"revenue/1": "100.00", "revenue/2": "50.00", "tax/1": "9.00"},
            id="tax inside what is taxable only",
        ),
        pytest.param(
            [line("109.00"), line("10.90", discount="10.90")],
            totals("109.00", "109.00", taxes="9.00", discount="10.90"),
            {"revenue/1": "100.00", "revenue/2": "10.00", "discount/2": "-10.00", "tax/1": "9.00"},
            id="gift with tax inside its price",
        ),
        pytest.param(
            [line("20.00")],
            totals("20.00", "27.00", taxes="2.00", duties="3.00", tip="2.00"),
            {"revenue/1": "20.00", "tax/1": "2.00", "duties": "3.00", "tip": "2.00"},
            id="duties and tip",
        ),
        pytest.param(
            [line("20.00")],
            totals("20.00", "19.97"),
            {"revenue/1": "20.00", "unexplained": "-0.03"},
            id="what nothing explains",
        ),
    ],
)
def test_parts_of_an_order(lines: list[Line], order: Totals, expected: dict[str, str]) -> None:
    assert amounts(parts_of(lines, order)) == [(key, Decimal(text)) for key, text in expected.items()]


cents = st.integers(0, 20_000).map(lambda n: Decimal(n).scaleb(-2))
lines_drawn = st.lists(
    st.builds(Line, st.just("S"), st.just(""), st.integers(0, 5), cents, cents, st.booleans(), st.just(2))
)


@given(lines_drawn, cents, cents, cents, cents, cents, cents, cents)
def test_parts_add_up_to_any_total(
    lines: list[Line], subtotal: Decimal, shipping: Decimal, taxes: Decimal, total: Decimal,
    discount: Decimal, duties: Decimal, tip: Decimal,
) -> None:  # fmt: skip
    order = Totals("EUR", subtotal, shipping, taxes, total, discount, duties, tip)
    assert sum(part.amount for part in parts_of(lines, order)) == total


@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(1, 20_000), st.integers(0, 100)), min_size=1, max_size=8),
    st.integers(0, 3_000),
    st.sampled_from(["0", "0.055", "0.07", "0.21"]),
    st.booleans(),
)
def test_consistent_order_is_explained_in_full(
    drawn: list[tuple[int, int, int]], shipping: int, rate: str, inside: bool
) -> None:
    lines = [line(str(Decimal(p).scaleb(-2)), q, str(Decimal(p * q * off // 100).scaleb(-2))) for q, p, off in drawn]
    discount = sum((one.discount for one in lines), Decimal(0))
    subtotal = sum((one.gross for one in lines), Decimal(0)) - discount
    sent = Decimal(shipping).scaleb(-2)
    share = Decimal(rate) / (1 + Decimal(rate)) if inside else Decimal(rate)
    taxes = ((subtotal + sent) * share).quantize(Decimal("0.01"))
    total = subtotal + sent + (Decimal(0) if inside else taxes)
    parts = parts_of(lines, Totals("EUR", subtotal, sent, taxes, total, discount))
    assert sum(part.amount for part in parts) == total
    assert [part for part in parts if part.kind is Kind.UNMAPPED] == []
    assert sum(part.amount for part in parts if part.kind is Kind.TAX_COLLECTED) == taxes


@given(cents, cents, cents)
def test_parts_of_a_refund_add_up_to_it(refunded: Decimal, taxes: Decimal, total: Decimal) -> None:
    parts = refund_parts(refunded, Totals("EUR", total, Decimal(0), taxes, total))
    assert sum(part.amount for part in parts) == -refunded
