"""What of a store's buyers may become tokens: its channel's rules, and the decisions that the company has recorded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from channels.core.adapter import SIGNALS, Signals
from channels.core.masks import is_masked
from channels.core.rows import BuyerRow
from channels.models import SignalDecision, Store
from channels.signal_rules import TOKEN_DAYS, admissible, signals_of

CHANNEL, CUSTOMER = SignalDecision.Origin.CHANNEL, SignalDecision.Origin.CUSTOMER
INSIDE = SignalDecision.Purpose.INSIDE


@dataclass(frozen=True, slots=True)
class Grant:
    """On what ground a field may become a token: a decision, or the channel's rule where there is none."""

    field: str
    masked: bool = False  # only as the channel masks it
    inside: bool = False  # serves inside the channel only
    days: int = TOKEN_DAYS
    until: date | None = None
    decision: int | None = None

    def ends_on(self, obtained: date) -> date:
        """The first day on which a token obtained then is no longer kept."""
        ends = obtained + timedelta(days=self.days)
        return min(ends, self.until) if self.until else ends


@dataclass(frozen=True, slots=True)
class Policy:
    """The fields of one store's buyers that may become tokens on a day, by name; all others stay out."""

    origin: str
    clear: Mapping[str, Grant]
    masked: Mapping[str, Grant]
    why: str = ""

    @property
    def empty(self) -> bool:
        return not (self.clear or self.masked)

    def grant(self, name: str, value: str) -> Grant | None:
        """The ground on which this value of a field may become a token."""
        if not value:
            return None
        found, masked = self.clear.get(name), self.masked.get(name)
        if masked is None or not is_masked(value):
            return found
        return masked if found is None or _reach(masked) > _reach(found) else found

    def grants(self, row: BuyerRow) -> list[Grant]:
        found = (self.grant(name, getattr(row, name)) for name in SIGNALS)
        return [grant for grant in found if grant is not None]

    def crosses(self, row: BuyerRow) -> bool:
        """Whether the row serves matching across channels; else it serves inside its own only."""
        return any(not grant.inside and grant.field != "buyer" for grant in self.grants(row))

    def expires_on(self, row: BuyerRow, obtained: datetime) -> date:
        """The first day on which something of the row must go; ``reconciliation.privacy.enforce`` then looks anew."""
        ends = (grant.ends_on(obtained.date()) for grant in self.grants(row))
        return min(ends, default=obtained.date())


def policy(store: Store, origin: str, today: date) -> Policy:
    """What may become tokens today of the buyers of a store, or of what they gave elsewhere."""
    rules = signals_of(store.channel)
    days = token_days(store)
    grants = _of_rules(rules, days) if origin == CHANNEL else []
    for decision in standing(store, today):
        if decision.origin == origin:
            grants += _of_decision(decision, rules, days)
    return Policy(
        origin=str(origin),
        clear=_best(grant for grant in grants if not grant.masked),
        masked=_best(grant for grant in grants if grant.masked),
        why=rules.why if origin == CHANNEL else "",
    )


def admit(row: BuyerRow, rules: Policy) -> BuyerRow | None:
    """The row with nothing but what the policy admits; None where nothing is left, or the row is of another origin.

    What may only serve inside the channel is left out beside what may serve across, but for the buyer's own id, which
    tells accounts apart and is compared with nothing.
    """
    if bool(row.given) != (rules.origin == CUSTOMER):
        return None
    found = {name: rules.grant(name, getattr(row, name)) for name in SIGNALS}
    crosses = any(grant is not None and not grant.inside for name, grant in found.items() if name != "buyer")
    blank: dict[str, Any] = {
        name: ""
        for name, grant in found.items()
        if grant is None or (crosses and grant.inside and name != "buyer")
    }  # fmt: skip
    return None if len(blank) == len(SIGNALS) else replace(row, **blank)


def standing(store: Store, today: date) -> list[SignalDecision]:
    """The decisions that hold on the day, oldest first."""
    found = store.signal_decisions.filter(withdrawn_at=None, until__gt=today)
    return list(found.order_by("decided_at", "pk"))


def token_days(store: Store) -> int:
    """Days that the store keeps tokens at most. It may shorten, not lengthen; nonsense is no policy."""
    said = store.signal_policy.get("token_days")
    fits = isinstance(said, int) and not isinstance(said, bool) and 1 <= said <= TOKEN_DAYS
    return said if fits else TOKEN_DAYS


def _of_rules(rules: Signals, days: int) -> list[Grant]:
    return [
        Grant(name, masked, name in rules.inside, days)
        for names, masked in (
            (rules.allowed | rules.inside - rules.on_decision - rules.masked, False),
            (rules.masked, True),
        )
        for name in sorted(names & set(SIGNALS))
    ]


def _of_decision(decision: SignalDecision, rules: Signals, days: int) -> list[Grant]:
    fields = admissible(rules, decision.origin, decision.purpose) & set(decision.fields)
    return [
        Grant(
            name, inside=decision.purpose == INSIDE, days=min(days, decision.token_days), until=decision.until,
            decision=decision.pk,
        )
        for name in sorted(fields)
    ]  # fmt: skip


def _best(grants: Iterable[Grant]) -> dict[str, Grant]:
    """By field, the ground that carries furthest: across channels first, then for longer."""
    found: dict[str, Grant] = {}
    for grant in grants:
        if grant.field not in found or _reach(grant) > _reach(found[grant.field]):
            found[grant.field] = grant
    return found


def _reach(grant: Grant) -> tuple[bool, int, date]:
    return not grant.inside, grant.days, grant.until or date.max
