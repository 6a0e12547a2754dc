"""``manage.py windows``: which periods are complete, as text and as JSON."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from channels.core.clock import SharedClock
from channels.models import Store, SyncWindow
from tests.channels.depot import installed, make_depot

START = datetime(2026, 9, 1, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(tmp_path: Path, db: None) -> Iterator[Store]:
    clock = SharedClock(tmp_path / "clock")
    clock.set(START + 20 * DAY)
    with installed(tmp_path), override_settings(CLOCK=clock.path):
        yield make_depot()


def window_of(store: Store, day: int = 0, **fields: Any) -> SyncWindow:
    at = START + day * DAY
    values = {"resource": "depot.orders", "route": "pages", "starts_at": at, "ends_at": at + DAY, **fields}
    return SyncWindow.objects.create(store=store, **values)


def windows(*options: str) -> str:
    out = io.StringIO()
    call_command("windows", *options, stdout=out)
    return out.getvalue()


def test_json_has_these_keys_and_no_others(store: Store) -> None:
    window_of(store, 1, state="red", reason="the depot answers 503", pages=2, rows=30)
    window_of(store, 0, state="green", closed_at=START + DAY, pages=1, rows=7)
    assert json.loads(windows("--format", "json")) == [
        {
            "store": "Depot", "resource": "depot.orders", "start": "2026-09-01T00:00:00+00:00",
            "end": "2026-09-02T00:00:00+00:00", "state": "green", "reason": "", "pages": 1, "rows": 7,
        },
        {
            "store": "Depot", "resource": "depot.orders", "start": "2026-09-02T00:00:00+00:00",
            "end": "2026-09-03T00:00:00+00:00", "state": "red",
            "reason": "the depot answers 503; can be had until 2026-12-01", "pages": 2, "rows": 30,
        },
    ]  # fmt: skip


def test_text_is_a_line_a_window(store: Store) -> None:
    window_of(store, state="green", closed_at=START + DAY, pages=1, rows=7_000)
    assert windows().split() == [
        "Depot", "depot.orders", "2026-09-01", "00:00", "–", "2026-09-02", "00:00", "green", "1", "pages", "7,000",
        "rows",
    ]  # fmt: skip


def test_it_can_be_asked_for_a_part(store: Store) -> None:
    other = make_depot(company=store.company, name="Depot two")
    window_of(store, 0, state="red")
    window_of(store, 1, state="green")
    window_of(other, 0, state="red")
    window_of(other, 0, state="red", resource="depot.ads")

    def found(*options: str) -> list[tuple[str, str, str]]:
        rows = json.loads(windows("--format", "json", *options))
        return [(row["store"], row["resource"], row["state"]) for row in rows]

    assert found("--store", "Depot") == [("Depot", "depot.orders", "red"), ("Depot", "depot.orders", "green")]
    assert found("--state", "green") == [("Depot", "depot.orders", "green")]
    assert found("--resource", "depot.ads") == [("Depot two", "depot.ads", "red")]


def test_without_any_it_says_how_they_come(store: Store) -> None:
    assert windows() == "No windows yet: give a store its credentials and run manage.py pull.\n"
    assert windows("--format", "json") == "[]\n"


def test_an_unknown_state_is_refused() -> None:
    with pytest.raises(CommandError, match="invalid choice: 'blue'"):
        windows("--state", "blue")
