"""The pages of what channels add, in both languages, and the cards to take along."""

import io
import zipfile

import pytest
from django.contrib.auth.models import User
from django.test import Client

from reports.models import Report
from tests.reports.api.making import make_company
from tests.reports.asking import PLANNED, REFUSED, UNPLANNED, report, world

pytestmark = pytest.mark.django_db
PAGE = "/admin/adds/"


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("owner"))
    return client


def test_without_reports_it_says_what_is_needed(staff: Client) -> None:
    assert "Nothing was computed yet" in staff.get(PAGE).content.decode()
    make_company()
    assert "Nothing was computed yet" in staff.get(PAGE).content.decode()


def test_channels_pairs_and_events_stand_with_their_intervals(staff: Client) -> None:
    world(make_company())
    page = staff.get(PAGE).content.decode()
    for text in ("adds profit", "cannot tell", "40 % … 60 %", "10 % … 50 %", "210.00 CNY", "<svg", "are too few"):
        assert text in page, text


def test_it_is_said_in_chinese(staff: Client) -> None:
    world(make_company())
    page = staff.get(PAGE, headers={"accept-language": "zh-hans"}).content.decode()
    for text in ("渠道增量", "盈亏平衡", "渠道自己的报表"):
        assert text in page, text
    assert "too few" not in page


def test_what_would_tell_stands_for_each_pair(staff: Client) -> None:
    company = make_company()
    world(company)
    report(company, "bounds", "US amazon→shopify", {"kappa": REFUSED}, body={"plan": PLANNED})
    page = " ".join(staff.get(PAGE).content.decode().split())
    table = page[page.index("How to find out") :]
    for text in (
        "/admin/reports/experiment/add/",
        '>5</td><td class="pl-r">17</td>',
        ">28 %<",
        ">41 %<",
        "is narrow enough",
        ">123 %<",
    ):
        assert text in table, text
    chinese = staff.get(PAGE, headers={"accept-language": "zh-hans"}).content.decode()
    for text in ("怎样弄清楚", "不超过 30 %，", "开/关测试不需要分地区"):
        assert text in chinese, text


def test_without_a_plan_it_says_why(staff: Client) -> None:
    world(make_company())
    Report.objects.filter(kind="bounds").update(body={"plan": UNPLANNED})
    table = staff.get(PAGE).content.decode().partition("How to find out")[2]
    assert "Shopify sold nothing in the last 17 weeks." in table
    assert "is narrow enough" not in table
    chinese = staff.get(PAGE, headers={"accept-language": "zh-hans"}).content.decode()
    assert "Shopify 最近 17 周没有任何订单" in chinese
    Report.objects.filter(kind="bounds").update(body={})
    assert "How to find out" not in staff.get(PAGE).content.decode()


def test_a_card_stands_as_a_page_and_can_be_taken_along(staff: Client) -> None:
    report = world(make_company())[3]
    address = f"{PAGE}{report.pk}/"
    page = staff.get(address).content.decode()
    assert "adds profit" in page
    assert page.count("<svg") >= 3
    assert staff.get(address, {"as": "md"}).content.decode().startswith("# ")
    assert staff.get(address, {"as": "pdf"}).content.startswith(b"%PDF")
    with zipfile.ZipFile(io.BytesIO(staff.get(address, {"as": "zip"}).content)) as archive:
        assert {"card.md", "card.pdf", "panel.csv", "event.json", "placebos.csv"} <= set(archive.namelist())
    assert staff.get(address, {"as": "exe"}).status_code == 404


def test_what_is_no_question_of_two_channels_has_no_card(staff: Client) -> None:
    assert staff.get(f"{PAGE}{world(make_company())[4].pk}/").status_code == 404


def test_it_needs_the_permission() -> None:
    client = Client()
    client.force_login(User.objects.create_user("somebody", is_staff=True))
    assert client.get(PAGE).status_code == 403
