import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from reports.analysis.lifetime.cohorts import Worth, begun, cohorts, repeat, worth
from tests.simulation.steering.shops import shop

HEAD = "customer,date,value,contribution,currency,acquired_by"
Told = Callable[..., Any]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    def run(text: str | bytes, *options: str) -> Any:
        path = tmp_path / "t.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        out = StringIO()
        call_command("lifetime", f"--transactions={path}", *options, stdout=out)
        return json.loads(out.getvalue())

    return run


def lines(seed: int = 1, customers: int = 4_000) -> str:
    of = shop(seed, customers)
    rows = zip(of.customer.tolist(), of.day.tolist(), of.money.tolist(), strict=True)
    by = ("ads", "search", "")
    from_day = np.datetime64("0001-01-01") - 1
    return "\n".join([HEAD, *(f"c{c},{from_day + d},{2 * v:.2f},{v:.2f},USD,{by[c % 3]}" for c, d, v in rows)])


def test_transactions_are_told_whole(told: Told) -> None:
    found = told(lines())
    assert (found["money"], found["currency"], found["notes"]) == ("contribution", "USD", ["LTV is of contribution."])
    assert [one["months"] for one in found["ltv"]] == [3, 6, 12, 24]
    three, six, twelve, _ = found["ltv"]
    assert three["low"] < three["value"] < three["high"]
    assert three["value"] < six["value"] < twelve["value"]
    assert three["customers"] >= six["customers"] >= twelve["customers"]
    assert set(found["ltv_by_source"]) == {"ads", "search"}
    last = found["cohorts"][-1]["cells"][-1]
    assert not last["mature"]
    assert all(one["cells"][0]["active"] == 1.0 for one in found["cohorts"])
    assert [one["mature"] for one in found["cohorts"][0]["cells"]][:-1] == [True] * (
        len(found["cohorts"][0]["cells"]) - 1
    )
    assert found["expected"]["weeks"] == 26
    assert [found["expected"][name]["type"] for name in ("purchases", "value")] == ["estimate", "estimate"]
    assert found["expected"]["value"]["unit"] == "USD"
    assert len(found["expected"]["purchases"]["back_test"]) >= 2
    shares = [one["share"] for one in found["repeat"]["by_month"]]
    assert shares == sorted(shares)


def test_value_stands_in_where_contribution_is_not_known_of_all(told: Told) -> None:
    found = told(f"{HEAD}\na,2026-01-05,30,10,USD,ads\na,2026-02-05,30,,USD,\n")
    assert found["money"] == "value"
    assert found["notes"][0] == "LTV is of value, not of contribution: 1 transactions do not say theirs."
    assert found["expected"]["purchases"]["type"] == "cannot_tell"
    assert found["ltv"][0]["reason"] == "Nobody has been a customer for 3 months yet."


def test_repeat_curve_is_told_for_months_that_somebody_is_followed(told: Told) -> None:
    rows = "".join(f"{n},2026-01-01,10\n" for n in range(40))
    for until, months in (("2026-01-01", []), ("2026-01-31", [1]), ("2026-04-05", [1, 2, 3])):
        found = told(f"customer,date,value\n{rows}", f"--as-of={until}")["repeat"]["by_month"]
        assert [one["months"] for one in found] == months
        assert all((one["share"], one["low"]) == (0, 0) and 0.05 < one["high"] < 0.1 for one in found)


def test_one_huge_order_is_told(told: Told) -> None:
    rows = [f"c{n},2026-01-{n % 28 + 1:02},10,,USD," for n in range(60)]
    found = told("\n".join([HEAD, *rows, "whale,2026-01-05,9000,,USD,"]))
    assert found["notes"][1] == "One transaction of 9000.0 USD is 94 % of all: means and intervals hang on it."


def test_refunds_are_money_but_no_purchase(told: Told) -> None:
    rows = [f"c{n},2026-01-05,10,,," for n in range(40)]
    found = told("\n".join([HEAD, *rows, "c1,2026-02-05,-10,,,", "nobody,2026-02-06,-5,,,", "c2,2026-06-30,10,,,"]))
    assert found["counts"]["customers"] == 40
    assert found["counts"]["refunds"] == 2
    assert found["counts"]["refunds_of_nobody"] == 1
    assert found["ltv"][0]["value"] == pytest.approx(39 * 10 / 40)


