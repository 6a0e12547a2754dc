"""Counts of searches, ads and visits by class of query."""

import gzip
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum

from channels.models import AdSpend, SearchStat
from reconciliation.expose import expose
from reconciliation.exposure.classify import classifier
from reconciliation.exposure.counts import by_class, per_query
from reconciliation.exposure.lexicon import Changes, Term
from reconciliation.lexicons import change_terms, decide, make_version, propose_terms, read
from reconciliation.models import Exposure, Lexicon, OrderExposure, QueryClass, TermProposal
from reconciliation.tasks import expose_all
from tests.making import SHARED, make_company, make_store, take_in
from tests.reconciliation.searching import SATURDAY, SUNDAY, WEEK, ads, lexicon, order, page_of, searches, visit

pytestmark = pytest.mark.django_db
COUNTS = ("volume", "impressions", "clicks", "clicks_total", "purchases", "purchases_total")


def row(query: str, asin: str = "B0A", **counts: int | None) -> dict[str, Any]:
    return {"query": query, "asin": asin, "volume": 100, "clicks": 3, "clicks_total": 40} | counts


def shown(**where: Any) -> dict[tuple[date, str], tuple[Any, ...]]:
    found = Exposure.objects.filter(**({"product": ""} | where))
    return {(one.starts_on, one.verdict): tuple(getattr(one, name) for name in COUNTS) for one in found}


def test_totals_count_once_and_own_products_are_summed() -> None:
    store = make_store()
    lexicon(store.company)
    searches(page_of(store), [
        row("mapleton kettle", "B0A", purchases=2, purchases_total=5), row("mapleton kettle", "B0B", purchases=1, purchases_total=5),
        row("kettle", "B0A", volume=900, clicks=1, clicks_total=400, purchases=0, purchases_total=60),
    ])  # fmt: skip
    expose(store.company)
    assert shown() == {
        (SUNDAY, "brand"): (100, None, 6, 40, 3, 5),
        (SUNDAY, "non_brand"): (900, None, 1, 400, 0, 60),
        (SUNDAY, "unknown"): (0, None, 0, 0, 0, 0),
    }
    assert shown(product="B0B")[SUNDAY, "brand"] == (100, None, 3, 40, 1, 5)


def test_three_classes_add_up_to_the_source_and_agree_with_the_plain_sums() -> None:
    """The database's sums are those of ``exposure.counts``, over hostile queries and missing counts too."""
    store = make_store()
    lexicon(store.company, "Mapleton", "枫树镇")
    queries = [
        "mapleton",
        "MAPLETON cup",
        "maple",
        "枫树镇 茶壶",
        "B0ABCDEFGH",
        "***",
        "%_\\",
        "' OR 1=1",
        "x" * 500,
        "🍁",
    ]
    searches(page_of(store), [
        row(query, f"B0{n % 3}", volume=n * 7, impressions=None if n % 4 == 1 else n, clicks=n, purchases=n % 5)
        | {"starts_on": SUNDAY + WEEK * (n % 2), "ends_on": SATURDAY + WEEK * (n % 2)}
        for n, query in enumerate(queries * 3)
    ])  # fmt: skip
    expose(store.company)
    stats = list(SearchStat.objects.all())
    plain = by_class(per_query(stats), classifier(read(Lexicon.objects.get())))
    for one in plain:
        got = Exposure.objects.get(starts_on=one.starts_on, verdict=one.verdict, product="")
        wanted = (one.queries, one.volume.value, one.own.clicks.value, one.own.purchases.value, one.total.clicks.value)
        assert (got.queries, got.volume, got.clicks, got.purchases, got.clicks_total) == wanted
    for name in ("impressions", "clicks", "purchases"):
        source = sum(getattr(one, name) or 0 for one in stats)
        for products in (Exposure.objects.filter(product=""), Exposure.objects.exclude(product="")):
            assert products.aggregate(sum=Sum(name))["sum"] == source


