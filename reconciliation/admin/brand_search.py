"""The brand search page: week by week what was searched for the brand, and what part of orders passed through it."""

from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from channels.admin_site import SelectWidget, extra_page
from channels.models import Company
from channels.shown import EMPTY, share
from channels.words import channel_label
from reconciliation.admin.lexicon_words import reason_words
from reconciliation.exposure.classify import Classifier
from reconciliation.lexicons import current, read
from reconciliation.models import Exposed, Lexicon, TermProposal, Verdict
from reconciliation.passed_through import REASONS, Passed, passed_through
from reconciliation.weekly import Choice, Week, choices, weeks

WEEKS = 26  # that the page opens with
VISITS = {
    "brand": ("brand",),
    "search": ("search",),
    "direct": ("direct",),
    "other": ("ad", "referral", "social", "email"),
}
COLOURS = {"brand": "#1570cd", "non_brand": "#98a2b3", "unknown": "#eaaa08"}
MEASURES = {
    "purchases": _("own purchases"), "cart_adds": _("own cart adds"), "clicks": _("own clicks"),
    "volume": _("everybody’s searches"),
}  # fmt: skip
HEIGHT = 150


class AskedForm(forms.Form):
    company = forms.ModelChoiceField(
        label=_("Company"), queryset=Company.objects.all(), required=False, empty_label=None, widget=SelectWidget
    )
    where = forms.ChoiceField(label=_("Channel and market"), required=False, widget=SelectWidget)
    measure = forms.ChoiceField(
        label=_("Chart"), required=False, widget=SelectWidget, choices=list(MEASURES.items())
    )  # fmt: skip
    product = forms.CharField(label=_("ASIN or SKU"), required=False, max_length=150)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    through = forms.DateField(label=_("Through"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    query = forms.CharField(label=_("Try a query"), required=False, max_length=500)

    def __init__(self, data: Any, places: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["where"].choices = [  # type: ignore[attr-defined]
            (f"{channel}:{market}", f"{channel_label(channel)} {market}".strip()) for channel, market in places
        ]
        for one in self.fields.values():
            one.widget.attrs["class"] = f"{one.widget.attrs.get('class', '')} pl-field"


@dataclass(frozen=True, slots=True)
class Bar:
    """A week in the chart; parts are (class, y, height). A week that no report tells is hatched, never empty."""

    week: Week
    x: float
    width: float
    parts: tuple[tuple[str, float, float], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    bars: list[Bar]
    most: int
    height: int = HEIGHT


def chart(found: list[Week], measure: str) -> Chart:
    totals = [sum(_counts(week, measure).values()) for week in found]
    most, step = max(totals, default=0), 100 / max(len(found), 1)
    bars = []
    for number, week in enumerate(found):
        y, parts = float(HEIGHT), []
        for name, count in _counts(week, measure).items():
            height = HEIGHT * count / most if most else 0.0
            y -= height
            parts.append((name, round(y, 2), round(height, 2)))
        bars.append(Bar(week, round(number * step + step * 0.1, 3), round(step * 0.8, 3), tuple(parts)))
    return Chart(bars, most)


def _counts(week: Week, measure: str) -> dict[str, int]:
    found = {name: getattr(week, name).get(measure) for name in Verdict.values}
    return {name: count for name, count in found.items() if count is not None}


@dataclass(frozen=True, slots=True)
class Line:
    """A week of the table, or a share of orders, with texts in place of numbers."""

    of: Any
    cells: dict[str, str]
    visits: list[int | None] = field(default_factory=list)


def _week_line(week: Week) -> Line:
    spent = [f"{amount:,.0f} {currency}" for currency, amount in sorted((week.spend or {}).items())]
    visits = [None if week.visits is None else sum(week.visits.get(name, 0) for name in of) for of in VISITS.values()]
    return Line(week, {
        "share": _percent(week.share("purchases")), "click_share": _percent(week.share("clicks")),
        "spend": ", ".join(spent) or EMPTY,
    }, visits)  # fmt: skip


def _share_line(one: Passed) -> Line:
    return Line(one, {
        "channel": channel_label(one.channel), "low": _percent(one.low), "high": _percent(one.high),
        "share": _percent(one.share), "covered": _percent(one.covered / one.orders if one.orders else None),
        "products": _percent(one.product_coverage),
    })  # fmt: skip


def _percent(value: float | None) -> str:
    return EMPTY if value is None else share(Decimal(str(round(value, 6))))


def brand_search_view(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("reconciliation.view_exposure"):
        raise PermissionDenied
    company = _company(request)
    done = Exposed.objects.filter(company=company).select_related("lexicon").first() if company else None
    lexicon = done.lexicon if done else None
    places = choices(lexicon) if lexicon else []
    data = request.GET.copy()
    form = AskedForm(data, places)
    form.is_valid()
    asked = getattr(form, "cleaned_data", {})
    newest = current(company) if company else None
    shown = _shown(lexicon, asked, places) if lexicon and places else {}
    data["measure"] = shown.get("code", "")  # the select says what the chart shows
    context = {
        **admin.site.each_context(request), "title": _("Brand search"), "form": form, "company": company,
        "lexicon": lexicon, "newest": newest, "done": done, "many_companies": Company.objects.count() > 1,
        "proposals": TermProposal.objects.filter(company=company, state="proposed").count() if company else 0,
        "tried": _tried(newest, asked.get("query") or ""), "colours": COLOURS,
        **shown,
    }  # fmt: skip
    return TemplateResponse(request, "reconciliation/brand_search.html", context)


def _company(request: HttpRequest) -> Company | None:
    asked = request.GET.get("company", "")
    companies = Company.objects.order_by("name")
    chosen = companies.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 10 else None
    return chosen or companies.filter(exposed__isnull=False).first() or companies.first()


def _shown(lexicon: Lexicon, asked: dict[str, Any], places: list[tuple[str, str]]) -> dict[str, Any]:
    channel, _colon, market = (asked.get("where") or ":".join(places[0])).partition(":")
    through = asked.get("through")
    found = weeks(lexicon, Choice(
        channel, market, asked.get("product") or "", asked.get("since"),
        through + timedelta(days=1) if through else None,
    ))  # fmt: skip
    shown = found if asked.get("since") else found[-WEEKS:]
    measure = asked.get("measure") or _measure(shown)
    passed = passed_through(lexicon.company, lexicon)
    shares = [one for one in passed if (one.channel, one.market) == (channel, market)]
    others = [one for one in passed if (one.channel, one.market) != (channel, market)]
    return {
        "channel": channel_label(channel), "market": market, "measure": MEASURES[measure], "code": measure,
        "chart": chart(shown, measure), "rows": [_week_line(week) for week in reversed(shown)],
        "hidden": len(found) - len(shown), "shares": [_share_line(one) for one in reversed(shares)],
        "others": [_share_line(one) for one in reversed(others)],
        "told": any(week.days for week in shown),
        "reasons": [REASONS[name] for name in REASONS if any(name in one.reasons for one in shares)],
    }  # fmt: skip


def _measure(found: list[Week]) -> str:
    """The first measure that the reports tell."""
    return next((name for name in MEASURES if any(_counts(week, name) for week in found)), "clicks")


def _tried(lexicon: Lexicon | None, query: str) -> dict[str, Any] | None:
    """The class of a query under the newest version, and why."""
    if lexicon is None or not query:
        return None
    found = Classifier(read(lexicon)).verdict(query)
    return {"query": query, "verdict": Verdict(found.verdict), "term": found.term, "reason": reason_words(found.reason)}


extra_page("brand-search/", brand_search_view, "brand_search")
