"""How many persons buy on two channels, through pages, tokens and links; what cannot be seen is said, not zero."""

import json
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from channels.models import Company, Order
from reconciliation.bought import EVER, accounts, crosses, gather_bought
from reconciliation.identity.linking.model import shipped
from reconciliation.match import match
from reconciliation.models import CustomerLink, Overlap, PairLabel
from reconciliation.overlap import LABELS, measure_overlap
from tests.making import make_company, make_store, orders, shopee_orders, shopify_orders, take_in

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 2)


def test_amazon_is_not_observable_and_bounded_by_its_buyers() -> None:
    company = make_company()
    shopify = make_store(company, "Own site", channel="shopify", marketplace="maple.myshopify.com")
    amazon = make_store(company, "Amazon US")
    take_in(shopify, shopify_orders(*({"Name": f"#{1000 + n}", "Email": f"b{n}@example.com"} for n in range(5))))
    several = ({"amazon-order-id": f"114-000000{n}-0000001", "ship-country": "SG"} for n in range(3))
    take_in(amazon, orders(*several))
    match(company, today=TODAY)
    measure_overlap(company)
    found = Overlap.objects.get()
    assert (found.channel, found.other, found.market, found.month) == ("amazon", "shopify", "SG", date(2026, 6, 1))
    assert (found.proven, found.expected, found.total, found.low, found.high) == (None,) * 5
    assert (found.reason, found.visible_share, found.at_most) == ("not observable", 0.0, 3)


def test_the_command_tells_each_pair_of_channels() -> None:
    company = make_company()
    shopify = make_store(company, "Own site", channel="shopify", marketplace="maple.myshopify.com")
    shopee = make_store(company, "Shopee SG", channel="shopee", marketplace="SG", currency="SGD")
    take_in(shopify, shopify_orders({"Name": "#1001"}, {"Name": "#1002", "Cancelled at": "2026-06-16 10:00:00 +0000"}))
    take_in(shopee, shopee_orders({}))
    match(company, today=TODAY)
    out = StringIO()
    call_command("overlap", format="json", stdout=out)
    (row,) = json.loads(out.getvalue())
    assert (row["channels"], row["market"], row["month"], row["at_most"]) == (["shopee", "shopify"], "SG", "2026-06", 1)
    assert row["total"] is None
    assert row["reason"].startswith("cannot tell")
    assert row["expected"] == pytest.approx(1.0, abs=0.1)


def test_one_month_is_told_in_words() -> None:
    company = make_company()
    shopify = make_store(company, "Own site", channel="shopify", marketplace="maple.myshopify.com")
    take_in(shopify, shopify_orders({"Name": "#1001"}))
    take_in(make_store(company, "Amazon US"), orders({"ship-country": "SG"}))
    match(company, today=TODAY)
    call_command("overlap", month="2026-06", stdout=(out := StringIO()))
    line, *meanings = out.getvalue().splitlines()
    assert line == "2026-06 SG amazon + shopify    not observable; at most 1 person"
    assert [one.partition(":")[0] for one in meanings] == ["not observable", "at most"]
    call_command("overlap", month="2026-07", stdout=(out := StringIO()))
    assert out.getvalue() == "No market has orders on two channels in one month.\n"
    with pytest.raises(CommandError, match="is no month"):
        call_command("overlap", month="June")


def test_a_replacement_is_no_purchase() -> None:
    company = make_company()
    shopify = make_store(company, "Own site", channel="shopify", marketplace="maple.myshopify.com")
    amazon = make_store(company, "Amazon US")
    take_in(shopify, shopify_orders({"Name": "#1001"}))
    take_in(amazon, orders({"ship-country": "SG"}))
    measure_overlap(company)
    assert Overlap.objects.get().at_most == 1
    Order.objects.filter(store=amazon).update(replaces="114-0000000-0000009")
    measure_overlap(company)
    assert not Overlap.objects.exists()


def test_measuring_again_gives_the_same() -> None:
    company = make_company()
    shopify = make_store(company, "Own site", channel="shopify", marketplace="maple.myshopify.com")
    shopee = make_store(company, "Shopee SG", channel="shopee", marketplace="SG", currency="SGD")
    take_in(shopify, shopify_orders({"Name": "#1001"}))
    take_in(shopee, shopee_orders({}))
    match(company, today=TODAY)
    told = [one.name for one in Overlap._meta.fields if one.name != "id"]
    measure_overlap(company)
    before = list(Overlap.objects.values_list(*told))
    measure_overlap(company)
    assert list(Overlap.objects.values_list(*told)) == before


def test_links_of_all_months_and_labels_are_gathered_once_each() -> None:
    company = make_company()
    shopify = make_store(company, "Own site", channel="shopify", marketplace="maple.myshopify.com")
    shopee = make_store(company, "Shopee SG", channel="shopee", marketplace="SG", currency="SGD")
    take_in(
        shopify,
        shopify_orders(
            {"Name": "#1001"}, {"Name": "#1002", "Created at": "2026-07-15 10:00:00 +0000", "Email": "x@example.com"}
        ),
    )
    take_in(shopee, shopee_orders({}))
    match(company, today=TODAY)
    model = shipped()
    with transaction.atomic():
        gather_bought(company)
        monthly, ever = list(crosses(0.01, model)), list(crosses(0.01, model, ever=True))
        bought = accounts()
    assert {one.month for one in ever} == {EVER}
    assert {(one.left, one.right) for one in monthly} < {(one.left, one.right) for one in ever}
    assert len(ever) == len({(one.left, one.right) for one in ever}) == 2
    assert bought == {("shopee", "SG"): 1, ("shopify", "SG"): 2}


def label(company: Company, *pairs: tuple[int, int]) -> None:
    """Answers of a sample of all pairs: each of these is one person."""
    PairLabel.objects.bulk_create(
        PairLabel(company=company, origin="sample", left_key=min(pair), right_key=max(pair), inclusion=1.0,
                  stratum=f"pair {min(pair)}", raw=0.5, same=True, drawn_at=datetime.now(UTC))
        for pair in pairs
    )  # fmt: skip


def test_labels_move_the_expected_overlap_from_enough_on() -> None:
    company = make_company()
    shopify = make_store(company, "Own site", channel="shopify", marketplace="maple.myshopify.com")
    shopee = make_store(company, "Shopee SG", channel="shopee", marketplace="SG", currency="SGD")
    take_in(shopify, shopify_orders({"Name": "#1001"}))
    take_in(shopee, shopee_orders({}))
    match(company, today=TODAY)
    CustomerLink.objects.update(probability=0.5, tier=2)
    (link,) = CustomerLink.objects.select_related("left", "right")
    measure_overlap(company)
    before = Overlap.objects.get().expected
    label(company, (link.left.key, link.right.key), *((-one, one) for one in range(1, LABELS - 1)))
    measure_overlap(company)
    assert Overlap.objects.get().expected == before  # one is missing
    label(company, (-LABELS, LABELS))
    measure_overlap(company)
    after = Overlap.objects.get().expected
    assert before is not None
    assert after is not None
    assert after > before * 1.1
