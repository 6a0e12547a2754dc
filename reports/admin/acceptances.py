"""What people accept of newcomers where no data tell it: said by a name, withdrawn by one, never changed or deleted."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.admin_site import ModelAdmin, RelatedDropdownFilter, SelectWidget, display
from channels.clocks import clock
from channels.models import Store
from channels.words import channel_label
from reports.models import Acceptance

_SAID = ("company", "country", "affecting", "affected", "statement")


class AcceptanceForm(forms.ModelForm):
    affecting = forms.ChoiceField(label=_("channel where they buy"), widget=SelectWidget)
    affected = forms.ChoiceField(label=_("channel where they would have bought"), widget=SelectWidget)

    class Meta:
        model = Acceptance
        fields = (*_SAID, "note")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = set(Store.objects.values_list("channel", flat=True))
        for name in {"affecting", "affected"} & self.fields.keys():
            self.fields[name].choices = [(code, channel_label(code)) for code in sorted(known)]  # type: ignore[attr-defined]

    def clean_country(self) -> str:
        country: str = self.cleaned_data["country"].upper()
        if len(country) != 2 or not (country.isascii() and country.isalpha()):
            raise ValidationError(_("Two letters, such as US."))
        return country

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("affecting") and given.get("affecting") == given.get("affected"):
            raise ValidationError({"affected": _("A channel takes nothing from itself: choose another one.")})
        same = {name: given.get(name) for name in _SAID}
        if None not in same.values() and Acceptance.objects.filter(**same, withdrawn_at=None).exists():
            raise ValidationError(_("This is accepted already."))
        return given


class StateFilter(admin.SimpleListFilter):
    title, parameter_name = _("state"), "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("holds", _("in force")), ("withdrawn", _("withdrawn"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Acceptance]) -> QuerySet[Acceptance]:
        if self.value() in ("holds", "withdrawn"):
            return queryset.filter(withdrawn_at__isnull=self.value() == "holds")
        return queryset


@admin.register(Acceptance)
class AcceptanceAdmin(ModelAdmin):
    form = AcceptanceForm
    empty_hint = _(
        "Without an event, at most every order of a channel was taken from another. Accept here that newcomers who "
        "would have bought there search the brand, and only those that did count."
    )
    list_display = ["shown_channels", "country", "statement", "note", "accepted_at", "accepted_by", "shown_state",
                    "withdrawn_by"]  # fmt: skip
    list_filter = [StateFilter, ("company", RelatedDropdownFilter)]
    list_select_related = ["accepted_by", "withdrawn_by"]
    search_fields = ["country", "affecting", "affected", "note"]
    actions = ["withdraw"]
    readonly_fields = ["accepted_at", "accepted_by", "withdrawn_at", "withdrawn_by"]

    def get_fields(self, request: HttpRequest, obj: Acceptance | None = None) -> Any:
        said = [("company", "country"), ("affecting", "affected"), "statement", "note"]
        if obj is None:
            return said
        return [*said, ("accepted_at", "accepted_by"), ("withdrawn_at", "withdrawn_by")]

    def has_change_permission(self, request: HttpRequest, obj: Acceptance | None = None) -> bool:
        return False  # what was accepted stands as it was said

    def has_delete_permission(self, request: HttpRequest, obj: Acceptance | None = None) -> bool:
        return False

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("reports.change_acceptance"))

    @display(description=_("channels"))
    def shown_channels(self, one: Acceptance) -> str:
        return f"{channel_label(one.affecting)} → {channel_label(one.affected)}"

    @display(description=_("state"), ordering="withdrawn_at", label={"holds": "success", "withdrawn": ""})
    def shown_state(self, one: Acceptance) -> tuple[str, str]:
        return ("withdrawn", gettext("withdrawn")) if one.withdrawn_at else ("holds", gettext("in force"))

    def save_model(self, request: HttpRequest, obj: Acceptance, form: Any, change: bool) -> None:
        obj.accepted_by, obj.accepted_at = request.user, clock().now()  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Withdraw"), permissions=["withdraw"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Acceptance]) -> None:
        held = list(queryset.filter(withdrawn_at=None))
        for one in held:
            one.withdrawn_by, one.withdrawn_at = request.user, clock().now()  # type: ignore[assignment]
            one.save()
        words = gettext("Withdrawn: %(n)s. Bounds widen when reports are next built.")
        self.message_user(request, words % {"n": f"{len(held):,}"}, messages.SUCCESS)
