"""The overlap's interval holds the truth, also when visibility depends on sharing; what cannot be told is not told."""

import random
import statistics
from dataclasses import dataclass, replace

import pytest

from reconciliation.identity.overlap import Estimate, Group, Pair, estimate, persons, seen, together
from reconciliation.identity.sampling import Worth
from reconciliation.identity.visibility import Family, Side

NOTHING, CONTACT, PLACE, EITHER = Family.NOTHING, Family.CONTACT, Family.PLACE, Family.EITHER
ALL = Side(10_000, 10_000, 10_000, 10_000)
SURE = {CONTACT: (6.0, 0.5), EITHER: (40.0, 0.2)}  # calibrated p by evidence is Beta-distributed


@dataclass(frozen=True)
class Company:
    """Rates of a simulated one: shares that show contact and place on each side, and how often these agree."""

    left: tuple[float, float] = (0.9, 0.9)
    right: tuple[float, float] = (0.95, 0.95)
    alike: float = 0.0  # share of accounts that show both or none
    finds: tuple[float, float] = (0.9, 0.85)
    gifts: float = 0.0  # persons whom neither family can find
    told: int = 10  # of fourteen; the others are suppressed
    place: tuple[float, float] = (4.0, 1.0)  # the distribution of p where place alone agrees
    shared: int = 1_300
    accounts: tuple[int, int] = (9_000, 11_000)


def odds_times(share: float, odds: float) -> float:
    return share * odds / (1 - share + share * odds)


def shows(rates: tuple[float, float], alike: float, odds: float, chance: random.Random) -> Family:
    first, second = chance.random(), chance.random()
    second = first if chance.random() < alike else second
    contact, place = (odds_times(rate, odds) for rate in rates)
    return (CONTACT if first < contact else NOTHING) | (PLACE if second < place else NOTHING)


def side(shown: list[Family], others: int, rates: tuple[float, float], alike: float) -> Side:
    """The shared accounts as drawn, the others as expected."""
    both = others * (alike * min(rates) + (1 - alike) * rates[0] * rates[1])
    return Side(
        len(shown) + others,
        sum(bool(one & CONTACT) for one in shown) + round(others * rates[0]),
        sum(bool(one & PLACE) for one in shown) + round(others * rates[1]),
        sum(one is EITHER for one in shown) + round(both),
    )


def simulate(company: Company, odds: float, seed: int) -> Group:
    """Pairs with calibrated p, false ones among them, of a company whose shared persons show by ``odds`` more."""
    chance = random.Random(seed)
    lefts = [shows(company.left, company.alike, odds, chance) for _ in range(company.shared)]
    rights = [shows(company.right, company.alike, odds, chance) for _ in range(company.shared)]
    pairs: list[Pair] = []
    for key, (left, right) in enumerate(zip(lefts, rights, strict=True)):
        by = NOTHING
        for family, rate in zip((CONTACT, PLACE), company.finds, strict=True):
            by |= family if left & right & family and chance.random() < rate else NOTHING
        if by and chance.random() >= company.gifts:
            yes, no = SURE.get(by, company.place)
            pairs.append(Pair(key, 100_000 + key, chance.betavariate(yes + 1, no), by, left, right))
            if chance.random() < no / yes:
                false = chance.betavariate(yes, no + 1)
                pairs.append(Pair(200_000 + key, 300_000 + key, false, by, left, right))
    return Group(
        pairs,
        side(lefts, company.accounts[0] - company.shared, company.left, company.alike),
        side(rights, company.accounts[1] - company.shared, company.right, company.alike),
    )


@pytest.mark.parametrize(
    "company",
    [
        Company(),
        Company(left=(0.5, 1.0), right=(0.55, 0.98)),
        Company(alike=1.0),
        Company(left=(0.6, 0.9), right=(0.7, 0.9), alike=0.3, finds=(0.95, 0.7), told=4),
        Company(shared=150, alike=0.5),
        Company(shared=300, gifts=0.05),
    ],
)
@pytest.mark.parametrize("odds", [0.5, 1.0, 2.0])
def test_the_interval_holds_the_truth_whatever_sharing_does_to_visibility(company: Company, odds: float) -> None:
    runs = [estimate(simulate(company, odds, seed), seed) for seed in range(14)]
    told = [
        (one.low <= company.shared <= one.high, (one.high - one.low) / 2 / one.total)
        for one in runs
        if one.total is not None and one.low is not None and one.high is not None
    ]
    assert len(told) >= company.told
    assert sum(held for held, _ in told) >= 0.85 * len(told)
    assert statistics.median(half for _, half in told) <= 0.30


