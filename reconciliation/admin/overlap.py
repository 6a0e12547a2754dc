"""The overlap page: how many persons bought on two channels, as far as that can be told, month by month."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from channels.admin_site import SelectWidget, extra_page
from channels.models import Company
from channels.words import channel_label
from reconciliation.admin.link_words import said
from reconciliation.identity.visibility import ODDS
from reconciliation.models import MatchRun, Overlap
from reconciliation.repeats import Repeat, repeats

MONTHS = 24  # shown of each pair of channels in a market
HEIGHT = 90


class AskedForm(forms.Form):
    company = forms.ModelChoiceField(
        label=_("Company"), queryset=Company.objects.order_by("name"), required=False, empty_label=None,
        widget=SelectWidget,
    )  # fmt: skip
    pair = forms.ChoiceField(label=_("Channels"), required=False, widget=SelectWidget)
    market = forms.ChoiceField(label=_("Market"), required=False, widget=SelectWidget)

    def __init__(self, data: Any, pairs: list[tuple[str, str]], markets: list[str]) -> None:
        super().__init__(data)
        said_of = [(f"{one}-{other}", f"{channel_label(one)} – {channel_label(other)}") for one, other in pairs]
        self.fields["pair"].choices = [("", _("All")), *said_of]  # type: ignore[attr-defined]
        self.fields["market"].choices = [("", _("All")), *((one, one) for one in markets)]  # type: ignore[attr-defined]
        for one in self.fields.values():
            one.widget.attrs["class"] = f"{one.widget.attrs.get('class', '')} pl-field"


@dataclass(frozen=True, slots=True)
class Row:
    """A month: the estimate, why there is none, and the interval's bar in percent of the card's largest figure."""

    of: Overlap
    reason: str
    repeats: list[tuple[str, Repeat]]
    low: float = 0.0
    width: float = 0.0
    total: float = 0.0
    expected: float | None = None
    proven: float | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A month in the chart, oldest first; heights in pixels from above."""

    row: Row
    x: float
    width: float
    top: float
    bottom: float
    dot: float


@dataclass(frozen=True, slots=True)
class Card:
    """Two channels in a market."""

    title: str
    rows: list[Row]
    columns: list[Column]
    most: float
    told: bool
    more: int
    repeats: bool


def overlap_view(request: HttpRequest) -> HttpResponse:
    """Read only: the figures are measured by the schedule."""
    if not request.user.has_perm("reconciliation.view_overlap"):
        raise PermissionDenied
    company = _company(request)
    found = Overlap.objects.filter(company=company) if company else Overlap.objects.none()
    pairs = list(found.order_by("channel", "other").values_list("channel", "other").distinct())
    markets = list(found.order_by("market").values_list("market", flat=True).distinct())
    data = request.GET.copy()
    data["company"] = str(company.pk) if company else ""
    form = AskedForm(data, pairs, markets)
    form.is_valid()
    asked = getattr(form, "cleaned_data", {})
    if pair := asked.get("pair"):
        one, _dash, other = pair.partition("-")
        found = found.filter(channel=one, other=other)
    if market := asked.get("market"):
        found = found.filter(market=market)
    context = {
        **admin.site.each_context(request), "title": _("Overlap"), "form": form, "company": company,
        "many_companies": Company.objects.count() > 1, "cards": _cards(company, found) if company else [],
        "run": _run(found), "odds": f"{ODDS:g}", "height": HEIGHT,
    }  # fmt: skip
    return TemplateResponse(request, "reconciliation/overlap.html", context)


def _company(request: HttpRequest) -> Company | None:
    asked = request.GET.get("company", "")
    companies = Company.objects.order_by("name")
    chosen = companies.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 10 else None
    return chosen or companies.filter(pk__in=Overlap.objects.values("company")).first() or companies.first()


def _run(found: Any) -> MatchRun | None:
    one = found.filter(run__isnull=False).select_related("run").first()
    return one.run if one else None


def _cards(company: Company, found: Any) -> list[Card]:
    again = repeats(company)
    groups: dict[tuple[str, str, str], list[Overlap]] = defaultdict(list)
    for one in found.order_by(F("month").desc()):
        groups[one.channel, one.other, one.market].append(one)
    made = [_card(key, rows, again) for key, rows in groups.items()]
    return sorted(made, key=lambda card: (not card.told, card.title))


def _card(key: tuple[str, str, str], found: list[Overlap], again: dict[Any, Repeat]) -> Card:
    channel, other, market = key
    shown = found[:MONTHS]
    most = max((value for one in shown for value in (one.high, one.expected, one.proven) if value), default=0.0)
    rows = [_row(one, most, again) for one in shown]
    return Card(
        f"{channel_label(channel)} – {channel_label(other)} {market}".strip(), rows, _columns(rows, most), most,
        any(one.total is not None for one in shown), len(found) - len(shown), any(row.repeats for row in rows),
    )  # fmt: skip


def _row(one: Overlap, most: float, again: dict[Any, Repeat]) -> Row:
    told = [
        (channel_label(channel), repeat) for channel in (one.channel, one.other)
        if (repeat := again.get((channel, one.market, one.month)))
    ]  # fmt: skip
    reason, scale = said(one.reason), 100 / most if most else 0.0
    if one.total is None or one.low is None or one.high is None:
        return Row(one, reason, told)
    low, high = one.low * scale, min(one.high * scale, 100.0)
    return Row(
        one, reason, told, low, max(high - low, 0.5), one.total * scale,
        None if one.expected is None else one.expected * scale, None if one.proven is None else one.proven * scale,
    )  # fmt: skip


def _columns(rows: list[Row], most: float) -> list[Column]:
    step = 100 / max(len(rows), 1)
    made = []
    for place, row in enumerate(reversed(rows)):
        low, high, total = row.of.low, row.of.high, row.of.total
        scale = HEIGHT / most if most else 0.0
        heights = [HEIGHT - (value or 0.0) * scale for value in (high, low, total)]
        made.append(Column(row, place * step + step / 2, min(step * 0.5, 6), *heights))
    return made


extra_page("overlap/", overlap_view, "overlap")
