"""The page of campaigns and visits, and what the operator does next, in both languages."""

import re
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client

from channels.core.kinds import Way
from channels.core.rows import AdSpendRow
from channels.load import load_rows
from channels.models import Company
from reports.build import build_steering
from reports.models import Report, Target
from reports.pictures.ranked import ranked_drawn
from tests.making import make_company
from tests.reports.api.making import make_reader
from tests.reports.selling import at, make_seller, store_of, week
from tests.reports.steering import make_steered
from tests.reports.visited import sessions

pytestmark = pytest.mark.django_db
PAGE = "/admin/campaigns/"
WEEKS = 20


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("owner"))
    return client


def make_busy(campaigns: int = 2) -> Company:
    """Campaigns that lose and that pay, and sessions."""
    company = make_steered(WEEKS)
    own = store_of(company, "shopify")
    rows = [
        AdSpendRow(f"{n}|{number}", week(n), week(n), "USD", Decimal(50), 1, campaign=f"<b>Pot {number}</b>",
                   impressions=900, clicks=60, orders=number % 2 * 12, sales=Decimal(number % 2 * 240))
        for n in range(WEEKS - 4, WEEKS) for number in range(campaigns)
    ]  # fmt: skip
    load_rows(own, rows, "pots", at(week(200)))
    ways = {Way.PAID: 10, Way.DIRECT: 4, Way.BRAND: 6}
    load_rows(own, sessions(week(0), WEEKS, ways, key_events=1), "sessions", at(week(200)))
    assert build_steering(company).failed == []
    return company


def test_without_a_company_or_reports_or_data_it_says_so(staff: Client) -> None:
    assert "There is no company yet." in staff.get(PAGE).content.decode()
    company = make_company()
    assert "Not computed yet" in staff.get(PAGE).content.decode()
    build_steering(company)
    assert "There is no whole week of orders yet." in staff.get(PAGE).content.decode()


def test_without_advertising_and_sessions_it_says_what_to_bring(staff: Client) -> None:
    build_steering(make_seller(amazon={"CA": [3] * WEEKS}))
    page = staff.get(PAGE).content.decode()
    for text in (
        "No report of advertising is in the books", "No advertising report of these weeks is in the books.",
        "No sessions are in the books", "/admin/channels/rawpage/upload",
    ):  # fmt: skip
        assert text in page, text


def test_it_begins_with_what_to_do_next_and_leads_to_the_rows(staff: Client) -> None:
    company = make_busy()
    page = staff.get(PAGE).content.decode()
    steps = page[page.index("What to do next") : page.index("What misleads here")]
    assert "Look at &lt;b&gt;Pot 0&lt;/b&gt; (Shopify) first: 200.00 USD spent for 0 orders." in steps
    assert 1 <= steps.count("<li>") <= 5
    assert f'href="{PAGE}?company={company.pk}#campaigns"' in steps
    assert 'id="campaigns"' in page


def test_rows_intervals_sums_and_pictures_stand_there(staff: Client) -> None:
    make_busy()
    page = staff.get(PAGE).content.decode()
    for text in (
        "&lt;b&gt;Pot 1&lt;/b&gt;", "not distinguishable", "All campaigns", "Advertising in the ledger", "Brand search, paid",
        "Revenue that GA4 credits", "Orders by session",
    ):  # fmt: skip
        assert text in page, text
    assert page.count('role="img"') >= 2 or page.count("<svg") >= 2
    assert "<b>Pot" not in page
    assert "nan" not in re.sub(r"<[^>]+>", " ", page).lower().split()


def test_of_hundreds_of_campaigns_fifty_stand_and_the_rest_is_one_line(staff: Client) -> None:
    make_busy(80)
    page = staff.get(PAGE).content.decode()
    assert len(staff.get(PAGE).context["rows"]) == 50
    assert "All others (32)" in page


def test_it_is_said_in_chinese(staff: Client) -> None:
    make_busy()
    page = staff.get(PAGE, headers={"accept-language": "zh-hans"}).content.decode()
    for text in ("下一步做什么", "先看", "广告活动与访问", "付费品牌搜索", "不在账本中", "无法区分"):
        assert text in page, text
    assert "Rows behind it" not in page


def test_it_needs_the_permission_and_links_only_to_what_may_be_seen(client: Client) -> None:
    build_steering(make_seller(amazon={"CA": [3] * WEEKS}))
    reader = make_reader("reports.report")
    reader.is_staff = True
    reader.save()
    client.force_login(reader)
    page = client.get(PAGE)
    assert page.status_code == 200
    assert [one.link for one in page.context["steps"]] == ["", ""]
    client.force_login(User.objects.create_user("other", is_staff=True))
    assert client.get(PAGE).status_code == 403


def test_the_operators_page_begins_with_the_same_steps(staff: Client) -> None:
    make_busy()
    steps = staff.get(PAGE).context["steps"]
    page = staff.get("/admin/kpis/", {"role": "operator"})
    assert page.context["steps"] == steps != []
    text = page.content.decode()
    assert text.index("What to do next") < text.index("Conversion rate")
    for role in ("owner", "lead", "services"):
        assert "What to do next" not in staff.get("/admin/kpis/", {"role": role}).content.decode()


def test_every_link_of_a_step_opens(staff: Client) -> None:
    company = make_busy()
    report = Report.objects.get(company=company, kind="campaigns")
    said = report.body["next"][0]["step_said"]
    for to in ("campaigns", "days", "costs", "rates", "pages", "words", "events", "ledger"):
        report.body["next"] = [{"step_said": said, "to": to}]
        report.save()
        (step,) = staff.get(PAGE).context["steps"]
        assert staff.get(step.link).status_code == 200, to


def test_figures_say_what_asks_for_them_and_what_is_aimed_at(staff: Client) -> None:
    company = make_busy()
    Target.objects.create(company=company, figure="cpa", value=Decimal("1.5"), since=week(0))
    cards = {one.name: one for one in staff.get("/admin/kpis/", {"role": "operator"}).context["cards"]}
    assert len(cards) == 7
    assert cards["Cost per order"].aim == "at most 1.50 USD/order"
    assert cards["Cost per order"].goals == ["Profit", "Growth"]
    assert cards["Order value"].aim == ""
    assert "Target: at most 1.50 USD/order." in staff.get("/admin/kpis/", {"role": "operator"}).content.decode()


@pytest.mark.parametrize("rate", [None, 0.0, 1.0, float("inf")], ids=str)
def test_the_picture_takes_any_rate(rate: float | None) -> None:
    row = {"label": "很长的名字" * 20, "cvr": rate, "cvr_low": rate, "cvr_high": rate, "few": True}
    drawn = ranked_drawn([row])
    assert (drawn is None) is (rate in (None, float("inf")))
    assert ranked_drawn([]) is None
