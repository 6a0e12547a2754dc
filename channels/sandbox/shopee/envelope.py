"""Shopee's envelope, its refusals, and the parameters of a request."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from channels.core.writing import dump_json
from channels.sandbox.wire import Reply, Request

Json = dict[str, Any]
LONGEST = 15 * 86_400  # seconds of a window


class Refusal(Exception):
    """An error in the vendor's words; most come with HTTP 200."""

    def __init__(self, error: str, message: str, status: int = 200) -> None:
        super().__init__(f"{error}: {message}")
        self.error, self.message, self.status = error, message, status


def reply(document: Json, status: int = 200) -> Reply:
    return Reply(status, dump_json(document).encode())


def enveloped(response: Any, **more: Any) -> Json:
    return {"error": "", "message": "", "request_id": uuid.uuid4().hex, "response": response} | more


def refused(refusal: Refusal) -> Reply:
    said = {"error": refusal.error, "message": refusal.message, "request_id": uuid.uuid4().hex}
    return reply(said, refusal.status)


def stamp(at: datetime | None) -> int:
    """Seconds since 1970; 0 where it has not happened."""
    return int(at.timestamp()) if at else 0


def figure(amount: Decimal) -> int | Decimal:
    """An amount as Shopee writes it: without needless zeros, and never with an exponent."""
    whole = amount.to_integral_value()
    return int(whole) if whole == amount else Decimal(f"{amount.normalize():f}")


@dataclass(frozen=True, slots=True)
class Ask:
    """The own parameters of a request, from its query or from its body."""

    sent: Mapping[str, Any]

    @classmethod
    def of(cls, request: Request) -> "Ask":
        if request.method == "GET":
            return cls(dict(request.query))
        try:
            sent = json.loads(request.body or b"{}")
        except ValueError:
            sent = None
        if not isinstance(sent, dict):
            raise Refusal("error_param", "The request body is not a valid json format")
        return cls(sent)

    def text(self, name: str, default: str | None = None) -> str:
        value = self.sent.get(name, default)
        if not isinstance(value, str):
            raise Refusal("error_param", f"Wrong parameters, detail: {name} is required and must be a string.")
        return value

    def number(self, name: str, low: int, high: int, default: int | None = None) -> int:
        value = self.sent.get(name, default)
        said = str(value)
        if isinstance(value, bool) or not said.isascii() or not said.isdigit() or not low <= int(said) <= high:
            raise Refusal("error_param", f"Invalid or missing {name} parameter, {low}-{high}.")
        return int(said)

    def strings(self, name: str, most: int) -> list[str]:
        """A list in a body, or joined by commas in a query."""
        value = self.sent.get(name)
        found = value.split(",") if isinstance(value, str) else value
        if not isinstance(found, list) or not all(isinstance(one, str) and one for one in found):
            raise Refusal("error_param", f"Wrong parameters, detail: {name} is required.")
        if not 1 <= len(found) <= most:
            raise Refusal("error_param", f"Wrong parameters, detail: {name} takes 1 to {most}.")
        return found

    def window(
        self, since: str, until: str, longest: int | None = LONGEST, error: str = "error_param"
    ) -> tuple[int, int]:
        """Both ends in seconds, both within it."""
        first, last = self.number(since, 0, 4_294_967_295), self.number(until, 0, 4_294_967_295)
        if first > last or (longest is not None and last - first > longest):
            raise Refusal(error, f"{until} should be later than {since}, and at most 15 days later.")
        return first, last
