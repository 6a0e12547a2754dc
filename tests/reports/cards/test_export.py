import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from reports.analysis.cannibalization import METHOD, cannibalization
from reports.analysis.estimate import Bounds, CannotTell, Estimate, record
from reports.analysis.event import Event
from reports.analysis.files import read_event, read_margin, read_panel
from reports.analysis.panel import Panel
from reports.analysis.said import Said
from reports.analysis.schedule import draw
from reports.analysis.switchback_files import read_schedule, read_series
from reports.cards.card import Switched
from reports.cards.export import event_parts, exported, files, panel_csv, placebos_csv
from tests.reports.cards.making import AMAZON, EVENT, PANEL, made


def test_export_has_everything_and_is_the_same_twice() -> None:
    body = exported(made())
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert sorted(archive.namelist()) == [
            "README.md", "answers.json", "card.md", "card.pdf", "event.json", "panel.csv", "pictures/contributions.svg",
            "pictures/gap.svg", "pictures/shares.svg", "placebos.csv",
        ]  # fmt: skip
        assert archive.testzip() is None
    assert exported(made()) == body


def test_panel_is_read_back_to_the_last_digit(tmp_path: Path) -> None:
    (tmp_path / "panel.csv").write_text(panel_csv(PANEL))
    found = read_panel(tmp_path / "panel.csv")
    assert (found.weeks, found.regions, found.channels, found.currency) == (
        PANEL.weeks, PANEL.regions, PANEL.channels, "USD",
    )  # fmt: skip
    for channel in PANEL.channels:
        np.testing.assert_array_equal(found.orders[channel], PANEL.orders[channel])
        np.testing.assert_array_equal(found.contribution[channel], PANEL.contribution[channel])
    assert found.category is not None
    np.testing.assert_array_equal(found.category, PANEL.category)


def test_panel_whose_order_reading_would_change_is_refused() -> None:
    orders = np.ones((2, 4))
    with pytest.raises(ValueError, match="regions of a panel that is exported are sorted"):
        panel_csv(replace(PANEL, regions=("r2", "r1")))
    assert panel_csv(Panel(PANEL.weeks, PANEL.regions, {"b": orders, "a": orders})) == panel_csv(
        Panel(PANEL.weeks, PANEL.regions, {"a": orders, "b": orders})
    )


@pytest.mark.parametrize(
    "event", [EVENT, replace(EVENT, ends=None, random_rollout=False, attests=frozenset())], ids=["full", "bare"]
)
def test_event_is_read_back(event: Event, tmp_path: Path) -> None:
    (tmp_path / "event.json").write_text(json.dumps(event_parts(event)))
    assert read_event(tmp_path / "event.json") == event


def test_placebos_stand_by_draw() -> None:
    assert placebos_csv(made().share.detail) == (
        "draw,plain,detrended\n0,0.1,0.3\n1,-0.2,0\n2,0.3333333333333333,1e-17\n"
    )
    assert placebos_csv({}) == "draw,\n"


def test_export_without_an_event_or_an_estimate() -> None:
    for share in (
        Bounds(0, 0.6, "share", 9, "identities"),
        CannotTell(Said("Too few regions."), Said("Twelve would.")),
    ):
        found = files(made(event=None, share=share, theta=None, contributions=(), naive=None))
        assert "event.json" not in found
        assert "pictures/gap.svg" not in found
        assert found["card.pdf"].startswith(b"%PDF-")
        assert "panel.csv" not in found
        assert "manage.py" not in found["card.md"].decode()


def test_margin_is_read_back(tmp_path: Path) -> None:
    for margin in (AMAZON, replace(AMAZON, freedom=12)):
        (tmp_path / "margin.json").write_bytes(files(made(margin=margin))["margin.json"])
        assert read_margin(tmp_path / "margin.json") == margin


def test_a_switchback_is_read_back(tmp_path: Path) -> None:
    blocks = draw(date(2026, 2, 2), 6, 3, 5)
    orders = {name: {one.name: number / 7 for number, one in enumerate(blocks)} for name in ("a site", "b-$")}
    found = files(made(event=None, switched=Switched("a site", "b-$", blocks, orders)))
    assert "panel.csv" not in found
    for name in ("series.csv", "schedule.csv"):
        (tmp_path / name).write_bytes(found[name])
    assert read_schedule(tmp_path / "schedule.csv") == blocks
    assert read_series(tmp_path / "series.csv").orders == orders
    line = "switchback --series series.csv --schedule schedule.csv --affecting 'b-$' --affected 'a site' --seed 7"
    assert line in found["card.md"].decode()
    assert hashlib.sha256(found["series.csv"]).hexdigest() in found["README.md"].decode()


def test_a_campaign_asks_for_its_halo_and_nothing_of_break_even() -> None:
    found = files(made(event=replace(EVENT, kind="brand_campaign"), theta=None))["card.md"].decode()
    assert found.startswith("# How much of what the campaign brings lands on amazon instead of shopify?")
    assert "manage.py halo --panel panel.csv --event event.json --seed 7" in found
    assert "| Share of what the campaign brings that lands on amazon | 30 % |" in found
    assert "profit" not in found
    assert "Break-even" not in found


def test_files_of_a_card_compute_its_figure_again_to_the_last_digit(tmp_path: Path) -> None:
    draws = np.random.default_rng(4)
    weeks = tuple(date(2024, 1, 1) + timedelta(weeks=number) for number in range(78))
    regions = tuple(f"r{number:02}" for number in range(16))
    demand = np.exp(draws.normal(0, 0.05, (16, 78)) + draws.normal(0, 0.1, 78)) * draws.uniform(80, 300, (16, 1))
    own, other = np.full((16, 78), np.nan), demand.copy()
    own[:6, 52:] = demand[:6, 52:] * 0.9
    other[:6, 52:] -= 0.3 * own[:6, 52:]
    panel = Panel(weeks, regions, {"amazon": own, "shopify": other})
    attested = frozenset({"nothing_else_changed"})
    event = Event("shopify", "amazon", regions[:6], weeks[52], "launch", random_rollout=True, attests=attested)
    answer = cannibalization(panel, event, 11)
    card = made(panel=panel, event=event, share=answer, seed=11)
    for name in ("panel.csv", "event.json"):
        (tmp_path / name).write_bytes(files(card)[name])
    again = cannibalization(read_panel(tmp_path / "panel.csv"), read_event(tmp_path / "event.json"), 11)
    assert isinstance(answer, Estimate)
    assert answer.method == METHOD
    assert record(again) == record(answer) == json.loads(files(card)["answers.json"])["share"]
    assert again.detail == answer.detail
