import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.analysis.event import NOTHING_ELSE_CHANGED, Event
from reports.analysis.event_words import event_of
from reports.analysis.files import fits, read_event, read_margin, read_panel
from reports.analysis.money import Margin
from reports.analysis.panel import Panel
from reports.analysis.rows import Unreadable

ReadPanel = Callable[[str | bytes], Panel]
ReadEvent = Callable[[object], Event]

HEAD = "week,region,channel,orders"
EVENT = {
    "affected": "shopify", "affecting": "amazon", "regions": ["r1", "r2"], "date": "2026-02-02", "type": "launch",
}  # fmt: skip


@pytest.fixture
def panel(tmp_path: Path) -> ReadPanel:
    def made(text: str | bytes) -> Panel:
        path = tmp_path / "panel.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_panel(path)

    return made


@pytest.fixture
def event(tmp_path: Path) -> ReadEvent:
    def made(text: object) -> Event:
        path = tmp_path / "event.json"
        path.write_bytes(text if isinstance(text, bytes) else json.dumps(text).encode())
        return read_event(path)

    return made


def test_panel_has_weeks_regions_and_channels_in_order_and_what_is_absent_is_not_known(panel: ReadPanel) -> None:
    found = panel(
        "Channel, ORDERS,region,Week,note\nshopify,3,r2,2026-02-09,x\nshopify,0,r1,2026-02-02,\namazon,1.5,r1,2026-02-02,\n"
    )
    assert found.weeks == (date(2026, 2, 2), date(2026, 2, 9))
    assert found.regions == ("r1", "r2")
    assert found.channels == ("amazon", "shopify")
    np.testing.assert_equal(found.orders["shopify"], [[0, np.nan], [np.nan, 3]])
    np.testing.assert_equal(found.orders["amazon"], [[1.5, np.nan], [np.nan, np.nan]])
    assert found.contribution == {}
    assert found.category is None


def test_panel_takes_contribution_category_and_currency(panel: ReadPanel) -> None:
    found = panel(
        "week,region,channel,orders,contribution,category_index,currency\n"
        "2026-W06,r1,a,2,-3.5,101,usd\n2026-W06,r1,b,,4,101,USD\n2026-W07,r1,a,1,,,\n"
    )
    assert found.weeks == (date(2026, 2, 2), date(2026, 2, 9))
    np.testing.assert_equal(found.orders["b"], [[np.nan, np.nan]])
    np.testing.assert_equal(found.contribution["a"], [[-3.5, np.nan]])
    np.testing.assert_equal(found.contribution["b"], [[4, np.nan]])
    np.testing.assert_equal(found.category, [[101, np.nan]])
    assert found.currency == "USD"


