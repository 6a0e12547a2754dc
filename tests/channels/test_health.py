"""Health pages: green where all works, red with what to do where the cluster or a pull has stopped."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.test import Client, override_settings
from django_q.models import OrmQ

from channels.models import Heartbeat, Store, SyncWindow
from tests.channels.depot import installed, make_depot

# The checks run in threads, which see only what is committed.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _beating(transactional_db: None) -> None:
    beat(timedelta(seconds=30))


def beat(ago: timedelta) -> None:
    Heartbeat.objects.update_or_create(name="cluster", defaults={"at": datetime.now(UTC) - ago})


def asked(client: Client, page: str = "health/") -> tuple[int, dict[str, str]]:
    """(status, what each check says)."""
    reply = client.get(f"/{page}?format=json")
    return reply.status_code, {name.split("(")[0]: said for name, said in reply.json().items()}


def said(client: Client, check: str, page: str = "health/") -> tuple[int, str]:
    status, found = asked(client, page)
    return status, next(text for name, text in found.items() if name.endswith(check))


@pytest.mark.parametrize("page", ["health/", "health/live/", "health/ready/"])
def test_all_pages_are_green_where_all_works(client: Client, page: str) -> None:
    status, found = asked(client, page)
    assert (status, set(found.values()) <= {"OK"}) == (200, True)
    assert storages["pages"].listdir("health")[1] == []


def test_a_silent_cluster_is_red(client: Client) -> None:
    beat(timedelta(minutes=4))
    assert said(client, "Cluster") == (500, "Unavailable: the task cluster is silent for 4 min: restart it")
    assert asked(client, "health/ready/")[0] == 500
    assert asked(client, "health/live/") == (200, {})


def test_a_cluster_that_never_ran_is_red(client: Client) -> None:
    Heartbeat.objects.all().delete()
    status, text = said(client, "Cluster")
    assert (status, "has never run" in text) == (500, True)


def test_a_task_that_waits_too_long_is_red(client: Client) -> None:
    now = datetime.now(UTC)
    OrmQ.objects.create(key="plumbline", payload="", lock=now - timedelta(minutes=5))
    OrmQ.objects.create(key="plumbline", payload="", lock=now + timedelta(minutes=15))
    assert asked(client)[0] == 200
    late = OrmQ.objects.create(key="plumbline", payload="", lock=now - timedelta(minutes=21))
    assert said(client, "Queue") == (500, f"Unavailable: 1 tasks wait, the oldest since {late.lock:%Y-%m-%d %H:%M} UTC")


def test_an_archive_that_cannot_be_written_is_red(client: Client, tmp_path: Path) -> None:
    (tmp_path / "pages").write_text("a file where the folder should be")
    backend = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "pages"}}
    with override_settings(STORAGES={**settings.STORAGES, "pages": backend}):
        status, text = said(client, "Archive")
    assert (status, text.startswith("Unavailable: the archive of pages cannot be written: ")) == (500, True)


@pytest.mark.parametrize(("change", "status"), [({}, 500), ({"pulls": False}, 200), ({"credentials": None}, 200)])
def test_a_refused_store_is_red_but_the_server_is_ready(
    client: Client, tmp_path: Path, change: dict[str, Any], status: int
) -> None:
    with installed(tmp_path):
        store = make_depot()
        Store.objects.filter(pk=store.pk).update(refused="the key is wrong", **change)
        found = said(client, "Pulls")
    assert found == (status, "OK" if status == 200 else "Unavailable: refused by their channel: Depot")
    assert asked(client, "health/ready/")[0] == 200


def test_a_window_that_fails_again_and_again_is_red(client: Client, tmp_path: Path) -> None:
    with installed(tmp_path):
        at = datetime(2026, 9, 1, tzinfo=UTC)
        window = SyncWindow.objects.create(
            store=make_depot(), resource="depot.orders", route="pages", starts_at=at, ends_at=at + timedelta(days=1),
            state="red", failures=5,
        )  # fmt: skip
        assert asked(client)[0] == 200
        SyncWindow.objects.filter(pk=window.pk).update(failures=6)
        assert said(client, "Pulls") == (500, "Unavailable: 1 windows fail again and again")
