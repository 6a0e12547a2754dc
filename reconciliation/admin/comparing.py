"""Two accounts beside each other on a page, and why the matcher takes them for one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.words import SIGNAL_FIELDS, channel_label
from reconciliation import decide
from reconciliation.admin.link_words import COMPARED, LEVELS
from reconciliation.beside import Side, shared_months, sides
from reconciliation.identity.linking.model import COMPARISONS, RARITY, explain
from reconciliation.link_models import in_use, model_of
from reconciliation.models import Account, CustomerLink

GONE = _("Nothing is held of this buyer any more: what the channel told is purged after its days.")
LARGE = _("The file that tells of this buyer is too large to be opened here.")


@dataclass(frozen=True, slots=True)
class Bar:
    """One reason in the waterfall: where it starts and how long it is, in percent of the width."""

    what: str
    level: str
    bits: float
    start: float
    width: float

    @property
    def signed(self) -> str:
        return f"{self.bits:+.1f}".replace("-", "\u2212")


def compared(left: Account, right: Account) -> dict[str, Any]:
    """What the side-by-side table shows; only veiled values of what the vault still holds."""
    both = sides((left, right))
    fields = [
        (str(words), [both[0].glimpse.values.get(name, ()), both[1].glimpse.values.get(name, ())])
        for name, words in {**SIGNAL_FIELDS, "name": _("buyer’s name"), "country": _("country")}.items()
        if any(name in side.glimpse.values for side in both)
    ]
    return {
        "sides": both, "fields": fields, "currency": left.company.base_currency,
        "headings": [heading(side.account) for side in both],
        "notes": [_note(side) for side in both], "together": shared_months(*both),
        "same_customer": left.customer_id is not None and left.customer_id == right.customer_id,
    }  # fmt: skip


def heading(account: Account) -> str:
    """A channel and a market."""
    return f"{channel_label(account.channel)} {account.country}".strip()


def waterfall(link: CustomerLink) -> list[Bar]:
    """The reasons one below the other, each from where the one before ended; the last is their sum, the weight."""
    if link.weight is None or len(link.levels) != len(COMPARISONS):
        return []
    model = model_of(link.model) if link.model else model_of(in_use(link.company))
    found = explain(link.levels, model, link.weight)
    steps = [(_words(one, link), one["weight"]) for one in _rarity_first(found)]
    ends = [0.0]
    for _what, bits in steps:
        ends.append(ends[-1] + bits)
    low, high = min(ends), max(ends)
    scale = 100 / ((high - low) or 1)
    bars = [
        Bar(*what, bits, (min(ends[place], ends[place + 1]) - low) * scale, abs(bits) * scale)
        for place, (what, bits) in enumerate(steps)
    ]
    total = Bar(gettext("Weight"), "", link.weight, (min(0.0, link.weight) - low) * scale, abs(link.weight) * scale)
    return [*bars, total]


def _rarity_first(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What holds for any pair stands first, so that the reasons climb from there."""
    return sorted(found, key=lambda one: one["what"] != RARITY)


def _words(one: dict[str, Any], link: CustomerLink) -> tuple[str, str]:
    return str(COMPARED.get(one["what"], one["what"])), str(LEVELS.get(one["level"], one["level"]))


def _note(side: Side) -> str:
    if side.glimpse.state == "gone":
        return str(GONE)
    return str(LARGE) if side.glimpse.state == "large" else ""


def consequences(link: CustomerLink, both: Sequence[Side], currency: str) -> list[str]:
    """What an answer would change, in words."""
    left, right = (side.account for side in both)
    orders = left.orders + right.orders
    said = [gettext("Confirmed, %(orders)s orders are one customer’s; rejected, they are of two.") % {"orders": orders}]
    months = shared_months(*both)
    if months and left.channel != right.channel:
        named = ", ".join(date_format(month, "YEAR_MONTH_FORMAT") for month in months[:6])
        words = gettext("Expected overlap of %(months)s: +%(more)s if confirmed, −%(less)s if rejected.")
        said.append(words % {"months": named, "more": f"{1 - link.probability:.2f}", "less": f"{link.probability:.2f}"})
    revenues = [side.revenue for side in both if side.revenue is not None]
    if len(revenues) == 2 and left.channel != right.channel:
        words = gettext("Revenue that becomes a shared customer’s: %(amount)s %(currency)s.")
        said.append(words % {"amount": f"{sum(revenues):,.0f}", "currency": currency})
    if decide.needs_second((left, right)):
        said.append(gettext("So many orders come together that a second person must agree."))
    return said
