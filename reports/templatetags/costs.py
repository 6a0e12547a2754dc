"""Amounts by cost method, in the order of the table."""

from decimal import Decimal
from typing import Any

from django import template

register = template.Library()


@register.filter
def by_method(row: Any) -> list[tuple[Decimal | None, Decimal | None]]:
    """(cost of goods, stock left) of each method."""
    return [(cost, row.ending[method]) for method, cost in row.cogs.items()]