def test_weeks_without_a_report_are_unknown_and_not_zero() -> None:
    store = make_store()
    lexicon(store.company)
    later = {"starts_on": SUNDAY + WEEK * 2, "ends_on": SATURDAY + WEEK * 2}
    searches(page_of(store), [row("mapleton"), row("mapleton") | later])
    expose(store.company)
    gap = Exposure.objects.get(starts_on=SUNDAY + WEEK)
    assert (gap.verdict, gap.days, gap.queries) == ("unknown", 0, None)
    assert {getattr(gap, name) for name in COUNTS} == {None}


def test_months_stay_months_and_days_become_weeks() -> None:
    store = make_store()
    lexicon(store.company)
    month = {"starts_on": date(2026, 8, 1), "ends_on": date(2026, 8, 31)}
    days = [
        row("mapleton", "", clicks=1, clicks_total=None) | {"starts_on": day, "ends_on": day}
        for day in (SUNDAY, SATURDAY)
    ]
    monday = {"starts_on": SUNDAY + timedelta(days=1), "ends_on": SUNDAY + timedelta(days=7)}
    searches(page_of(store), [row("mapleton", clicks=30) | month, row("mapleton", clicks=9) | monday])
    searches(page_of(store, 2), days, "search_console.queries")
    searches(page_of(store, 3), [row("mapleton", clicks=7), *(row("mapleton", clicks=1) | {"starts_on": SUNDAY, "ends_on": SUNDAY} for _ in "a")], "other.search")  # fmt: skip
    expose(store.company)
    found = Exposure.objects.filter(product="", verdict="brand").order_by("source", "starts_on")
    assert [(one.source, one.period, one.starts_on, one.days, one.clicks) for one in found] == [
        ("amazon.search", "month", date(2026, 8, 1), 31, 30), ("amazon.search", "range", date(2026, 8, 17), 7, 9),
        ("other.search", "week", SUNDAY, 7, 8), ("search_console.queries", "week", SUNDAY, 2, 2),
    ]  # fmt: skip


def test_advertising_by_search_term_and_what_has_none_is_unknown() -> None:
    store = make_store()
    lexicon(store.company)
    ads(page_of(store), [
        {"search_term": "mapleton", "clicks": 5, "orders": 1, "spend": Decimal("2.50")},
        {"search_term": "kettle", "clicks": 9, "spend": Decimal(4), "sku": "A"},
        {"search_term": "", "clicks": 7, "spend": Decimal(3)},
    ])  # fmt: skip
    ads(page_of(store, 2), [{"clicks": 50, "spend": Decimal(20)}], "google.ads")
    expose(store.company)
    found = {(one.source, one.verdict): (one.clicks, one.spend) for one in Exposure.objects.filter(product="")}
    assert found == {
        ("amazon.ads", "brand"): (5, Decimal("2.5")), ("amazon.ads", "non_brand"): (9, Decimal(4)),
        ("amazon.ads", "unknown"): (7, Decimal(3)),
        # no term is told at all: nobody knows what of it was brand
        ("google.ads", "brand"): (None, None), ("google.ads", "non_brand"): (None, None),
        ("google.ads", "unknown"): (50, Decimal(20)),
    }  # fmt: skip
    assert Exposure.objects.get(product="A", verdict="non_brand").clicks == 9


