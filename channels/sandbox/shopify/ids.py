"""Shopify's ids: a number of one kind of object, and its global form ``gid://shopify/Order/123``."""

import hashlib


def draw(*parts: object) -> int:
    """A number of 48 bits that depends on the parts and nothing else."""
    text = "\x00".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


def share(*parts: object) -> float:
    """A number in [0, 1) that depends on the parts and nothing else."""
    return draw(*parts) / 2**48


def number(ref: str) -> int:
    """The ref itself where it is a number or a global id of one, else a 13-digit number that stands for it."""
    tail = ref.rpartition("/")[2]
    return int(tail) if tail.isdigit() else 10**12 + draw("id", ref) % (9 * 10**12)


def gid(kind: str, one: int) -> str:
    return f"gid://shopify/{kind}/{one}"


def sale_number(order_ref: str) -> int:
    """Of the order transaction by which the order was paid."""
    return number(f"{order_ref}/sale")


def pending_number(order_ref: str) -> int:
    """Of the order transaction that waits for a payment outside the checkout."""
    return number(f"{order_ref}/pending")


def repayment_number(refund_ref: str) -> int:
    """Of the order transaction by which a refund was paid."""
    return number(f"{refund_ref}/refund")