@pytest.mark.parametrize(
    "text",
    [f"\ufeff{HEAD}\n2026-02-01,r1,a,1\n", f"{HEAD}\r\n2026-02-01,r1,a,1\r\n", f"{HEAD}\n\n2026-02-01 00:00:00,r1,a,1"],
)
def test_panel_is_read_with_mark_of_order_windows_lines_and_without_last_line_end(panel: ReadPanel, text: Any) -> None:
    found = panel(text)
    assert (found.weeks, found.orders["a"].tolist()) == ((date(2026, 2, 1),), [[1.0]])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: no column week, region, channel, orders"),
        (HEAD, "has no rows"),
        ("week,region,orders\n2026-02-02,r,1", "line 1: no column channel;"),
        ("week;region;channel;orders\n", "line 1: no column week, region, channel, orders"),
        ("week,region,channel,orders,Orders\n", "column orders stands twice"),
        (f"{HEAD}\n2026-02-02,r,a,1\n2026-02-02,r,a,2\n", "line 3: week 2026-02-02, 'r', 'a' stands in line 2 already"),
        (f"{HEAD}\n2026-02-02,r,a,1\n2026-W06,r,a,2\n", "line 3: week 2026-02-02, 'r', 'a' stands in line 2 already"),
        (f"{HEAD}\n2026-02-02,r,a,1\n2026-02-08,r,a,2\n", "line 3: column week: 2026-02-08 is a Sunday, but"),
        (f"{HEAD}\n02/02/2026,r,a,1\n", "line 2: column week: '02/02/2026' is no day"),
        (f"{HEAD}\n2026-02-02 08:00:00,r,a,1\n", "line 2: column week: '2026-02-02 08:00:00' is no day"),
        (f"{HEAD}\n2026-02-30,r,a,1\n", "line 2: column week: '2026-02-30' is no day"),
        (f"{HEAD}\n2026-W60,r,a,1\n", "line 2: column week: '2026-W60' is no day"),
        (f"{HEAD}\n2026-02-02,r,a,-1\n", "line 2: column orders: '-1' is negative"),
        (f"{HEAD}\n2026-02-02,r,a,nan\n", "line 2: column orders: 'nan' is no number"),
        (f"{HEAD}\n2026-02-02,r,a,1e999\n", "line 2: column orders: '1e999' is no number"),
        (f"{HEAD}\n2026-02-02,r,a,1e13\n", "line 2: column orders: '1e13' is beyond 1,000,000,000,000"),
        (f"{HEAD},contribution\n2026-02-02,r,a,1,-1e300\n", "line 2: column contribution: '-1e300' is beyond"),
        (f"{HEAD}\n2026-02-02,r,a,1_000\n", "line 2: column orders: '1_000' is no number"),
        (f'{HEAD}\n2026-02-02,r,a,"1,000"\n', "line 2: column orders: '1,000' is no number"),
        (f"{HEAD}\n2026-02-02,r,a,１\n", "line 2: column orders: '１' is no number"),
        (f"{HEAD},contribution\n2026-02-02,r,a,1,inf\n", "line 2: column contribution: 'inf' is no number"),
        (f"{HEAD},category_index\n2026-02-02,r,a,1,5\n2026-02-02,r,b,1,6\n", "line 3: column category_index: another"),
        (f"{HEAD},currency\n2026-02-02,r,a,1,USD\n2026-02-02,r,b,1,EUR\n", "line 3: column currency: 'EUR' after USD"),
        (f"{HEAD}\n2026-02-02,r,a\n", "line 2: 3 fields, but the header has 4"),
        (f"{HEAD}\n2026-02-02,r,a,1,9\n", "line 2: 5 fields, but the header has 4"),
        (f'{HEAD}\n2026-02-02,"r,a,1\n', "no readable CSV"),
        (f"{HEAD}\n2026-02-02,,a,1\n", "line 2: column region is empty"),
        (f'{HEAD}\n2026-02-02,"r\n1",a,1\n', "column region: 'r\\n1' is no name"),
        (f"{HEAD}\n2026-02-02,r,{'a' * 201},1\n", "line 2: column channel: 'aaaa"),
        (f"{HEAD}\n2026-02-02,{'r' * 1_100_000},a,1\n", "no readable CSV (field larger than field limit"),
        (f"{HEAD}\n2026-02-02,r\0,a,1\n", "line 2: a NUL byte"),
        (f"{HEAD}\n2026-02-02,caf\xe9,a,1\n".encode("latin-1"), "line 2: not UTF-8 (byte 15)"),
        (f"{HEAD}\n2026-02-02,r,a,1\n".encode("utf-16"), "line 1: a NUL byte"),
    ],
    ids=lambda _: "case",
)
def test_panel_that_is_none_is_refused_with_its_line(panel: ReadPanel, text: Any, said: Any) -> None:
    with pytest.raises(Unreadable) as refused:
        panel(text)
    assert said in str(refused.value)
    assert str(refused.value).startswith("panel.csv")
    assert len(str(refused.value)) < 400


def test_panel_whose_names_would_ask_for_any_memory_is_refused(panel: ReadPanel) -> None:
    days = [date.fromordinal(date(1990, 1, 1).toordinal() + 7 * number) for number in range(2500)]
    with pytest.raises(Unreadable, match="spans 6,250,000 cells"):
        panel(f"{HEAD}\n" + "".join(f"{day},r{number},a,1\n" for number, day in enumerate(days)))


def test_panel_of_more_rows_than_anyone_needs_is_refused(panel: ReadPanel) -> None:
    with pytest.raises(Unreadable, match="more than 1,000,000 rows"):
        panel(f"{HEAD}\n" + "\n" * 1_000_001)


def test_files_that_are_none_or_too_large_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="is no file"):
        read_panel(tmp_path)
    with pytest.raises(Unreadable, match="cannot be read: No such file"):
        read_event(tmp_path / "absent")
    with pytest.raises(Unreadable, match="is no file"):
        read_panel(Path("/dev/zero"))
    (tmp_path / "large").write_bytes(b" " * 1_000_001)
    with pytest.raises(Unreadable, match="has 1,000,001 bytes"):
        read_event(tmp_path / "large")


