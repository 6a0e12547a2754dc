"""Which conversions leads come to, and what a file of them holds."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from channels.core.kinds import Consent
from reports.conversions.identifiers import hashed
from reports.conversions.leads import Lead

QUALIFIED, WON = "qualified", "won"


@dataclass(frozen=True, slots=True)
class Conversion:
    """A stage that a lead reached. Only a won one has a value; ``mark`` tells it from others and says nothing."""

    lead: Lead
    stage: str
    at: datetime
    mark: str
    value: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """The text of a file, how many conversions of each stage it holds, and how many it leaves out and why."""

    text: str
    held: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)


def conversions(
    leads: Iterable[Lead], now: datetime, oldest: timedelta, left_out: Counter[str], *, from_lead: bool = False
) -> Iterator[Conversion]:
    """What leads came to who agreed, each stage of a lead once, none in the future or older than ``oldest``.

    ``from_lead`` counts the age from when the lead began, where that is known.
    """
    seen: set[str] = set()
    for lead in leads:
        if lead.agreed is not Consent.YES:
            left_out["no consent"] += 1
            continue
        if lead.bot:
            left_out["bot"] += 1
            continue
        for stage, at in ((QUALIFIED, lead.qualified_at), (WON, lead.won_at)):
            if at is None:
                continue
            mark = hashed(f"{lead.number}|{stage}")[:32]
            begun = min(at, lead.created_at) if from_lead and lead.created_at else at
            if at > now:
                left_out["in the future"] += 1
            elif now - begun > oldest:
                left_out["too old to be taken"] += 1
            elif mark in seen:
                left_out["told twice"] += 1
            else:
                seen.add(mark)
                sale = (lead.value, lead.currency) if stage == WON and lead.value is not None else (None, "")
                yield Conversion(lead, stage, at, mark, *sale)


def unknown(lead: Lead) -> str:
    """Why a lead cannot be told that is known by nothing that is asked for."""
    return "personal fields are gone" if lead.gone else "nothing to know it by"


def amount(value: Decimal) -> str:
    """Plain digits with a dot, at most two decimal places."""
    return format(round(value, 2), "f")
