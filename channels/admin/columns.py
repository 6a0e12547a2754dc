"""Columns of lists and fields of pages that show one value of a fact, and sort by it."""

from collections.abc import Callable, Mapping
from typing import Any

from channels.admin_site import display
from channels.shown import EMPTY, day, moment, money, number

Column = Callable[[Any, Any], Any]


def column(title: Any, field: str, show: Callable[[Any], Any]) -> Column:
    """``show`` makes the cell of a fact."""

    def shown(_admin: Any, fact: Any) -> Any:
        return show(fact)

    found: Column = display(description=title, ordering=field)(shown)
    return found


def day_column(title: Any, field: str) -> Column:
    """The day as the store's clocks have it."""
    return column(title, field, lambda fact: day(getattr(fact, field), fact.store.timezone))


def moment_column(title: Any, field: str) -> Column:
    return column(title, field, lambda fact: moment(getattr(fact, field), fact.store.timezone))


def number_column(title: Any, field: str) -> Column:
    return column(title, field, lambda fact: number(getattr(fact, field)))


def money_column(title: Any, field: str) -> Column:
    return column(title, field, lambda fact: money(getattr(fact, field), fact.currency))


def known_money_column(title: Any, field: str) -> Column:
    """As ``money_column``, nothing where the amount is not known."""

    def shown(fact: Any) -> Any:
        return EMPTY if getattr(fact, field) is None else money(getattr(fact, field), fact.currency)

    return column(title, field, shown)


def word_column(title: Any, field: str, words: Mapping[str, Any]) -> Column:
    """In our words; others stay as they are."""
    return column(title, field, lambda fact: str(words.get(getattr(fact, field), getattr(fact, field))))
