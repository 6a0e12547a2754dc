import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from reports.analysis.attribution.files import _LIMITS, read_journeys
from reports.analysis.attribution.journeys import MOST_TOUCHES

HEAD = "journey,touched_at,channel,intent,converted,value,currency"
Told = Callable[..., Any]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    def run(text: str | bytes, option: str = "journeys") -> Any:
        path = tmp_path / "j.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        out = StringIO()
        call_command("attribute", f"--{option}={path}", stdout=out)
        return json.loads(out.getvalue())

    return run


def test_journeys_are_credited_in_the_order_of_time(told: Told) -> None:
    found = told(
        f"{HEAD}\n"
        "a,2026-01-05T10:00:00,direct,direct,1,30,USD\n"
        "a,2026-01-05T09:00:00,ads,,0,,\n"
        "b,2026-01-06,Brand search,brand,yes,70,usd\n"
        "c,2026-01-07T00:00:00Z,ads,non-brand,0,,\n"
    )
    assert found["models"]["first"]["ads"] == {"conversions": 1.0, "value": 30.0, "share": 0.5}
    assert found["models"]["last"]["direct"] == {"conversions": 1.0, "value": 30.0, "share": 0.5}
    assert found["models"]["last_non_brand"]["ads"]["conversions"] == 1
    assert set(found["models"]) == {
        "last", "first", "linear", "position", "time_decay", "last_non_direct", "last_non_brand", "markov", "shapley_rate",
    }  # fmt: skip
    assert found["spread"]["ads"] == pytest.approx({"low": -1 / 6, "high": 0.5, "spread": 2 / 3})
    assert found["brand_and_direct"]["by_model"]["last"] == 1.0
    assert found["brand_and_direct"]["fired"] is None
    assert (found["conversions"], found["value"], found["nulls"], found["currency"]) == (2, 100, 1, "USD")
    assert found["counts"] == {
        "journeys": 3, "touches": 4, "capped_journeys": 0, "unknown_intents": 1, "intents_of_no_known_word": 0,
        "values_without_conversion": 0,
    }  # fmt: skip


def test_converters_alone_cannot_tell_what_a_lack_would_change(told: Told) -> None:
    found = told(f"{HEAD}\na,2026-01-05,ads,,1,30,USD\n")
    assert found["models"]["markov"]["type"] == found["models"]["shapley_rate"]["type"] == "cannot_tell"
    assert "did not buy" in found["models"]["markov"]["reason"]


@pytest.mark.parametrize(
    "head", ["path,conversions,value,nulls", "path,total_conversions,total_conversion_value,total_null"]
)
def test_paths_leave_out_models_that_need_times(told: Told, head: str) -> None:
    found = told(f"{head}\ngoogle,2,20,1\nmailing,1,10,0\ngoogle > mailing,1,10,0\n", "paths")
    assert found["models"]["markov"]["google"]["conversions"] == pytest.approx(2.4)
    assert found["models"]["first"]["google"]["value"] == 30
    assert set(found["models"]) == {"last", "first", "linear", "position", "markov", "shapley_rate"}
    assert (found["weekly"], found["trends"]) == (None, {})


def test_brand_and_direct_of_paths_go_by_the_names_of_channels(told: Told) -> None:
    found = told("path,conversions\n(direct) / (none),1\ngoogle_nonbrand > Brand Search,1\nsocial,2\n", "paths")
    assert found["brand_and_direct"]["by_model"] == {
        "last": 0.5, "first": 0.25, "linear": 0.375, "position": 0.375, "last_non_direct": 0.5, "last_non_brand": 0.25,
    }  # fmt: skip
    assert found["counts"]["unknown_intents"] == 1


def test_a_journey_of_ten_thousand_touches_is_capped_and_counted(told: Told, tmp_path: Path) -> None:
    rows = [f"a,2026-01-05T{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02},c{min(n, 1)},,0,," for n in range(10_000)]
    found = told("\n".join([HEAD, *rows, "b,2026-01-06,c2,,1,5,USD"]))
    assert found["counts"]["capped_journeys"] == 1
    assert found["counts"]["touches"] == 10_001
    assert found["nulls"] == 1
    journeys, _ = read_journeys(tmp_path / "j.csv")
    assert journeys.lengths.tolist() == [MOST_TOUCHES, 1]
    assert journeys.channels[journeys.touch[0]] == "c0"


