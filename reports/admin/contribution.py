"""The contribution page: which channel earns, how sure that is, and the entries behind every figure."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from channels.admin_site import SelectWidget
from channels.models import Company, Store
from channels.shown import money
from reconciliation.ledger.tiers import VERSION
from reports.queries import Line, Question, contribution
from reports.ranking import ranking
from reports.statement import COLOURS, MEANS, MEASURES, chart, last_day, name_of, rows

ROWS_SHOWN = 300  # lines of the table; exports have them all
MONTHS = 12  # that the page opens with
RANKED = ("channel", "store")


class QuestionForm(forms.Form):
    company = forms.ModelChoiceField(
        label=_("Company"), queryset=Company.objects.all(), required=False, empty_label=_("All"), widget=SelectWidget
    )
    by = forms.ChoiceField(
        label=_("By"), required=False, widget=SelectWidget,
        choices=[
            ("channel", _("Channel")), ("store", _("Store")), ("product", _("Product")), ("company", _("Company")),
        ],
    )  # fmt: skip
    period = forms.ChoiceField(
        label=_("Period"), required=False, widget=SelectWidget,
        choices=[("month", _("Month")), ("week", _("Week")), ("day", _("Day"))],
    )  # fmt: skip
    basis = forms.ChoiceField(
        label=_("Dated by"), required=False, widget=SelectWidget,
        choices=[
            ("posted", _("posted")), ("ordered", _("ordered")), ("shipped", _("shipped")),
            ("released", _("released")), ("deposited", _("deposited")),
        ],
    )  # fmt: skip
    currency = forms.ChoiceField(
        label=_("Currency"), required=False, widget=SelectWidget,
        choices=[("base", _("of the books")), ("original", _("as paid"))],
    )  # fmt: skip
    store = forms.ModelChoiceField(
        label=_("Store"), queryset=Store.objects.all(), required=False, empty_label=_("All"), widget=SelectWidget
    )
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    through = forms.DateField(label=_("Through"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.widget.attrs["class"] = f"{field.widget.attrs.get('class', '')} pl-field"

    def question(self) -> Question:
        """What is asked; what cannot be understood is left out."""
        asked = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        company, store, through = asked.get("company"), asked.get("store"), asked.get("through")
        return Question(
            company=company.pk if company else None, by=asked.get("by") or "channel",
            period=asked.get("period") or "month", basis=asked.get("basis") or "posted",
            currency=asked.get("currency") or "base", since=asked.get("since"),
            until=through + timedelta(days=1) if through else None, stores=(store.pk,) if store else (),
        )  # fmt: skip


def _asked(request: HttpRequest) -> QueryDict:
    """The address; without one, the months that end with the newest entries, so that the page opens on data."""
    if request.GET:
        return request.GET
    asked = QueryDict(mutable=True)
    asked["by"] = "channel"
    if last := last_day("posted"):
        asked["since"] = months_before(last, MONTHS - 1).isoformat()
    return asked


def months_before(day: date, months: int) -> date:
    """The first day of the month so many months before the day's."""
    month = day.year * 12 + day.month - 1 - months
    return date(month // 12, month % 12 + 1, 1)


@dataclass(frozen=True, slots=True)
class Ranked:
    """The order of a company's channels or stores under each allocation key: (key, [(name, margin), …], spread)."""

    company: str
    keys: list[tuple[str, list[tuple[str, SafeString]], bool]]
    agree: bool
    first: str  # who earns most under every key; nobody where that differs


def rankings(question: Question, lines: list[Line]) -> list[Ranked]:
    """Whether the order hangs on how shared costs are spread; only channels and stores have one."""
    if question.by not in RANKED:
        return []
    labels = dict(Company.AllocationKey.choices)
    found = ranking(question, lines if question.period == "month" else None)
    return [
        Ranked(company, [
            (
                str(labels.get(key, key)),
                [(name_of(question.by, name), money(one.margins[key][name].amount, currency)) for name in names],
                key not in one.unallocated,
            )
            for key, names in one.rankings.items()
        ], one.agree, _first(question, [names[0] for names in one.rankings.values()]))
        for (company, currency), one in found.items()
    ]  # fmt: skip


def _first(question: Question, firsts: list[str]) -> str:
    return name_of(question.by, firsts[0]) if len(set(firsts)) == 1 else ""


def contribution_view(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("reconciliation.view_ledgerentry"):
        raise PermissionDenied
    form = QuestionForm(_asked(request))
    question = form.question()
    lines = contribution(question)
    if question.by == "product":  # many: the largest first
        lines.sort(key=lambda one: (one.company, one.period is None, one.period, -(one.net_revenue or 0), one.name))
    undated = _asked(request).copy()
    for name in ("since", "through"):
        undated.pop(name, None)
    context = {
        **admin.site.each_context(request), "title": _("Contribution"), "form": form, "question": question,
        "rows": rows(question, lines[:ROWS_SHOWN]), "hidden": max(len(lines) - ROWS_SHOWN, 0),
        "bars": chart(question, lines), "measures": [(MEASURES[one], MEANS[one], COLOURS[one]) for one in MEASURES],
        "rankings": rankings(question, lines), "version": VERSION, "undated_url": f"?{undated.urlencode()}",
        "many_companies": Company.objects.count() > 1,
    }  # fmt: skip
    return TemplateResponse(request, "reports/contribution.html", context)
