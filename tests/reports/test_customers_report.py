"""The report on customers: from the books, in agreement with the ledger, and silent where buyers are not known."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.db.models import Value
from django.db.models.functions import Concat
from numpy.testing import assert_allclose

from channels.core.rows import OrderRow, RepeatRow, Row
from channels.load import load_rows
from channels.models import Company, Store
from reconciliation.identity.calibration import Recall as KnownRecall
from reconciliation.models import Account, BuyerSignal, LedgerEntry, SharedCost
from reconciliation.post import post
from reports import acquisition
from reports.analysis.estimate import Answer, Bounds, CannotTell, Estimate
from reports.analysis.kpi.figure import WINDOW
from reports.analysis.stored import fingerprint
from reports.build import build_steering
from reports.decisions import answers_of
from reports.models import Report
from reports.weeks import books
from tests.making import make_store
from tests.reports.selling import at, goods, order, store_of, week
from tests.reports.steering import NEW, make_steered, spent

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def built(company: Company) -> Report:
    assert build_steering(company).failed == []
    return Report.objects.get(company=company, kind=Report.Kind.CUSTOMERS)


def figure(report: Report, code: str) -> dict[str, Any]:
    found: dict[str, Any] = report.body["figures"][code]
    return found


def cost(company: Company, pool: str, amount: int, weeks: int) -> None:
    SharedCost.objects.create(
        company=company, name=pool, pool=pool, starts_on=week(0), ends_on=week(weeks) - DAY, amount=Decimal(amount),
        currency="USD", allocation_key="unallocated",
    )  # fmt: skip
    post(company)


def second_channel(company: Company, weeks: int, again: int) -> None:
    """A store on Shopee: every week two buyers, of whom ``again`` are persons of the own shop, weeks after."""
    there = make_store(company, "Maple shopee", channel="shopee", ads_by_card=True)
    persons = list(
        Account.objects.filter(company=company).order_by("first_at", "key").values_list("customer", flat=True)
    )
    rows: list[Row] = [*goods(), *spent(weeks, {"": (6, 0)})]
    for number in range(weeks * 2):
        made = list(order(week(number // 2) + number % 2 * 4 * DAY))
        (placed,) = (row for row in made if isinstance(row, OrderRow))
        rows += made
        known = persons[number] if number % 2 < again and number >= 8 else None
        account = 50_000 + number
        Account.objects.create(
            company=company, store=there, key=account, channel="shopee", country="US", known_buyer=True, orders=1,
            first_at=placed.ordered_at, last_at=placed.ordered_at, customer_id=known,
        )  # fmt: skip
        BuyerSignal.objects.create(store=there, order_ref=placed.ref, account=account, key_version=1,
                                   obtained_at=placed.ordered_at, expires_on=week(300))  # fmt: skip
    load_rows(there, rows, "shopee", at(week(200)))
    post(company)


def test_advertising_adds_up_to_the_ledgers() -> None:
    company = make_steered(40)
    second_channel(company, 40, 0)
    of = books(company)
    told = built(company).body["cost"]
    ledger = LedgerEntry.objects.filter(
        company=company, kind="advertising", ordered_on__gte=of.weeks[-WINDOW], ordered_on__lt=of.through
    )
    spent_ = -sum(float(one.base_amount or 0) for one in ledger)
    assert told["advertising"]["ledger"] == pytest.approx(spent_) == WINDOW * (28 + 6)
    parts = [told["advertising"][name] for name in ("counted", "left_out", "hidden")]
    assert sum(parts) == pytest.approx(told["advertising"]["ledger"])
    counted = sum(row["spend"] for row in told["by_channel"]) + told["of_no_channel"]
    assert counted == pytest.approx(told["advertising"]["counted"]) == told["company"]["spend"]
    assert sum(row["spend"] for row in told["hidden"]) == pytest.approx(told["advertising"]["hidden"]) == WINDOW * 20
    assert sum(row["new"] for row in told["by_channel"]) == told["company"]["new"] == WINDOW * (NEW + 2)
    assert {row["channel"]: row["value"] for row in told["by_channel"]} == {"shopify": 2, "shopee": 3}
    assert_allclose(np.sum([*of.spent.values(), *of.hidden_spent.values()], axis=0), of.advertising)


def test_a_buyer_known_from_another_channel_is_not_new_and_the_cost_says_what_it_supposes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    company = make_steered(40)
    second_channel(company, 40, 1)
    report = built(company)
    told, answer = report.body["cost"], answers_of(report)["cac"]
    rows = {row["channel"]: row for row in told["by_channel"]}
    assert (rows["shopee"]["new"], rows["shopee"]["matched"]) == (WINDOW, WINDOW)
    assert (told["recall"], told["company"]["corrected"], told["company"]["high"]) == (None, None, None)
    assert isinstance(answer, Bounds)
    assert answer.low == pytest.approx(14 / (NEW + 1))
    assert "at least" in figure(report, "cac")["text_said"][0]

    monkeypatch.setattr(acquisition, "known_recall", lambda _: KnownRecall(400, 0.8, 0.7, 0.9))
    report = built(company)
    corrected = report.body["cost"]["company"]["corrected"]
    assert corrected == pytest.approx(WINDOW * (NEW + 1 - 0.25))
    cac = answers_of(report)["cac"]
    assert isinstance(cac, Estimate)
    assert cac.value == pytest.approx(14 / (NEW + 0.75))
    assert cac.low < cac.value < cac.high
    assert figure(report, "cac")["value"] == pytest.approx(cac.value)


def test_value_is_less_of_retention_marketing_which_adds_up() -> None:
    company = make_steered(70)
    free = built(company)
    assert free.body["keeping_said"][0].startswith("No retention marketing is entered")
    assert "taken as none" in figure(free, "ltv12")["text_said"][0]
    assert figure(free, "ltv12")["value"] == pytest.approx(26)
    cost(company, "retention_marketing", 700, 70)
    less = built(company)
    of = books(company)
    assert of.keeping.sum() == pytest.approx(700)
    assert less.body["keeping"]["spent"] == pytest.approx(700)
    assert "Less" in less.body["keeping_said"][0]
    assert 20 < figure(less, "ltv12")["value"] < 26
    assert less.body["figures"]["ltv12"]["text_said"][0].endswith("less what was spent to keep them.")
    assert figure(less, "cac")["value"] == figure(free, "cac")["value"]  # it wins nobody
    one, other = (answers_of(report)["ltv_12"] for report in (free, less))
    assert isinstance(one, Estimate)
    assert isinstance(other, Estimate)
    assert other.value < one.value == pytest.approx(26)


def test_brand_marketing_stands_beside_the_cost() -> None:
    company = make_steered(30)
    assert built(company).body["cost"]["shared"] is None
    cost(company, "shared_marketing", 30 * 8, 30)
    told = built(company).body["cost"]
    assert told["shared"]["spend"] == pytest.approx(8 * WINDOW, rel=0.01)  # whole cents a day
    assert told["shared"]["value"] == pytest.approx(2 * told["company"]["value"], rel=0.01)


def test_equal_books_have_equal_digests_whatever_their_ids() -> None:
    one = books(make_steered(12))
    Company.objects.update(name="Oak")
    Store.objects.update(name=Concat("name", Value(" old")))
    other = books(make_steered(12))
    assert fingerprint(one.buyers) == fingerprint(other.buyers)
    assert fingerprint(one) == fingerprint(other)


def test_cohorts_and_payback_of_the_books() -> None:
    report = built(make_steered(70))
    body, answers = report.body, answers_of(report)
    whole = next(one for one in body["cohorts"] if one["month"] == "2025-03")
    assert [round(cell["active"], 2) for cell in whole["cells"][:2]] == [1, 0]
    assert sum(cell["active"] for cell in whole["cells"]) == pytest.approx(2)
    assert whole["cells"][-2]["money"] == pytest.approx(26)
    assert not body["cohorts"][-1]["cells"][-1]["mature"]
    assert body["repeat"]["median_days"] == 70
    assert (body["payback"]["months"], body["payback"]["month"]) == (12, 1)
    ratio = answers["ltv_cac"]
    assert isinstance(ratio, Estimate)
    assert ratio.value == pytest.approx(26 * NEW / 8)
    assert isinstance(answers["purchases_ahead"], CannotTell)
    assert "came again" in str(answers["purchases_ahead"].reason)
    assert body["customers"] == 70 * NEW


def test_a_channel_without_buyers_tells_what_its_own_report_counts() -> None:
    company = make_steered(40)
    (before,) = built(company).body["unidentified"]
    assert (before["channel"], before["months"], before["products"]) == ("amazon", [], [])
    rows = [
        RepeatRow(f"{month}{asin}", date(2026, month, 1), date(2026, month + 1, 1) - DAY, asin, 1, 30, many, again,
                  "USD", Decimal(600), Decimal(90))
        for month in range(1, 6) for asin, many, again in (("B0TEA", 20, 5), ("B0CUP", 40, 2))
    ]  # fmt: skip
    load_rows(store_of(company, "amazon"), rows, "repeats", at(week(201)))
    (told,) = built(company).body["unidentified"]
    assert [(one["product"], one["customers"], one["repeat_customers"]) for one in told["products"]] == [
        ("B0CUP", 120, 6), ("B0TEA", 60, 15),
    ]  # fmt: skip
    assert [(one["month"], one["customers"], one["repeat_customers"]) for one in told["months"]][-1] == (
        "2026-05",
        60,
        7,
    )
    assert "no person's value" in told["said"][0]["text_said"][0]


def test_a_year_of_such_reports_is_twelve_months() -> None:
    company = make_steered(40)
    starts = [date(2025 + n // 12, n % 12 + 1, 1) for n in range(15)]
    rows = [
        RepeatRow(f"{one}", one, (one + 31 * DAY).replace(day=1) - DAY, "B0TEA", 1, 30, 20, 5, "USD", Decimal(600),
                  Decimal(90)) for one in starts
    ]  # fmt: skip
    load_rows(store_of(company, "amazon"), rows, "repeats", at(week(201)))
    (told,) = built(company).body["unidentified"]
    assert [one["month"] for one in told["months"]] == [one.isoformat()[:7] for one in starts[-12:]]


def test_without_known_buyers_there_is_a_reason_and_nothing_else() -> None:
    company = make_steered(30)
    BuyerSignal.objects.update(matching=False)
    body = built(company).body
    assert "matched" in body["reason_said"][0]
    assert "cohorts" not in body
    assert {one["channel"] for one in body["unidentified"]} == {"amazon", "shopify"}


def attribution(company: Company, **orders: list[float] | None) -> dict[str, Answer]:
    rows = [{"channel": name, "spend": 130.0} for name in orders]
    tests = [{"channel": name, "models": {"last": {"orders": told}, "first": {"orders": told}}}
             for name, told in orders.items()]  # fmt: skip
    Report.objects.filter(company=company, kind=Report.Kind.ATTRIBUTION).delete()
    Report.objects.create(
        company=company, kind=Report.Kind.ATTRIBUTION, subject="all", inputs="x", through=week(40), method="x", seed=1,
        built_at=datetime(2026, 1, 1, tzinfo=UTC), answers=[], data={},
        body={"figures": {}, "by_model": {"last": rows}, "calibration": tests},
    )  # fmt: skip
    of = books(company)
    return acquisition.incremental(acquisition.calibration(company), of)


def test_what_advertising_really_won_follows_from_an_experiment_alone() -> None:
    company = make_steered(40)
    nothing = built(company)
    assert isinstance(answers_of(nothing)["incremental"], CannotTell)
    found = attribution(company, ads=[20.0, 10.0, 26.0], weak=[5.0, -3.0, 13.0], bad=[-9.0, -20.0, -2.0], none=None)
    share = NEW / (2 * NEW)  # every second order is a first one
    ads, weak = found["ads"], found["weak"]
    assert isinstance(ads, Estimate)
    assert (ads.value, ads.low, ads.high) == pytest.approx((130 / (20 * share), 130 / (26 * share), 130 / (10 * share)))
    assert isinstance(weak, Bounds)
    assert weak.low == pytest.approx(130 / (13 * share))
    assert weak.high == np.inf
    assert isinstance(found["bad"], CannotTell)
    assert "none" not in found
    assert isinstance(attribution(company)[""], CannotTell)


def test_money_without_a_rate_makes_no_infinite_or_silent_figure() -> None:
    company = make_steered(40)
    LedgerEntry.objects.filter(company=company, kind="advertising").update(base_amount=None, rate=None)
    report = built(company)
    assert report.body["cost"]["advertising"]["unknown_weeks"] in (0, WINDOW)
    assert figure(report, "cac")["value"] is None


def test_the_interval_of_twelve_months_is_of_its_customers() -> None:
    company = make_steered(70)
    LedgerEntry.objects.filter(company=company, kind="revenue", order_ref__endswith="3").update(base_amount=Decimal(30))
    made = figure(built(company), "ltv12")
    low, value, high = made["low"], made["value"], made["high"]
    assert 26 < low < value < high < 32
    assert value - low == pytest.approx(high - value)
    assert value - low == pytest.approx(1.645 * 2**0.5 * 3 / (WINDOW * NEW) ** 0.5, rel=0.35)