def test_event_is_read(event: ReadEvent) -> None:
    assert event(EVENT) == Event("shopify", "amazon", ("r1", "r2"), date(2026, 2, 2), "launch")
    assert event(
        {
            "Affected channel": "s", "affecting-channel": "a", "regions": "r1; 2", "start": "2026-W06", "kind": "Stock-out",
            "until": "2026-03-02", "random_rollout": "yes", "attests": ["Nothing else changed", "moon was full"],
        }
    ) == Event(
        "s", "a", ("r1", "2"), date(2026, 2, 2), "stock_out", date(2026, 3, 2), True,
        frozenset({"nothing_else_changed", "moon_was_full"}),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "attested"),
    [
        ({}, set()),
        ({"attests": None}, set()),
        ({"attests": []}, set()),
        ({"attests": False}, set()),
        ({"attests": True}, {"nothing_else_changed"}),
        ({"attests": "no coincident change"}, {"nothing_else_changed"}),
        ({"attests": ["no other change"]}, {"nothing_else_changed"}),
        ({"attests": {"nothing_else_changed": True}}, {"nothing_else_changed"}),
        ({"attests": {"nothing_else_changed": "yes"}}, {"nothing_else_changed"}),
        ({"attests": {"nothing_else_changed": "no"}}, set()),
        ({"attests": {"nothing_else_changed": False}}, set()),
        ({"attests": {"coincident_change": False}}, {"nothing_else_changed"}),
        ({"attests": {"coincident_change": "a price rise", "nothing_else_changed": True}}, set()),
        ({"attests": ["nothing_else_changed", "coincident_change"]}, set()),
        ({"attests": ["nothing_else_changed"], "coincident_changes": ["a price rise"]}, set()),
        ({"attests": ["nothing_else_changed"], "coincident_changes": []}, {"nothing_else_changed"}),
        ({"attests": ["diverted newcomers search the brand"]}, {"newcomers_search_brand"}),
        ({"attests": {"newcomers_search_brand": False, "moon": False}}, set()),
        ({"attests": ["rollout chosen", "nothing else changed"]}, {"nothing_else_changed"}),
    ],
    ids=lambda _: "case",
)
def test_event_attests_what_its_words_say(event: ReadEvent, said: Any, attested: set[str]) -> None:
    found = event(EVENT | said)
    assert found.attests == attested
    assert not found.random_rollout


def test_event_whose_rollout_is_attested_as_random_is_random(event: ReadEvent) -> None:
    assert event(EVENT | {"attests": ["rollout random"]}).random_rollout
    assert event(EVENT | {"random_rollout": True, "attests": {"random_rollout": True}}).random_rollout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "line 1, column 1: no JSON"),
        (b'{"affected": ', "no JSON"),
        (b'{"affected": "a", "affected": "b"}', "'affected' stands twice"),
        (b"[" * 100_000, "event.json: "),
        (b'{"affected": ' + b"9" * 5_000 + b"}", "event.json: "),
        (b"[]", "it is one JSON object"),
        (b'{"affected": "caf\xe9"}', "not UTF-8 (byte 18)"),
        (EVENT | {"affected": ""}, "affected is missing"),
        (EVENT | {"affected": 1.5}, "affected is a text, not '1.5'"),
        (EVENT | {"affected": "amazon"}, "affected and affecting are both 'amazon'"),
        (EVENT | {"affected_channel": "ebay"}, "affected is said twice, differently"),
        (EVENT | {"regions": []}, "regions names no region"),
        (EVENT | {"regions": ";"}, "regions names no region"),
        (EVENT | {"regions": {"r1": 1}}, "regions is a text"),
        (EVENT | {"regions": None}, "regions is missing"),
        (EVENT | {"date": "soon"}, "date: 'soon' is no day"),
        (EVENT | {"date": 20260202.5}, "date: '20260202.5' is no day"),
        (EVENT | {"ends": "2026-02-02"}, "ends 2026-02-02 is not after 2026-02-02"),
        (EVENT | {"type": "eclipse"}, "type 'eclipse' is not known; it is one of launch, delisting"),
        (EVENT | {"random_rollout": 3}, "random_rollout is true or false"),
        (EVENT | {"random_rollout": False, "attests": ["random rollout"]}, "disagree"),
        (EVENT | {"attests": ["random rollout", "rollout chosen"]}, "says both"),
        (EVENT | {"attests": 3}, "attests is a list of words"),
        (EVENT | {"attests": [["x"]]}, "attests lists words"),
    ],
    ids=lambda _: "case",
)
def test_event_that_is_none_is_refused_with_its_place(event: ReadEvent, text: Any, said: Any) -> None:
    with pytest.raises(Unreadable) as refused:
        event(text)
    assert said in str(refused.value)
    assert len(str(refused.value)) < 400


