"""What a list of the ledger was narrowed to, in words."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.models import Company, Store
from channels.words import KINDS, STAGES, channel_label
from reconciliation.ledger.tiers import LADDER, NET_REVENUE, TIER
from reconciliation.models import LedgerEntry

DAYS = ("ordered_on", "shipped_on", "posted_on", "released_on", "deposited_on")


def narrowed(asked: Any) -> Iterator[str]:
    """The filters of the address, in words."""
    for name, value in asked.items():
        if value and (words := _filter_words(name, value)):
            yield words


def _filter_words(name: str, value: str) -> str:
    day, _dash, test = name.partition("__")
    if day.removesuffix("_from").removesuffix("_to") in DAYS:
        return _day_words(name, day, test, value)
    if name in ("kind__in", "a_kind"):
        return _margin_of(value.split(",")) or ", ".join(str(KINDS.get(one, one)) for one in value.split(","))
    if name == "a_stage":
        return str(STAGES.get(value, value))
    if name == "earning_store__channel":
        return channel_label(value)
    if name == "unallocated":
        return gettext("without a store")
    for prefix, model in (("earning_store", Store), ("paying_store", Store), ("company", Company)):
        if name.startswith(prefix):
            ids = [one for one in value.split(",") if one.isdecimal()]
            return ", ".join(str(one) for one in model._default_manager.filter(pk__in=ids))
    plain = {"of_payout": _("payout"), "product": _("product"), "currency": _("currency")}
    return f"{plain[name]} {value}" if name in plain else ""


def _margin_of(kinds: list[str]) -> str:
    """The margin that sums exactly these kinds, or nothing."""
    for place, margin in enumerate(LADDER, 1):
        if {kind.value for kind, tier in TIER.items() if tier in LADDER[:place]} == set(kinds):
            return gettext("Net revenue") if margin == NET_REVENUE else f"CM{margin.removeprefix('cm')}"
    return ""


def _day_words(name: str, day: str, test: str, value: str) -> str:
    field = day.removesuffix("_from").removesuffix("_to")
    label = LedgerEntry._meta.get_field(field).verbose_name  # type: ignore[union-attr]
    if test == "isnull":
        return gettext("%(date)s: no date yet") % {"date": label}
    return f"{label} {'<' if test == 'lt' else '≤' if name.endswith('_to') else '≥'} {value}"
