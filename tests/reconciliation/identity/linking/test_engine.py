"""Pairs are found and weighed the same whatever the order, and nothing hostile makes them blow up."""

import random
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from reconciliation.identity.linking import backends
from reconciliation.identity.linking.blocking import RULES, Report
from reconciliation.identity.linking.engine import find_pairs, find_pairs_between
from reconciliation.identity.linking.model import COMPARISONS, MASKED_BOTH, Model, explain, shipped
from reconciliation.identity.linking.scoring import prepare
from reconciliation.identity.records import PAIRS, RECORDS
from reconciliation.identity.signals import Buyer
from tests.population.population import population
from tests.population.recording import records as recorded
from tests.population.recording import shown
from tests.reconciliation.identity.linking.recorded import JOHN, records, rows

MANY = 50_000


@pytest.fixture(scope="module")
def people() -> pa.Table:
    return recorded(shown(population(2_000, seed=3)))


@pytest.fixture(scope="module")
def found(people: pa.Table) -> pa.Table:
    return find_pairs(people, shipped())


def test_no_record_and_one_record_make_no_pair() -> None:
    assert find_pairs(RECORDS.empty_table(), shipped()) == PAIRS.empty_table()
    assert find_pairs(records(JOHN), shipped()) == PAIRS.empty_table()
    assert find_pairs(records(Buyer(), Buyer()), shipped()) == PAIRS.empty_table()


def test_one_mailbox_links_exactly_unless_the_names_speak_against_it() -> None:
    same = Buyer("Martin John", "john@example.com", country="SG")
    other = Buyer("Wei Ling Tan", "john@example.com", country="SG")
    nameless = Buyer(email="john@example.com", country="SG")
    pairs = rows(find_pairs(records(JOHN, same, other, nameless), shipped()))
    assert pairs[0, 1]["tier"] == 1
    assert pairs[0, 1]["rule"] == "email"
    assert pairs[0, 3]["tier"] == 2  # families share a mailbox
    assert pairs.get((0, 2), {"tier": 2})["tier"] == 2


def test_one_phone_links_exactly_only_where_names_agree() -> None:
    same = Buyer("J. Martin", phone="81234567", country="SG")
    full = Buyer("Martin, John", phone="81234567", country="SG")
    nameless = Buyer(phone="81234567", country="SG")
    pairs = rows(find_pairs(records(JOHN, full, nameless, same), shipped()))
    assert (pairs[0, 1]["tier"], pairs[0, 1]["rule"]) == (1, "phone")
    assert pairs.get((0, 2), {"tier": 2})["tier"] == 2


def test_one_name_at_one_address_links_exactly() -> None:
    here = replace(JOHN, email="", phone="")
    pairs = rows(find_pairs(records(here, here), shipped()))
    assert (pairs[0, 1]["tier"], pairs[0, 1]["rule"]) == (1, "name_address")


def test_records_of_one_account_are_no_pair() -> None:
    table = records(JOHN, JOHN)
    one = table.set_column(table.schema.get_field_index("account"), "account", pa.array([7, 7], pa.int64()))
    assert find_pairs(one, shipped()).num_rows == 0


def test_apart_finds_nothing_inside_a_channel() -> None:
    table = records(JOHN, JOHN, JOHN, channels=["a", "a", "b"])
    assert set(rows(find_pairs(table, shipped(), apart=True))) == {(0, 2), (1, 2)}


def test_two_masked_sides_are_never_linked_by_themselves() -> None:
    masked = Buyer("J***n", phone="******67", postcode="238801", city="Singapore", country="SG")
    pairs = rows(find_pairs(records(masked, masked, JOHN), shipped()))
    both = pairs.get((0, 1), {"tier": 2, "raw": 0.0})
    assert both["tier"] == 2
    assert both["raw"] <= MASKED_BOTH < pairs[0, 2]["raw"]


def test_a_shuffled_table_and_a_second_run_give_the_same_pairs(people: pa.Table, found: pa.Table) -> None:
    order = list(range(people.num_rows))
    random.Random(5).shuffle(order)
    assert found.num_rows > 100
    assert find_pairs(people, shipped()) == found
    assert find_pairs(people.take(order), shipped()) == found


def test_new_records_find_the_pairs_that_all_records_find(people: pa.Table, found: pa.Table) -> None:
    new, resident = people.slice(0, 150), people.slice(150)
    again = rows(find_pairs_between(new, resident, shipped()))
    fresh = set(new["record_id"].to_pylist())
    sure = {pair for pair, row in rows(found).items() if fresh & set(pair) and row["raw"] > 0.3}
    assert len(sure) > 10
    assert sure <= set(again)
    assert all(fresh & set(pair) for pair in again)


