"""Who is who in a population: which pairs of accounts are one person, which of them can be seen, and the true overlap."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import combinations

from tests.population.population import CLEAR, MASKED, NOTHING, Row

Pair = tuple[int, int]  # accounts, the lower first


class Sort(StrEnum):
    """What the two sides of a pair show of name or phone."""

    CLEAR = "clear-clear"
    HALF = "clear-masked"
    MASKED = "masked-masked"
    HIDDEN = "hidden"  # a side shows neither


class Truth:
    """Gathers the truth of rows as they go by."""

    def __init__(self) -> None:
        self.person: dict[int, int] = {}  # of an account
        self.channel: dict[int, str] = {}
        self.country: dict[int, str] = {}
        self.shows: dict[int, str] = {}  # the clearest that an account shows of name or phone
        self.first: dict[int, int] = {}  # month of an account's first order
        self.rows = self.signals = 0
        self._bought: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))  # months

    def watch(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            self.add(row)
            yield row

    def add(self, row: Row) -> None:
        account = row.account
        self.rows += 1
        self.signals += has_signal(row)
        self.person[account] = row.person
        self.channel[account], self.country[account] = row.channel, row.country
        self.first[account] = min(row.months[0], self.first.get(account, row.months[0]))
        shown = CLEAR if CLEAR in (row.name, row.phone) else MASKED if row.visible else NOTHING
        before = self.shows.get(account, NOTHING)
        self.shows[account] = CLEAR if CLEAR in (shown, before) else shown or before
        self._bought[row.person][row.channel].update(row.months)

    def pairs(self) -> Iterator[Pair]:
        """Every pair of accounts of one person."""
        accounts: dict[int, list[int]] = defaultdict(list)
        for account, person in self.person.items():
            accounts[person].append(account)
        for own in accounts.values():
            yield from combinations(sorted(own), 2)

    def sort(self, pair: Pair) -> Sort:
        sides = {self.shows[pair[0]], self.shows[pair[1]]}
        if NOTHING in sides:
            return Sort.HIDDEN
        return Sort.CLEAR if sides == {CLEAR} else Sort.MASKED if sides == {MASKED} else Sort.HALF

    def channels(self, pair: Pair) -> tuple[str, str]:
        left, right = sorted((self.channel[pair[0]], self.channel[pair[1]]))
        return left, right

    def same(self, left: int, right: int) -> bool:
        return self.person[left] == self.person[right]

    def overlap(self) -> Counter[tuple[str, str, str, int]]:
        """Persons who bought on both channels in the month, by (channel, other channel, country, month)."""
        country = {person: self.country[account] for account, person in self.person.items()}
        found: Counter[tuple[str, str, str, int]] = Counter()
        for person, bought in self._bought.items():
            for one, other in combinations(sorted(bought), 2):
                for month in bought[one] & bought[other]:
                    found[one, other, country[person], month] += 1
        return found


def has_signal(row: Row) -> bool:
    """Whether the row shows anything that could be compared."""
    buyer = row.buyer
    return bool(row.visible or buyer.email or buyer.username or buyer.street or buyer.postcode)