@pytest.mark.parametrize(
    ("visits", "verdict", "evidence"),
    [
        ([{"utm_medium": "cpc", "utm_source": "google", "utm_term": "mapleton kettle"}], "brand", "term"),
        ([{"utm_medium": "cpc", "utm_source": "google", "utm_term": "kettle"}], "non_brand", "term"),
        ([{"utm_medium": "cpc", "utm_source": "google", "utm_campaign": "Search - Brand"}], "brand", "campaign"),
        (
            [{"utm_medium": "cpc", "utm_source": "google", "utm_campaign": "Search - Non-Brand"}],
            "non_brand",
            "campaign",
        ),
        ([{"utm_medium": "cpc", "utm_source": "google", "utm_campaign": "PMax"}], "unknown", "campaign"),
        ([{"utm_medium": "paid_social", "utm_source": "facebook", "utm_campaign": "Brand"}], "non_brand", "ad"),
        ([{"referrer": "https://www.google.com/", "source": "Google", "source_type": "SEO"}], "unknown", "search"),
        ([{"referrer": "https://www.google.co.jp:443/x"}], "unknown", "search"),
        ([{"referrer": "https://mail.google.com/"}], "non_brand", "referral"),
        ([{"referrer": "https://google.com.evil.example/"}], "unknown", "search"),
        ([{"referrer": "https://blog.example.com/post"}], "non_brand", "referral"),
        ([{"utm_medium": "email"}], "non_brand", "email"),
        ([{"source": "direct"}], "non_brand", "direct"),
        ([{"source": "direct", "visits": 3}], "unknown", "unlisted"),
        ([{"utm_medium": "cpc", "utm_term": "mapleton"}, {"source": "direct", "position": 2}], "brand", "term"),
        ([{"referrer": "https://www.bing.com/"}, {"source": "direct", "position": 2}], "unknown", "search"),
    ],
)
def test_orders_by_their_visits(visits: list[dict[str, Any]], verdict: str, evidence: str) -> None:
    store = make_store(channel="shopify")
    lexicon(store.company)
    page = page_of(store)
    order(page, "1", "A")
    for number, one in enumerate(visits):
        visit(page, "1", hours=5 - number, **one)
    expose(store.company)
    found = OrderExposure.objects.get()
    assert (found.verdict, found.evidence) == (verdict, evidence)
    assert found.lag_hours == (5 if len(visits) == 1 or evidence in ("term", "search") else 4)


def test_visits_are_counted_by_week_market_and_medium() -> None:
    store = make_store(channel="shopify", timezone="America/Los_Angeles")
    lexicon(store.company)
    page = page_of(store)
    order(page, "1", "A")
    visit(page, "1", hours=6, source="direct")  # Sunday 06:00 UTC is still Saturday there
    visit(page, "1", hours=1, source="direct", position=2, is_last=True)
    expose(store.company)
    found = Exposure.objects.exclude(medium="").order_by("starts_on")
    assert [(one.starts_on, one.market, one.medium, one.clicks, one.purchases) for one in found] == [
        (SUNDAY - WEEK, "US", "direct", 1, 0), (SUNDAY, "US", "direct", 1, 1),
    ]  # fmt: skip


def test_again_changes_nothing_and_new_facts_do() -> None:
    store = make_store()
    lexicon(store.company)
    searches(page_of(store), [row("mapleton")])
    assert expose(store.company).changed
    ids = list(Exposure.objects.order_by("pk").values_list("pk", flat=True))
    assert not expose(store.company).changed
    assert list(Exposure.objects.order_by("pk").values_list("pk", flat=True)) == ids
    assert expose_all() == "0 companies exposed"
    searches(page_of(store, 2), [row("kettle")])
    assert expose_all() == "1 companies exposed"
    assert QueryClass.objects.count() == 2


def test_a_new_version_leaves_what_the_old_one_said() -> None:
    store = make_store()
    old = lexicon(store.company)
    searches(page_of(store), [row("mapleton"), row("sirup co", volume=50)])
    expose(store.company)
    before = list(Exposure.objects.order_by("pk").values())
    new = change_terms(store.company, Changes(add=(Term("Sirup Co", "brand"),)))
    expose(store.company)
    assert list(Exposure.objects.filter(lexicon=old).order_by("pk").values()) == before
    assert shown(lexicon=old)[SUNDAY, "brand"][0] == 100
    assert shown(lexicon=new)[SUNDAY, "brand"][0] == 150
    assert [one.used_at is not None for one in Lexicon.objects.order_by("number")] == [True, True]


def test_companies_do_not_see_each_other() -> None:
    here, there = make_store(), make_store(make_company("Other"), "Other US")
    lexicon(here.company)
    lexicon(there.company, "Zirkonia")
    searches(page_of(here), [row("zirkonia")])
    expose(here.company)
    expose(there.company)
    assert QueryClass.objects.get().verdict == "non_brand"
    assert not Exposure.objects.filter(company=there.company).exists()


