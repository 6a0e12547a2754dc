import csv
from typing import Any

import pytest

from tests.reports.api.making import make_client, make_company
from tests.reports.asking import world

pytestmark = pytest.mark.django_db
URL = "/api/v1/estimates/"


def test_questions_are_answered_with_their_intervals() -> None:
    company = make_company()
    rows = world(company)
    found = make_client("reports.report").get(URL).json()["results"]
    assert [one["id"] for one in found] == [row.pk for row in rows]
    assert found[0]["subject"] == "US amazon→shopify"
    first = found[0]["answers"][0]
    assert (first["name"], first["type"], first["value"], first["low"], first["high"]) == (
        "break_even", "estimate", 0.5, 0.4, 0.6,
    )  # fmt: skip
    refused = found[1]["answers"][0]
    assert (refused["type"], refused["value"], refused["reason"]) == (
        "cannot_tell", None, "3 control regions are too few; 8 are needed.",
    )  # fmt: skip


def test_filters_choose() -> None:
    rows = world(make_company())
    world(make_company("Other"))
    reader = make_client("reports.report")
    expected: list[tuple[dict[str, Any], list[int]]] = [
        ({"company": rows[0].company_id, "kind": "break_even"}, [rows[0].pk, rows[1].pk]),
        ({"company": rows[0].company_id, "kind": "cannibalization,incremental"}, [rows[3].pk, rows[4].pk]),
        ({"updated_since": "2026-06-03T00:00:00Z"}, []),
    ]
    assert [[row["id"] for row in reader.get(URL, query).json()["results"]] for query, _ in expected] == [
        ids for _, ids in expected
    ]


def test_csv_has_a_line_for_each_answer() -> None:
    rows = world(make_company())
    lines = make_client("reports.report").get(URL, {"format": "csv"}).getvalue().decode().splitlines()
    found = list(csv.DictReader(lines[1:-1]))
    assert len(found) == sum(len(row.answers) for row in rows)
    assert (found[0]["name"], found[0]["value"], found[0]["reason"]) == ("break_even", "0.5", "")
    assert (found[1]["value"], found[1]["type"]) == ("", "cannot_tell")


def test_it_needs_the_permission() -> None:
    assert make_client("channels.store").get(URL).status_code == 403
