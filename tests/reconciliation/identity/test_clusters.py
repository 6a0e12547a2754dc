"""People keep the constraints, whatever the order of the input, and decisions can be taken back."""

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.identity.clusters import cluster, components, connected, pairs_of
from reconciliation.identity.people import Account, Clustering, Constraint, Edge, Limits, Refused
from reconciliation.identity.violations import violations

LIMITS = Limits()
Pair = tuple[int, int]
World = tuple[list[Account], list[Edge], list[Pair], list[Pair]]
SOME = st.frozensets(st.integers(1, 4), max_size=2)


def shopify(key: int, **given: object) -> Account:
    return Account(key, "shopify", **{"first_at": key, "emails": frozenset({1}), **given})  # type: ignore[arg-type]


def chain(*keys: int, p: float = 0.99) -> list[Edge]:
    return [Edge(a, b, p) for a, b in pairwise(keys)]


def persons(clustering: Clustering) -> list[tuple[int, ...]]:
    return list(clustering.members().values())


@st.composite
def worlds(draw: st.DrawFn) -> World:
    keys = range(1, draw(st.integers(2, 14)) + 1)
    accounts = [
        Account(
            key, draw(st.sampled_from(["amazon", "shopee", "shopify", "shopify"])), draw(st.sampled_from(["", "DE", "US"])),
            draw(st.integers(0, 3)), draw(st.integers(1, 2)), draw(st.booleans()), draw(SOME), draw(SOME), draw(SOME),
        )
        for key in keys
    ]  # fmt: skip
    one = st.sampled_from(keys)
    pair = st.tuples(one, one).filter(lambda two: two[0] != two[1])
    edges = [
        Edge(*draw(pair), draw(st.sampled_from([0.5, 0.95, 0.97, 0.99])), draw(st.sampled_from([1, 2, 2])), draw(st.sampled_from(["", "", "", "given"])))
        for _ in range(draw(st.integers(0, 30)))
    ]  # fmt: skip
    said = draw(st.lists(st.tuples(pair, st.booleans()), max_size=8))
    final = {(min(two), max(two)): word for two, word in said}
    return accounts, edges, [two for two in final if final[two]], [two for two in final if not final[two]]


@given(worlds())
def test_people_keep_every_constraint(world: World) -> None:
    assert violations(cluster(*world), *world) == []


@given(worlds(), st.randoms(use_true_random=False))
def test_order_of_accounts_and_links_does_not_matter(world: World, chance: random.Random) -> None:
    accounts, edges, together, apart = world
    mixed = [Edge(edge.right, edge.left, edge.p, edge.tier, edge.rule) for edge in edges]
    shuffled = chance.sample(accounts, len(accounts)), chance.sample(mixed, len(mixed))
    assert cluster(*shuffled, together, chance.sample(apart, len(apart))) == cluster(*world)


@given(worlds(), st.frozensets(st.integers(1, 14), max_size=3))
def test_touched_components_give_what_all_give(world: World, touched: frozenset[int]) -> None:
    accounts, edges, together, apart = world
    part = connected(touched & {one.key for one in accounts}, [*pairs_of(edges, LIMITS), *together])
    near = [one for one in accounts if one.key in part]
    inside = [edge for edge in edges if edge.left in part and edge.right in part]
    again = cluster(near, inside, together, apart)
    whole = cluster(*world)
    assert again.person == {key: person for key, person in whole.person.items() if key in part}
    assert again.refused == tuple(one for one in whole.refused if one.left in part)


@given(worlds())
def test_refused_links_lead_between_people_and_name_what_they_break(world: World) -> None:
    _, edges, together, _ = world
    found = cluster(*world)
    strong = {(min(edge.left, edge.right), max(edge.left, edge.right)) for edge in edges if edge.p >= 0.95}
    between = {(a, b) for a, b in strong if found.person[a] != found.person[b]}
    assert {(one.left, one.right) for one in found.refused} - {(min(two), max(two)) for two in together} <= between
    assert between <= {(one.left, one.right) for one in found.refused}


