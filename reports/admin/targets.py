"""What a company aims at in single figures, as people enter it: shares in percent, money in its currency."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from channels.admin_site import ModelAdmin, RelatedDropdownFilter, SelectWidget, display
from reports.admin.kpis import NAMES, figure, shown_aim
from reports.analysis.kpi.aims import AIMS, MONEY, SHARE
from reports.models import Target

_HUNDRED = Decimal(100)
_SIGNED = {"contribution", "growth_share", "funnel", "value_per_mille"}  # can be below nothing
_BEYOND_ALL = {"growth_share", "tacos", "acos", "predictability"}  # a share that can be more than all


class TargetForm(forms.ModelForm):
    figure = forms.ChoiceField(label=_("Figure"), widget=SelectWidget)

    class Meta:
        model = Target
        fields = ("company", "figure", "value", "since")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if "figure" in self.fields:
            self.fields["figure"].choices = choices()  # type: ignore[attr-defined]
        if "value" in self.fields:
            self.fields["value"].help_text = _("Shares in percent; sums of money as of 13 weeks.")
        if self.instance.pk and AIMS[self.instance.figure].unit == SHARE:
            self.initial["value"] = (self.instance.value * _HUNDRED).normalize()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        code, value = given.get("figure"), given.get("value")
        if code is None or value is None:
            return given
        if value < 0 and code not in _SIGNED:
            raise ValidationError({"value": _("This figure is never below nothing.")})
        if AIMS[code].unit == SHARE:
            if value > _HUNDRED and code not in _BEYOND_ALL:
                raise ValidationError({"value": _("A share is at most 100 %.")})
            given["value"] = value / _HUNDRED
        return given


def choices() -> list[tuple[str, str]]:
    """Figures with the unit of their aim, by name."""
    return sorted(((code, f"{NAMES[code]} ({unit(code)})") for code in AIMS), key=lambda one: one[1])


def unit(code: str, currency: str = "") -> str:
    """As people read it; money without a currency is of the company's."""
    told = AIMS[code].unit
    if told == SHARE:
        return "%"
    money = currency or gettext("company’s currency")
    return figure(0, told.replace(MONEY, money)).partition(" ")[2] or gettext("ratio")


@admin.register(Target)
class TargetAdmin(ModelAdmin):
    """Who sets a target is kept with it; the one with the latest day that has come is in force."""

    form = TargetForm
    empty_hint = gettext_lazy(
        "A figure with a target says on its page how far it is from it, and warns where it is always reached."
    )
    list_display = ["shown_figure", "shown_aim", "since", "company", "set_by"]
    list_filter = [("company", RelatedDropdownFilter)]
    list_select_related = ["company", "set_by"]
    fields = ["company", "figure", "value", "since"]

    @display(description=_("figure"), ordering="figure")
    def shown_figure(self, one: Target) -> str:
        return str(NAMES.get(one.figure, one.figure))

    @display(description=_("aim"), ordering="value")
    def shown_aim(self, one: Target) -> str:
        return shown_aim(one)

    def save_model(self, request: HttpRequest, obj: Target, form: Any, change: Any) -> None:
        if request.user.is_authenticated:
            obj.set_by = request.user
        super().save_model(request, obj, form, change)
