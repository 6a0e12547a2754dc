"""People out of links: accounts are joined by descending strength as long as no constraint breaks.

A join is looked at with all accounts that it would bring together, so a chain of good links cannot make a bad person.
What people decided comes first and always wins. The result is a pure function of its input, whatever the input's
order, and of each connected component alone: clustering the touched components again gives what clustering all
would, and taking a decision back is clustering without it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import TypeVar

from reconciliation.identity.people import Account, Clustering, Constraint, Edge, Ids, Limits, Refused

Pairs = Sequence[tuple[int, int]]
_Key = TypeVar("_Key")


def cluster(
    accounts: Iterable[Account],
    edges: Iterable[Edge],
    together: Pairs = (),
    apart: Pairs = (),
    limits: Limits | None = None,
) -> Clustering:
    """Joins accounts into people. Accounts without links need not be given: each is a person of its own.

    ``together`` and ``apart`` are what people decided, resolved so that no pair is in both; where pairs of the two
    contradict each other through a third account, those that stand first in ``together`` win over later ones, and
    ``apart`` over both. Decisions about accounts that are gone are passed over. Raises ValueError for an edge whose
    account is not given.
    """
    limits = limits or Limits()
    known = {one.key: one for one in accounts}
    strong = _strong(known, edges, limits)
    people = _People(known, strong, apart, limits)
    refused = [
        Refused(min(pair), max(pair), Constraint.APART)
        for pair in together
        if pair[0] in known and pair[1] in known and not people.bind(*pair)
    ]
    people.freeze()
    refused += people.join_all(strong)
    refused = sorted(set(refused), key=lambda one: (one.left, one.right, one.constraint))
    return Clustering(people.oldest(), tuple(refused))


def connected(touched: Iterable[_Key], links: Iterable[tuple[_Key, _Key]]) -> set[_Key]:
    """The touched accounts and all that are linked to them, directly or through others."""
    neighbours: dict[_Key, list[_Key]] = {}
    for left, right in links:
        neighbours.setdefault(left, []).append(right)
        neighbours.setdefault(right, []).append(left)
    found = set(touched)
    waiting = list(found)
    while waiting:
        for other in neighbours.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def components(links: Iterable[tuple[int, int]]) -> dict[int, int]:
    """The smallest key of each linked account's connected component."""
    above: dict[int, int] = {}

    def root(key: int) -> int:
        while (higher := above.setdefault(key, key)) != key:
            above[key] = above[higher]
            key = higher
        return key

    for left, right in links:
        one, other = root(left), root(right)
        above[max(one, other)] = min(one, other)
    return {key: root(key) for key in list(above)}


def _strong(known: Mapping[int, Account], edges: Iterable[Edge], limits: Limits) -> dict[tuple[int, int], Edge]:
    """The strongest link of each pair that may join, proofs first, then by tier, probability and keys."""
    found = [
        edge if edge.left < edge.right else Edge(edge.right, edge.left, edge.p, edge.tier, edge.rule)
        for edge in edges
        if edge.p >= limits.probability and edge.left != edge.right
    ]
    found.sort(key=lambda one: (not limits.proves(one), one.tier, -one.p, one.left, one.right, one.rule))
    strong: dict[tuple[int, int], Edge] = {}
    for edge in found:
        if edge.left not in known or edge.right not in known:
            raise ValueError("a link names an account that is not given")
        strong.setdefault((edge.left, edge.right), edge)
    return strong


