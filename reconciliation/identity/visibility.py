"""What accounts show of each family of evidence, and what persons of both channels may show instead."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntFlag

ODDS = 2.0  # the sensitivity band reaches from 1 ÷ ODDS to ODDS


class Family(IntFlag):
    """Independent kinds of evidence."""

    NOTHING = 0
    CONTACT = 1
    PLACE = 2
    EITHER = 3


@dataclass(frozen=True, slots=True)
class Side:
    """Accounts of one channel that bought in the month, and how many show what for comparison with the other."""

    accounts: int
    contact: int  # show contact, whatever else
    place: int
    both: int

    def shares(self) -> dict[Family, float]:
        """Share of accounts that show exactly this."""
        shown = {
            Family.CONTACT: self.contact - self.both,
            Family.PLACE: self.place - self.both,
            Family.EITHER: self.both,
            Family.NOTHING: self.accounts - self.contact - self.place + self.both,
        }
        if min(shown.values()) < 0:
            raise ValueError("more accounts show something than there are")
        return {what: count / max(1, self.accounts) for what, count in shown.items()}


Shares = Mapping[Family, float]
SHOWN = (Family.CONTACT, Family.PLACE, Family.EITHER)
CELLS = tuple((one, other) for one in SHOWN for other in SHOWN)  # what the left and the right account show


def visible_share(sides: tuple[Shares, Shares]) -> float:
    """Share of pairs of accounts that have a family in common."""
    return sum(sides[0][one] * sides[1][other] for one, other in CELLS if one & other)


def shown_by_shared(sides: tuple[Shares, Shares], odds: float) -> float:
    """Share of the persons of both channels that show anything on both, where they show by these odds more."""
    return math.prod(_tilted(side, odds) for side in sides)


def _tilted(side: Shares, odds: float) -> float:
    """Share that shows anything, where the odds of showing anything, or of each family by itself, are multiplied.

    The further of the two, so that neither reading of "shows more" leaves the band.
    """
    nothing = side[Family.NOTHING]
    if nothing == 0.0:
        return 1.0
    whole = _times(1 - nothing, odds)
    contact, place = side[Family.CONTACT] + side[Family.EITHER], side[Family.PLACE] + side[Family.EITHER]
    raked = 1 - _raked(side, _times(contact, odds), _times(place, odds))
    return max(whole, raked) if odds > 1 else min(whole, raked)


def _times(share: float, odds: float) -> float:
    return share * odds / (1 - share + share * odds)


def _raked(side: Shares, contact: float, place: float) -> float:
    """Share that shows nothing when the margins are moved and the association stays (Deming and Stephan 1940)."""
    table = dict(side)
    for _ in range(100):
        for family, target in ((Family.CONTACT, contact), (Family.PLACE, place)):
            now = sum(share for what, share in table.items() if what & family)
            for what in table:
                size, goal = (now, target) if what & family else (1 - now, 1 - target)
                table[what] *= goal / size if size > 0 else 1.0
    return table[Family.NOTHING]


def seen_of_shared(sides: tuple[Shares, Shares], odds: float) -> float:
    """Visible share among persons of both channels that show by these odds more."""
    both = [_times(1 - side[Family.NOTHING], odds) / max(1 - side[Family.NOTHING], 1e-9) for side in sides]
    return min(1.0, visible_share(sides) * math.prod(both))
