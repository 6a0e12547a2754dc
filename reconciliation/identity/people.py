"""Accounts, the links between them, and what a person made of them may look like."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

NONE: frozenset[int] = frozenset()


class Ids(StrEnum):
    """How many of a channel's own ids one person may have."""

    ONE = "one"  # on the whole channel
    ONE_PER_STORE = "one_per_store"  # the id is the store's: other stores know him under another
    SHARING_CONTACT = "sharing_contact"  # several, where they share an e-mail or phone


class Constraint(StrEnum):
    """What a join would break."""

    APART = "apart"  # people said that these are two
    IDS = "ids"  # two ids of a channel that gives a person one
    CONTRADICTION = "contradiction"  # both show a full phone and a name, and neither agrees
    COUNTRIES = "countries"  # different countries, no e-mail or phone in common
    ACCOUNTS = "accounts"  # more accounts than a person has
    DIAMETER = "diameter"  # linked only through a chain
    HUB = "hub"  # an account linked to more others than a person can have: a shared mailbox, not a person


@dataclass(frozen=True, slots=True)
class Account:
    """A buyer inside a channel with what constraints look at. Tokens of any one account are enough where it has many.

    ``first_at`` is anything that orders accounts by birth, such as seconds. ``names`` are words of clear full names.
    """

    key: int
    channel: str
    country: str = ""
    first_at: int = 0
    store: int = 0
    known: bool = True  # the channel's id of a buyer; otherwise a single order, of which a person may have many
    emails: frozenset[int] = NONE
    phones: frozenset[int] = NONE
    names: frozenset[int] = NONE


@dataclass(frozen=True, slots=True)
class Edge:
    """A link between two accounts: calibrated probability, tier (0 id, 1 deterministic, 2 probabilistic)."""

    left: int
    right: int
    p: float
    tier: int = 2
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a person may look like. ``proofs`` are the rules that stand above what two accounts show."""

    probability: float = 0.95  # weaker links join nothing
    accounts: int = 6
    diameter: int = 2
    partners: int = 50
    # An order number or login that the customer gave himself; one full name at one full address, as guests show.
    proofs: frozenset[str] = frozenset({"given", "name_address"})
    ids: Mapping[str, Ids] = field(default_factory=lambda: {"amazon": Ids.ONE_PER_STORE, "shopee": Ids.ONE})
    other_ids: Ids = Ids.SHARING_CONTACT

    def proves(self, edge: Edge) -> bool:
        """Whether the link outweighs ids, contradictions and countries of the two accounts."""
        return edge.tier == 0 or edge.rule in self.proofs


@dataclass(frozen=True, slots=True)
class Refused:
    """A link that was strong enough but would have broken a constraint."""

    left: int
    right: int
    constraint: Constraint


@dataclass(frozen=True, slots=True)
class Clustering:
    """``person``: the oldest account of each account's person. ``refused``: for people to look at."""

    person: Mapping[int, int]
    refused: tuple[Refused, ...] = ()

    def members(self) -> dict[int, tuple[int, ...]]:
        """Accounts of each person, by the person's oldest account."""
        found: dict[int, list[int]] = {}
        for account, person in self.person.items():
            found.setdefault(person, []).append(account)
        return {person: tuple(sorted(found[person])) for person in sorted(found)}
