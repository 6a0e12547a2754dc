"""Companies and stores, as sellers set them up."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from channels.adapters import adapters
from channels.admin_site import ModelAdmin, RelatedDropdownFilter, SelectWidget, TabularInline, display
from channels.models import Company, Store, StoreTaxRate
from channels.shown import number
from channels.words import channel_label


def _zones() -> list[tuple[str, str]]:
    return [(name, name) for name in sorted(available_timezones()) if "/" in name or name == "UTC"]


class ZoneForm(forms.ModelForm):
    timezone = forms.ChoiceField(label=_("Time zone"), choices=_zones, widget=SelectWidget, initial="UTC")


class StoreForm(ZoneForm):
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=lambda: [(one.code, channel_label(one.code)) for one in adapters() if one.code],
        widget=SelectWidget,
    )


@admin.register(Company)
class CompanyAdmin(ModelAdmin):
    empty_hint = _("A company has a base currency, a time zone and stores: start here.")
    form = ZoneForm
    list_display = ["name", "base_currency", "timezone", "cost_method", "allocation_key", "store_count"]
    search_fields = ["name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Company]:
        companies: QuerySet[Company] = super().get_queryset(request)
        return companies.annotate(store_count=Count("stores"))

    @display(description=_("stores"), ordering="store_count")
    def store_count(self, company: Any) -> SafeString:
        return number(company.store_count)

    def get_readonly_fields(self, request: HttpRequest, obj: Company | None = None) -> list[str]:
        # What is posted is in the base currency for good.
        return ["base_currency"] if obj and obj.pages.exists() else []


class TaxRateInline(TabularInline):
    model = StoreTaxRate

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **options)
        if db_field.name == "rate":  # "rate" alone is an exchange rate in Chinese
            field.label = _("Tax rate")
        return field


@admin.register(Store)
class StoreAdmin(ModelAdmin):
    empty_hint = _("A store is your presence on one channel and marketplace; its files come in under it.")
    form = StoreForm
    inlines = [TaxRateInline]
    list_display = ["name", "company", "channel_name", "marketplace", "currency", "timezone", "page_count"]
    list_filter = [("company", RelatedDropdownFilter)]
    list_select_related = ["company"]
    search_fields = ["name", "marketplace", "channel"]
    fieldsets = [
        (None, {"fields": ["company", "name", ("channel", "marketplace"), ("currency", "timezone"), "cross_border"]}),
        (_("Tax and advertising"), {"fields": ["prices_include_tax", "ads_by_card"]}),
        (_("Opening"), {"fields": ["go_live", ("opening_reserve", "opening_deferred")]}),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Store]:
        stores: QuerySet[Store] = super().get_queryset(request)
        return stores.annotate(page_count=Count("pages"))

    @display(description=_("channel"), ordering="channel")
    def channel_name(self, store: Store) -> str:
        return channel_label(store.channel)

    @display(description=_("pages"), ordering="page_count")
    def page_count(self, store: Any) -> SafeString:
        return number(store.page_count)

    def get_readonly_fields(self, request: HttpRequest, obj: Store | None = None) -> list[str]:
        # Pages of the store are read by its channel and in its currency.
        return ["company", "channel", "currency"] if obj and obj.pages.exists() else []