def test_event_must_name_what_the_panel_has(panel: ReadPanel) -> None:
    found = panel(f"{HEAD}\n2026-02-02,r1,shopify,1\n2026-02-02,r1,amazon,1\n")
    fits(found, Event("shopify", "amazon", ("r1",), date(2026, 2, 2), "launch"))
    with pytest.raises(Unreadable, match=r"names the region 'r2', but the panel has 'r1'\."):
        fits(found, Event("shopify", "amazon", ("r1", "r2"), date(2026, 2, 2), "launch"))
    with pytest.raises(Unreadable, match="names the channel 'ebay', but the panel has 'amazon', 'shopify'"):
        fits(found, Event("ebay", "amazon", ("r1",), date(2026, 2, 2), "launch"))


def test_margin_is_read(tmp_path: Path) -> None:
    path = tmp_path / "margin.json"
    good = {"channel": "amazon", "mean": 8.1, "standard_error": 0.2, "orders": 90, "currency": "USD", "freedom": None}
    path.write_text(json.dumps(good))
    assert read_margin(path) == Margin("amazon", 8.1, 0.2, 90, "USD")
    path.write_text(json.dumps(good | {"freedom": 12}))
    assert read_margin(path) == Margin("amazon", 8.1, 0.2, 90, "USD", 12)
    for wrong, said in (
        ({"mean": None}, "mean is a number"), ({"orders": True}, "orders is a number"),
        ({"standard_error": -1}, "standard_error 0 or more"), ({"mean": float("inf")}, "mean and orders are finite"),
        ({"freedom": 0}, "freedom above 0"), ({"channel": ""}, "column channel is empty"), ({"mean": float("nan")}, "mean is a"),
        ({"orders": float("inf")}, "margin.json"),
    ):  # fmt: skip
        path.write_text(json.dumps(good | wrong))
        with pytest.raises(Unreadable, match=said):
            read_margin(path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=200), st.text(max_size=200).map(lambda text: f"{HEAD}\n{text}".encode("utf-8", "ignore"))
    )
)
def test_any_bytes_are_a_panel_or_refused(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "panel.csv").write_bytes(body)
    try:
        assert read_panel(tmp_path / "panel.csv").weeks
    except Unreadable as refused:
        assert str(refused).startswith("panel.csv")  # noqa: PT017


_VALUES = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12), lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=6), one, max_size=3))  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from([*EVENT, "attests", "ends", "random_rollout", "coincident_change"]), _VALUES))
def test_any_parts_are_an_event_or_refused(tmp_path: Path, parts: dict[str, Any]) -> None:
    (tmp_path / "event.json").write_text(json.dumps(EVENT | parts))
    try:
        assert isinstance(read_event(tmp_path / "event.json"), Event)
    except Unreadable as refused:
        assert str(refused).startswith("event.json")  # noqa: PT017


@pytest.mark.parametrize("said", [
    "nothing else changed", "yes", True, ["no coincident shocks"], ["no_confounders"], {"no other changes": True},
    {"coincident_change": False}, ["Nothing else changed in these regions."],
], ids=str)  # fmt: skip
def test_that_nothing_else_changed_is_said_in_many_words(said: object) -> None:
    parts = {"affected": "a", "affecting": "b", "regions": ["x"], "date": "2026-02-02", "type": "launch"}
    assert event_of({**parts, "attests": said}).attests == {NOTHING_ELSE_CHANGED}


@pytest.mark.parametrize("said", [
    "no", False, None, [], ["prices were stable"], {"nothing else changed": False},
    ["nothing else changed", "known coincident shock"], ["something else changed in some"],
], ids=str)  # fmt: skip
def test_what_else_is_said_attests_nothing(said: object) -> None:
    parts = {"affected": "a", "affecting": "b", "regions": ["x"], "date": "2026-02-02", "type": "launch"}
    assert NOTHING_ELSE_CHANGED not in event_of({**parts, "attests": said}).attests