def test_as_of_looks_no_further(told: Told) -> None:
    text = f"{HEAD}\na,2026-01-05,30,,,\nb,2026-03-05,30,,,\n"
    found = told(text, "--as-of=2026-01-31")
    assert (found["counts"]["customers"], found["counts"]["after_as_of"]) == (1, 1)
    assert found["cohorts"] == [
        {"month": "2026-01", "customers": 1, "cells": [{"active": 1.0, "money": 30.0, "mature": True}]}
    ]
    with pytest.raises(CommandError, match="nobody bought anything by then"):
        told(text, "--as-of=2025-01-31")


def test_worth_is_of_those_who_are_old_enough() -> None:
    customer = np.concatenate([np.arange(40), np.arange(40)])
    day = 730_000 + np.concatenate([np.zeros(40, int), np.full(40, 50)])
    money = np.concatenate([np.full(40, 10.0), np.full(40, 5.0)])
    first = begun(customer, day, np.ones(80, bool))
    three, six, *_ = worth(customer, day, money, first, 730_000 + 92)
    assert (three.value, three.low, three.high, three.customers) == (15.0, 15.0, 15.0, 40)
    assert six == Worth(6, None, None, None, 0)
    discounted, *_ = worth(customer, day, money, first, 730_000 + 92, yearly=0.1)
    assert discounted.value == pytest.approx(10 + 5 * 1.1 ** (-50 / 365.25))


def test_repeat_curve_keeps_who_is_young() -> None:
    customer = np.array([0, 0, 1, 2])
    day = np.array([100, 110, 100, 108])
    found = repeat(customer, day, begun(customer, day, np.ones(4, bool)), 120)
    assert found.times.tolist() == [10.0]
    assert found.done.tolist() == pytest.approx([1 / 3])
    young = repeat(customer, day, begun(customer, day, np.ones(4, bool)), 112)
    assert young.done.tolist() == pytest.approx([1 / 2])


def test_a_month_that_is_not_over_is_not_mature() -> None:
    customer, day = np.array([0]), np.array([np.datetime64("2026-01-05").astype(int) + 719_163])
    for until, mature in ((26, [True]), (25, [False])):
        (one,) = cohorts(customer, day, np.array([1.0]), day, int(day[0]) + until)
        assert [cell.mature for cell in one.cells] == mature


BAD = {
    "no rows": (f"{HEAD}\n", r"t\.csv has no rows"),
    "no column": ("customer,date\n", "line 1: no column value"),
    "no day": (f"{HEAD}\na,05/01/2026,1,,,\n", "line 2: column date: '05/01/2026' is no day"),
    "no number": (f"{HEAD}\na,2026-01-05,ten,,,\n", "line 2: column value: 'ten' is no number"),
    "too much": (f"{HEAD}\na,2026-01-05,1e300,,,\n", "line 2: column value: '1e300' is beyond"),
    "no customer": (f"{HEAD}\n,2026-01-05,1,,,\n", "line 2: column customer is empty"),
    "two currencies": (f"{HEAD}\na,2026-01-05,1,,USD,\na,2026-01-05,1,,EUR,\n", "line 3: column currency: 'EUR' after USD"),
    "two sources": (f"{HEAD}\na,2026-01-05,1,,,ads\na,2026-01-05,1,,,mail\n", "line 3: column acquired_by: 'mail', but"),
    "refunds alone": (f"{HEAD}\na,2026-01-05,-1,,,\n", "nobody bought anything"),
    "NUL": (b"customer,date,value\na\0,2026-01-05,1\n", "line 2: a NUL byte"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), BAD.values(), ids=BAD)
def test_bad_transactions_are_refused(told: Told, text: str | bytes, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        told(text)


@pytest.mark.parametrize("option", ["--as-of=soon", "--weeks=0", "--discount=-1", "--discount=nan"])
def test_bad_options_are_refused(told: Told, option: str) -> None:
    with pytest.raises(CommandError, match=option.partition("=")[0]):
        told(f"{HEAD}\na,2026-01-05,1,,,\n", option)
