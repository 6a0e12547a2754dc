"""Numbers in templates, as channels.shown writes them."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString

from channels import shown
from channels.admin.links import source_link, source_url
from channels.models import Charge, Order, Payout
from channels.refusals import in_words
from channels.words import KINDS, STAGES

LINES_SHOWN = 200

register = template.Library()


@register.simple_tag
def money(amount: Decimal | None, currency: str = "") -> SafeString:
    return shown.money(amount, currency)


@register.simple_tag
def plain(amount: Decimal | None, currency: str = "") -> str:
    return shown.EMPTY if amount is None else f"{shown.plain_amount(amount, currency)} {currency}".strip()


@register.simple_tag
def at(moment: datetime | None, zone: str) -> SafeString:
    return shown.moment(moment, zone)


@register.simple_tag
def on(moment: datetime | None, zone: str) -> SafeString:
    return shown.day(moment, zone)


@register.filter
def lasting(span: timedelta | None) -> str:
    return shown.lasting(span)


@register.filter
def figure(value: float) -> str:
    """A count or a rate in a sentence; below ten with one digit after the point where it is no whole number."""
    return f"{value:,.1f}" if value < 10 and value != round(value) else f"{value:,.0f}"


@register.filter
def number(value: Decimal | int | None) -> SafeString:
    return shown.number(value)


@register.filter
def said(text: str) -> str:
    """What the program wrote down in English, in the language of the person."""
    return in_words(text)


@register.filter
def percent(value: float | None) -> str:
    """A share that is a float, as shares are shown."""
    return shown.EMPTY if value is None else shown.share(Decimal(str(round(value, 6))))


@register.filter
def share(value: Decimal | None) -> str:
    return shown.share(value)


@register.simple_tag
def source(page: Any, line: int = 0) -> str:
    return source_url(page.pk, line)


@register.simple_tag
def money_lines(owner: Order | Payout) -> dict[str, Any]:
    """The money lines of an order or a statement, oldest first."""
    if isinstance(owner, Order):
        lines = Charge.objects.filter(store=owner.store_id, order_ref=owner.ref, withdrawn=False)
    else:
        lines = Charge.objects.filter(store=owner.store_id, document=owner.ref, withdrawn=False)
    found = list(lines.select_related("page").order_by("posted_at", "pk")[: LINES_SHOWN + 1])
    rows = [
        {
            "kind": KINDS.get(line.kind, line.kind),
            "label": line.label,
            "stage": STAGES.get(line.stage, line.stage),
            "sku": line.sku,
            "posted_at": shown.day(line.posted_at, owner.store.timezone) if line.posted_at else "",
            "amount": shown.money(line.amount, line.currency),
            "source": source_link(line.page, line.place),
        }
        for line in found[:LINES_SHOWN]
    ]
    return {"rows": rows, "more": len(found) > LINES_SHOWN}
