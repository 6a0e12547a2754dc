"""Money and times as Shopify writes them."""

from datetime import UTC, datetime
from decimal import Decimal


def text(amount: Decimal) -> str:
    """MoneyV2.amount: trimmed zeros, but one digit behind the point (``15.0``)."""
    plain = f"{amount:f}"
    if "." not in plain:
        return f"{plain}.0"
    whole, _, rest = plain.partition(".")
    whole, rest = ("0" if whole == "-0" and not rest.strip("0") else whole), rest.rstrip("0")
    return f"{whole}.{rest or '0'}"


def money(amount: Decimal, currency: str) -> dict[str, object]:
    return {"__typename": "MoneyV2", "amount": text(amount), "currencyCode": currency}


def bag(amount: Decimal, currency: str) -> dict[str, object]:
    """The same in the shop's currency and the buyer's: the worlds sell in the shop's."""
    one = money(amount, currency)
    return {"__typename": "MoneyBag", "shopMoney": one, "presentmentMoney": one}


def when(at: datetime | None) -> str | None:
    """DateTime: UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def stamp(at: datetime) -> str:
    """The same for a time that is there."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
