"""What disagrees, and what people said about it."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from channels.admin.links import source_link
from channels.admin_site import (
    ChoicesDropdownFilter,
    DropdownFilter,
    ReadOnlyAdmin,
    RelatedDropdownFilter,
    TextareaWidget,
    display,
)
from channels.models import Payout
from channels.refusals import in_words
from channels.shown import EMPTY, money, number
from reconciliation.admin.links import entries_of_payout
from reconciliation.models import Discrepancy, Resolution


class StatusFilter(DropdownFilter):
    """Open unless asked otherwise: the list is a queue."""

    title, parameter_name = _("status"), "status"
    all_option = None

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("Open")), ("resolved", _("Resolved")), ("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        status = self.value() or "open"
        return queryset if status == "all" else queryset.filter(resolved=status == "resolved")


def with_status(found: QuerySet[Discrepancy]) -> QuerySet[Any]:
    """Each with ``resolved``: whether a person's word on it still holds, for the amount is what it was."""
    words = Resolution.objects.filter(
        company=OuterRef("company"), cause=OuterRef("cause"), key=OuterRef("key"), amount=OuterRef("amount")
    )
    return found.annotate(resolved=Exists(words))


class ResolveForm(forms.Form):
    note = forms.CharField(label=_("Note"), widget=TextareaWidget, max_length=2_000)


@admin.register(Discrepancy)
class DiscrepancyAdmin(ReadOnlyAdmin):
    empty_hint = _("Nothing disagrees: every statement that is loaded adds up and every word is known.")
    list_display = ["age", "shown_cause", "store", "subject", "shown_amount", "shown_count", "status", "origin"]
    list_filter = [StatusFilter, ("cause", ChoicesDropdownFilter), ("store", RelatedDropdownFilter),
                   ("company", RelatedDropdownFilter)]  # fmt: skip
    list_select_related = ["store", "page", "company"]
    search_fields = ["payout", "order_ref", "detail"]
    ordering = ["since", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Discrepancy]:
        return with_status(super().get_queryset(request))

    @display(description=_("age"), ordering="since")
    def age(self, found: Discrepancy) -> SafeString:
        days = max((datetime.now(UTC) - found.since).days, 0)
        text = ngettext("%(days)s day", "%(days)s days", days) % {"days": f"{days:,}"}
        return format_html('<span title="{}">{}</span>', found.since.date(), text)

    @display(description=_("cause"), ordering="cause")
    def shown_cause(self, found: Discrepancy) -> str:
        return found.get_cause_display()

    @display(description=_("concerns"))
    def subject(self, found: Discrepancy) -> str:
        detail = in_words(found.detail)
        short = detail if len(detail) <= 80 else f"{detail[:79]}…"
        return found.payout or found.order_ref or short or EMPTY

    @display(description=_("amount"), ordering="amount")
    def shown_amount(self, found: Discrepancy) -> SafeString:
        return money(found.amount if found.currency else None, found.currency)

    @display(description=_("lines"), ordering="count")
    def shown_count(self, found: Discrepancy) -> SafeString:
        return number(found.count)

    @display(description=_("status"), label={"open": "warning", "resolved": "success"})
    def status(self, found: Any) -> tuple[str, Any]:
        return ("resolved", _("Resolved")) if found.resolved else ("open", _("Open"))

    @display(description=_("source"))
    def origin(self, found: Discrepancy) -> SafeString | str:
        return source_link(found.page, 0) if found.page else EMPTY

    def get_urls(self) -> list[URLPattern]:
        resolve = self.admin_site.admin_view(self.resolve_view)
        return [
            path("<int:found_id>/resolve/", resolve, name="reconciliation_discrepancy_resolve"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The discrepancy, what was said about it, and where its money stands."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_object(request, object_id)
        if found is None:
            messages.warning(request, gettext("This discrepancy is gone: the statements agree by now."))
            return HttpResponseRedirect(reverse("admin:reconciliation_discrepancy_changelist"))
        return self._detail(request, found, ResolveForm())

    def resolve_view(self, request: HttpRequest, found_id: int) -> HttpResponse:
        """A person's word: kept beside the discrepancy, and open again when the amount changes."""
        if not request.user.has_perm("reconciliation.add_resolution"):
            raise PermissionDenied
        found = get_object_or_404(self.get_queryset(request), pk=found_id)
        form = ResolveForm(request.POST or None)
        if request.method != "POST" or not form.is_valid():
            return self._detail(request, found, form)
        Resolution.objects.create(
            company=found.company, cause=found.cause, key=found.key, amount=found.amount,
            note=form.cleaned_data["note"], resolved_by=request.user if request.user.is_authenticated else None,
        )  # fmt: skip
        messages.success(request, gettext("Resolved. It opens again if the amount changes."))
        return HttpResponseRedirect(reverse("admin:reconciliation_discrepancy_changelist"))

    def _detail(self, request: HttpRequest, found: Any, form: ResolveForm) -> HttpResponse:
        payout = Payout.objects.filter(store=found.store_id, ref=found.payout).first() if found.payout else None
        words = Resolution.objects.filter(company=found.company_id, cause=found.cause, key=found.key)
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": str(found), "found": found,
            "form": form, "payout": payout, "words": words.select_related("resolved_by"), "original": found,
            "entries": _entries_of(found), "age": self.age(found),
            "may_resolve": request.user.has_perm("reconciliation.add_resolution"),
        }  # fmt: skip
        return TemplateResponse(request, "reconciliation/discrepancy.html", context)


def _entries_of(found: Discrepancy) -> str:
    """The ledger where the discrepancy's money stands, or nothing."""
    ledger = reverse("admin:reconciliation_ledgerentry_changelist")
    if found.payout and found.store_id:
        return entries_of_payout(found.store_id, found.payout)
    if found.order_ref:
        return f"{ledger}?{urlencode({'q': found.order_ref})}"
    if found.cause == Discrepancy.Cause.UNMAPPED and found.store_id:
        return f"{ledger}?a_kind=unmapped&earning_store__id__exact={found.store_id}"
    return ""


@admin.register(Resolution)
class ResolutionAdmin(ReadOnlyAdmin):
    empty_hint = _("What people say about discrepancies is kept here.")
    list_display = ["resolved_at", "shown_cause", "shown_amount", "note", "resolved_by", "company"]
    list_filter = [("cause", ChoicesDropdownFilter), ("company", RelatedDropdownFilter)]
    list_select_related = ["company", "resolved_by"]
    search_fields = ["note", "key"]
    exclude = ["key"]

    @display(description=_("cause"), ordering="cause")
    def shown_cause(self, word: Resolution) -> str:
        return word.get_cause_display()

    @display(description=_("amount"), ordering="amount")
    def shown_amount(self, word: Resolution) -> SafeString:
        return money(word.amount)