class _People:
    """Accounts on their way to people. ``home`` names the group of each, ``groups`` its accounts."""

    def __init__(
        self, known: Mapping[int, Account], strong: Mapping[tuple[int, int], Edge], apart: Pairs, limits: Limits
    ) -> None:
        self.known = known
        self.limits = limits
        self.home = {key: key for key in known}
        self.groups: dict[int, list[int]] = {}  # of two and more
        self.bound: dict[int, int] = {}  # account → what people put together
        self.neighbours: dict[int, set[int]] = {}
        for left, right in strong:
            self.neighbours.setdefault(left, set()).add(right)
            self.neighbours.setdefault(right, set()).add(left)
        self.hubs = {key for key, others in self.neighbours.items() if len(others) > limits.partners}
        self.proven = {pair for pair, edge in strong.items() if limits.proves(edge)}
        self.foes: dict[int, set[int]] = {}
        for left, right in apart:
            self.foes.setdefault(left, set()).add(right)
            self.foes.setdefault(right, set()).add(left)

    def bind(self, left: int, right: int) -> bool:
        """Puts two together because people said so; False where others said that the two groups stay apart."""
        one, other = self.home[left], self.home[right]
        if one == other:
            return True
        if self._apart(self._members(one), other):
            return False
        self._merge(one, other)
        return True

    def freeze(self) -> None:
        """From here on groups are what people put together."""
        self.bound = {key: group for group, members in self.groups.items() for key in members}

    def join_all(self, pairs: Iterable[tuple[int, int]]) -> list[Refused]:
        """Joins along the links in their order, and again those whose way a later join has made free.

        A link is freed only by growth of its own two groups, so there are not more passes than accounts to a person.
        """
        waiting = list(pairs)
        while True:
            refused = [Refused(*pair, why) for pair in waiting if (why := self.join(*pair))]
            if len(refused) == len(waiting):
                return refused
            waiting = [(one.left, one.right) for one in refused]

    def join(self, left: int, right: int) -> Constraint | None:
        """Makes the groups of two accounts one, unless the answer says what that would break."""
        one, other = self.home[left], self.home[right]
        if one == other:
            return None
        why = self._broken(left, right, one, other)
        if why is None:
            self._merge(one, other)
        return why

    def oldest(self) -> dict[int, int]:
        """Each account's person, named after its oldest account."""
        birth = self.known
        eldest = {
            group: min(members, key=lambda key: (birth[key].first_at, key)) for group, members in self.groups.items()
        }
        return {key: eldest.get(self.home[key], key) for key in sorted(self.home)}

    def _members(self, group: int) -> list[int]:
        return self.groups.get(group) or [group]

    def _merge(self, one: int, other: int) -> None:
        few, many = sorted((one, other), key=lambda group: (len(self._members(group)), group))
        moved = self._members(few)
        self.groups[many] = self._members(many) + moved
        self.groups.pop(few, None)
        for key in moved:
            self.home[key] = many

    def _apart(self, members: Collection[int], other: int) -> bool:
        return any(self.home.get(foe) == other for key in members for foe in self.foes.get(key, ()))

    def _broken(self, left: int, right: int, one: int, other: int) -> Constraint | None:
        ours, theirs = self._members(one), self._members(other)
        if self.foes and self._apart(ours, other):
            return Constraint.APART
        if (left in self.hubs or right in self.hubs) and (left, right) not in self.proven:
            return Constraint.HUB
        if len(ours) + len(theirs) > self.limits.accounts and self._count(ours + theirs) > self.limits.accounts:
            return Constraint.ACCOUNTS
        for a, b in product(ours, theirs):
            if why := self._clash(self.known[a], self.known[b]):
                return why
        union = ours + theirs
        if self._scattered(union):
            return Constraint.COUNTRIES
        return Constraint.DIAMETER if self._long(union) else None

    def _count(self, union: Sequence[int]) -> int:
        """Accounts of a person. A guest's orders, who has none, are one for each e-mail or phone that he gave."""
        count = 0
        emails: set[int] = set()
        phones: set[int] = set()
        for one in sorted((self.known[key] for key in union), key=lambda one: (not one.known, one.key)):
            count += one.known or (emails.isdisjoint(one.emails) and phones.isdisjoint(one.phones))
            emails |= one.emails
            phones |= one.phones
        return count

    def _clash(self, a: Account, b: Account) -> Constraint | None:
        """What forbids that two accounts, put together by nobody, are one person's."""
        if (min(a.key, b.key), max(a.key, b.key)) in self.proven:
            return None
        shared = _share(a, b)
        if a.channel == b.channel and a.known and b.known:
            rule = self.limits.ids.get(a.channel, self.limits.other_ids)
            if rule is Ids.ONE or (rule is Ids.ONE_PER_STORE and a.store == b.store):
                return Constraint.IDS
            if rule is Ids.SHARING_CONTACT and not shared:
                return Constraint.IDS
        told = a.phones and b.phones and a.names and b.names
        return Constraint.CONTRADICTION if told and not shared and a.names.isdisjoint(b.names) else None

    def _scattered(self, union: Sequence[int]) -> bool:
        """Whether the accounts' countries fall into parts that no e-mail, phone, proof or person links."""
        members = [self.known[key] for key in union]
        if len({one.country for one in members if one.country}) < 2:
            return False
        part = list(range(len(members)))
        for i, j in combinations(part.copy(), 2):
            if part[i] != part[j] and self._tied(members[i], members[j]):
                part = [part[i] if one == part[j] else one for one in part]
        return len({part[i] for i, one in enumerate(members) if one.country}) > 1

    def _tied(self, a: Account, b: Account) -> bool:
        return (
            (bool(a.country) and a.country == b.country)
            or _share(a, b)
            or (min(a.key, b.key), max(a.key, b.key)) in self.proven
            or self._together(a.key, b.key)
        )

    def _together(self, a: int, b: int) -> bool:
        return a in self.bound and self.bound[a] == self.bound.get(b)

    def _long(self, union: Sequence[int]) -> bool:
        """Whether two of the accounts are further from each other than the limit, by links among them."""
        if len(union) <= self.limits.diameter + 1:
            return False
        return any(self._reach(start, union) < len(union) for start in union)

    def _reach(self, start: int, union: Sequence[int]) -> int:
        found = {start}
        edge: Collection[int] = (start,)
        for _ in range(self.limits.diameter):
            edge = [
                key
                for key in union
                if key not in found and any(key in self.neighbours.get(a, ()) or self._together(a, key) for a in edge)
            ]
            found.update(edge)
        return len(found)


def _share(a: Account, b: Account) -> bool:
    return not (a.emails.isdisjoint(b.emails) and a.phones.isdisjoint(b.phones))


def pairs_of(edges: Iterable[Edge], limits: Limits) -> Iterator[tuple[int, int]]:
    """Pairs that are linked strongly enough to join, for :func:`connected`."""
    return ((edge.left, edge.right) for edge in edges if edge.p >= limits.probability)
