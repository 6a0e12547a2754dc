"""Events: found in the data or entered, confirmed by who attests to them; experiments registered before."""

import secrets
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from channels.admin_site import (
    ChoicesDropdownFilter,
    IntegerWidget,
    ModelAdmin,
    RelatedDropdownFilter,
    SelectWidget,
    TextWidget,
    display,
)
from channels.clocks import clock
from channels.models import Store
from channels.words import channel_label
from reports.analysis.schedule import FEWEST, draw
from reports.models import Event, Experiment

_CORE = ("company", "kind", "country", "affecting", "affected", "regions", "starts_on", "ends_on")


class RegionsField(forms.CharField):
    """States with commas between them, kept as a sorted list."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return sorted({one.strip().upper() for one in (super().to_python(value) or "").split(",") if one.strip()})

    def validate(self, value: Any) -> None:
        super().validate(value or "")

    def run_validators(self, value: Any) -> None:
        """The words are free."""


class EventForm(forms.ModelForm):
    affecting = forms.ChoiceField(label=_("channel that changed"), widget=SelectWidget)
    affected = forms.ChoiceField(label=_("channel that may have been affected"), widget=SelectWidget)
    regions = RegionsField(
        label=_("regions"), required=False, widget=TextWidget,
        help_text=_("States as orders write them, with commas: TX, FL, GA. Empty: the whole country."),
    )  # fmt: skip

    class Meta:
        model = Event
        fields = (*_CORE, "carried_by", "nothing_else_changed", "random_rollout", "note", "state")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = set(Store.objects.values_list("channel", flat=True))
        choices = [(code, channel_label(code)) for code in sorted(known)]
        for name in ("affecting", "affected"):
            if name in self.fields:
                self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("affecting") and given.get("affecting") == given.get("affected"):
            raise ValidationError({"affected": _("A channel takes nothing from itself: choose another one.")})
        if "country" in given:
            given["country"] = given["country"].upper()
        return given


@admin.register(Event)
class EventAdmin(ModelAdmin):
    """Confirming takes a person's name and time; what an experiment registered can no longer be changed."""

    form = EventForm
    empty_hint = _("Launches, delistings, stock-outs and pauses found in the data stand here; enter what you know of.")
    list_display = ["shown_kind", "channels", "where", "starts_on", "ends_on", "attested", "shown_state", "found_by"]
    list_filter = [("state", ChoicesDropdownFilter), ("kind", ChoicesDropdownFilter),
                   ("company", RelatedDropdownFilter)]  # fmt: skip
    list_select_related = ["company"]
    search_fields = ["country", "affecting", "affected", "note"]
    actions = ["confirm", "reject"]
    fieldsets = [
        (None, {"fields": [("company", "kind"), ("affecting", "affected"), ("country", "regions"),
                           ("starts_on", "ends_on"), "carried_by"]}),
        (_("What you attest"), {"fields": ["nothing_else_changed", "random_rollout", "note", "state"]}),
        (_("How it was found"), {"fields": ["shown_evidence", ("decided_by", "decided_at")]}),
    ]  # fmt: skip
    readonly_fields = ["shown_evidence", "decided_by", "decided_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Event | None = None) -> Any:
        locked = _CORE if obj and hasattr(obj, "experiment") else ()
        return [*self.readonly_fields, *locked]

    def has_delete_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        return False  # a wrong one is rejected, and stays so when it is found again

    @display(description=_("kind"), ordering="kind")
    def shown_kind(self, one: Event) -> str:
        return one.get_kind_display()

    @display(description=_("channels"))
    def channels(self, one: Event) -> str:
        return f"{channel_label(one.affecting)} → {channel_label(one.affected)}"

    @display(description=_("where"))
    def where(self, one: Event) -> str:
        some = ", ".join(one.regions[:6]) + (" …" if len(one.regions) > 6 else "")
        return f"{one.country} {some}".strip()

    @display(description=_("attested"), boolean=True)
    def attested(self, one: Event) -> bool:
        return one.nothing_else_changed

    @display(
        description=_("state"), ordering="state", label={"confirmed": "success", "rejected": "", "proposed": "info"}
    )
    def shown_state(self, one: Event) -> tuple[str, str]:
        return one.state, one.get_state_display()

    @display(description=_("evidence"))
    def shown_evidence(self, one: Event) -> str:
        return "; ".join(f"{name}: {value}" for name, value in one.evidence.items()) or gettext("entered by a person")

    def save_model(self, request: HttpRequest, obj: Event, form: Any, change: bool) -> None:
        if not change or "state" in form.changed_data or "nothing_else_changed" in form.changed_data:
            obj.decided_by, obj.decided_at = request.user, clock().now()  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Confirm"), permissions=["change"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[Event]) -> None:
        self._decide(request, queryset, Event.State.CONFIRMED)
        if bare := queryset.filter(nothing_else_changed=False).count():
            words = ngettext(
                "%(n)s event says nothing yet of what else changed: open it, or no figure is given.",
                "%(n)s events say nothing yet of what else changed: open them, or no figure is given.", bare,
            )  # fmt: skip
            self.message_user(request, words % {"n": f"{bare:,}"}, messages.WARNING)

    @admin.action(description=_("Reject"), permissions=["change"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Event]) -> None:
        self._decide(request, queryset, Event.State.REJECTED)

    def _decide(self, request: HttpRequest, queryset: QuerySet[Event], state: str) -> None:
        for event in queryset.exclude(state=state):
            event.state, event.decided_by, event.decided_at = state, request.user, clock().now()  # type: ignore[assignment]
            event.save()
        self.message_user(request, gettext("Decided."), messages.SUCCESS)


class ExperimentForm(forms.ModelForm):
    block_days = forms.IntegerField(
        label=_("days of a block"), initial=7, min_value=1, max_value=28, widget=IntegerWidget,
        help_text=_("On/off tests only: longer than what one block still does to the next."),
    )  # fmt: skip

    class Meta:
        model = Experiment
        fields = ("event", "hypothesis", "horizon_weeks", "stops_on", "cost", "currency")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        event, stops = given.get("event"), given.get("stops_on")
        if event and clock().now().date() >= event.starts_on:
            raise ValidationError(
                {"event": _("This event has begun: what is written down afterwards registers nothing.")}
            )
        if event and stops and stops <= event.starts_on:
            raise ValidationError({"stops_on": _("It stops before it begins.")})
        if event and event.kind == Event.Kind.SWITCHBACK and self._pairs(given) < FEWEST:
            words = _("It is too short: an on/off test needs %(n)s pairs of blocks at least.") % {"n": FEWEST}
            raise ValidationError({"horizon_weeks": words})
        return given

    def _pairs(self, given: dict[str, Any]) -> int:
        return (given.get("horizon_weeks") or 0) * 7 // (2 * (given.get("block_days") or 7))

    def drawn(self) -> list[dict[str, Any]]:
        """The blocks of an on/off test by lots; none for another event."""
        given = self.cleaned_data
        if given["event"].kind != Event.Kind.SWITCHBACK:
            return []
        found = draw(given["event"].starts_on, self._pairs(given), given["block_days"], self.instance.seed)
        return [
            {"block": one.name, "start": one.starts.date().isoformat(), "end": one.ends.date().isoformat(),
             "pair": one.pair, "on": one.on} for one in found
        ]  # fmt: skip


@admin.register(Experiment)
class ExperimentAdmin(ModelAdmin):
    """Registered once, before the first day; afterwards it can only be read. Lots are drawn as it is registered."""

    form = ExperimentForm
    empty_hint = _("Register what you expect, for how long and at what cost, before an experiment begins.")
    list_display = ["event", "hypothesis", "horizon_weeks", "stops_on", "cost", "currency", "registered_at",
                    "registered_by"]  # fmt: skip
    list_select_related = ["event", "registered_by"]
    readonly_fields = ["schedule", "seed", "registered_at", "registered_by"]

    def get_fields(self, request: HttpRequest, obj: Experiment | None = None) -> Any:
        if obj is None:
            return [*ExperimentForm.Meta.fields, "block_days"]
        return [*ExperimentForm.Meta.fields, *self.readonly_fields]

    def has_change_permission(self, request: HttpRequest, obj: Experiment | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Experiment | None = None) -> bool:
        return False

    @display(description=_("schedule"))
    def schedule(self, one: Experiment) -> SafeString:
        on, off = gettext("on"), gettext("off")
        lines = [(block["start"], block["end"], on if block["on"] else off) for block in one.blocks]
        return format_html_join(mark_safe("<br>"), "{} – {}: <b>{}</b>", lines) or format_html("{}", "–")

    def save_model(self, request: HttpRequest, obj: Experiment, form: Any, change: bool) -> None:
        obj.registered_by = request.user  # type: ignore[assignment]
        obj.seed = secrets.randbits(31)
        obj.blocks = form.drawn()
        super().save_model(request, obj, form, change)
