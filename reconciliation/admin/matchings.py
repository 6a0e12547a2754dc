"""Matchings and the models that weigh: how far a run is, what it came to, and how well the certainty holds."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_q.tasks import async_task

from channels.admin_site import ReadOnlyAdmin, RelatedDropdownFilter, display
from channels.models import Company
from channels.shown import EMPTY, lasting, number
from channels.templatetags.plumbline import percent
from reconciliation import labels, tasks
from reconciliation.admin.link_words import STEPS, counted, said
from reconciliation.admin.review import MAY_DECIDE
from reconciliation.identity.calibration import Reliability, of_json
from reconciliation.link_models import in_use
from reconciliation.models import CustomerLink, LinkModel, MatchRun

SIZE = 260  # of the chart


@admin.register(MatchRun)
class MatchRunAdmin(ReadOnlyAdmin):
    empty_hint = _(
        "Matching runs by itself every few minutes once orders are loaded; press “Match now” to do so at once."
    )
    list_display = [
        "started_at",
        "kind",
        "shown_state",
        "took",
        "shown_counts",
        "shown_links",
        "shown_drift",
        "company",
    ]
    list_filter = [("company", RelatedDropdownFilter)]
    list_select_related = ["company"]
    list_display_links = None
    list_before_template = "reconciliation/match_now.html"
    show_facets = admin.ShowFacets.NEVER

    @display(description=_("sort"))
    def kind(self, run: MatchRun) -> str:
        if run.full:
            return gettext("Full rebuild") + (f" ({run.engine})" if run.engine != "duckdb" else "")
        return gettext("New orders, exact links") if run.exact else gettext("New orders")

    @display(description=_("state"), label={"done": "success", "works": "info", "failed": "danger"})
    def shown_state(self, run: MatchRun) -> tuple[str, str]:
        if run.error:
            return "failed", gettext("Failed: %(why)s") % {"why": run.error[:200]}
        if run.finished_at:
            return "done", gettext("Done")
        of = f" {run.done:,} / {run.total:,}" if run.total else ""
        return "works", f"{STEPS.get(run.step, run.step)}{of}" or gettext("begins")

    @display(description=_("took"))
    def took(self, run: MatchRun) -> str:
        return lasting(run.finished_at - run.started_at) if run.finished_at else EMPTY

    @display(description=_("came to"))
    def shown_counts(self, run: MatchRun) -> str:
        return counted(run.counts)

    @display(description=_("links"))
    def shown_links(self, run: MatchRun) -> str:
        words = dict(CustomerLink.State.choices)
        found = run.counts.get("links") or {}
        return ", ".join(f"{words.get(state, state)} {count:,}" for state, count in sorted(found.items())) or EMPTY

    @display(description=_("drift"))
    def shown_drift(self, run: MatchRun) -> SafeString:
        words = gettext("Share of the accounts that the rebuild put elsewhere than the matchings before it")
        return format_html('<span class="pl-num" title="{}">{}</span>', words, percent(run.drift))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        companies = Company.objects.order_by("name") if request.user.has_perm(MAY_DECIDE) else []
        return super().changelist_view(request, {**(extra_context or {}), "companies": companies})  # type: ignore[no-any-return]

    def get_urls(self) -> list[URLPattern]:
        now = self.admin_site.admin_view(self.now_view)
        return [path("now/", now, name="reconciliation_matchrun_now"), *super().get_urls()]

    def now_view(self, request: HttpRequest) -> HttpResponse:
        """Queued, for it takes minutes where there is much."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(MAY_DECIDE) or not self.has_view_permission(request):
            raise PermissionDenied
        asked = request.POST.get("company", "")
        company = get_object_or_404(Company, pk=int(asked) if asked.isdecimal() and len(asked) < 10 else 0)
        full = request.POST.get("full") == "1"
        async_task(f"{tasks.match_company.__module__}.{tasks.match_company.__name__}", company.pk, full)
        messages.success(request, gettext("%(company)s is matched next; this list shows how far it is.") % {
            "company": company,
        })  # fmt: skip
        return HttpResponseRedirect(reverse("admin:reconciliation_matchrun_changelist"))


@admin.register(LinkModel)
class LinkModelAdmin(ReadOnlyAdmin):
    empty_hint = _("The model that comes with the program stands here after the first matching.")
    list_display = ["shown_version", "company", "shown_labels", "shown_error", "made_at", "shown_note"]
    list_filter = [("company", RelatedDropdownFilter)]
    list_select_related = ["company"]
    show_facets = admin.ShowFacets.NEVER

    @display(description=_("version"), ordering="number")
    def shown_version(self, one: LinkModel) -> str:
        return str(one)

    @display(description=_("labels"), ordering="labels")
    def shown_labels(self, one: LinkModel) -> SafeString:
        return number(one.labels)

    @display(description=_("note"))
    def shown_note(self, one: LinkModel) -> str:
        return said(one.note)

    @display(description=_("calibration error"))
    def shown_error(self, one: LinkModel) -> SafeString:
        return format_html('<span class="pl-num">{}</span>', percent(of_json(one.calibration).error))

    def get_urls(self) -> list[URLPattern]:
        calibrate = self.admin_site.admin_view(self.calibrate_view)
        return [path("<int:pk>/calibrate/", calibrate, name="reconciliation_linkmodel_calibrate"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """How well what the model says holds on labels, and how much it finds of what is known otherwise."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        model: Any = self.get_object(request, object_id)
        if model is None:
            return HttpResponseRedirect(reverse("admin:reconciliation_linkmodel_changelist"))
        calibration = of_json(model.calibration)
        recall = labels.known_recall(model.company) if model.company else None
        used = in_use(model.company) if model.company else None
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "original": model, "model": model,
            "title": gettext("Linking model %(version)s") % {"version": model}, "calibration": calibration,
            "rows": calibration.rows, "points": points(calibration.rows), "size": SIZE, "recall": recall,
            "note": said(model.note), "why_no_recall": said(recall.reason) if recall else "", "used": used,
            "may_calibrate": used == model and request.user.has_perm("reconciliation.change_linkmodel"),
        }  # fmt: skip
        return TemplateResponse(request, "reconciliation/link_model.html", context)

    def calibrate_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm("reconciliation.change_linkmodel") or not self.has_view_permission(request):
            raise PermissionDenied
        company = get_object_or_404(Company, pk=get_object_or_404(LinkModel, pk=pk).company_id)
        made = labels.recalibrate(company)
        if made.pk != pk:
            words = gettext("%(version)s is in use: links get their new probabilities with the next full rebuild.")
            messages.success(request, words % {"version": made})
        else:
            messages.info(request, gettext("The labels teach nothing better than what is in use: it stays."))
        return HttpResponseRedirect(reverse("admin:reconciliation_linkmodel_change", args=[made.pk]))


def points(rows: tuple[Reliability, ...]) -> list[dict[str, float]]:
    """The reliability table as a chart: said to the right, observed upwards."""
    return [
        {"x": row.mean * SIZE, "y": (1 - row.observed) * SIZE, "top": (1 - row.high) * SIZE,
         "bottom": (1 - row.low) * SIZE, "r": 3 + min(row.labels, 100) ** 0.5 / 2}
        for row in rows
    ]  # fmt: skip
