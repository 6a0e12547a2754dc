"""The population is what its rates say, the same every time, and shows nothing of Amazon's by default."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.population.people import MARKETS
from tests.population.population import EMPTY, Row, admitted, population
from tests.population.rates import FACTS, SETS, SPARSE, Rates
from tests.population.recording import read, records, shown, write
from tests.population.truth import Sort, Truth, has_signal

ROWS = 20_000


@cache
def drawn(rates: Rates = FACTS, odds_ratio: float = 1.0, seed: int = 1) -> tuple[tuple[Row, ...], Truth]:
    truth = Truth()
    return tuple(truth.watch(population(ROWS, seed, rates, odds_ratio))), truth


def test_the_same_arguments_give_the_same_rows_and_another_seed_others() -> None:
    one, again, other = (list(population(2_000, seed)) for seed in (5, 5, 6))
    assert one == again
    assert one != other
    assert one[:500] == list(population(500, 5))


def test_records_are_numbered_and_an_account_is_one_person_on_one_channel() -> None:
    rows, _ = drawn()
    assert [row.record for row in rows] == list(range(1, ROWS + 1))
    assert len({(row.account, row.person, row.channel, row.country) for row in rows}) == len(
        {row.account for row in rows}
    )
    assert {row.country for row in rows} == set(MARKETS)
    assert all(row.months == tuple(sorted(set(row.months))) and row.months for row in rows)


@pytest.mark.parametrize("name", SETS)
def test_rates_are_met(name: str) -> None:
    rates = SETS[name]
    rows, _ = drawn(rates)
    channels: dict[int, set[str]] = {}
    for row in rows:
        channels.setdefault(row.person, set()).add(row.channel)
    shopee = [row for row in rows if row.channel == "shopee"]
    shopify = [row for row in rows if row.channel == "shopify"]
    named = [row for row in rows if row.name]
    assert share(len(own) > 1 for own in channels.values()) == pytest.approx(rates.second_channel, abs=0.01)
    assert share(not row.visible for row in shopee) == pytest.approx(rates.shopee_hidden, abs=0.015)
    assert share(row.name == "masked" for row in shopee if row.name) == pytest.approx(rates.masked, abs=0.015)
    assert share(not row.name for row in shopify) == pytest.approx(rates.shopify_hidden, abs=0.015)
    assert share(bool(row.phone) for row in shopify if row.name) == pytest.approx(rates.shopify_phone, abs=0.02)
    assert share(row.gift for row in named) == pytest.approx(rates.gift, abs=0.006)


def test_homes_mailboxes_and_phones_are_shared_by_different_people() -> None:
    few, many = (homes(drawn(rates)[0]) for rates in (FACTS, SETS["shared homes"]))
    assert 1.2 < many / few < 3.5
    users: dict[str, set[int]] = {}
    for row in drawn()[0]:
        if row.buyer.email:
            users.setdefault(row.buyer.email, set()).add(row.person)
    assert any(len(people) > 1 for people in users.values())


def test_amazon_shows_nothing_but_what_customers_gave_elsewhere() -> None:
    rows, _ = drawn()
    amazon = [row for row in rows if row.channel == "amazon"]
    assert len(amazon) > ROWS / 6
    assert {row.buyer for row in amazon} == {EMPTY}
    told = [row for row in population(ROWS, 1, replace(FACTS, given=0.2)) if row.channel == "amazon"]
    assert share(row.buyer != EMPTY for row in told) == pytest.approx(0.2, abs=0.02)
    assert {(row.buyer.name, row.buyer.street, row.buyer.postcode) for row in told} == {("", "", "")}
    assert {row.buyer for row in admitted(told)} == {EMPTY}


def test_the_default_policies_admit_of_shopee_only_what_it_masks() -> None:
    rows = [row for row in admitted(drawn()[0]) if row.channel == "shopee"]
    assert all("*" in row.buyer.name and "*" in row.buyer.phone for row in rows if row.visible)
    assert {(row.buyer.email, row.buyer.street) for row in rows} == {("", "")}
    assert {row.name for row in rows} == {"masked", ""}
    assert all(row.buyer.username for row in rows)


def test_the_truth_adds_up() -> None:
    rows, truth = drawn()
    pairs = list(truth.pairs())
    sorts = Counter(truth.sort(pair) for pair in pairs)
    assert all(left < right and truth.same(left, right) for left, right in pairs)
    assert sum(sorts.values()) == len(pairs)
    assert set(sorts) == set(Sort) - {Sort.MASKED}  # one person has one Shopee id
    months: dict[tuple[int, str], set[int]] = {}
    for row in rows:
        months.setdefault((row.person, row.channel), set()).update(row.months)
    both = sum(
        len(own & months.get((person, "shopify"), set()))
        for (person, channel), own in months.items() if channel == "shopee"
    )  # fmt: skip
    overlap = truth.overlap()
    assert (
        sum(count for (one, other, _, _), count in overlap.items() if (one, other) == ("shopee", "shopify"))
        == both
        > 50
    )
    assert {key[:2] for key in overlap} == {("amazon", "shopify"), ("amazon", "shopee"), ("shopee", "shopify")}


@pytest.mark.parametrize("odds_ratio", [0.5, 2.0])
def test_the_odds_of_being_seen_depend_on_being_shared_as_asked(odds_ratio: float) -> None:
    rows, _ = drawn(SPARSE, odds_ratio)
    channels: dict[int, set[str]] = {}
    for row in rows:
        channels.setdefault(row.person, set()).add(row.channel)
    for channel, shows in (("shopify", lambda row: bool(row.phone)), ("shopee", lambda row: row.visible)):
        seen = {
            shared: share(
                shows(row) for row in rows
                if row.channel == channel and (channel == "shopee" or row.name) and (len(channels[row.person]) > 1) == shared
            )
            for shared in (False, True)
        }  # fmt: skip
        odds = {shared: found / (1 - found) for shared, found in seen.items()}
        assert odds[True] / odds[False] == pytest.approx(odds_ratio, rel=0.25)


def test_records_hold_what_shows_something_and_no_clear_value() -> None:
    rows = list(admitted(population(2_000, 3)))
    table = records(shown(rows))
    assert table.num_rows <= sum(has_signal(row) for row in rows)
    assert set(table["channel"].to_pylist()) == {"shopee", "shopify"}
    assert set(table["account"].to_pylist()) == {row.account for row in rows if has_signal(row)}
    masked = dict(zip(table["record_id"].to_pylist(), table["name_masked"].to_pylist(), strict=True))
    assert {row.record for row in rows if row.name == "masked"} >= {
        record for record, is_masked in masked.items() if is_masked
    }


def test_records_made_in_processes_are_the_same(tmp_path: Path) -> None:
    rows = list(admitted(population(2_000, 3)))
    assert write(rows, tmp_path / "rows") == sum(map(has_signal, rows))
    assert read(tmp_path / "rows") == records(shown(rows))


def share(found: Iterable[bool]) -> float:
    answers = list(found)
    return sum(answers) / len(answers)


def homes(rows: tuple[Row, ...]) -> float:
    """Share of clear rows whose street and postcode another person shows too."""
    people: dict[tuple[str, str], set[int]] = {}
    clear = [row for row in rows if row.buyer.street and row.buyer.postcode and not row.gift]
    for row in clear:
        people.setdefault((row.buyer.street, row.buyer.postcode), set()).add(row.person)
    return share(len(people[row.buyer.street, row.buyer.postcode]) > 1 for row in clear)
