"""Made-up people: names, homes, mailboxes and phones, some of which they share."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from random import Random

from tests.population.names import CULTURES, Name
from tests.population.places import Home, home, phone
from tests.population.rates import Rates

MAIL = "gmail.com gmail.com gmail.com yahoo.com hotmail.com outlook.com icloud.com".split()
LOCAL_MAIL = {
    "DE": "gmx.de web.de", "GB": "btinternet.com", "AU": "bigpond.com", "JP": "yahoo.co.jp docomo.ne.jp", "SG": "singnet.com.sg",
    "MY": "yahoo.com.my", "TH": "hotmail.co.th", "TW": "yahoo.com.tw", "VN": "yahoo.com.vn", "ID": "yahoo.co.id", "US": "aol.com comcast.net",
}  # fmt: skip
HANDLE_WORDS = """sunny lucky happy blue star moon cat panda tiger coffee music river shadow ninja pixel mango lotus sky dream
candy honey bunny fox bear wolf dragon rose lily ocean storm ghost retro turbo neon""".split()
MARKETS = {  # a country's share of the people, and its channels with their shares
    "US": (0.20, {"amazon": 0.6, "shopify": 0.4}), "DE": (0.08, {"amazon": 0.6, "shopify": 0.4}),
    "GB": (0.08, {"amazon": 0.6, "shopify": 0.4}), "AU": (0.05, {"amazon": 0.4, "shopify": 0.6}),
    "JP": (0.07, {"amazon": 0.7, "shopify": 0.3}), "SG": (0.10, {"amazon": 0.2, "shopee": 0.5, "shopify": 0.3}),
    "MY": (0.14, {"shopee": 0.7, "shopify": 0.3}), "TH": (0.09, {"shopee": 0.7, "shopify": 0.3}),
    "TW": (0.09, {"shopee": 0.65, "shopify": 0.35}), "VN": (0.05, {"shopee": 0.75, "shopify": 0.25}),
    "ID": (0.05, {"shopee": 0.75, "shopify": 0.25}),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """A buyer as he is. ``email`` may be his household's; the second of each pair is what he uses elsewhere at times."""

    number: int
    country: str
    name: Name
    home: Home
    email: str
    phone: str
    shared: bool = False  # buys on a second channel


def handle(random: Random, name: Name) -> str:
    """The part of a mailbox before the @, or a user name."""
    given, family = name.given[0].lower().replace("-", ""), (name.family or name.given)[-1].lower()
    style = random.random()
    if style < 0.25:
        return f"{given}.{family}{random.randrange(100) if random.random() < 0.6 else ''}"
    if style < 0.55:
        return f"{given}{family}{random.randrange(1000)}"
    if style < 0.7:
        return f"{given[0]}{family}{random.randint(60, 105) % 100:02}"
    return f"{random.choice(HANDLE_WORDS)}{random.choice(HANDLE_WORDS)}{random.randrange(10_000)}"


class Taken:
    """Mailboxes and user names that somebody has: nobody else gets them."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def mailbox(self, random: Random, name: Name, code: str) -> str:
        domain = random.choice(MAIL if random.random() < 0.7 else LOCAL_MAIL[code].split())
        return self.free(random, handle(random, name), f"@{domain}")

    def free(self, random: Random, wanted: str, rest: str = "") -> str:
        """The wanted name, or the next best."""
        while (whole := wanted + rest) in self._taken:
            wanted += str(random.randrange(10))
        self._taken.add(whole)
        return whole


def people(random: Random, rates: Rates, taken: Taken, markets: tuple[str, ...]) -> Iterator[Person]:
    """People without end. Now and then one joins the home of the one before, or takes over the home of a mover."""
    sums = list(accumulate(MARKETS[code][0] for code in markets))
    left: dict[str, deque[Home]] = {code: deque(maxlen=200) for code in markets}
    before: dict[str, Person] = {}
    number = 0
    while True:
        number += 1
        code = random.choices(markets, cum_weights=sums)[0]
        name = CULTURES[code](random)
        shared = random.random() < rates.second_channel
        other = before.get(code)
        if other is not None and random.random() < rates.shared_home / 2:
            person = _housemate(random, rates, taken, number, other, name, shared)
        else:
            old = left[code].popleft() if left[code] and random.random() < 0.01 else None
            person = Person(
                number,
                code,
                name,
                old or home(random, code),
                taken.mailbox(random, name, code),
                phone(random, code),
                shared,
            )
            if random.random() < rates.moved:
                left[code].append(person.home)
        before[code] = person
        yield person


def _housemate(
    random: Random, rates: Rates, taken: Taken, number: int, other: Person, name: Name, shared: bool
) -> Person:
    if random.random() < rates.same_family and other.name.family:
        name = related(name, other.name)
    return Person(
        number, other.country, name, other.home,
        other.email if random.random() < rates.shared_mailbox else taken.mailbox(random, name, other.country),
        other.phone if random.random() < rates.shared_phone else phone(random, other.country),
        shared,
    )  # fmt: skip


def related(name: Name, other: Name) -> Name:
    """The name with the other's family name, in script too."""
    script = ""
    if name.script and other.script:
        parts, theirs = name.script.split(), other.script.split()
        if len(parts) > 1 and len(theirs) > 1:
            script = " ".join([theirs[0], *parts[1:]] if name.family_first else [*parts[:-1], theirs[-1]])
        else:
            script = (theirs[0] if len(theirs) > 1 else other.script[:1]) + (
                parts[-1] if len(parts) > 1 else name.script[1:]
            )
    return Name(name.given, other.family, name.family_first, script, name.nick, name.english)
