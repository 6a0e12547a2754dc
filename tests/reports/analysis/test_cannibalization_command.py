"""``cannibalization`` takes anybody's files, says what is wrong with them by line, and needs no database."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from reports.analysis.cannibalization import cannibalization, theta
from reports.analysis.estimate import record
from reports.analysis.files import read_event, read_panel
from reports.analysis.money import Margin, margin_of_panel
from reports.cards.export import margin_parts

EVENT = {
    "affected channel": "shopify", "affecting channel": "amazon", "regions": [f"r{number:02}" for number in range(8)],
    "date": "2024-12-30", "type": "launch", "random_rollout": True, "attests": ["nothing else changed"],
}  # fmt: skip
FIELDS = [
    "type", "value", "low", "high", "unbounded", "level", "unit", "n", "method", "assumptions", "checks", "reason",
]  # fmt: skip


def given(folder: Path, *, money: bool = True, regions: int = 20, **event: Any) -> tuple[str, str]:
    """A year and a half in which amazon begins in eight regions and takes three of ten of its orders from shopify."""
    draws = np.random.default_rng(8)
    size = draws.uniform(80, 300, regions)
    lines = ["week,region,channel,orders" + (",contribution,currency" if money else "")]
    for week in range(78):
        day = np.datetime64("2024-01-01") + 7 * week
        for number in range(regions):
            taken = own = 0
            if week >= 52 and number < 8:
                own = int(draws.poisson(size[number]))
                taken = int(draws.binomial(own, 0.3))
                lines.append(f"{day},r{number:02},amazon,{own}" + (f",{8 * own},USD" if money else ""))
            other = max(int(draws.poisson(size[number] * 1.2)) - taken, 0)
            lines.append(f"{day},r{number:02},shopify,{other}" + (f",{15 * other},USD" if money else ""))
    (folder / "panel.csv").write_text("\n".join(lines), "utf-8")
    (folder / "event.json").write_text(json.dumps(EVENT | event), "utf-8")
    return str(folder / "panel.csv"), str(folder / "event.json")


def told(capsys: pytest.CaptureFixture[str], panel: str, event: str, *options: str) -> dict[str, Any]:
    call_command("cannibalization", "--panel", panel, "--event", event, *options)
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_share_and_money_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = given(tmp_path)
    found = told(capsys, *files, "--seed", "3")
    money = found.pop("theta")
    assert list(found) == list(money) == FIELDS
    panel, event = read_panel(Path(files[0])), read_event(Path(files[1]))
    margin = margin_of_panel(panel, "amazon", event.regions, event.starts)
    assert isinstance(margin, Margin)
    assert found == json.loads(json.dumps(record(cannibalization(panel, event, 3))))
    assert money == json.loads(json.dumps(record(theta(panel, event, margin, 3))))
    assert (found["type"], found["unit"], money["unit"]) == ("estimate", "share", "USD/order")
    assert found["low"] <= 0.3 <= found["high"]
    assert money["low"] <= 8 - 0.3 * 15 <= money["high"]


def test_money_is_told_with_another_margin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = given(tmp_path)
    margin = Margin("amazon", 2.0, 0.1, 900, "USD", 30)
    (tmp_path / "margin.json").write_bytes(json.dumps(margin_parts(margin)).encode())
    found = told(capsys, *files, "--margin", str(tmp_path / "margin.json"))["theta"]
    panel, event = read_panel(Path(files[0])), read_event(Path(files[1]))
    assert found == json.loads(json.dumps(record(theta(panel, event, margin))))
    assert found["high"] < 0


def test_a_panel_without_money_has_no_theta(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert list(told(capsys, *given(tmp_path, money=False))) == FIELDS


@pytest.mark.parametrize(
    ("regions", "event"),
    [(8, {}), (20, {"attests": []}), (20, {"date": "2019-01-07"}), (20, {"attests": ["coincident_change"]})],
    ids=["no control", "not attested", "before the data", "coincident"],
)
def test_a_design_that_cannot_answer_is_told_as_such(
    regions: int, event: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(capsys, *given(tmp_path, regions=regions, **event))
    for one in (found, found["theta"]):
        assert (one["type"], one["value"], one["low"], one["high"]) == ("cannot_tell", None, None, None)
        assert one["reason"]


def test_attestations_that_no_rule_knows_are_told_beside(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = given(tmp_path, money=False, attests=["nothing else changed", "The moon was full"])
    call_command("cannibalization", "--panel", files[0], "--event", files[1])
    caught = capsys.readouterr()
    assert json.loads(caught.out)["type"] == "estimate"
    assert "the_moon_was_full" in caught.err


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("panel.csv", "week,region,channel,orders\n2026-02-02,r1,shopify,-1\n", "panel.csv, line 2: column orders"),
        ("panel.csv", "week,region,channel,orders\n2026-02-02,r1,shopify,1\n", "names the channel 'amazon'"),
        ("event.json", "{", "event.json, line 1, column 2"),
        ("event.json", json.dumps(EVENT | {"regions": ["mars"]}), "names the region 'mars'"),
    ],
    ids=["panel", "channel", "event", "region"],
)
def test_bad_files_are_refused(file: str, text: str, said: str, tmp_path: Path) -> None:
    files = given(tmp_path, money=False)
    (tmp_path / file).write_text(text, "utf-8")
    with pytest.raises(CommandError, match=said):
        call_command("cannibalization", "--panel", files[0], "--event", files[1])
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("cannibalization", "--panel", files[0] + "x", "--event", files[1])
    with pytest.raises(CommandError, match="0 or more"):
        call_command("cannibalization", "--panel", files[0], "--event", files[1], "--seed", "-1")