@pytest.mark.parametrize("term", ["m", "茶", "the", "12", "!!", ""])
def test_a_term_that_would_match_everything_is_refused(term: str) -> None:
    company = make_company()
    with pytest.raises(ValueError, match="“"):
        make_version(company, [Term(term, "brand")])
    assert not Lexicon.objects.exists()


def test_proposals_come_from_searches_and_are_decided_once() -> None:
    store = make_store()
    company = store.company
    lexicon(company)
    searches(
        page_of(store), [row("mapelton kettle", volume=400), row("maplleton", volume=30), row("kettle", volume=9000)]
    )
    found = {one.text: (one.kind, one.nearest) for one in propose_terms(company)}
    assert found.keys() >= {"mapelton", "maplleton"}
    assert "kettle" not in found
    decide(TermProposal.objects.filter(text="maplleton"), None, confirmed=False)
    new = decide(TermProposal.objects.filter(text="mapelton").select_related("company"), None, confirmed=True)
    assert new is not None
    assert (new.number, {one.text for one in new.terms.all()}) == (2, {"Mapleton", "mapelton"})
    assert not {one.text for one in propose_terms(company)} & {"mapelton", "maplleton"}


def test_without_a_lexicon_the_companys_name_is_proposed() -> None:
    store = make_store(make_company("Mapleton"))
    searches(page_of(store), [row("mapelton", volume=40)])
    assert expose(store.company).lexicon is None
    assert {one.text: one.kind for one in propose_terms(store.company)} == {
        "Mapleton": "brand",
        "mapelton": "misspelling",
    }


def test_a_hundred_thousand_rows_take_seconds() -> None:
    """A GROUP BY and one COPY: row by row would take minutes."""
    store = make_store()
    lexicon(store.company)
    page = page_of(store)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_searchstat (store_id, page_id, place, recorded_at, load, resource, key, starts_on, "
            "ends_on, query, asin, volume, clicks, clicks_total, purchases, purchases_total) "
            "SELECT %s, %s, n, now(), 1, 'amazon.search', n::text, d, d + 6, "
            "CASE WHEN n %% 10 = 0 THEN 'mapleton ' ELSE 'kettle ' END || (n / 18) %% 4000, 'B0' || n %% 18, 10, 1, 5, 1, 2 "
            "FROM generate_series(0, 99999) n, LATERAL (SELECT %s::date + 7 * (n / 18 / 4000) AS d) w",
            [store.pk, page.pk, SUNDAY],
        )
    started = time.monotonic()
    expose(store.company)
    assert time.monotonic() - started < 30  # about 3 s alone; others may use the cores
    assert QueryClass.objects.count() == 8000
    assert Exposure.objects.filter(product="").aggregate(sum=Sum("clicks"))["sum"] == 100_000
    assert Exposure.objects.exclude(product="").aggregate(sum=Sum("purchases"))["sum"] == 100_000


@pytest.mark.parametrize("name", ["amazon_sp_search_term_mannyvv_1.csv.gz", "amazon_sp_search_term_mannyvv_2.csv.gz"])
def test_real_reports_keep_their_totals(name: str) -> None:
    """Their rows have ranges of their own that overlap."""
    path = SHARED / "amazon" / "files" / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout: it is public data that is not ours to copy")
    store = make_store()
    lexicon(store.company, "Tomorrow's Kitchen")
    take_in(store, gzip.decompress(path.read_bytes()), name.removesuffix(".gz"))
    expose(store.company)
    source = AdSpend.objects.aggregate(Sum("spend"), Sum("clicks"), Sum("impressions"), Sum("sales"))
    assert source["clicks__sum"] > 0
    shown = Exposure.objects.filter(product="").aggregate(Sum("spend"), Sum("clicks"), Sum("impressions"), Sum("sales"))
    assert shown == source


@pytest.fixture(autouse=True)
def _no_leftovers() -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS exposing, sold, reported, line, arriving, came")
