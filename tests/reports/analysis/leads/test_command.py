import gzip
import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

DATA = Path(__file__).parents[4].parent / "shared" / "data" / "leads"
LEADS = "lead,created_at,source,qualified_at,opportunity_at,bot"
DEALS = "lead,won_at,value,currency,status"
Told = Callable[..., Any]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    def run(leads: str | bytes, deals: str | bytes, *options: str, spend: str | None = None) -> Any:
        for name, text in (("l.csv", leads), ("d.csv", deals), ("s.csv", spend or "")):
            (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        given = [f"--leads={tmp_path / 'l.csv'}", f"--deals={tmp_path / 'd.csv'}", *options]
        out = StringIO()
        call_command("leads", *given, *([f"--spend={tmp_path / 's.csv'}"] if spend is not None else []), stdout=out)
        return json.loads(out.getvalue())

    return run


def test_leads_are_followed_to_their_deals(told: Told) -> None:
    found = told(
        f"{LEADS}\n1,2026-01-01,ads,2026-01-03,,0\n2,2026-01-01,ads,,,1\n3,2026-01-02,search,2026-01-04,2026-01-05,0\n",
        f"{DEALS}\n3,2026-01-12,500,USD,won\n1,2026-01-20,100,USD,lost\n",
    )
    ads, search = found["sources"]["ads"], found["sources"]["search"]
    assert (ads["leads"], ads["won"], ads["lost"], ads["qualified"], ads["opportunities"]) == (2, 0, 1, 1, 0)
    assert (search["leads"], search["won"], search["value"], search["opportunities"]) == (1, 1, 500.0, 1)
    assert ads["bots"]["leads"] == 1
    assert found["counts"]["deals_not_won"] == 1
    assert (found["as_of"], found["currency"]) == ("2026-01-20", "USD")
    assert search["days_to_won"]["reason"] == "1 leads with a date were won; 20 are needed."


def test_what_is_odd_is_handled_and_counted(told: Told) -> None:
    found = told(
        "lead,created_at,source\n1,2026-01-05,ads\n1,2026-01-06,mail\n2,,ads\n3,2026-01-07,\n",
        "lead,won_at,value,deal\n1,2026-01-01,10,d1\n1,2026-01-01,10,d1\n9,2026-01-01,10,d2\n2,2026-02-01,,d3\n3,,5,d4\n"
        "1,2026-02-02,7,d5\n",
    )
    counts = found["counts"]
    assert {name: counts[name] for name in counts if counts[name]} == {
        "rows_of_leads": 4, "rows_of_deals": 6, "leads_without_date": 1, "leads_without_source": 1, "duplicate_leads": 1,
        "duplicate_deals": 1, "deals_without_lead": 1, "deals_without_date": 1, "deals_before_their_lead": 1,
        "deals_without_value": 1, "further_deals_of_a_lead": 1, "leads": 3,
    }  # fmt: skip
    assert found["all"]["won"] == 2
    assert found["all"]["value"] == 17.0
    assert set(found["sources"]) == {"ads", "(not given)"}
    assert "1 deals were won before their lead came in: they count as won at once." in found["notes"]
    assert "One lead brought 100 % of all value." in found["notes"]


def test_leads_without_any_date_have_no_rate_by_maturity(told: Told) -> None:
    found = told("lead,created_at,source\n1,,ads\n2,,ads\n", "lead,won_at,value\n1,2026-01-01,10\n")
    assert found["all"]["rate"] is None
    assert found["all"]["naive_rate"]["value"] == 0.5


def test_where_too_few_were_won_nobody_is_called_mature(told: Told) -> None:
    leads = "lead,created_at,source\n" + "".join(f"{n},2026-01-01,ads\n" for n in range(30))
    for won in (0, 19, 20):
        deals = "lead,won_at,value\n" + "".join(f"{n},2026-01-{2 + n:02d},10\n" for n in range(won))
        whole = told(leads, deals, "--as-of=2026-02-01", spend="source,amount\nads,5\n")
        known = won >= 20
        assert (whole["all"]["rate"] is not None, whole["all"]["maturity"] is not None) == (known, known)
        assert (whole["all"]["cost"]["per_won_to_come"] is not None) == known
        assert (f"{won} leads with a date were won; 20 are needed." in whole["notes"]) == (not known)
        assert (whole["all"]["closed_loop"] is None) == (won == 0)


def test_value_by_mature_lead_is_of_leads_with_a_date(told: Told) -> None:
    leads = "lead,created_at,source\n" + "".join(f"{n},{'2026-01-01' * (n % 2)},ads\n" for n in range(80))
    deals = "lead,won_at,value\n" + "".join(f"{n},2026-01-05,10\n" for n in range(80))
    whole = told(leads, deals)["all"]
    assert (whole["value"], whole["value_per_mature_lead"]) == (800.0, 10.0)


def test_spend_is_divided_by_what_there_is_and_by_nothing_else(told: Told) -> None:
    leads = f"{LEADS}\n1,2026-01-01,Paid_Search,2026-01-03,,1\n2,2026-01-01,paid_search,,,0\n3,2026-01-02,direct,,,0\n"
    found = told(
        leads.replace("Paid_Search", "paid_search"), f"{DEALS}\n2,2026-01-12,500,USD,won\n",
        spend="source,amount,currency\nPaid search,100,EUR\ndisplay,40,EUR\ndirect,0,EUR\n",
    )  # fmt: skip
    cost = found["sources"]["paid_search"]["cost"]
    assert (cost["per_lead"], cost["per_lead_without_bots"], cost["per_qualified"], cost["per_won"]) == (
        50,
        100,
        100,
        100,
    )
    assert cost["per_opportunity"] is None
    assert cost["currency"] == "EUR"
    assert found["sources"]["direct"]["cost"]["per_lead"] is None
    assert found["all"]["cost"]["spend"] == 140
    assert found["notes"][-2:] == ["display has spend of 40.0, but no lead.", "direct has 1 leads, but no spend."]


def test_as_of_knows_nothing_later(told: Told) -> None:
    leads = "lead,created_at,source\n1,2026-01-01,ads\n2,2026-03-01,ads\n"
    found = told(leads, "lead,won_at,value\n1,2026-02-01,10\n", "--as-of=2026-01-31")
    assert (found["all"]["leads"], found["all"]["won"], found["counts"]["leads_after_as_of"]) == (1, 0, 1)
    with pytest.raises(CommandError, match="no lead came in by then"):
        told(leads, "lead,won_at,value\n1,2026-02-01,10\n", "--as-of=2020-01-31")


def test_exports_of_hubspot_are_understood(told: Told) -> None:
    found = told(
        "Record ID,First Name,Create Date,Original Source,Became a Sales Qualified Lead Date,Became an Opportunity Date\n"
        "101,A,2026-01-01 10:00,Paid Search,2026-01-05 09:00,2026-01-09 09:00\n102,B,2026-01-02 10:00,Direct Traffic,,\n",
        "Record ID,Deal Name,Deal Stage,Close Date,Amount,Is Closed Won,Associated Contact IDs\n"
        "9001,D,Closed Won,2026-02-01 10:00,1200,true,101;102\n9002,E,Closed Lost,2026-03-01 10:00,100,false,102\n",
    )
    paid = found["sources"]["Paid Search"]
    assert (paid["won"], paid["value"], paid["qualified"], paid["opportunities"]) == (1, 1200.0, 1, 1)
    assert found["counts"]["deals_not_won"] == 1
    assert found["sources"]["Direct Traffic"]["lost"] == 1


def test_bots_are_told_by_any_column_that_tells(told: Told) -> None:
    found = told(
        "lead,created_at,source,honeypot,form_seconds,invalid_phone\n1,2026-01-01,ads,http://x,30,\n2,2026-01-01,ads,,1.2,0\n"
        "3,2026-01-01,ads,,,1\n4,2026-01-01,ads,,40,no\n5,2026-01-01,ads,0,,\n",
        "lead,won_at,value\n4,2026-02-01,10\n",
    )
    assert found["all"]["bots"]["leads"] == 3
    assert found["all"]["bots"]["value"] == 0.6


@pytest.mark.parametrize("labels", [True, False], ids=["labels", "fields"])
def test_exports_of_salesforce_are_understood(told: Told, labels: bool) -> None:
    lead = ["Lead ID", "Created Date", "Lead Source", "Converted Date", "Converted Opportunity ID"]
    deal = ["Opportunity ID", "Close Date", "Amount", "Stage", "Won", "Opportunity Currency"]
    if not labels:
        lead = ["Id", "CreatedDate", "LeadSource", "ConvertedDate", "ConvertedOpportunityId"]
        deal = ["Id", "CloseDate", "Amount", "StageName", "IsWon", "CurrencyIsoCode"]
    found = told(
        f"{','.join(lead)}\n00Q1,2026-01-01T10:00:00.000+0000,Web,2026-01-20,0061\n00Q2,2026-01-02T10:00:00.000Z,Web,,\n",
        f"{','.join(deal)}\n0061,2026-02-01,5000,Closed Won,1,USD\n0062,2026-02-01,70,Closed Won,1,USD\n",
    )
    assert (found["all"]["won"], found["all"]["value"], found["all"]["opportunities"]) == (1, 5000.0, 1)
    assert (found["currency"], found["counts"]["deals_without_lead"]) == ("USD", 1)


def test_olist_by_origin(told: Told) -> None:
    if not DATA.exists():
        pytest.skip("../shared/data/leads is not here")
    texts = [
        gzip.decompress((DATA / name).read_bytes())
        for name in ("olist_marketing_qualified_leads_dataset.csv.gz", "olist_closed_deals_dataset.csv.gz")
    ]
    found = told(*texts)
    rates = {name: round(100 * one["naive_rate"]["value"], 1) for name, one in found["sources"].items()}
    assert rates | {
        "unknown": 16.3, "paid_search": 12.3, "organic_search": 11.8, "direct_traffic": 11.2, "referral": 8.5, "social": 5.6,
        "display": 5.1, "email": 3.0,
    } == rates  # fmt: skip
    assert found["all"]["naive_rate"]["value"] == pytest.approx(0.10525, abs=1e-9)
    assert found["all"]["days_to_won"]["so_far"]["median"] == pytest.approx(14.65, abs=0.005)
    assert found["counts"]["deals_before_their_lead"] == 1
    assert found["all"]["rate"]["low"] > found["all"]["naive_rate"]["value"]
    assert sum(one["leads"] for one in found["sources"].values()) == found["all"]["leads"] == 8_000
    assert sum(one["won"] for one in found["sources"].values()) == found["all"]["won"] == 842


GOOD_LEADS, GOOD_DEALS = "lead,created_at,source\n1,2026-01-01,ads\n", "lead,won_at,value\n1,2026-02-01,10\n"
BAD = {
    "no leads": ("lead,created_at,source\n", GOOD_DEALS, r"l\.csv has no rows"),
    "no column": ("lead,created_at\n", GOOD_DEALS, r"l\.csv, line 1: no column source; leads .*hs_analytics_source"),
    "no column of deals": (GOOD_LEADS, "lead,value\n", r"d\.csv, line 1: no column won_at"),
    "no lead of deals": (GOOD_LEADS, "deal,won_at,value\n", r"d\.csv, line 1: no column lead"),
    "no day": ("lead,created_at,source\n1,1/2/2026,ads\n", GOOD_DEALS, r"l\.csv, line 2: column created_at: '1/2/2026'"),
    "no day of a deal": (GOOD_LEADS, "lead,won_at,value\n1,soon,10\n", r"d\.csv, line 2: column won_at: 'soon'"),
    "no value": (GOOD_LEADS, "lead,won_at,value\n1,2026-02-01,1 000\n", r"d\.csv, line 2: column value: '1 000'"),
    "two currencies": (GOOD_LEADS, f"{DEALS}\n1,2026-02-01,1,USD,\n1,2026-02-01,1,EUR,\n", "line 3: column currency"),
    "a bot of no word": (f"{LEADS}\n1,2026-01-01,ads,,,maybe\n", GOOD_DEALS, "line 2: column bot: 'maybe'"),
    "no name": ("lead,created_at,source\n,2026-01-01,ads\n", GOOD_DEALS, "line 2: column lead is empty"),
    "a column twice": ("lead,created_at,source,source\n", GOOD_DEALS, "line 1: column source stands twice"),
    "NUL": (b"lead,created_at,source\n1\0,2026-01-01,ads\n", GOOD_DEALS, "line 2: a NUL byte"),
    "too many sources": (
        "\n".join(["lead,created_at,source", *(f"{n},2026-01-01,s{n}" for n in range(1_001))]), GOOD_DEALS,
        "line 1002: column source: more than 1,000",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("leads", "deals", "said"), BAD.values(), ids=BAD)
def test_bad_files_are_refused(told: Told, leads: str | bytes, deals: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        told(leads, deals)


@pytest.mark.parametrize(
    ("spend", "said"),
    [("", "no column source, amount"), ("source,amount\n", "no rows"), ("source,amount\nads,\n", "line 2: column amount"),
     ("source,amount\nads,-1\n", "line 2: column amount: '-1'")], ids=["empty", "no rows", "no amount", "negative"],
)  # fmt: skip
def test_bad_spend_is_refused(told: Told, spend: str, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        told(GOOD_LEADS, GOOD_DEALS, spend=spend)
