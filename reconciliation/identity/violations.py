"""Whether people keep the constraints. It shares no code with the clustering and looks at the result alone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from reconciliation.identity.people import Account, Clustering, Constraint, Edge, Ids, Limits, Refused

Pairs = Sequence[tuple[int, int]]


def violations(
    clustering: Clustering,
    accounts: Iterable[Account],
    edges: Iterable[Edge],
    together: Pairs = (),
    apart: Pairs = (),
    limits: Limits | None = None,
) -> list[Refused]:
    """Every constraint that a person breaks, named by two of its accounts; empty where all is well.

    What people put together may break any constraint but ``apart``; a decision to put together may be left out only
    where decisions contradict each other.
    """
    limits = limits or Limits()
    known = {one.key: one for one in accounts}
    strong = [edge for edge in edges if edge.p >= limits.probability]
    person = clustering.person
    wanted = [(a, b) for a, b in together if a in known and b in known]
    found = [Refused(a, b, Constraint.APART) for a, b in apart if a != b and a in person and person[a] == person.get(b)]
    found += _forgotten(person, wanted, apart)
    said = _components([(a, b) for a, b in wanted if person[a] == person[b]])
    inside: dict[int, list[Edge]] = {}
    for edge in strong:
        if person[edge.left] == person[edge.right]:
            inside.setdefault(person[edge.left], []).append(edge)
    for eldest, members in clustering.members().items():
        if len(members) > 1:
            found += _of_person([known[key] for key in members], inside.get(eldest, []), said, limits)
        if min((known[key].first_at, key) for key in members)[1] != eldest:
            raise ValueError("a person is not named after the oldest account")
    return found


def _forgotten(person: Mapping[int, int], wanted: Pairs, apart: Pairs) -> Iterator[Refused]:
    said = _components(wanted)
    torn = {said[a] for a, b in apart if a in said and said[a] == said.get(b)}
    for a, b in wanted:
        if person[a] != person[b] and said[a] not in torn:
            yield Refused(a, b, Constraint.APART)


def _components(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """The smallest key of each component of the pairs."""
    label: dict[int, int] = {}
    groups: dict[int, set[int]] = {}
    for a, b in pairs:
        one = groups.get(label.get(a, a), {a})
        other = groups.get(label.get(b, b), {b})
        union = one | other
        name = min(union)
        for key in union:
            groups.pop(label.get(key, key), None)
        for key in union:
            label[key] = name
        groups[name] = union
    return label


def _told_apart(members: list[Account]) -> list[Account]:
    """Accounts without the orders of guests whose e-mail or phone another of the accounts shows already."""
    return [
        one
        for one in members
        if one.known
        or not any(
            (other.known or other.key < one.key) and (one.emails & other.emails or one.phones & other.phones)
            for other in members
            if other.key != one.key
        )
    ]


def _of_person(members: list[Account], edges: list[Edge], said: Mapping[int, int], limits: Limits) -> Iterator[Refused]:
    first, last = members[0].key, members[-1].key
    alone = {said.get(one.key) for one in members}
    if len(_told_apart(members)) > limits.accounts and (len(alone) > 1 or None in alone):
        yield Refused(first, last, Constraint.ACCOUNTS)
    proofs = {frozenset((edge.left, edge.right)) for edge in edges if edge.tier == 0 or edge.rule in limits.proofs}
    linked = {frozenset((edge.left, edge.right)) for edge in edges}
    tied: set[frozenset[int]] = set()
    for a, b in combinations(members, 2):
        pair = frozenset((a.key, b.key))
        free = pair in proofs or (a.key in said and said[a.key] == said.get(b.key))
        contact = bool(a.emails & b.emails or a.phones & b.phones)
        if a.key in said and said[a.key] == said.get(b.key):
            linked.add(pair)
        if free or contact or a.country == b.country != "":
            tied.add(pair)
        if not free:
            yield from _of_pair(a, b, contact, limits)
    keys = [one.key for one in members]
    if (
        len({steps for one in members if one.country for steps in [frozenset(_within(one.key, keys, tied, len(keys)))]})
        > 1
    ):
        yield Refused(first, last, Constraint.COUNTRIES)
    if any(len(_within(key, keys, linked, limits.diameter)) < len(keys) for key in keys):
        yield Refused(first, last, Constraint.DIAMETER)


def _of_pair(a: Account, b: Account, contact: bool, limits: Limits) -> Iterator[Refused]:
    if a.channel == b.channel and a.known and b.known:
        match limits.ids.get(a.channel, limits.other_ids):
            case Ids.ONE:
                yield Refused(a.key, b.key, Constraint.IDS)
            case Ids.ONE_PER_STORE if a.store == b.store:
                yield Refused(a.key, b.key, Constraint.IDS)
            case Ids.SHARING_CONTACT if not contact:
                yield Refused(a.key, b.key, Constraint.IDS)
            case _:
                pass
    if a.phones and b.phones and a.names and b.names and not contact and not a.names & b.names:
        yield Refused(a.key, b.key, Constraint.CONTRADICTION)


def _within(start: int, keys: list[int], pairs: set[frozenset[int]], steps: int) -> set[int]:
    """Keys that are at most so many steps away."""
    found = {start}
    for _ in range(steps):
        more = {key for key in keys if key not in found and any(frozenset((key, one)) in pairs for one in found)}
        if not more:
            break
        found |= more
    return found