def test_without_dependence_the_total_is_unbiased() -> None:
    totals = [estimate(simulate(Company(), 1.0, seed), seed).total or 0 for seed in range(20)]
    assert statistics.mean(totals) == pytest.approx(1_300, rel=0.015)


def test_false_links_do_not_count() -> None:
    company = Company(finds=(0.5, 0.9), place=(2.0, 2.0))  # every second link by place alone is false
    groups = [simulate(company, 1.0, seed) for seed in range(20)]
    assert statistics.mean(len(group.pairs) for group in groups) > 1_600
    assert statistics.mean(estimate(group).expected or 0 for group in groups) < 1_250
    assert statistics.mean(estimate(group).total or 0 for group in groups) == pytest.approx(1_300, rel=0.03)


def test_the_same_group_gives_the_same_numbers() -> None:
    group = simulate(Company(), 1.0, 1)
    mixed = random.Random(1).sample(list(group.pairs), len(group.pairs))
    again = estimate(replace(group, pairs=mixed), 7)
    assert again == estimate(group, 7)
    assert again != estimate(group, 8)


def test_a_channel_that_shows_nothing_is_not_observable_and_never_zero() -> None:
    amazon = Side(5_000, 0, 0, 0)
    assert estimate(Group([], amazon, ALL)) == Estimate(visible_share=0.0, reason="not observable")
    assert estimate(Group([], ALL, Side(0, 0, 0, 0))).total is None
    assert estimate(Group([], Side(900, 900, 0, 0), Side(900, 0, 900, 0))).reason == "not observable"


def test_under_five_percent_visible_nothing_is_told() -> None:
    found = estimate(Group([Pair(1, 2, 0.99, CONTACT)], Side(1_000, 49, 0, 0), ALL))
    assert found == Estimate(visible_share=0.049, reason="cannot tell: only 4.9% of the buyers could be seen")


def test_no_link_among_visible_accounts_is_a_small_number() -> None:
    found = estimate(Group([], ALL, ALL))
    assert (found.proven, found.expected, found.total, found.low, found.reason) == (0, 0, 0, 0, "")
    assert 2 < (found.high or 0) < 12


def test_no_link_among_few_accounts_tells_nothing() -> None:
    few = Side(100, 100, 100, 100)
    found = estimate(Group([], few, few))
    assert (found.total, found.low, found.high) == (None, None, None)
    assert found.reason == "cannot tell: 0 persons were found by contact and by place, 10 are needed"


def test_a_wide_interval_is_suppressed_with_its_width() -> None:
    half = Company(left=(0.5, 0.6), right=(0.5, 0.6), shared=1_000)
    found = estimate(simulate(half, 1.0, 1))
    assert (found.total, found.low, found.high) == (None, None, None)
    assert found.reason.startswith("cannot tell: the interval would be ± ")
    assert found.expected is not None


def test_one_family_needs_recall_known_otherwise() -> None:
    place = Side(10_000, 0, 9_900, 0)
    pairs = [Pair(key, 20_000 + key, 0.9, PLACE, PLACE, PLACE) for key in range(1_000)]
    assert estimate(Group(pairs, place, place)).total is None
    told = estimate(Group(pairs, place, place, recall=(0.75, 0.70, 0.80)))
    assert told.total == pytest.approx(900 / (0.99**2 * 0.75))
    assert told.low == pytest.approx(900, rel=0.25)
    assert told.high == pytest.approx(1_400, rel=0.1)
    with pytest.raises(ValueError, match="recall"):
        estimate(Group(pairs, place, place, recall=(0.9, 0.95, 0.99)))


def test_several_accounts_of_a_person_count_once() -> None:
    pairs = [
        Pair(1, 11, 0.96, CONTACT, CONTACT),
        Pair(2, 11, 0.99, PLACE, PLACE, proven=True),
        Pair(1, 12, 0.97, CONTACT, CONTACT),
        Pair(3, 12, 0.2, PLACE),
    ]
    group = Group(pairs, ALL, ALL, {1: 1, 2: 1, 11: 1, 12: 1})
    assert persons(group.pairs, group.persons) == [
        Pair(1, 1, 0.99, EITHER, EITHER, EITHER, proven=True),
        Pair(3, 1, 0.2, PLACE, EITHER, EITHER),
    ]
    found = estimate(group)
    assert (found.proven, found.expected) == (1, pytest.approx(1.19))  # type: ignore[comparison-overlap]


