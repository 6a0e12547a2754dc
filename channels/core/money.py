"""Money: an exact amount in one currency; plus is money to the seller."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

# ISO 4217 minor units where they are not two.
_MINOR_UNITS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0,
    "RWF": 0, "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
}  # fmt: skip


def minor_units(currency: str) -> int:
    """Digits behind the point that the currency is settled in (ISO 4217)."""
    return _MINOR_UNITS.get(currency, 2)


def quantum(currency: str) -> Decimal:
    """The smallest amount of the currency, such as 0.01."""
    return Decimal(1).scaleb(-minor_units(currency))


def round_minor(amount: Decimal, currency: str) -> Decimal:
    """The amount in whole minor units, rounded half to even."""
    return amount.quantize(quantum(currency), rounding=ROUND_HALF_EVEN)


class CurrencyMismatch(ValueError):
    """Two currencies met in one sum."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency. Plus is money to the seller, minus is money from the seller."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"money is Decimal, not {type(self.amount).__name__}: {self.amount!r}")
        if not self.amount.is_finite():
            raise ValueError(f"money must be finite: {self.amount}")

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not add up")

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def rounded(self) -> "Money":
        return Money(round_minor(self.amount, self.currency), self.currency)

    def split(self, weights: Sequence[Decimal]) -> list["Money"]:
        """Shares in proportion to the weights that add up to this amount exactly.

        Shares are whole minor units (largest remainder); what the amount has below a minor unit goes with
        the largest share. All-zero weights split evenly. Raises ValueError for no or negative weights.
        """
        return [Money(share, self.currency) for share in split(self.amount, weights, quantum(self.currency))]


def split(amount: Decimal, weights: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
    """Shares of ``amount`` in whole ``unit``s by largest remainder; their sum is ``amount`` exactly."""
    if not weights or any(weight < 0 for weight in weights):
        raise ValueError("split needs weights, none negative")
    total = sum(weights, Decimal(0))
    if total == 0:
        weights, total = [Decimal(1)] * len(weights), Decimal(len(weights))
    sign = -1 if amount < 0 else 1
    units, dust = divmod(abs(amount), unit)
    exact = [units * weight / total for weight in weights]
    shares = [share // 1 for share in exact]
    by_remainder = sorted(range(len(weights)), key=lambda i: (shares[i] - exact[i], i))
    for i in by_remainder[: int(units - sum(shares))]:
        shares[i] += 1
    result = [sign * share * unit for share in shares]
    if dust:
        largest = max(range(len(weights)), key=lambda i: (weights[i], -i))
        result[largest] += sign * dust
    return result
