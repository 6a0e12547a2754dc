"""Decisions about buyers' data: taken and withdrawn, never changed; and what of a store's buyers may be matched."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pghistory
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.admin_site import (
    CheckboxesWidget,
    ChoicesDropdownFilter,
    ModelAdmin,
    RelatedDropdownFilter,
    TextareaWidget,
    display,
)
from channels.clocks import clock
from channels.core.adapter import SIGNALS
from channels.models import SignalDecision, Store
from channels.policy import Grant, Policy, policy
from channels.shown import moment
from channels.signal_rules import signals_of
from channels.words import SIGNAL_FIELDS


class DecisionForm(forms.ModelForm):
    """A decision is of the moment in which it is taken."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk is None:
            self.instance.decided_at = clock().now()


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), widget=TextareaWidget, max_length=2_000)


@admin.register(SignalDecision)
class SignalDecisionAdmin(ModelAdmin):
    empty_hint = _("Without a decision, only what the channels' rules allow is matched; each store's page shows it.")
    form = DecisionForm
    list_display = ["store", "origin", "purpose", "shown_fields", "decided_by", "decided", "until", "status"]
    list_filter = [("store", RelatedDropdownFilter), ("origin", ChoicesDropdownFilter)]
    list_select_related = ["store", "decided_by"]
    fieldsets = [(None, {"fields": ["store", "origin", "purpose", "fields", "basis", "token_days", "until"]})]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name == "fields":
            choices = [(name, SIGNAL_FIELDS[name]) for name in SIGNALS]
            return forms.MultipleChoiceField(label=_("Fields"), choices=choices, widget=CheckboxesWidget)
        return super().formfield_for_dbfield(db_field, request, **options)

    @display(description=_("fields"))
    def shown_fields(self, decision: SignalDecision) -> str:
        return ", ".join(str(SIGNAL_FIELDS.get(name, name)) for name in decision.fields)

    @display(description=_("decided"), ordering="decided_at")
    def decided(self, decision: SignalDecision) -> SafeString:
        return moment(decision.decided_at, decision.store.timezone)

    @display(description=_("status"), label={"holds": "success", "ended": "warning", "withdrawn": "danger"})
    def status(self, decision: SignalDecision) -> tuple[str, Any]:
        if decision.withdrawn_at:
            return "withdrawn", _("Withdrawn")
        return ("holds", _("Holds")) if clock().now().date() < decision.until else ("ended", _("Ended"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: SignalDecision, form: Any, change: bool) -> None:
        obj.decided_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[URLPattern]:
        withdraw = self.admin_site.admin_view(self.withdraw_view)
        return [
            path("<int:pk>/withdraw/", withdraw, name="channels_signaldecision_withdraw"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        decision = self.get_object(request, object_id)
        if decision is None:
            return HttpResponseRedirect(reverse("admin:channels_signaldecision_changelist"))
        return self._detail(request, decision, WithdrawForm())

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The tokens that rest on the decision go with the next round of the schedule, within minutes."""
        if not request.user.has_perm("channels.change_signaldecision"):
            raise PermissionDenied
        decision = get_object_or_404(SignalDecision, pk=pk)
        form = WithdrawForm(request.POST or None)
        if request.method != "POST" or decision.withdrawn_at or not form.is_valid():
            return self._detail(request, decision, form)
        decision.withdrawn_at = clock().now()
        with pghistory.context(reason=form.cleaned_data["reason"]):
            decision.save()
        self.log_change(request, decision, f"withdrawn: {form.cleaned_data['reason']}")
        messages.success(request, gettext("Withdrawn. The tokens that rest on it are removed within minutes."))
        return HttpResponseRedirect(reverse("admin:channels_signaldecision_changelist"))

    def _detail(self, request: HttpRequest, decision: SignalDecision, form: WithdrawForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": str(decision), "decision": decision,
            "fields": self.shown_fields(decision), "decided": self.decided(decision), "form": form,
            "status": self.status(decision)[1],
            "withdrawn": moment(decision.withdrawn_at, decision.store.timezone) if decision.withdrawn_at else "",
            "may_withdraw": request.user.has_perm("channels.change_signaldecision") and not decision.withdrawn_at,
        }  # fmt: skip
        return TemplateResponse(request, "channels/signal_decision.html", context)


def shown_policy(store: Store) -> SafeString:
    """What of the store's buyers may be matched today: each field, as what, on whose word, how long."""
    today = clock().now().date()
    origins = [
        (label, list(_lines(policy(store, origin, today), store))) for origin, label in SignalDecision.Origin.choices
    ]
    context = {"origins": origins, "why": gettext(why) if (why := signals_of(store.channel).why) else ""}
    return render_to_string("channels/policy.html", context)


def _lines(rules: Policy, store: Store) -> Iterator[dict[str, Any]]:
    decisions = {one.pk: one for one in store.signal_decisions.select_related("decided_by")}
    for name in SIGNALS:
        grants = [one for one in (rules.clear.get(name), rules.masked.get(name)) if one is not None]
        for grant in grants:
            yield _line(grant, decisions.get(grant.decision or 0))
        if not grants:
            yield {"field": SIGNAL_FIELDS[name], "admitted": False}


def _line(grant: Grant, decision: SignalDecision | None) -> dict[str, Any]:
    until: date | None = grant.until
    return {
        "field": SIGNAL_FIELDS[grant.field], "admitted": True, "masked": grant.masked, "inside": grant.inside,
        "days": grant.days, "until": until, "decision": decision,
    }  # fmt: skip
