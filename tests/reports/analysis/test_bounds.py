from dataclasses import dataclass

import numpy as np
import pytest

from reports.analysis.bounds import Customers, Found, Part, bounds, existing_share, fewer_orders
from reports.analysis.estimate import Bounds, CannotTell, Estimate
from reports.analysis.panel import Series

Draws = np.random.Generator


def share(value: float, error: float = 0.0) -> Estimate:
    return Estimate(value, value - 1.6448536 * error, value + 1.6448536 * error, 0.9, "share", 200, "audit")


@dataclass(frozen=True)
class World:
    """Customers of A who buy and drop out as in BG/NBD; some buy on B, where orders are taken from A or are more.

    ``taken``: ends of each buyer's share of A orders that go to B. ``more``: their own orders on B, as a multiple of
    their rate on A; only while they are customers, unless ``lapsed``. ``heavy``: how much more likely who orders often
    buys on B. ``newcomers``: their share of B's orders; ``brand``: ends of the share of these that search the brand.
    """

    taken: tuple[float, float] = (0.0, 0.9)
    more: float = 0.5
    lapsed: bool = False
    heavy: float = 0.0
    newcomers: float = 0.7
    brand: tuple[float, float] = (0.1, 0.4)
    rates: tuple[float, float, float, float] = (0.8, 8.0, 0.8, 4.0)
    customers: int = 8000
    recall: float = 0.6


WORLDS = {
    "some taken": World(),
    "heavy buyers go to B": World(heavy=0.5),
    "rare orders as of CDNOW": World(rates=(0.243, 4.414, 0.793, 2.426)),
    "nearly all taken": World(taken=(0.6, 1.0)),
    "customers stay": World(rates=(0.8, 8.0, 0.3, 4.0)),
    "none taken": World(taken=(0.0, 0.0), more=1.0),
    "none taken, B is bought much": World(taken=(0.0, 0.0), more=6.0),
    "none taken, lapsed customers buy on B": World(taken=(0.0, 0.0), more=1.0, lapsed=True),
    "few are found": World(recall=0.3),
    "half were customers": World(newcomers=0.5, brand=(0.2, 0.8)),
}


def _lived(draws: Draws, world: World) -> tuple[Series, Series, Series, Series, Series, Series]:
    """Repeats, last and first week before week 52, orders in weeks 52 to 104, rate, and weeks alive in these."""
    r, alpha, a, b = world.rates
    rate, drop = draws.gamma(r, 1 / alpha, world.customers), draws.beta(a, b, world.customers)
    first = draws.uniform(0, 52, world.customers)
    now, last, died = first.copy(), first.copy(), np.full(world.customers, 104.0)
    repeats, orders = np.zeros(world.customers), np.zeros(world.customers)
    alive = np.arange(world.customers)
    while len(alive):
        gone = draws.random(len(alive)) < drop[alive]
        died[alive[gone]] = now[alive[gone]]
        alive = alive[~gone]
        now[alive] += draws.exponential(1 / rate[alive])
        alive = alive[now[alive] < 104]
        before = alive[now[alive] < 52]
        repeats[before] += 1
        last[before] = now[before]
        orders[alive[now[alive] >= 52]] += 1
    return repeats, last, first, orders, rate, np.clip(died - 52, 0, 52)


def _told(draws: Draws, world: World, attested: bool = True) -> tuple[float, Bounds]:
    """The true κ and the bounds."""
    repeats, last, first, wanted, rate, weeks = _lived(draws, world)
    buys = draws.random(world.customers) < np.clip(0.35 * (rate / rate.mean()) ** world.heavy, 0, 0.95)
    taken = np.where(buys, draws.binomial(wanted.astype(int), draws.uniform(*world.taken, world.customers)), 0)
    more = np.where(buys, draws.poisson(world.more * rate * (52.0 if world.lapsed else weeks)), 0)
    own = taken + more
    new = int(own.sum() * world.newcomers / (1 - world.newcomers))
    searched = draws.binomial(new, draws.uniform(*world.brand))
    total = float(own.sum() + new)
    truth = (taken.sum() + draws.binomial(searched, draws.random())) / total
    seen = (own > 0) & (draws.random(world.customers) < world.recall)
    audited = draws.binomial(200, world.recall) / 200
    found = bounds(
        "shopify", "amazon", total,
        Found(own[seen].astype(float), np.ones(seen.sum())),
        Customers(repeats, 52 - last, 52 - first, wanted - taken, seen.astype(float)),
        share(audited, (audited * (1 - audited) / 200) ** 0.5),
        share(draws.normal(searched / new, 0.02), 0.02),
        attested,
    )  # fmt: skip
    assert isinstance(found, Bounds)
    return truth, found


def _measured(world: World, runs: int) -> tuple[float, float, float]:
    told = [_told(np.random.default_rng([11, number]), world) for number in range(runs)]
    held = float(np.mean([one.low <= truth <= one.high for truth, one in told]))
    return (
        held,
        float(np.median([one.high - one.low for _, one in told])),
        float(np.median([one.low for _, one in told])),
    )


