"""A company's buyers on three channels: what each channel shows of them, and the truth behind it.

    for row in population(20_000, seed=1, rates=FACTS): ...

Amazon shows nothing that its default policy admits, so its rows are empty but for what customers gave elsewhere.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from itertools import accumulate, islice
from random import Random

from channels.adapters import adapters
from channels.core.adapter import Signals
from channels.core.masks import is_masked
from reconciliation.identity.signals import Buyer
from tests.population.people import MARKETS, Person, Taken, handle, people
from tests.population.places import Home, home, phone, written_phone
from tests.population.rates import FACTS, Rates
from tests.population.shown import masked_name, masked_phone, typo, written_name, written_street, wrong

CLEAR, MASKED, NOTHING = "clear", "masked", ""
EMPTY = Buyer()
_NO_ADDRESS = {"street": "", "postcode": "", "city": "", "state": ""}  # Shopify tells the recipient's apart
MONTHS = 12
RECENT = 400  # people of a country who may receive gifts of later ones
HUBS = 40  # forwarders, pick-up points and offices of a country


@dataclass(frozen=True, slots=True)
class Row:
    """A record of an account, as the channel shows it, with who it truly is. ``months`` are those of its orders."""

    record: int
    account: int
    channel: str
    country: str
    person: int
    months: tuple[int, ...]
    buyer: Buyer
    name: str = NOTHING  # whether the channel shows a name, and how
    phone: str = NOTHING
    gift: bool = False

    @property
    def visible(self) -> bool:
        return bool(self.name or self.phone)


@dataclass(frozen=True, slots=True)
class _Account:
    """How a person appears under one of his accounts."""

    number: int
    channel: str
    person: Person
    home: Home
    email: str
    phone: str
    username: str
    name: str  # how the channel shows the name
    has_phone: bool


def population(
    rows: int, seed: int, rates: Rates = FACTS, odds_ratio: float = 1.0, markets: tuple[str, ...] = tuple(MARKETS),
    months: int = MONTHS,
) -> Iterator[Row]:  # fmt: skip
    """That many rows, the same for the same arguments.

    ``odds_ratio``: how much higher the odds are that a channel shows name or phone of people who buy on a second one.
    """
    yield from islice(_Maker(Random(seed), rates, odds_ratio, markets, months).rows(), rows)


class _Maker:
    def __init__(self, random: Random, rates: Rates, odds_ratio: float, markets: tuple[str, ...], months: int) -> None:
        self.random, self.rates, self.odds_ratio, self.markets, self.months = random, rates, odds_ratio, markets, months
        self.mailboxes, self.usernames = Taken(), Taken()
        self.recent: dict[str, list[Person]] = {code: [] for code in markets}
        self.hubs = {code: [home(random, code) for _ in range(HUBS)] for code in markets}
        self.accounts = self.records = 0
        self._channels = {
            code: (list(MARKETS[code][1]), list(accumulate(MARKETS[code][1].values()))) for code in markets
        }

    def rows(self) -> Iterator[Row]:
        for person in people(self.random, self.rates, self.mailboxes, self.markets):
            own: list[int] = []
            for number, channel in enumerate(self._bought_on(person)):
                yield from self._records(self._account(person, channel, first=number == 0), own)
            recent = self.recent[person.country]
            if len(recent) < RECENT:
                recent.append(person)
            else:
                recent[self.random.randrange(RECENT)] = person

    def _bought_on(self, person: Person) -> list[str]:
        """The channels of a person's accounts; a channel twice is a guest's second account."""
        channels, sums = self._channels[person.country]
        first = self.random.choices(channels, cum_weights=sums)[0]
        found = [first]
        if person.shared:
            others = [one for one in channels if one != first]
            found.append(self.random.choice(others))
        if "shopify" in found and self.random.random() < self.rates.second_account:
            found.append("shopify")
        return found

    def _account(self, person: Person, channel: str, first: bool) -> _Account:
        random, rates = self.random, self.rates
        self.accounts += 1
        if random.random() < rates.reused_address:
            place = random.choice(self.hubs[person.country])
        elif not first and random.random() < rates.moved:
            place = home(random, person.country)
        else:
            place = person.home
        same_mail = first or random.random() >= rates.other_mailbox
        email = person.email if same_mail else self.mailboxes.mailbox(random, person.name, person.country)
        same_phone = first or random.random() >= rates.other_phone
        hidden, has_phone = self._hides(person, channel)
        return _Account(
            self.accounts, channel, person, place, email,
            person.phone if same_phone else phone(random, person.country),
            self._username(person) if channel == "shopee" else "",
            NOTHING if hidden else MASKED if channel == "shopee" and random.random() < rates.masked else CLEAR,
            has_phone and not hidden,
        )  # fmt: skip

    def _username(self, person: Person) -> str:
        as_mail = self.random.random() < self.rates.handle_as_username
        wanted = person.email.partition("@")[0] if as_mail else handle(self.random, person.name)
        return self.usernames.free(self.random, wanted)

    def _hides(self, person: Person, channel: str) -> tuple[bool, bool]:
        """Whether the channel shows nothing of the name, and whether a phone."""
        if channel == "shopee":
            return not self._shows(1 - self.rates.shopee_hidden, person), True
        if channel == "shopify":
            return not self._shows(1 - self.rates.shopify_hidden, person), self._shows(self.rates.shopify_phone, person)
        return True, False

    def _shows(self, share: float, person: Person) -> bool:
        if person.shared and self.odds_ratio != 1:
            odds = self.odds_ratio * share / (1 - share)
            share = odds / (1 + odds)
        return self.random.random() < share

    def _records(self, account: _Account, own: list[int]) -> Iterator[Row]:
        """One record, seldom two, with the months of the account's orders; ``own`` are the person's months so far."""
        random = self.random
        count = 2 if random.random() < self.rates.second_record else 1
        for _ in range(count):
            self.records += 1
            bought = {random.choice(own) if own and random.random() < 0.4 else random.randrange(self.months)}
            while random.random() < 0.35:
                bought.add(random.randrange(self.months))
            own.extend(bought)
            yield self._row(account, tuple(sorted(bought)))

    def _row(self, account: _Account, months: tuple[int, ...]) -> Row:
        person, gift = account.person, False
        if account.channel == "amazon":
            buyer, name, told = self._given(account)
        elif account.name == NOTHING:
            buyer, name, told = self._bare(account), NOTHING, NOTHING
        else:
            whose, place = person, account.home
            if gift := self.random.random() < self.rates.gift:
                whose = self._recipient(person.country)
                place = whose.home
            if account.name == MASKED:
                buyer = self._masked(account, whose, place)
            elif gift and account.channel == "shopify":
                buyer = replace(self._clear(account, person, account.home), **_NO_ADDRESS)
            else:
                buyer = self._clear(account, whose, place)
            name, told = account.name, account.name if account.has_phone else NOTHING
        return Row(
            self.records, account.number, account.channel, person.country, person.number, months, buyer, name, told, gift
        )  # fmt: skip

    def _recipient(self, code: str) -> Person:
        if self.recent[code] and self.random.random() < self.rates.gift_to_customer:
            return self.random.choice(self.recent[code])
        return next(people(self.random, self.rates, self.mailboxes, (code,)))

    def _given(self, account: _Account) -> tuple[Buyer, str, str]:
        if not self.rates.given or self.random.random() >= self.rates.given:
            return EMPTY, NOTHING, NOTHING
        code = account.person.country
        told = Buyer(email=account.email, phone=written_phone(self.random, code, account.phone), country=code)
        return told, NOTHING, CLEAR

    def _bare(self, account: _Account) -> Buyer:
        code = account.person.country
        if account.channel == "shopee":
            return Buyer(username=account.username, country=code)
        return Buyer(email=account.email, country=code)

    def _masked(self, account: _Account, whose: Person, place: Home) -> Buyer:
        name = masked_name(written_name(self.random, self.rates, whose.name))
        area = place.area
        digits = account.phone if whose is account.person else whose.phone
        return Buyer(
            name=name, phone=masked_phone(digits), postcode=self._postcode(area.postcode), city=area.city, state=area.state,
            country=account.person.country, username=account.username,
        )  # fmt: skip

    def _clear(self, account: _Account, whose: Person, place: Home) -> Buyer:
        random, rates, area = self.random, self.rates, place.area
        digits = account.phone if random.random() >= rates.wrong_digit else wrong(random, account.phone)
        shopify = account.channel == "shopify"
        return Buyer(
            name=written_name(random, rates, whose.name),
            email=account.email if shopify else "",
            phone=written_phone(random, account.person.country, digits) if account.has_phone else "",
            street=written_street(random, rates, place), postcode=self._postcode(area.postcode),
            city=typo(random, area.city) if random.random() < rates.typo / 2 else area.city, state=area.state,
            country=account.person.country, username=account.username,
        )  # fmt: skip

    def _postcode(self, postcode: str) -> str:
        return "" if self.random.random() < self.rates.no_postcode else postcode


def admitted(rows: Iterable[Row]) -> Iterator[Row]:
    """The rows as the channels' own rules admit them, without anybody's decision; what is masked only as masked."""
    rules = {one.code: one.signals for one in adapters() if one.code}
    for row in rows:
        if row.channel == "amazon":
            yield row if row.buyer is EMPTY else replace(row, buyer=EMPTY, name=NOTHING, phone=NOTHING)
            continue
        buyer = _as_admitted(row.buyer, rules[row.channel])
        yield replace(
            row, buyer=buyer, name=row.name if buyer.name else NOTHING, phone=row.phone if buyer.phone else NOTHING
        )


def _as_admitted(buyer: Buyer, rules: Signals) -> Buyer:
    clear = rules.allowed - rules.inside
    kept = {
        name: value if name == "country" or name in clear or (name in rules.masked and is_masked(value)) else ""
        for name in _FIELDS
        if (value := getattr(buyer, name))
    }
    return Buyer(**kept)


_FIELDS = tuple(one.name for one in fields(Buyer))
