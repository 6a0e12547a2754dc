"""Rows reach PostgreSQL as they are, whatever their text."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.copying import clean, copying
from channels.core.kinds import Kind

pytestmark = pytest.mark.django_db


def round_trip(sql_type: str, *values: object) -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE copied (number serial, value {sql_type}) ON COMMIT DROP")
        with copying("copied", ["value"]) as copy:
            for value in values:
                copy.write([value])
        cursor.execute("SELECT value FROM copied ORDER BY number")
        found = [row[0] for row in cursor.fetchall()]
        cursor.execute("DROP TABLE copied")
    return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=100)
@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), max_size=20))
def test_any_text_round_trips(texts: list[str]) -> None:
    assert round_trip("text", *texts) == texts


def test_what_copy_gives_a_meaning_is_text_like_any_other() -> None:
    texts = ["\\N", "\\.", "\\", "a\tb", "a\nb", "a\r\nb", "\\x41", "\\\\.\n", "", " ", '"', "'", "\x7f", "=1+1", "😀"]
    assert round_trip("text", *texts) == texts


def test_what_postgresql_cannot_keep_is_dropped_or_marked() -> None:
    assert round_trip("text", "a\0b", "x\ud800y", "\udfff\0") == ["ab", "x\ufffdy", "\ufffd"]
    assert clean("a\0b\ud800") == "ab\ufffd"


def test_values_of_every_type_round_trip() -> None:
    assert round_trip("numeric(20,6)", Decimal("-0.000001"), Decimal("1E+3"), None) == [
        Decimal("-0.000001"), Decimal(1000), None,
    ]  # fmt: skip
    assert round_trip("boolean", True, False) == [True, False]
    assert round_trip("bigint", -(2**63), 2**63 - 1) == [-(2**63), 2**63 - 1]
    assert round_trip("date", date(1, 1, 1), date(9999, 12, 31)) == [date(1, 1, 1), date(9999, 12, 31)]
    moment = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
    assert round_trip("timestamptz", moment, None) == [moment, None]
    assert round_trip("text", Kind.REVENUE) == ["revenue"]


def test_many_rows_keep_their_order() -> None:
    assert round_trip("bigint", *range(2_500)) == list(range(2_500))


def test_a_type_that_is_not_known_is_an_error_and_not_a_guess() -> None:
    with pytest.raises(TypeError, match="COPY does not take float"):
        round_trip("text", 0.1)


def test_a_value_beyond_its_column_is_the_error_that_other_statements_raise() -> None:
    with pytest.raises(DataError, match="numeric field overflow"), transaction.atomic():
        round_trip("numeric(20,6)", Decimal("1E+14"))
    with pytest.raises(IntegrityError), transaction.atomic():
        round_trip("text NOT NULL", None)