@pytest.mark.parametrize(
    "name", ["some taken", "none taken, B is bought much", "none taken, lapsed customers buy on B"]
)
def test_bounds_hold_the_truth(name: str) -> None:
    held, width, _low = _measured(WORLDS[name], 12)
    assert held == 1
    assert width < 0.6


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(WORLDS))
def test_bounds_hold_the_truth_in_99_of_100_in_every_world(name: str) -> None:
    held, width, low = _measured(WORLDS[name], 200)
    print(f"{name}: holds {held:.3f}, width {width:.3f}, low {low:.3f}")
    assert held >= 0.99
    if WORLDS[name].recall == 0.6 and WORLDS[name].newcomers == 0.7:
        assert width <= 0.55


def test_bounds_with_a_taken_share_leave_nothing_out() -> None:
    assert _measured(WORLDS["nearly all taken"], 8)[2] > 0.02


def test_bounds_without_matching_are_0_and_1() -> None:
    found = bounds("shopify", "amazon", 100)
    assert isinstance(found, Bounds)
    assert (found.low, found.high) == (0, 1)
    assert [str(one) for one in found.assumptions] == ["amazon brings shopify no orders (no halo)."]
    accepted = bounds("shopify", "amazon", 100, brand=share(0.2), newcomers_search_brand=True)
    assert (accepted.low, accepted.high) == (0, 1)  # type: ignore[union-attr]  # all buyers may have been customers


def test_upper_bound_is_1_unless_the_operator_accepts_that_newcomers_search_the_brand() -> None:
    given = Found(np.ones(30), np.ones(30))
    refused = bounds("shopify", "amazon", 100, given, recall=share(0.6), brand=share(0.2))
    accepted = bounds("shopify", "amazon", 100, given, None, share(0.6), share(0.2), True)
    without = bounds("shopify", "amazon", 100, given, None, share(0.6), None, True)
    assert [one.high for one in (refused, without)] == [1, 1]  # type: ignore[union-attr]
    assert isinstance(accepted, Bounds)
    error = 0.8 * (30 * 0.4) ** 0.5 / 0.6 / 100
    assert accepted.high == pytest.approx(0.5 + 0.5 * 0.2 + 1.2815516 * error)


def test_unknown_queries_count_as_brand() -> None:
    given = Found(np.ones(30), np.ones(30))
    brand = Bounds(0.2, 0.4, "share", 500, "brand search")
    found = bounds("shopify", "amazon", 100, given, None, share(1.0), brand, True)
    assert found.high == pytest.approx(0.3 + 0.7 * 0.4)  # type: ignore[union-attr]


def test_searches_of_all_orders_may_all_be_newcomers() -> None:
    given = Found(np.ones(30), np.ones(30))
    all_orders = Bounds(0.1, 0.4, "share", 500, "search reports")
    found = bounds("shopify", "amazon", 100, given, None, share(1.0), None, True, all_orders)
    assert found.high == pytest.approx(0.3 + 0.4)  # type: ignore[union-attr]
    near = bounds("shopify", "amazon", 100, given, None, share(1.0), share(0.2), True, all_orders)
    assert near.high == pytest.approx(0.3 + 0.7 * 0.2)  # type: ignore[union-attr]  # what is told of newcomers is nearer
    without = bounds("shopify", "amazon", 100, None, None, None, None, True, all_orders)
    assert without.high == 1  # type: ignore[union-attr]
    much = bounds("shopify", "amazon", 100, given, None, share(1.0), None, True, Bounds(0, 0.9, "share", 9, ""))
    assert much.high == 1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("recall", "told", "accepted", "said"),
    [
        (None, True, True, "Nobody knows how many buyers on amazon had ordered on shopify before"),
        (1.0, False, True, "No report tells which orders on amazon follow a search of the brand"),
        (1.0, True, False, "Who accepts that newcomers whom amazon took from shopify search the brand brings the upper"),
        (1.0, True, True, "It is accepted that newcomers whom amazon took from shopify search the brand: it takes 70.0 %"),
    ],
)  # fmt: skip
def test_bounds_say_why_the_upper_one_stands_where_it_does(
    recall: float | None, told: bool, accepted: bool, said: str
) -> None:
    searched = Bounds(0.1, 0.4, "share", 500, "search reports") if told else None
    known = share(recall) if recall else None
    found = bounds("shopify", "amazon", 100, Found(np.ones(30), np.ones(30)), None, known, None, accepted, searched)
    assert isinstance(found, Bounds)
    assert str(found.checks[0].detail).startswith(said)


def test_links_count_by_their_probability() -> None:
    found = existing_share(Found(np.array([4.0, 2.0]), np.array([0.5, 1.0])), share(0.8), 50)
    assert found.share == pytest.approx(4 / 0.8 / 50)
    assert found.error == pytest.approx((12 * 0.2) ** 0.5 / 0.8 / 50)


def test_recall_that_is_next_to_nothing_leaves_the_bounds_open() -> None:
    given = Found(np.ones(30), np.ones(30))
    found = bounds("shopify", "amazon", 100, given, None, share(0.01), share(0.2), True)
    assert (found.low, found.high) == (0, 1)  # type: ignore[union-attr]


def test_no_orders_and_no_customers() -> None:
    for orders in (0.0, -1.0, float("nan")):
        assert isinstance(bounds("shopify", "amazon", orders), CannotTell)
    empty = np.zeros(0)
    assert fewer_orders(Customers(empty, empty, empty, empty, empty), share(0.6), 100) == Part(0, 0)
    assert existing_share(Found(empty, empty), share(0.6), 100) == Part(0, 0)