BAD = {
    "no rows": (f"{HEAD}\n", r"j\.csv has no rows"),
    "empty": ("", r"line 1: no column journey, touched_at, channel, converted"),
    "no column": ("journey,channel,converted\na,b,1\n", r"line 1: no column touched_at"),
    "a column twice": (f"{HEAD},value\n", "line 1: column value stands twice"),
    "no day": (f"{HEAD}\na,5/1/2026,ads,,1,,\n", r"line 2: column touched_at: '5/1/2026' is no day"),
    "no time": (f"{HEAD}\na,,ads,,1,,\n", r"line 2: column touched_at: '' is no day"),
    "no channel": (f"{HEAD}\na,2026-01-05,,,1,,\n", "line 2: column channel is empty"),
    "no word": (f"{HEAD}\na,2026-01-05,ads,,maybe,,\n", "line 2: column converted: 'maybe' is no number"),
    "negative": (f"{HEAD}\na,2026-01-05,ads,,1,-5,\n", "line 2: column value: '-5' is no number from 0"),
    "infinite": (f"{HEAD}\na,2026-01-05,ads,,1,inf,\n", "line 2: column value: 'inf' is no number"),
    "two values": (f"{HEAD}\na,2026-01-05,ads,,1,5,\na,2026-01-06,ads,,1,6,\n", "line 3: column value: '6' after 5"),
    "two currencies": (f"{HEAD}\na,2026-01-05,ads,,1,5,USD\nb,2026-01-06,ads,,1,6,EUR\n", "line 3: column currency: 'EUR' after USD"),
    "no currency": (f"{HEAD}\na,2026-01-05,ads,,1,5,dollars\n", "line 2: column currency: 'dollars' is no code"),
    "fields": (f"{HEAD}\na,2026-01-05\n", "line 2: 2 fields, but the header has 7"),
    "NUL": (f"{HEAD}\na\0,2026-01-05,ads,,1,5,USD\n", "line 2: a NUL byte"),
    "Latin 1": (f"{HEAD}\ncaf\xe9,2026-01-05,ads,,1,5,USD\n".encode("latin-1"), r"line 2: not UTF-8 \(byte 4\)"),
    "open quote": (f'{HEAD}\n"a,2026-01-05,ads,,1,5,USD\n', "no readable CSV"),
    "channels": ("\n".join([HEAD, *(f"a,2026-01-05,c{n},,1,," for n in range(201))]), "line 202: more than 200 channels"),
    "beyond the calendar": (f"{HEAD}\na,0001-01-01T00:00:00+09:00,ads,,1,,\n", "line 2: column touched_at"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), BAD.values(), ids=BAD)
def test_bad_journeys_are_refused(told: Told, text: str | bytes, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        told(text)


BAD_PATHS = {
    "no column": ("path\na\n", "line 1: no column conversions"),
    "an empty touch": ("path,conversions\na >  > b,1\n", "line 2: column path is empty"),
    "nothing": ("path,conversions\na,0\n", "has no rows with conversions or nulls"),
    "value of nothing": ("path,conversions,value,nulls\na,0,5,1\n", "line 2: column value"),
}


@pytest.mark.parametrize(("text", "said"), BAD_PATHS.values(), ids=BAD_PATHS)
def test_bad_paths_are_refused(told: Told, text: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        told(text, "paths")


def test_no_conversions_at_all_have_no_share(told: Told) -> None:
    found = told("path,conversions,nulls\na > b,0,5\n", "paths")
    assert found["models"]["last"]["a"] == {"conversions": 0.0, "value": 0.0, "share": None}
    assert found["spread"] == {}
    assert found["brand_and_direct"]["share"] is None


def test_more_rows_than_anyone_needs_are_refused(told: Told) -> None:
    with pytest.raises(CommandError, match="more than 2,000,000 rows: sum journeys"):
        told(HEAD.encode() + b"\n" * (_LIMITS.rows + 2))


def test_options_are_of_one_kind(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is required"):
        call_command("attribute")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("attribute", f"--paths={tmp_path / 'none.csv'}")
