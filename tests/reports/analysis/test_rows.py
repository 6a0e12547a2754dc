"""Whatever stands in a file, a command answers in JSON or names what it cannot read."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.analysis.rows import Limits, Unreadable, moment, renamed, rows

CELLS = st.sampled_from([
    "", "0", "1", "-1", "1e12", "1e-300", "nan", "inf", "yes", "a", "b", "direct", "Brand", "ads > direct", ">", "USD", "EUR",
    "2026-01-05", "0001-01-01", "9999-12-31T23:59:59", "2026-01-05T10:00:00+08:00", "9999-12-31T23:59:59-12:00", "won", "lost",
    "1;2", '"', "x" * 300, "\u2028", "١٢",
])  # fmt: skip
HEADS = {
    "attribute --journeys": "journey,touched_at,channel,intent,converted,value,currency",
    "attribute --paths": "path,conversions,value,nulls",
    "lifetime --transactions": "customer,date,value,contribution,currency,acquired_by",
    "leads --deals=deals.csv --leads": "lead,created_at,source,qualified_at,opportunity_at,bot,deal",
    "leads --leads=leads.csv --deals": "lead,won_at,value,currency,status,deal",
}


@pytest.mark.parametrize("command", HEADS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_cells_are_answered_or_refused(tmp_path: Path, command: str, data: st.DataObject) -> None:
    name, *options = command.split()
    (tmp_path / "deals.csv").write_text("lead,won_at,value\na,2026-02-02,5\n")
    (tmp_path / "leads.csv").write_text("lead,created_at,source\na,2026-01-02,ads\n1,,mail\n")
    width = HEADS[command].count(",") + 1
    lines = data.draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=6))
    file = tmp_path / "given.csv"
    file.write_text("\n".join([HEADS[command], *map(",".join, lines)]), encoding="utf-8")
    out = StringIO()
    paths = [one.replace("=", f"={tmp_path}/") for one in options[:-1]]
    try:
        call_command(name, *paths, f"{options[-1]}={file}", stdout=out)
    except CommandError as refused:
        assert "given.csv" in str(refused)  # noqa: PT017
        assert "\n" not in str(refused)  # noqa: PT017
    else:
        json.loads(out.getvalue())


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=200))
def test_any_bytes_are_rows_or_refused(tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "given.csv"
    file.write_bytes(b"a,b\n" + body)
    try:
        found = list(rows(file, Limits(1_000, 50), renamed(("a",), ("b",), {}, "")))
    except Unreadable as refused:
        assert str(refused).startswith("given.csv")  # noqa: PT017
    else:
        assert all(set(row) == {"a", "b"} for _, row in found)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["unix", "dos", "mac"])
def test_lines_end_as_they_do_anywhere(tmp_path: Path, ends: str) -> None:
    file = tmp_path / "given.csv"
    file.write_bytes(ends.join(["\ufeffA,Other Name", "1,2", "", "3,4", ""]).encode())
    named = renamed(("a", "b"), (), {"other_name": "b"}, "")
    assert [row for _, row in rows(file, Limits(1_000, 50), named)] == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}]


def test_our_own_word_goes_before_another_for_the_same_column(tmp_path: Path) -> None:
    file = tmp_path / "given.csv"
    file.write_text("other,a\n1,2\n")
    assert [row for _, row in rows(file, Limits(1_000, 50), renamed(("a",), (), {"other": "a"}, ""))] == [
        {"other": "1", "a": "2"}
    ]


@pytest.mark.parametrize(
    ("text", "days"),
    [("0001-01-01", 1.0), ("2026-01-05T12:00:00", 739_621.5), ("2026-01-05T12:00:00+06:00", 739_621.25)],
)
def test_moments_are_days_in_utc(text: str, days: float) -> None:
    assert moment("f", 1, "c", text) == pytest.approx(days)
