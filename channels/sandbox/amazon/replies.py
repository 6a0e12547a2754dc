"""How Amazon says things: JSON, errors, money, moments; and how it reads moments."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson

from channels.sandbox.wire import Reply

Json = dict[str, Any]

_WHOLE = {"JPY", "KRW", "CLP", "TWD"}  # currencies without cents at Amazon

MARKETPLACES = {
    "A2EUQ1WTGCTBG2": "Amazon.ca", "ATVPDKIKX0DER": "Amazon.com", "A1AM78C64UM0Y8": "Amazon.com.mx",
    "A1F83G8C2ARO7P": "Amazon.co.uk", "A1PA6795UKMFR9": "Amazon.de", "A13V1IB3VIYZZH": "Amazon.fr",
    "APJ6JRA9NG5V4": "Amazon.it", "A1RKKUPIHCS9HS": "Amazon.es", "A1VC38T7YXB528": "Amazon.co.jp",
    "A39IBJ37TRP1C6": "Amazon.com.au", "A19VAU5U5O7RUS": "Amazon.sg",
}  # fmt: skip


class Refusal(Exception):
    """The request cannot be answered: the status and body that Amazon gives for it."""

    def __init__(self, status: int, code: str, message: str, details: str | None = None) -> None:
        super().__init__(message)
        self.reply = error(status, code, message, details)


def invalid(message: str) -> Refusal:
    return Refusal(400, "InvalidInput", message, message)


def error(status: int, code: str, message: str, details: str | None = None) -> Reply:
    shown = {"code": code, "message": message, **({} if details is None else {"details": details})}
    return Reply(status, orjson.dumps({"errors": [shown]}))


def json_reply(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, orjson.dumps(value), headers or {})


def text_of(amount: Decimal, currency: str) -> str:
    """An amount with the currency's places, and with more where it has more."""
    text = f"{amount:.{0 if currency in _WHOLE else 2}f}"
    return text if Decimal(text) == amount else f"{amount:f}"


def moment_text(moment: datetime) -> str:
    """To the microsecond where there are any: a window's edge is compared with it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def read_moment(name: str, text: str) -> datetime:
    """A day or a moment in ISO 8601. Raises Refusal."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as wrong:
        raise invalid(f"{name} is no ISO 8601 date: {text[:40]}") from wrong
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def read_number(name: str, text: str, default: int, most: int) -> int:
    """A page size. Raises Refusal."""
    if not text:
        return default
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise invalid(f"{name} must be from 1 to {most}")
    return int(text)
