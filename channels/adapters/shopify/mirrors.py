"""Orders of other channels that a channel app has copied into the shop. They are no sales of the shop."""

import re
from collections.abc import Iterable

from channels.adapters.shopify.columns import Cells

_AMAZON = r"(?<![\w-])\d{3}-\d{7}-\d{7}(?![\w-])"
# Six digits of the day of the order (YYMMDD) and eight characters. One that is all digits could as well be a phone.
_SHOPEE = r"(?<!\w)2\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?=\d*[A-Z])[0-9A-Z]{8}(?!\w)"
NUMBER = f"{_AMAZON}|{_SHOPEE}"  # the number of an order on another channel
_NUMBERS = {"amazon": re.compile(_AMAZON), "shopee": re.compile(_SHOPEE)}

# Where the number may stand. Apps write it into free text, of which only the number is kept (Personal.kept).
_NUMBER_COLUMNS = (
    "name", "tags", "note attributes", "notes", "payment reference", "payment references", "source",
    "source identifier",
)  # fmt: skip

# A buyer who paid through one of these paid this shop. Amazon Pay is such a gateway, not the marketplace.
_OWN_GATEWAYS = re.compile(
    r"shopify|shop ?pay|shop ?cash|gift ?card|paypal|klarna|stripe|mollie|adyen|affirm|after ?pay|clear ?pay|"
    r"amazon[ _]*pay"
)
# Tags of the shop's own sales that Amazon ships (multi-channel fulfilment) or pays for, and of groups of customers.
_OWN_TAGS = re.compile(r"mcf|multi|fulfil|fba|ship|pay|prime|customer|ads?\b|coupon|campaign|google|review")


def paid_here(payment_method: str) -> bool:
    """Whether the buyer paid at the shop's own checkout."""
    return bool(_OWN_GATEWAYS.search(payment_method.lower().replace("-", " ").replace("_", " ")))


def mirror_of(cells: Cells) -> str | None:
    """None for the shop's own sale; else the order's number on the other channel, "" where it stands nowhere.

    A copy names its channel as source, gateway or tag, or carries a full Amazon number, and was not paid here.
    """
    if paid_here(cells.get("payment method", "")):
        return None
    channel = _hint(cells)
    texts = [cells.get(name, "") for name in _NUMBER_COLUMNS]
    if channel:
        return _number(channel, texts)
    # A Shopee number is too plain to tell anything where no channel is named.
    return _number("amazon", texts) or None


def _hint(cells: Cells) -> str:
    """The channel that the order says it is from; "" for none."""
    tags = [tag.strip().lower() for tag in cells.get("tags", "").split(",")]
    words = [cells.get(name, "").lower() for name in ("source", "attribution", "payment method")]
    words += [tag for tag in tags if not _OWN_TAGS.search(tag)]
    return next((channel for channel in _NUMBERS for text in words if _names(channel, text)), "")


def _names(channel: str, text: str) -> bool:
    return bool(re.match(rf"(?:[a-z]+[ :_-])?{channel}(?![a-z])", text))


def _number(channel: str, texts: Iterable[str]) -> str:
    return next((found[0] for text in texts if (found := _NUMBERS[channel].search(text))), "")