Log = list[tuple[Pair, bool]]


def _after(accounts: Sequence[Account], edges: Sequence[Edge], log: Log) -> Clustering:
    final = dict(log)
    said = list(reversed(final))
    return cluster(accounts, edges, [two for two in said if final[two]], [two for two in said if not final[two]])


@given(
    worlds(),
    st.lists(st.tuples(st.tuples(st.integers(1, 14), st.integers(15, 20)), st.booleans()), max_size=10),
    st.randoms(use_true_random=False),
)
def test_decisions_taken_back_in_any_order_restore_the_state(world: World, more: Log, chance: random.Random) -> None:
    accounts, edges, together, apart = world
    people = [*accounts, *(shopify(key) for key in range(15, 21))]
    log: Log = [*((two, True) for two in together), *((two, False) for two in apart)]
    before = _after(people, edges, log)
    standing = [*log, *more]
    undone = list(range(len(log), len(standing)))
    chance.shuffle(undone)
    gone: set[int] = set()
    for number in undone:
        gone.add(number)
        after = _after(people, edges, [one for place, one in enumerate(standing) if place not in gone])
    assert not more or after == before


def test_two_hundred_decisions_taken_back_in_random_order_restore_the_state() -> None:
    chance = random.Random(4)
    accounts = [shopify(key, emails=frozenset({key // 3})) for key in range(600)]
    edges = [Edge(key, key + 1, 0.99) for key in range(599) if key % 3 < 2]
    log: Log = [((a, b), chance.random() < 0.5) for a, b in (sorted(chance.sample(range(600), 2)) for _ in range(200))]
    before = cluster(accounts, edges)
    changed = _after(accounts, edges, log)
    assert changed != before
    chance.shuffle(log)
    while log:
        log.pop()
    assert _after(accounts, edges, log) == before


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=40))
def test_components_are_what_is_connected(links: list[Pair]) -> None:
    found = components(links)
    assert set(found) == {key for pair in links for key in pair}
    assert all(name == min(connected([key], links)) for key, name in found.items())


def test_the_oldest_account_names_the_person() -> None:
    accounts = [shopify(1, first_at=9), shopify(2, first_at=5), shopify(3, first_at=5)]
    assert cluster(accounts, chain(1, 2, 3)).person == {1: 2, 2: 2, 3: 2}


def test_orders_of_a_guest_are_one_account_for_each_contact_that_he_gave() -> None:
    orders = [shopify(key, known=False) for key in range(12)]
    every = [Edge(a.key, b.key, 0.99) for a in orders for b in orders if a.key < b.key]
    assert set(cluster(orders, every).person.values()) == {0}
    assert violations(cluster(orders, every), orders, every) == []
    unlike = [shopify(key, known=False, emails=frozenset({key})) for key in range(12)]
    assert len(set(cluster(unlike, every).person.values())) == 2
    assert violations(Clustering(dict.fromkeys(range(12), 0)), unlike, every) == [Refused(0, 11, Constraint.ACCOUNTS)]


def test_accounts_without_links_are_people_of_their_own() -> None:
    assert cluster([], []) == Clustering({})
    assert cluster([shopify(7), shopify(8)], [Edge(7, 8, 0.949), Edge(7, 7, 1.0)]).person == {7: 7, 8: 8}


def test_a_probability_that_is_no_number_joins_nothing() -> None:
    assert cluster([shopify(1), shopify(2)], [Edge(1, 2, float("nan"))]).person == {1: 1, 2: 2}


def test_a_link_to_an_unknown_account_is_refused_with_a_reason() -> None:
    with pytest.raises(ValueError, match="not given"):
        cluster([shopify(1)], [Edge(1, 2, 0.99)])


@pytest.mark.parametrize(
    ("left", "right", "why"),
    [
        (Account(1, "shopee"), Account(2, "shopee", emails=frozenset({5}), phones=frozenset({5})), Constraint.IDS),
        (Account(1, "amazon", store=3), Account(2, "amazon", store=3), Constraint.IDS),
        (Account(1, "amazon", store=3), Account(2, "amazon", store=4), None),
        (Account(1, "shopee", known=False), Account(2, "shopee"), None),
        (Account(1, "shopify"), Account(2, "shopify"), Constraint.IDS),
        (Account(1, "shopify", phones=frozenset({5})), Account(2, "shopify", phones=frozenset({5, 6})), None),
        (Account(1, "shopify", "DE"), Account(2, "shopee", "US"), Constraint.COUNTRIES),
        (Account(1, "shopify", "DE"), Account(2, "shopee", ""), None),
        (Account(1, "shopify", "DE", emails=frozenset({4})), Account(2, "amazon", "US", emails=frozenset({4})), None),
        (
            Account(1, "shopify", phones=frozenset({1}), names=frozenset({1, 2})),
            Account(2, "amazon", phones=frozenset({2}), names=frozenset({3})),
            Constraint.CONTRADICTION,
        ),
        (
            Account(1, "shopify", phones=frozenset({1}), names=frozenset({1, 2})),
            Account(2, "amazon", phones=frozenset({2}), names=frozenset({2})),
            None,
        ),
        (Account(1, "shopify", phones=frozenset({1}), names=frozenset({1})), Account(2, "amazon", names=frozenset({3})), None),
    ],
)  # fmt: skip
def test_two_accounts_join_unless_they_break_a_constraint(
    left: Account, right: Account, why: Constraint | None
) -> None:
    found = cluster([left, right], [Edge(1, 2, 0.99)])
    assert [one.constraint for one in found.refused] == ([why] if why else [])
    assert (found.person[2] == 1) is (why is None)
    given = cluster([left, right], [Edge(1, 2, 0.99, 1, "given")])
    assert given.person[2] == 1  # the customer's own word outweighs what the accounts show


def test_a_guest_with_another_mailbox_joins_by_his_name_and_address() -> None:
    accounts = [Account(1, "shopify"), Account(2, "shopify")]
    assert persons(cluster(accounts, [Edge(1, 2, 0.99, 1, "name_address")])) == [(1, 2)]
    assert persons(cluster(accounts, [Edge(1, 2, 0.99, 1, "phone")])) == [(1,), (2,)]


def test_the_stronger_link_wins_where_one_of_two_can_be() -> None:
    accounts = [Account(1, "shopify"), Account(2, "shopee"), Account(3, "shopee")]
    found = cluster(accounts, [Edge(1, 2, 0.96), Edge(1, 3, 0.97)])
    assert persons(found) == [(1, 3), (2,)]
    assert found.refused == (Refused(1, 2, Constraint.IDS),)
    assert persons(cluster(accounts, [Edge(1, 2, 0.96, tier=1), Edge(1, 3, 0.97)])) == [(1, 2), (3,)]


def test_a_chain_is_cut_where_the_ends_are_too_far_apart() -> None:
    accounts = [shopify(key) for key in range(1, 5)]
    found = cluster(accounts, chain(1, 2, 3, 4))
    assert persons(found) == [(1, 2, 3), (4,)]
    assert found.refused == (Refused(3, 4, Constraint.DIAMETER),)
    assert persons(cluster(accounts, [*chain(1, 2, 3, 4), Edge(1, 4, 0.95)])) == [(1, 2, 3, 4)]


def test_a_person_has_at_most_six_accounts_unless_people_say_so() -> None:
    accounts = [shopify(key) for key in range(1, 9)]
    star = [Edge(1, key, 0.99) for key in range(2, 9)]
    found = cluster(accounts, star)
    assert persons(found) == [(1, 2, 3, 4, 5, 6), (7,), (8,)]
    assert {one.constraint for one in found.refused} == {Constraint.ACCOUNTS}
    said = [(1, key) for key in range(2, 8)]
    by_hand = cluster(accounts, star, said)
    assert persons(by_hand) == [(1, 2, 3, 4, 5, 6, 7), (8,)]
    assert violations(by_hand, accounts, star, said) == []


def test_people_win_over_links_and_constraints() -> None:
    accounts = [Account(1, "shopee", "DE"), Account(2, "shopee", "US"), Account(3, "shopify", "DE")]
    assert persons(cluster(accounts, [], [(2, 1)])) == [(1, 2), (3,)]
    apart = cluster(accounts, [Edge(1, 3, 1.0, 0)], [], [(3, 1)])
    assert apart.refused == (Refused(1, 3, Constraint.APART),)
    assert persons(apart) == [(1,), (2,), (3,)]


def test_what_people_put_together_counts_as_linked() -> None:
    accounts = [
        Account(1, "shopify", "DE"), Account(2, "shopee", "US"), Account(3, "amazon", "US", store=1), Account(4, "amazon", "US", store=2),
    ]  # fmt: skip
    edges = [Edge(2, 3, 0.99), Edge(2, 4, 0.98)]
    assert persons(cluster(accounts, edges, [(1, 2)])) == [(1, 2, 3, 4)]
    assert violations(cluster(accounts, edges, [(1, 2)]), accounts, edges, [(1, 2)]) == []


def test_two_kept_apart_are_not_joined_through_a_third() -> None:
    accounts = [shopify(key) for key in (1, 2, 3)]
    found = cluster(accounts, chain(1, 2, 3), apart=[(1, 3)])
    assert persons(found) == [(1, 2), (3,)]
    torn = cluster(accounts, [], [(2, 3), (1, 2)], [(1, 3)])
    assert persons(torn) == [(1,), (2, 3)]
    assert torn.refused == (Refused(1, 2, Constraint.APART),)


def test_decisions_about_accounts_that_are_gone_are_passed_over() -> None:
    assert cluster([shopify(1)], [], [(1, 99), (98, 99)], [(1, 97)]).person == {1: 1}


def test_a_mailbox_of_fifty_thousand_makes_no_person() -> None:
    accounts = [shopify(key) for key in range(50_000)]
    found = cluster(accounts, [Edge(0, key, 0.999, 1, "email") for key in range(1, 50_000)])
    assert set(found.person.items()) == {(key, key) for key in range(50_000)}
    assert {one.constraint for one in found.refused} == {Constraint.HUB}
    ring = [Edge(key, (key + step) % 50_000, 0.99) for key in range(50_000) for step in (1, 2, 3)]
    sizes = {len(members) for members in cluster(accounts, ring).members().values()}
    assert max(sizes) <= 6


def test_the_checker_sees_what_is_wrong() -> None:
    accounts = [
        Account(1, "shopee", "DE", phones=frozenset({1}), names=frozenset({1})),
        Account(2, "shopee", "US", phones=frozenset({2}), names=frozenset({2})),
    ]
    one = Clustering({1: 1, 2: 1})
    assert {wrong.constraint for wrong in violations(one, accounts, [])} == {
        Constraint.IDS, Constraint.CONTRADICTION, Constraint.COUNTRIES, Constraint.DIAMETER,
    }  # fmt: skip
    assert violations(one, accounts, [], [(1, 2)]) == []
    assert violations(one, accounts, [], [(1, 2)], [(1, 2)]) == [Refused(1, 2, Constraint.APART)]
    assert violations(Clustering({1: 1, 2: 2}), accounts, [], [(1, 2)]) == [Refused(1, 2, Constraint.APART)]
    many = [shopify(key) for key in range(7)]
    star = [Edge(0, key, 0.99) for key in range(1, 7)]
    assert violations(Clustering(dict.fromkeys(range(7), 0)), many, star) == [Refused(0, 6, Constraint.ACCOUNTS)]
    with pytest.raises(ValueError, match="oldest"):
        violations(Clustering({1: 2, 2: 2}), accounts, [])
