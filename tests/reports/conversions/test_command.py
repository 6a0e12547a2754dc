import json
import logging
import stat
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from reports.conversions.google_ads import problems
from tests.reports.conversions.making import NOW, row, write


def run(leads: Path, out: Path, to: str = "google_ads", **more: str) -> Any:
    told = StringIO()
    call_command("conversions", leads=leads, to=to, out=out, as_of=NOW.isoformat(), stdout=told, **more)
    return json.loads(told.getvalue())


def test_a_file_is_written_for_its_owner_alone_and_told_in_numbers(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    leads, out = write(tmp_path, row("1"), row("2", "", email="bo@example.org", phone="")), tmp_path / "out.csv"
    out.write_text("of yesterday")
    with caplog.at_level(logging.DEBUG):
        told = run(leads, out)
    assert told == {"written": {"qualified": 1, "won": 1}, "left_out": {"no consent": 1}}
    assert problems(out.read_text(), NOW) == []
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "Ada" not in out.read_text() + caplog.text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["leads.csv", "out.csv"]


@pytest.mark.parametrize("to", ["ga4", "meta"])
def test_the_others_are_written_too(to: str, tmp_path: Path) -> None:
    told = run(write(tmp_path, row()), tmp_path / "out.jsonl", to)
    assert told["written"] == {"qualified": 1, "won": 1}
    assert all(json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines())


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"timezone": "Nowhere/Land"}, "--timezone"), ({"timezone": "../../etc/passwd"}, "--timezone"),
        ({"calling_code": "+49"}, "--calling-code"), ({"calling_code": "0"}, "--calling-code"),
    ],
    ids=str,
)  # fmt: skip
def test_options_that_make_no_sense_are_refused(more: dict[str, str], said: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=said):
        run(write(tmp_path, row()), tmp_path / "out.csv", **more)


def test_the_leads_themselves_are_never_written_over(tmp_path: Path) -> None:
    leads = write(tmp_path, row())
    before = leads.read_text()
    with pytest.raises(CommandError, match="name another one"):
        run(leads, tmp_path / "." / "leads.csv")
    assert leads.read_text() == before


def test_a_bad_file_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="line 3: column won_at") as told:
        run(write(tmp_path, row(), row(won_at="mara@example.org")), tmp_path / "out.csv")
    assert "mara" not in str(told.value)
    assert not (tmp_path / "out.csv").exists()
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "none.csv", tmp_path / "out.csv")
    with pytest.raises(CommandError, match="cannot be written"):
        run(write(tmp_path, row()), tmp_path / "no" / "out.csv")
