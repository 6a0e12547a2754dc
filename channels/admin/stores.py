"""Companies and stores, as sellers set them up."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from channels import credentials
from channels.adapters import adapters
from channels.admin import pulling
from channels.admin.signals import shown_policy
from channels.admin_site import ModelAdmin, RelatedDropdownFilter, SelectWidget, TabularInline, display
from channels.models import Company, Store, StoreTaxRate
from channels.refusals import in_words
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

    @display(description=_("refused by its channel"))
    def shown_refused(self, store: Store) -> str:
        return in_words(store.refused)

    @display(description=_("address for pushed messages"))
    def push_address(self, store: Store) -> str:
        return pulling.push_address(store)

    @display(description=_("today"))
    def effective_policy(self, store: Store) -> SafeString:
        return shown_policy(store)

    def get_readonly_fields(self, request: HttpRequest, obj: Store | None = None) -> list[str]:
        # Pages of the store are read by its channel and in its currency.
        fixed = ["company", "channel", "currency"] if obj and obj.pages.exists() else []
        return [*fixed, "shown_refused", "push_address", "effective_policy"]

    def get_fieldsets(self, request: HttpRequest, obj: Store | None = None) -> list[Any]:
        # A store that is new has no channel yet; who may only look has no use for empty boxes.
        more = pulling.fieldsets_of(_stored(obj)) if obj and self.has_change_permission(request, obj) else []
        matched = [(_("What may be matched"), {"fields": ["effective_policy"]})] if obj else []
        return [*self.fieldsets, *more, *matched]

    def get_form(self, request: HttpRequest, obj: Store | None = None, change: bool = False, **options: Any) -> Any:
        if obj and self.has_change_permission(request, obj):
            options["form"] = type("StoreForm", (StoreForm,), pulling.fields_of(_stored(obj)))
        return super().get_form(request, obj, change, **options)

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Store, form: Any, change: bool) -> None:
        if change:
            # A pull may have renewed a token since this form was opened.
            now = Store.objects.select_for_update(no_key=True).only("credentials", "refused").get(pk=obj.pk)
            obj.credentials, obj.refused = now.credentials, now.refused
        pulling.apply(form, obj)
        super().save_model(request, obj, form, change)
        credentials.enter(obj.pk, pulling.entered(form))


def _stored(store: Store) -> Store:
    """The store as it is, whatever a form that was refused has put into this one."""
    return Store.objects.get(pk=store.pk)
