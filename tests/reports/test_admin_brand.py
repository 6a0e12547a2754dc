"""The page of brand and non-brand, in both languages, with much, little and nothing."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils.html import escape

from reports.admin.brand import MEASURES, NAMES
from reports.analysis.estimate import CannotTell
from reports.analysis.said import Said
from reports.build import build_steering
from reports.models import Report
from reports.pictures.drawing import svg
from reports.pictures.stacked import COLOURS, stacked
from tests.making import make_company
from tests.reports.asking import estimate
from tests.reports.selling import make_seller
from tests.reports.steering import make_steered
from tests.reports.test_branded import credited, exposed

pytestmark = pytest.mark.django_db
PAGE = "/admin/brand/"
WEEKS = 30


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("owner"))
    return client


def shown(staff: Client, **asked: Any) -> str:
    return staff.get(PAGE, asked).content.decode()


def test_without_a_company_or_weeks_it_says_so(staff: Client) -> None:
    assert "There is no company yet." in shown(staff)
    company = make_company()
    assert "Not computed yet" in shown(staff)
    build_steering(company)
    assert "There is no whole week of orders yet." in shown(staff)


def test_every_measure_adds_up_on_the_page_too(staff: Client) -> None:
    build_steering(exposed(make_steered(WEEKS), *range(WEEKS + 1)))
    measured = staff.get(PAGE).context["measured"]
    assert [one.code for one in measured] == list(MEASURES)
    for one in measured:
        sums = [[float(cell.replace(",", "")) for cell in row.cells[: len(NAMES)]] for row in one.rows]
        for brand, non_brand, unknown, total in sums:
            assert brand + non_brand + unknown == pytest.approx(total)
        assert sum(row[-1] for row in sums[:-1]) == pytest.approx(sums[-1][-1])
    assert [row.name for row in measured[0].rows] == ["Amazon", "Shopify", "Company"]


def test_shares_are_ranges_and_trends_are_left_out_where_much_is_unknown(staff: Client) -> None:
    build_steering(exposed(make_steered(WEEKS), *range(WEEKS + 1)))
    spend, _, orders, _ = staff.get(PAGE).context["measured"]
    assert spend.rows[0].cells[4:] == ["30.0 % – 50.0 %", "50.0 % – 70.0 %", "–", "–"]
    amazon = orders.rows[0].cells[4:]
    assert (" – " in amazon[0], amazon[2]) == (False, "-1.5 %")


def test_parts_below_nothing_have_no_share(staff: Client) -> None:
    build_steering(exposed(make_steered(WEEKS), *range(WEEKS + 1)))
    report = Report.objects.get(kind=Report.Kind.BRAND)
    report.body["company"]["contribution"]["brand"]["sum"] -= 9999
    report.body["company"]["contribution"]["unknown"]["sum"] += 9999
    report.save()
    row = staff.get(PAGE).context["measured"][-1].rows[-1]
    assert row.cells[0].startswith("-")
    assert row.cells[4:6] == ["–", "–"]


def test_all_there_is_stands_on_the_page(staff: Client) -> None:
    company = exposed(make_steered(WEEKS), *range(WEEKS + 1))
    credited(company, estimate(0.3, 0.2, 0.4))
    page = shown(staff)
    for text in (
        "K9", "K17", "Between 33 % and 100 % of the contribution", "60.0 %", "40.0 %", "5.00", "ROAS",
        "What marketplaces are over-credited with", "How often the brand is searched", "<polyline", "1.54",
        "Advertising, USD by week: brand, non-brand and unknown",
    ):  # fmt: skip
        assert text in page, text
    assert page.count("<svg") >= 3
    assert not re.search(r"\bnan\b|None", page)


def test_it_is_said_in_chinese(staff: Client) -> None:
    company = exposed(make_steered(WEEKS), *range(WEEKS + 1))
    credited(company, CannotTell(Said("Nothing is known of these orders.")))
    staff.cookies["django_language"] = "zh-hans"
    page = shown(staff)
    for text in ("品牌与非品牌", "无法判断", "有对手投放", "剔除品牌自带订单后的广告回报", "品牌被搜索的次数"):
        assert text in page, text
    assert "Nothing is known" not in page


def test_a_shop_without_lexicon_and_advertising_has_a_page(staff: Client) -> None:
    build_steering(make_seller(amazon={"CA": [5] * 4}))
    page = staff.get(PAGE)
    (orders,) = [one for one in page.context["measured"] if one.code == "orders"]
    assert orders.rows[-1].cells[:4] == ["0", "0", "15", "15"]
    assert "What advertising claims" not in page.content.decode()


def test_names_are_escaped(staff: Client) -> None:
    company = exposed(make_steered(WEEKS), *range(WEEKS + 1))
    build_steering(company)
    hostile = "<script>alert(1)</script>"
    report = Report.objects.get(company=company, kind=Report.Kind.BRAND)
    report.body["channels"][0]["channel"] = report.body["paid"][1]["network"] = hostile
    report.save()
    page = shown(staff)
    assert hostile not in page
    assert escape(hostile) in page


def test_who_may_not_see_reports_is_refused(client: Client) -> None:
    client.force_login(User.objects.create_user("nobody", is_staff=True))
    assert client.get(PAGE).status_code == 403


# The picture


def test_bars_add_up_to_the_total_and_unknown_weeks_are_grey() -> None:
    parts = {"brand": [1.0, None, 2.0], "non_brand": [3.0, None, -1.0], "unknown": [0.0, None, 0.0]}
    drawing = stacked(["2026-01-05", "2026-01-12", "2026-01-19"], parts, [4.0, None, 1.0])
    assert drawing is not None
    text = svg(drawing, "Spend")
    assert "<title>Spend</title>" in text
    heights = {name: [float(one.height) for one in drawing.contents if getattr(one, "fillColor", None) is not None
                      and one.fillColor.hexval()[2:] == colour[1:]] for name, colour in COLOURS.items()}  # fmt: skip
    assert heights["brand"][0] * 3 == pytest.approx(heights["non_brand"][0])
    assert heights["brand"][1] == pytest.approx(2 * heights["brand"][0])


@pytest.mark.parametrize("total", [[], [None, None], [0.0, 0.0], [1e300, 1.0]], ids=["none", "unknown", "zero", "huge"])
def test_nothing_to_draw_is_no_picture(total: list[float | None]) -> None:
    parts = dict.fromkeys(COLOURS, total)
    assert stacked([f"w{n}" for n in range(len(total))], parts, total) is None
