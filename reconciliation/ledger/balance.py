"""Conservation: what a statement says it pays is the sum of its lines, and of what was posted for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from channels.core.money import Money


@dataclass(frozen=True, slots=True)
class PayoutTotal:
    """A statement beside the ledger. ``lines`` is the sum of the entries posted for it; plus is to the seller.

    ``unmapped`` is the part of ``lines`` whose words are unknown, as it stands in the sum.
    """

    store: str
    payout: str
    currency: str
    stated: Decimal
    lines: Decimal
    residual: Decimal
    unmapped: Decimal
    itemised: bool = True


def residual(stated: Money, lines: Iterable[Money]) -> Money:
    """What the lines leave of the stated total: zero where the statement adds up.

    Raises CurrencyMismatch where a line is in another currency than its statement.
    """
    left = stated
    for line in lines:
        left = left - line
    return left
