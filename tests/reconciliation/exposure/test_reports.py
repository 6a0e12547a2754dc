"""Real search reports, classed and summed, equal their stated totals."""

import gzip
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from channels.adapters import adapters
from channels.core.adapter import recognise
from channels.core.reading import read_head
from channels.core.rows import AdSpendRow, Page, Row, SearchRow, Shop
from reconciliation.exposure.classify import Classifier
from reconciliation.exposure.counts import Sum, ads_by_class, by_class, per_query
from reconciliation.exposure.lexicon import Lexicon, Term
from tests.making import SHARED

D = Decimal
KITCHEN = Classifier(Lexicon(1, (
    Term("Tomorrow's Kitchen", "brand"), Term("Yamazaki", "competitor"), Term("OXO", "competitor"),
)))  # fmt: skip


def read(name: str, currency: str = "USD") -> list[Row]:
    path = SHARED / "amazon" / "files" / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout: it is public data that is not ours to copy")
    body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    [(_, form)] = recognise(read_head(io.BytesIO(body)), adapters())
    page = Page(form.resource, lambda: io.BytesIO(body), "text/plain", datetime(2026, 11, 1, tzinfo=UTC))
    return list(form.rows(page, Shop("amazon", "", currency, "UTC")))


def test_search_terms_of_advertising_add_up_to_the_report() -> None:
    rows = [row for row in read("amazon_sp_search_term_mannyvv_1.csv.gz") if isinstance(row, AdSpendRow)]
    found = ads_by_class(rows, KITCHEN.class_of)
    assert sum(one.rows for one in found) == 638
    assert (sum(one.spend for one in found), sum(one.sales for one in found)) == (D("1179.16"), D("1692.46"))
    assert (sum(one.impressions for one in found), sum(one.clicks for one in found)) == (245_277, 1_919)
    by_verdict = {verdict: sum(one.rows for one in found if one.verdict == verdict) for verdict in ("brand", "unknown")}
    assert by_verdict["brand"] == sum("tomorrow" in row.search_term.lower() for row in rows) > 0
    assert by_verdict["unknown"] == sum(row.search_term.lower().startswith("b0") for row in rows) > 0


def test_second_report_of_advertising_adds_up_too() -> None:
    rows = [row for row in read("amazon_sp_search_term_mannyvv_2.csv.gz") if isinstance(row, AdSpendRow)]
    found = ads_by_class(rows, KITCHEN.class_of)
    assert sum(one.rows for one in found) == len(rows) == 50
    assert sum(one.spend for one in found) == sum(row.spend for row in rows)


def test_captured_share_is_computed_from_counts_whatever_its_unit() -> None:
    rows = [row for row in read("sqp_IT_captured_2026-08-05.json", "EUR") if isinstance(row, SearchRow)]
    [query] = per_query(rows)
    assert query.share("impressions") == 230 / 20110
    assert (query.share("clicks"), query.share("purchases")) == (5 / 542, 0.0)
    found = by_class([query], Classifier(Lexicon(1, (Term("Motoking", "brand"),))).class_of)
    assert [(one.starts_on, one.verdict, one.own.clicks, one.total.clicks) for one in found] == [
        (date(2026, 7, 19), "brand", Sum(0), Sum(0)), (date(2026, 7, 19), "non_brand", Sum(5), Sum(542)),
        (date(2026, 7, 19), "unknown", Sum(0), Sum(0)),
    ]  # fmt: skip
