"""Numbers in templates, as channels.shown writes them."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.safestring import SafeString

from channels import shown
from channels.admin.links import source_url

register = template.Library()


@register.simple_tag
def money(amount: Decimal | None, currency: str = "") -> SafeString:
    return shown.money(amount, currency)


@register.filter
def number(value: Decimal | int | None) -> SafeString:
    return shown.number(value)


@register.filter
def share(value: Decimal | None) -> str:
    return shown.share(value)


@register.simple_tag
def source(page: Any, line: int = 0) -> str:
    return source_url(page.pk, line)
