"""Pages become facts: all of a page or nothing, what is beyond belief listed, conflicts shown, replays the same."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError, connection, connections

from channels.core.errors import Refused
from channels.limits import within
from channels.load import accept, discard, load, preview
from channels.models import (
    AdSpend,
    Charge,
    Order,
    OrderItem,
    Payout,
    RawPage,
    UnreadableLine,
)
from channels.models.pages import VaultEntry
from reports.digest import TABLES, digests
from tests.channels.test_receive import at_once
from tests.making import arrive, line, make_company, make_store, orders, settlement, take_in, wallet

GOOD = settlement(line("100.00"), line("-15.00", "Commission"), total="85.00")
CHANGED = settlement(line("100.00"), line("-14.00", "Commission"), total="86.00")
ADS = (
    "Date,Portfolio name,Currency,Campaign Name,Ad Group Name,Targeting,Match Type,Customer Search Term,Impressions,"
    "Clicks,Spend,7 Day Total Sales,7 Day Total Orders (#),7 Day Total Units (#)\n"
)


def charges(**given: Any) -> list[tuple[Any, ...]]:
    return list(Charge.objects.filter(**given).order_by("key").values_list("key", "amount", "withdrawn"))


def statement(ref: str = "900") -> tuple[Any, ...]:
    return Payout.objects.values_list("stated", "opening", "closing").get(ref=ref)


@pytest.mark.django_db
def test_a_settlement_becomes_its_statement_and_its_lines() -> None:
    page = take_in(make_store(), GOOD)
    assert (page.state, page.load) == ("loaded", 1)
    assert page.summary == {
        "rows": {"statements": 1, "money lines": 2}, "unmapped": {}, "unreadable": 0, "problems": [],
        "statements": [{"payout": "900", "currency": "USD", "stated": "85.00", "lines": "85.00"}],
    }  # fmt: skip
    assert charges() == [("900:3", Decimal(100), False), ("900:4", Decimal(-15), False)]
    assert statement() == (Decimal(85), None, None)


@pytest.mark.django_db
def test_loading_again_changes_nothing() -> None:
    store = make_store()
    page = take_in(store, GOOD)
    before = list(digests()), list(Charge.objects.order_by("pk").values())
    load(page)
    load(RawPage.objects.get())
    assert (list(digests()), list(Charge.objects.order_by("pk").values())) == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "said"),
    [
        (GOOD.split(b"\n")[0] + b"\n", "the file has a header and nothing below it"),
        (
            settlement(line("5.00"), total="5.00", currency="EUR"),
            "line 2: settlement 900 is in EUR, but the store keeps USD; import it into the store of that marketplace",
        ),
        (
            settlement(line("5.00"), total=""),
            "line 2: the settlement's number, total or currency is missing; download the report again",
        ),
        (
            settlement(line("5.00"), total="1E400"),
            "line 2: the settlement's total or dates cannot be read: not a number: '1E400'",
        ),
    ],
    ids=["header only", "currency", "no total", "total"],
)
def test_a_page_that_cannot_be_taken_is_refused_and_leaves_nothing(body: bytes, said: str) -> None:
    page = arrive(make_store(), body).page
    with pytest.raises(Refused) as refused:
        load(page)
    page.refresh_from_db()
    assert (str(refused.value), page.state, page.load, page.summary) == (said, "pending", None, {})
    assert [rows for _, rows, _ in digests()] == [0] * len(TABLES)


@pytest.mark.django_db
def test_a_file_cut_off_in_a_row_loads_what_is_whole_and_lists_the_rest() -> None:
    page = take_in(make_store(), GOOD[: GOOD.rindex(b"-15.00")])
    assert charges() == [("900:3", Decimal(100), False)]
    unreadable = UnreadableLine.objects.get()
    assert (unreadable.page, unreadable.place) == (page, 4)
    assert unreadable.reason.startswith("not a number: ''; amount ''")
    assert page.summary["unreadable"] == 1
    assert page.summary["statements"][0]["lines"] == "100.00"


# Rows beyond what can be kept: where it stands in the file, and what is said.
BEYOND = [
    (line("1", sku="S" * 151), "the SKU has more than 150 characters; amount '1'"),
    (line("1" * 20), "'11111111111111111111' is no amount of money"),
    (line("1e99"), "'1e99' is no amount of money"),
    (line("NaN"), "not a number: 'NaN'"),
    (line("1", quantity_purchased=str(2**31)), "quantity 2147483648 is more than can be kept"),
    (line("1", quantity_purchased="9" * 5_000), "Exceeds the limit (4300 digits) for integer string conversion"),
    (line("1", posted_date_time="0001-01-01 00:00:00 UTC"), "posted_at 0001-01-01 00:00:00+00:00 is no date of trade"),
    (line("1", posted_date_time="9999-12-31 23:59:59 UTC"), "posted_at 9999-12-31 23:59:59+00:00 is no date of trade"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("cells", "said"), BEYOND, ids=[said[:20] for _, said in BEYOND])
def test_a_line_beyond_what_can_be_kept_is_listed_and_the_others_are_read(cells: dict[str, str], said: str) -> None:
    take_in(make_store(), settlement(line("100.00"), cells, line("-15.00", "Commission"), total="85.00"))
    assert charges() == [("900:3", Decimal(100), False), ("900:5", Decimal(-15), False)]
    (unreadable,) = UnreadableLine.objects.all()
    assert (unreadable.place, unreadable.reason[: len(said)]) == (4, said)


@pytest.mark.django_db
def test_an_order_beyond_what_can_be_kept_is_listed_and_the_others_are_read() -> None:
    good = {"amazon-order-id": "114-0000009-0000009"}
    take_in(
        make_store(),
        orders(
            {"amazon-order-id": "x" * 101},
            {"amazon-order-id": "114-0000002-0000002", "quantity": str(2**31)},
            {"amazon-order-id": "114-0000003-0000003", "purchase-date": "0001-01-01T00:00:00+00:00"},
            {"amazon-order-id": "114-0000004-0000004", "sku": "S" * 151},
            {"amazon-order-id": "114-0000005-0000005", "item-price": "1e99"},
            good,
        ),
    )
    assert list(Order.objects.values_list("ref", flat=True)) == ["114-0000009-0000009"]
    reasons = dict(UnreadableLine.objects.values_list("place", "reason"))
    assert sorted(reasons) == [2, 3, 4, 5, 6]
    assert "2147483648 is more than can be kept" in reasons[3]
    assert reasons[4] == "ordered_at 0001-01-01 00:00:00+00:00 is no date of trade"


@pytest.mark.django_db
def test_advertising_beyond_what_can_be_kept_is_listed() -> None:
    row = "2026-06-01,,USD,{},Group,tea,EXACT,green tea,{},1,{},0,0,0\n"
    body = ADS + row.format("A", 5, "1.50") + row.format("B", 2**63, "1")
    body += row.format("D", 5, "1e40")
    take_in(make_store(), body.encode(), "ads.csv")
    assert list(AdSpend.objects.values_list("campaign", "spend")) == [("A", Decimal("1.5"))]
    assert list(UnreadableLine.objects.values_list("place", flat=True)) == [3, 4]


@pytest.mark.django_db
def test_an_answer_of_the_api_that_tells_an_error_is_refused_in_its_words() -> None:
    store = make_store(channel="shopee", currency="TWD")
    body = wallet((1, "5.00", "105.00")).replace(b'"error": "", "message": ""', b'"error": "busy", "message": "Later"')
    page = arrive(store, body).page
    with pytest.raises(Refused, match=r"Shopee refuses shopee.wallet: busy: Later"):
        load(page)


@pytest.mark.django_db
@pytest.mark.parametrize("amount", ["1e400", "1e999999999999", "1e-400", '"abc"', "null", "[1]", "true"])
def test_numbers_of_json_beyond_belief_are_listed(amount: str) -> None:
    store = make_store(channel="shopee", currency="TWD", timezone="Asia/Taipei")
    take_in(store, wallet((1, "5.00", "105.00"), (2, amount, "105.00")))
    lines = UnreadableLine.objects.count()
    assert (Charge.objects.filter(amount=5).count(), lines) == (1, 0 if amount == "1e-400" else 1)


@pytest.mark.django_db
def test_text_that_postgresql_cannot_keep_does_not_stop_a_page() -> None:
    store = make_store(channel="shopee", currency="TWD", timezone="Asia/Taipei")
    title = rb'"txn_title": "a\u0000b\ud800", "transaction_type": "NEW\u0000\ud800"'
    body = wallet((1, "5.00", "105.00")).replace(b'"transaction_type": "ADJUSTMENT_ADD"', title)
    page = take_in(store, body)
    assert list(Charge.objects.values_list("label", "kind")) == [("NEW\ufffd: ab\ufffd", "unmapped")]
    assert page.summary["unmapped"] == {"NEW\ufffd: ab\ufffd": "5.00"}


@pytest.mark.django_db
def test_text_arrives_as_it_is_written_whatever_it_means_elsewhere() -> None:
    store = make_store(channel="shopee", currency="TWD", timezone="Asia/Taipei")
    title = '=HYPERLINK("http://x")\t\\N\n\\.\r\'; DROP TABLE x; --'
    written = b'"transaction_type": "ADJUSTMENT_ADD", "txn_title": ' + json.dumps(title).encode()
    take_in(store, wallet((1, "5.00", "105.00")).replace(b'"transaction_type": "ADJUSTMENT_ADD"', written))
    assert Charge.objects.get().label == f"ADJUSTMENT_ADD: {title}"


@pytest.mark.django_db
def test_a_formula_in_a_settlement_is_text() -> None:
    formula = "=cmd|' /C calc'!A0"
    take_in(make_store(), settlement(line("100.00", formula, sku="=1+1"), total="100.00"))
    assert Charge.objects.values_list("label", "sku", "kind").get() == (
        f"Order / ItemFees / {formula}",
        "=1+1",
        "unmapped",
    )


@pytest.mark.django_db
def test_preview_reads_the_same_and_loads_nothing() -> None:
    page = arrive(make_store(), settlement(line("100.00"), line("x"), total="85.00")).page
    tally = preview(page)
    assert (tally.unreadable, page.state, [rows for _, rows, _ in digests()]) == (1, "pending", [0] * len(TABLES))
    assert page.summary["statements"] == [{"payout": "900", "currency": "USD", "stated": "85.00", "lines": "100.00"}]
    load(page)
    assert page.summary["unreadable"] == 1


@pytest.mark.django_db
def test_a_settlement_that_does_not_add_up_is_loaded_with_both_totals() -> None:
    page = take_in(make_store(), settlement(line("100.00"), total="85.00"))
    assert page.summary["statements"] == [{"payout": "900", "currency": "USD", "stated": "85.00", "lines": "100.00"}]


@pytest.mark.django_db
def test_the_same_settlement_with_another_amount_waits_and_changes_nothing() -> None:
    store = make_store()
    take_in(store, GOOD, "first.txt")
    before = list(digests())
    page = take_in(store, CHANGED, "second.txt")
    assert (page.state, page.load) == ("waiting", None)
    assert page.conflict == (
        "Statement 900 is here already, from first.txt, with total 85.00 USD. This file says 86.00; 1 lines differ. "
        "line 4: -15.00 → -14.00"
    )
    assert list(digests()) == before
    load(page)
    assert (page.state, list(digests())) == ("waiting", before)


@pytest.mark.django_db
def test_a_conflict_in_the_total_alone_or_in_the_order_is_one_too() -> None:
    store = make_store()
    take_in(store, GOOD)
    total = settlement(line("100.00"), line("-15.00", "Commission"), total="85.01")
    order = settlement(line("100.00", order_id="114-0000007-0000007"), line("-15.00", "Commission"), total="85.00")
    longer = settlement(line("100.00"), line("-15.00", "Commission"), line("1.00"), total="86.00")
    assert [take_in(store, body).state for body in (total, order, longer)] == ["waiting"] * 3


@pytest.mark.django_db
def test_the_same_settlement_in_another_encoding_is_no_conflict() -> None:
    store = make_store()
    take_in(store, GOOD)
    before = list(digests())
    page = take_in(store, GOOD.decode().encode("utf-16"))
    assert (page.state, list(digests())) == ("loaded", before)


@pytest.mark.django_db
def test_an_accepted_conflict_replaces_what_was_here() -> None:
    store = make_store()
    take_in(store, settlement(line("100.00"), line("-15.00", "Commission"), line("1.00"), total="86.00"))
    page = take_in(store, CHANGED)
    started = datetime.now(UTC)
    accept(page)
    assert (page.state, page.load, page.conflict) == ("loaded", 2, "")
    assert page.recorded_at == page.accepted_at
    assert page.recorded_at >= started
    assert charges() == [
        ("900:3", Decimal(100), False), ("900:4", Decimal(-14), False), ("900:5", Decimal(1), True),
    ]  # fmt: skip
    assert statement() == (Decimal(86), None, None)
    changed = dict(Charge.objects.values_list("key", "recorded_at"))
    assert [changed[key] == page.recorded_at for key in ("900:3", "900:4", "900:5")] == [False, True, True]
    with pytest.raises(ValueError, match="is not in conflict"):
        accept(page)


@pytest.mark.django_db
def test_a_discarded_conflict_leaves_what_was_here() -> None:
    store = make_store()
    first = take_in(store, GOOD)
    before = list(digests())
    page = take_in(store, CHANGED)
    discard(page)
    load(page)
    assert (page.state, list(digests())) == ("discarded", before)
    with pytest.raises(ValueError, match="is loaded already"):
        discard(first)


@pytest.mark.django_db
def test_an_older_version_of_an_order_changes_nothing() -> None:
    store = make_store()
    new = {"last-updated-date": "2026-06-20T10:00:00+00:00", "order-status": "Shipped", "item-price": "25.00"}
    old = {"last-updated-date": "2026-06-16T10:00:00+00:00", "order-status": "Pending", "item-price": "20.00"}
    take_in(store, orders(new))
    before = list(digests())
    take_in(store, orders(old))
    assert list(digests()) == before
    assert Order.objects.values_list("status", flat=True).get() == "Shipped"


@pytest.mark.django_db
def test_a_newer_version_of_an_order_withdraws_what_it_no_longer_has() -> None:
    store = make_store()
    first, second = {"sku": "A"}, {"sku": "B", "item-price": "5.00"}
    take_in(store, orders(first, second))
    assert OrderItem.objects.count() == 2
    newer = {"last-updated-date": "2026-06-20T10:00:00+00:00"}
    take_in(store, orders({**first, **newer}))
    ref = "114-0000001-0000001"
    assert charges() == [(f"{ref}/1/item-price", Decimal(20), False), (f"{ref}/2/item-price", Decimal(5), True)]
    assert list(OrderItem.objects.values_list("sku", flat=True)) == ["A"]
    # and when it comes back, it counts again
    newest = {"last-updated-date": "2026-06-21T10:00:00+00:00"}
    take_in(store, orders({**first, **newest}, {**second, **newest}))
    assert [withdrawn for *_, withdrawn in charges()] == [False, False]


@pytest.mark.django_db
def test_an_order_told_twice_in_a_page_is_one_order() -> None:
    store = make_store()
    other = {"amazon-order-id": "114-0000002-0000002"}
    page = take_in(store, orders({"sku": "A"}, other, {"sku": "B"}))
    assert (Order.objects.count(), OrderItem.objects.count(), Charge.objects.count()) == (2, 3, 3)
    assert page.summary["unreadable"] == 0


@pytest.mark.django_db
def test_a_settlement_told_twice_in_a_page_is_one_statement() -> None:
    other = settlement(line("7.00"), total="7.00", number="901").split(b"\n", 1)[1]
    again = GOOD.split(b"\n", 1)[1]
    page = take_in(make_store(), GOOD + other + again)
    assert (page.state, Payout.objects.count()) == ("loaded", 2)
    assert [one["lines"] for one in page.summary["statements"]] == ["170.00", "7.00"]


WALLET = [wallet((1, "5.00", "105.00"), (2, "-1.00", "104.00")), wallet((3, "6.00", "110.00"), (4, "-2.00", "108.00"))]


@pytest.mark.django_db
@pytest.mark.parametrize("turn", [1, -1], ids=["in order", "last first"])
def test_a_wallet_day_in_two_pages_is_one_statement(turn: int) -> None:
    store = make_store(channel="shopee", currency="TWD", timezone="Asia/Taipei")
    for body in WALLET[::turn]:
        take_in(store, body)
    assert statement("wallet/2026-06-15") == (Decimal(8), Decimal(100), Decimal(108))
    assert sum(amount for _, amount, _ in charges()) == Decimal(8)


@pytest.mark.django_db
def test_a_wallet_day_that_is_pulled_again_grows() -> None:
    store = make_store(channel="shopee", currency="TWD", timezone="Asia/Taipei")
    take_in(store, WALLET[0])
    take_in(store, wallet((1, "5.00", "105.00"), (2, "-1.00", "104.00"), (3, "6.00", "110.00")))
    assert statement("wallet/2026-06-15") == (Decimal(10), Decimal(100), Decimal(110))
    assert Charge.objects.count() == 3


@pytest.mark.django_db
def test_nothing_is_left_of_a_load_that_breaks_down() -> None:
    page = arrive(make_store(), settlement(*[line("1.00")] * 6_000, total="6000.00")).page

    def stop(count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load(page, stop)
    assert [rows for _, rows, _ in digests()] == [0] * len(TABLES)
    page.refresh_from_db()
    assert page.state == "pending"
    load(page)
    assert Charge.objects.count() == 6_000


@pytest.mark.django_db(transaction=True)
def test_the_same_page_loaded_by_several_at_once_is_loaded_once() -> None:
    page = arrive(make_store(), settlement(*[line("1.00")] * 2_000, total="2000.00")).page
    assert at_once(lambda: load(RawPage.objects.get(pk=page.pk)), 4) == []
    assert list(RawPage.objects.values_list("state", "load")) == [("loaded", 1)]
    assert Charge.objects.count() == 2_000


@pytest.mark.django_db(transaction=True)
def test_pages_loaded_at_once_are_numbered_one_after_the_other() -> None:
    store = make_store()
    pages = [
        arrive(store, settlement(line("1.00"), total="1.00", number=str(number))).page for number in range(900, 906)
    ]
    waiting = iter(pages)
    assert at_once(lambda: load(next(waiting)), 6) == []
    assert list(RawPage.objects.order_by("load").values_list("load", flat=True)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db(transaction=True)
def test_a_load_whose_connection_is_cut_leaves_nothing() -> None:
    page = arrive(make_store(), settlement(*[line("1.00")] * 6_000, total="6000.00")).page

    def cut(_count: int) -> None:
        other = connections.create_connection("default")
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
        other.close()

    (error,) = at_once(lambda: load(RawPage.objects.get(pk=page.pk), cut), 1)
    assert isinstance(error, OperationalError)
    assert [rows for _, rows, _ in digests()] == [0] * len(TABLES)
    assert list(RawPage.objects.values_list("state", flat=True)) == ["pending"]


@pytest.mark.django_db
def test_the_same_statement_in_a_second_store_waits_and_in_another_company_counts() -> None:
    one = make_store()
    two, three = make_store(one.company, "Maple US 2"), make_store(make_company("Birch"), "Birch US")
    for store in (one, two, three):
        take_in(store, GOOD)
    assert [Charge.objects.filter(store=store).count() for store in (one, two, three)] == [2, 0, 2]
    assert RawPage.objects.get(store=two).state == RawPage.State.WAITING
    assert list(RawPage.objects.order_by("pk").values_list("load", flat=True)) == [1, None, 1]


@pytest.mark.django_db
def test_no_personal_field_is_in_what_is_said_of_a_bad_page(caplog: pytest.LogCaptureFixture) -> None:
    store = make_store()
    body = orders(
        {"ship-postal-code": "98765-secret", "quantity": "x"}, {"ship-postal-code": "98765-secret", "sku": "B"}
    )
    page = take_in(store, body)
    said = json.dumps([page.summary, list(UnreadableLine.objects.values())], default=str) + caplog.text
    assert "98765" not in said
    assert UnreadableLine.objects.count() == 1
    assert VaultEntry.objects.count() == 2


def test_rows_within_the_limits_stay_as_they_are() -> None:
    from channels.core.rows import OrderItemRow, OrderRow, SkuRow, Unreadable  # noqa: PLC0415

    at = datetime(2026, 1, 1, tzinfo=UTC)
    sku = SkuRow("s" * 150, "p" * 150, 1, title="t" * 900)
    assert within(sku) is sku
    assert within(SkuRow("s" * 151, "p", 7)) == Unreadable(7, "sku has 151 characters; at most 150 can be kept")
    order = OrderRow("1", "USD", "ok", at, 3, (OrderItemRow("k", "s" * 151, 1),))
    assert within(order) == Unreadable(3, "line k: sku has 151 characters; at most 150 can be kept")