def months(company: Company, seed: int, count: int = 3) -> list[Group]:
    """Months that know of each other's links."""
    alone = [simulate(company, 1.0, seed + 1_000 * month) for month in range(count)]
    far = 10_000_000  # other accounts every month but for the first, so that none stands twice
    ever = [
        replace(one, left=one.left + month * far, right=one.right + month * far)
        for month, group in enumerate(alone)
        for one in group.pairs
    ]
    return [replace(group, ever=seen(persons(ever, {}), {})) for group in alone]


def test_what_all_months_show_narrows_each() -> None:
    company = Company(left=(0.9, 0.6), right=(0.95, 0.7), finds=(0.2, 0.75), shared=1_300, place=(4.0, 2.0))
    halves: dict[bool, list[float]] = {True: [], False: []}
    held = []
    for seed in range(8):
        group = months(company, seed)[0]
        for known in (group, replace(group, ever=None)):
            one = estimate(known, seed)
            if one.total is not None and one.low is not None and one.high is not None:
                halves[known.ever is not None].append((one.high - one.low) / 2 / one.total)
                held.append(one.low <= company.shared <= one.high)
    assert len(halves[True]) == 8
    assert len(halves[False]) < 8 or statistics.mean(halves[True]) < statistics.mean(halves[False]) - 0.03
    assert sum(held) >= 0.85 * len(held)


@pytest.mark.parametrize("alike", [1.0, 1.5, 2.0])
def test_the_interval_holds_the_truth_where_who_is_missed_is_missed_twice(alike: float) -> None:
    """Place finds 75 % of the persons that contact misses, and by so many odds more of those that it finds."""
    held = []
    for seed in range(20):
        chance = random.Random(seed)
        pairs = []
        for key in range(800):
            contact = chance.random() < 0.25
            place = chance.random() < odds_times(0.75, alike if contact else 1.0)
            if by := (CONTACT if contact else NOTHING) | (PLACE if place else NOTHING):
                pairs.append(Pair(key, 10_000 + key, 1.0, by))
        found = estimate(Group(pairs, ALL, ALL), seed)
        held.append((found.low or 0) <= 800 <= (found.high or 0))
    assert sum(held) >= 17


def test_labels_and_the_month_set_the_sum_right() -> None:
    pairs = [Pair(key, 10_000 + key, 0.5, PLACE) for key in range(100)] + [Pair(1, 2, 1.0, EITHER, proven=True)]
    group = Group(pairs, ALL, ALL)
    assert estimate(group).expected == pytest.approx(51)
    assert estimate(replace(group, worth={PLACE: Worth(1.2, 0.1)})).expected == pytest.approx(61)
    found = estimate(replace(group, together=3.0))
    assert found.expected == pytest.approx(76)
    assert found.proven == 1


def test_one_persons_accounts_buy_in_the_same_month_more_often() -> None:
    assert together((300, 1_000), (400, 1_000), (400, 1_000)) == pytest.approx(0.3 / 0.16, rel=0.01)
    assert together((0, 0), (400, 1_000), (400, 1_000)) == pytest.approx(1.0)
    assert together((2, 2), (1, 1_000), (1, 1_000)) > 1_000
    assert together((1, 1), (0, 0), (5, 5)) == 1.0


def test_a_pair_proven_by_the_customer_counts_without_a_family() -> None:
    found = estimate(Group([Pair(1, 2, 1.0, NOTHING, NOTHING, CONTACT, proven=True)], ALL, ALL))
    assert (found.proven, found.expected) == (1, 1.0)
    assert 1 <= (found.low or 0) <= (found.total or 0)


@pytest.mark.parametrize("p", [float("nan"), -0.1, 1.1, float("inf")])
def test_what_is_no_probability_counts_nothing(p: float) -> None:
    assert estimate(Group([Pair(1, 2, p, EITHER)], ALL, ALL)).expected == 0


def test_more_that_show_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match="more accounts"):
        estimate(Group([], Side(10, 8, 8, 2), ALL))
    with pytest.raises(ValueError, match="more accounts"):
        estimate(Group([], Side(10, 5, 5, 6), ALL))
