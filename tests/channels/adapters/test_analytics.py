"""GA4's exports: sessions once each, by day or month, and on which way they came."""

import io
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from channels import adapters as package
from channels.adapters import adapters
from channels.adapters.analytics.ways import way_of
from channels.core.adapter import recognise
from channels.core.errors import Refused
from channels.core.kinds import Way
from channels.core.reading import read_head
from channels.core.rows import Page, Row, Shop, TrafficRow, Unreadable

SAMPLES = Path(next(iter(package.__path__))) / "analytics" / "samples"
ABOVE = "# Start date: 20260901\n# End date: 20260930\n"
HEADER = "Session source / medium,Sessions,Key events\n"


def read(body: str | bytes) -> list[Row]:
    data = body.encode() if isinstance(body, str) else body
    [(_, form)] = recognise(read_head(io.BytesIO(data)), adapters())
    page = Page(form.resource, lambda: io.BytesIO(data), "", datetime(2026, 11, 1, tzinfo=UTC))
    return list(form.rows(page, Shop("shopify", "", "EUR", "Europe/Berlin")))


def traffic(body: str | bytes) -> list[TrafficRow]:
    rows = read(body)
    assert [row for row in rows if not isinstance(row, TrafficRow)] == []
    return [row for row in rows if isinstance(row, TrafficRow)]


def test_a_report_tells_a_month_by_source_and_not_its_chart() -> None:
    body = (SAMPLES / "traffic_acquisition.csv").read_text()
    assert len(traffic(body)) == 4
    chart = "\nNth day,google / cpc,(direct) / (none)\n0000,40,31\n0001,38,29\n\n"
    rows = traffic(body.replace("\nSession source", chart + "Session source") + "\nCountry,Sessions\nGermany,9\n")
    assert [(row.place, row.source, row.medium, row.way, row.sessions, row.key_events, row.revenue) for row in rows] == [
        (16, "google", "cpc", Way.PAID, 1204, Decimal("31.5"), Decimal("4102.55")),
        (17, "(direct)", "(none)", Way.DIRECT, 903, Decimal(12), Decimal(1650)),
        (18, "google", "organic", Way.ORGANIC, 640, Decimal(9), Decimal("1103.2")),
        (19, "(not set)", "", Way.UNKNOWN, 18, Decimal(0), Decimal(0)),
    ]  # fmt: skip
    assert {(row.starts_on, row.ends_on, row.level, row.currency) for row in rows} == {
        (date(2026, 9, 1), date(2026, 9, 30), "source", "EUR")
    }


def test_an_exploration_tells_days_by_campaign_summed_over_devices_without_its_total() -> None:
    rows = traffic((SAMPLES / "exploration_by_day.csv").read_bytes())
    assert [(row.starts_on.day, row.campaign, row.way, row.sessions, row.spend) for row in rows] == [
        (1, "HL | Brand | Search", Way.BRAND, 90, Decimal("31.4")),
        (1, "HL | Non-brand | Search", Way.PAID, 40, Decimal(31)),
        (2, "(direct)", Way.DIRECT, 25, Decimal(0)),
        (2, "september", Way.OTHER, 15, Decimal(0)),
    ]
    assert sum(row.sessions for row in rows) == 170
    assert sum(row.revenue or 0 for row in rows) == Decimal("801.1")
    assert {row.level for row in rows} == {"campaign"}


@pytest.mark.parametrize(
    ("source", "medium", "campaign", "group", "way"),
    [
        ("(direct)", "(none)", "", "", "direct"), ("", "", "", "Direct", "direct"), ("google", "cpc", "", "", "paid"),
        ("bing", "ppc", "my brand", "", "brand"), ("google", "cpc", "Branded terms", "", "brand"),
        ("google", "cpc", "nonbrand", "", "paid"), ("google", "cpc", "Rebranding", "", "paid"),
        ("google", "cpc", "品牌词", "", "brand"), ("google", "cpc", "非品牌", "", "paid"),
        ("google", "organic", "brand", "", "organic"), ("facebook", "paid_social", "", "", "paid"),
        ("", "", "", "Paid Search", "paid"), ("", "", "", "Cross-network", "paid"), ("", "", "", "Organic Social", "organic"),
        ("partner.example", "referral", "", "", "other"), ("(not set)", "(not set)", "", "", "unknown"),
        ("", "", "", "Unassigned", "unknown"), ("google", "(not set)", "", "", "other"),
    ],
)  # fmt: skip
def test_the_way_follows_medium_group_and_the_campaign_s_name(
    source: str, medium: str, campaign: str, group: str, way: str
) -> None:
    assert way_of(source, medium, campaign, group) == way


def test_every_way_is_said_of_something() -> None:
    ways = Counter(
        row.way for path in sorted(SAMPLES.iterdir()) for row in traffic(path.read_bytes())
    )  # what the samples show
    assert set(ways) == set(Way)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("google / cpc,many,1", "not a number"),
        ("google / cpc,1.5,1", "no whole number"),
        ("google / cpc,3", "cut off"),
    ],
    ids=["word", "half", "short"],
)
def test_what_cannot_be_read_is_listed_and_the_rest_is_read(line: str, said: str) -> None:
    rows = read(f"{ABOVE}{HEADER}{line}\nbing / cpc,2,0\n")
    assert [(row.place, said in row.reason) for row in rows if isinstance(row, Unreadable)] == [(4, True)]
    assert [row.source for row in rows if isinstance(row, TrafficRow)] == ["bing"]


@pytest.mark.parametrize("above", ["", "# Start date: 20260930\n# End date: 20260901\n"], ids=["none", "backwards"])
def test_an_export_without_its_days_is_refused(above: str) -> None:
    with pytest.raises(Refused, match="of which days"):
        read(f"{above}{HEADER}google / cpc,2,0\n")


def test_a_report_of_something_else_is_not_taken() -> None:
    body = f"# Pages and screens\n{ABOVE}Page path,Views\n/,12\n".encode()
    assert recognise(read_head(io.BytesIO(body)), adapters()) == []


def test_a_chart_alone_is_refused() -> None:
    with pytest.raises(Refused, match="no table of sources"):
        read("# Traffic acquisition: Session source / medium\n" + ABOVE + "Nth day,google\n0000,4\n")