def test_reasons_add_up_to_the_weight(found: pa.Table) -> None:
    for row in found.slice(0, 50).to_pylist():
        said = explain(row["levels"], shipped(), row["weight"])
        assert sum(one["weight"] for one in said) == pytest.approx(row["weight"])
        assert all(one["what"] in {*COMPARISONS, "rarity"} for one in said)


def test_what_many_records_share_finds_nothing_and_is_counted() -> None:
    """50,000 accounts behind one mailbox in one postcode of one country."""
    table = _alike(Buyer(email="shop@example.com", postcode="238801", city="Singapore", country="SG"), MANY)
    report = Report()
    assert find_pairs(table, shipped(), report=report).num_rows == 0
    assert report.pairs == 0
    assert report.dropped["mailbox"] == {"keys": 1, "records": MANY}


def test_one_postcode_for_a_country_of_masked_names_stays_small() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    masked = [Buyer(f"{one}***{two}", postcode="10000", country="TH") for one in letters for two in letters]
    some = records(*masked)
    copies = pa.concat_tables([some] * (MANY // some.num_rows))
    numbers = pa.array(range(copies.num_rows), pa.int64())
    table = copies.set_column(0, "record_id", numbers).set_column(1, "account", numbers)
    report = Report()
    pairs = find_pairs(table, shipped(), report=report)
    assert report.pairs <= copies.num_rows * max(rule.limit for rule in RULES)
    assert pc.all(pc.less_equal(pairs["raw"], MASKED_BOTH)).as_py() in {True, None}
    assert pc.all(pc.equal(pairs["tier"], 2)).as_py() in {True, None}


def _alike(buyer: Buyer, times: int) -> pa.Table:
    table = pa.concat_tables([records(buyer)] * times)
    numbers = pa.array(range(times), pa.int64())
    return table.set_column(0, "record_id", numbers).set_column(1, "account", numbers)


def test_a_model_that_lacks_a_level_is_refused() -> None:
    parameters = {**shipped().parameters, "levels": {**shipped().parameters["levels"], "phone": {"m": [0.9], "u": []}}}
    with pytest.raises(ValueError, match="for phone"):
        Model("broken", parameters)


def test_levels_are_what_agrees_whatever_they_weigh(people: pa.Table, found: pa.Table) -> None:
    """Levels that weigh nothing, or the same, are told apart from each other and from nothing to compare."""
    levels = {name: dict(given) for name, given in shipped().parameters["levels"].items()}
    for name in ("username", "email", "geo"):
        levels[name]["m"] = levels[name]["u"] = [1 / len(COMPARISONS[name])] * len(COMPARISONS[name])
    flat = rows(find_pairs(people, Model("flat", {**shipped().parameters, "levels": levels}), floor=0.0))
    both = [(row["levels"], flat[pair]["levels"]) for pair, row in rows(found).items() if pair in flat]
    assert len(both) > 100
    assert all(here == there for here, there in both)
    place = list(COMPARISONS).index("username")
    assert {here[place] for here, _ in both} >= {-1, 0}


def test_a_user_name_beside_none_is_no_agreement() -> None:
    table = records(
        JOHN, replace(JOHN, email="martin.family@example.org"), replace(JOHN, email="", username="jmartin7")
    )
    levels = {
        pair: row["levels"][list(COMPARISONS).index("username")]
        for pair, row in rows(find_pairs(table, shipped())).items()
    }
    assert levels == {(0, 1): -1, (0, 2): 0, (1, 2): 0}


def test_a_user_name_alone_is_more_than_one_beside_names() -> None:
    table = records(
        Buyer(email="john.martin77@example.com", country="SG"),
        Buyer(username="john.martin77", country="SG"),
        Buyer(username="john.martin77", name="J***n", country="SG"),
        replace(JOHN, email="john.martin77@example.org", phone=""),
    )
    found = rows(find_pairs(table, shipped(), floor=0.0))
    place = list(COMPARISONS).index("username")
    said = {pair: COMPARISONS["username"][-1 - row["levels"][place]] for pair, row in found.items()}
    assert said[0, 1] == said[0, 2] == said[1, 3] == "name of the mailbox alone"
    assert said[2, 3] == "name of the mailbox"


def test_a_user_name_made_of_the_name_finds_its_bearer_behind_a_mask() -> None:
    lily = Buyer("Lily Tan", "sunny@example.com", postcode="238801", city="Singapore", country="SG")
    others = [Buyer(f"{name} Lim", postcode="238802", country="SG") for name in ("Ann", "Bea", "Cai")]
    hidden = replace(lily, name="", email="")
    table = records(
        lily,
        replace(hidden, name="L***n", username="lily.tan88"),
        replace(hidden, name="T***y", username="ltan"),
        replace(hidden, username="tanlily7"),
        replace(hidden, name="L***n", username="ann_lim"),
        replace(hidden, name="L***n", username="moonpanda"),
        *others,
    )
    found = rows(find_pairs(table, shipped(), floor=0.0))
    said = {
        one: {
            name: labels[-1 - found[0, one]["levels"][place]]
            for place, (name, labels) in enumerate(COMPARISONS.items())
            if name in ("name_masked", "username")
        }
        for one in range(1, 6)
    }
    assert {one: levels["name_masked"] for one, levels in said.items()} == {
        1: "fits, user name of it", 2: "fits, user name of an initial", 3: "user name of it", 4: "mask fits", 5: "mask fits",
    }  # fmt: skip
    assert [said[one]["username"] for one in (1, 4, 5)] == [
        "other user name", "user name of another name", "other user name",
    ]  # fmt: skip
    weights = {one: found[0, one]["weight"] for one in range(1, 6)}
    assert weights[1] > weights[2] > weights[5] > weights[4]


def test_a_mask_in_another_script_does_not_fit() -> None:
    home = Buyer(postcode="104", city="臺北市", country="TW")
    table = records(
        replace(home, name="王小明"),
        replace(home, name="王**明"),
        replace(home, name="王**名"),
        replace(home, name="W**g"),
    )
    place = list(COMPARISONS).index("name_masked")
    found = rows(find_pairs(table, shipped(), floor=0.0))
    said = [COMPARISONS["name_masked"][-1 - found[0, one]["levels"][place]] for one in (1, 2, 3)]
    assert said == ["fits in its own script", "contradicts", "mask fits"]


def test_one_user_name_of_many_makes_no_pairs() -> None:
    """Every buyer of a town is called Lily Tan, and every user name is lily.tan: no blow-up."""
    clear = Buyer("Lily Tan", postcode="238801", city="Singapore", country="SG")
    shown_ = replace(clear, name="L***n", username="lily.tan")
    made = records(clear, shown_)
    count = MANY // 2
    copies = pa.concat_tables([made.slice(place, 1) for place in (0, 1) for _ in range(count)]).combine_chunks()
    numbers = pa.array(range(copies.num_rows), pa.int64())
    for name in ("record_id", "account"):
        copies = copies.set_column(copies.schema.get_field_index(name), name, numbers)
    report = Report()
    assert find_pairs(copies, shipped(), report=report).num_rows == 0
    assert report.pairs == 0
    assert report.dropped["user name of a name and postcode"]["records"] == copies.num_rows


def test_a_mask_is_as_rare_as_in_its_country() -> None:
    often = [Buyer("J***n", postcode=f"{238801 + place}", country="SG") for place in range(40)]
    other = [Buyer("K***a", postcode="10117", country="DE") for _ in range(400)]
    seldom = [Buyer("J***n", postcode=f"{10115 + place}", country="DE") for place in range(40)]
    table = records(*often, *other, *seldom)
    new = records(Buyer("J***n", country="FR"), Buyer(name="Jean Fontaine", country="FR"))
    with backends.backend() as run:
        run.load("records", table)
        run.load("fresh", new)
        here, fresh = prepare(run, "records", shipped()), prepare(run, "records", shipped(), "fresh")
        shares = dict(run.rows(f"select country, max(tf_mask) from {here} where mask is not null group by country"))
        (unknown,) = {row[0] for row in run.rows(f"select tf_mask from {fresh}")}
    assert shares["SG"] == pytest.approx(38 / 40, abs=0.01)
    assert shares["DE"] == pytest.approx(398 / 440, abs=0.01)
    assert unknown == pytest.approx(shipped().chance("mask"))


def test_fetchone_leaves_duckdb_busy_and_the_linker_does_not_use_it() -> None:
    assert "fetchone" not in Path(backends.__file__).read_text("utf-8").replace("``fetchone``", "")
    with backends.backend() as run:
        run.make("numbers", "select range as number from range(5000)")
        assert run.rows("select number from numbers limit 1") == [(0,)]
        run.make("more", "select number + 1 as number from numbers")
        assert run.rows("select count(*) from more") == [(5000,)]


def test_bit_count_is_too_small_to_be_summed_unless_cast() -> None:
    """The trap itself: if DuckDB mends it, this says so. The linker counts no bits."""
    with duckdb.connect() as connection:
        kind = connection.sql("select typeof(bit_count(cast(1 as ubigint)))").fetchall()[0][0]
    assert kind == "TINYINT"
    package = Path(backends.__file__).parent
    assert not any("bit_count" in file.read_text("utf-8") for file in package.glob("*.py"))


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(backends.Unavailable, match="duckdb, spark"):
        find_pairs(records(JOHN, JOHN), shipped(), engine="oracle")
