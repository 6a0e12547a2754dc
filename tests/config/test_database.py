from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from config.database import embedded_database, url_database
from config.postgresql.base import DatabaseWrapper

KEPT = {"ENGINE": "config.postgresql", "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


def test_url_gives_every_part() -> None:
    assert url_database("postgres://me:p%40ss@db.example:6000/plumb%20line?sslmode=require") == KEPT | {
        "NAME": "plumb line",
        "USER": "me",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "6000",
        "OPTIONS": {"sslmode": "require"},
    }


@pytest.mark.parametrize("url", ["postgresql:///sales?host=/run/postgresql", "postgres://%2Frun%2Fpostgresql/sales"])
def test_url_may_name_a_socket(url: str) -> None:
    assert url_database(url) == KEPT | {
        "NAME": "sales",
        "USER": "",
        "PASSWORD": "",
        "HOST": "/run/postgresql",
        "PORT": "",
        "OPTIONS": {},
    }


@pytest.mark.parametrize(
    "url",
    ["mysql://me@host/db", "sqlite:///db", "postgres://host", "postgres://host/a/b", "postgres://host:x/db", "db"],
)
def test_url_that_names_no_postgresql_database_stops_the_start(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        url_database(url)


def test_url_error_keeps_the_password_to_itself() -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        url_database("postgres://me:hidden#1@host/db")
    assert "hidden" not in str(caught.value)


def test_embedded_database_needs_no_server_to_be_described(tmp_path: Path) -> None:
    described = embedded_database(tmp_path)
    assert (described["NAME"], list(tmp_path.iterdir())) == ("plumbline", [])


def test_postgresql_before_15_is_refused() -> None:
    assert DatabaseWrapper.features_class.minimum_database_version == (15,)


@pytest.mark.django_db
def test_tests_run_on_a_database_of_their_own() -> None:
    assert connection.settings_dict["NAME"].startswith("test_plumbline_")
