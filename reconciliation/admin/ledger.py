"""The ledger to look into, entry by entry."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, F, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.admin.links import source_link
from channels.admin_site import (
    RangeDateFilter,
    ReadOnlyAdmin,
    RelatedDropdownFilter,
    display,
)
from channels.models import Company
from channels.shown import EMPTY, money
from channels.words import KINDS, STAGES
from reconciliation.admin.filters import KindFilter, PayoutFilter, ProductFilter, StageFilter, UnallocatedFilter
from reconciliation.admin.narrowed import DAYS, narrowed
from reconciliation.models import LedgerEntry
from reconciliation.posting import COGS, SHARED

SOURCES = {COGS: _("cost of the sale"), SHARED: _("shared cost")}  # entries that stand on no page


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    empty_hint = _("The ledger is posted within a minute after files are loaded, or at once on the overview.")
    from_files = True
    list_display = [
        "day", "what", "order_and_sku", "shown_store", "shown_stage", "shown_amount", "shown_base", "origin",
    ]  # fmt: skip
    list_filter = [
        ("earning_store", RelatedDropdownFilter), KindFilter, StageFilter, ("posted_on", RangeDateFilter), PayoutFilter,
        ProductFilter, ("company", RelatedDropdownFilter), ("paying_store", RelatedDropdownFilter), UnallocatedFilter,
    ]  # fmt: skip
    list_select_related = ["earning_store", "page", "company"]
    search_fields = ["order_ref__exact"]
    search_help_text = _("Order number")
    list_before_template = "reconciliation/ledger_sums.html"
    show_facets = admin.ShowFacets.NEVER
    fields = [
        ("posted_on", "booked_on"), ("shown_kind", "shown_label"), ("shown_stage", "reversal", "revision"),
        ("paying_store", "earning_store"), ("order_ref", "sku", "quantity"), ("shown_amount", "shown_base"),
        ("rate", "rate_source", "rate_on"), ("ordered_on", "shipped_on"), ("released_on", "deposited_on"),
        ("payout", "source"), ("recorded_at", "origin"),
    ]  # fmt: skip
    readonly_fields = ["shown_kind", "shown_label", "shown_stage", "shown_amount", "shown_base", "origin"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Also what a figure of the contribution page asks for."""
        days = {f"{day}__{test}" for day in DAYS for test in ("gte", "lt", "isnull")}
        more = {
            "company__exact", "earning_store__channel", "earning_store__in", "kind__in", "currency",
            "recorded_at__lte",
        }  # fmt: skip
        return lookup in days | more or super().lookup_allowed(lookup, value, request)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response: HttpResponse = super().changelist_view(request, extra_context)
        found = getattr(response, "context_data", None)
        if found and "cl" in found:
            chosen = list(narrowed(request.GET))
            found["chosen"] = chosen
            found["sums"] = sums_of(found["cl"].queryset) if chosen or found["cl"].query else []
        return response

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        """By day where a part is asked for; the whole ledger as it was written, for sorting it would take seconds."""
        return [F("posted_on").desc(nulls_last=True), "-pk"] if request.GET else ["-pk"]

    @display(description=_("posted"), ordering="posted_on")
    def day(self, entry: LedgerEntry) -> SafeString:
        text = date_format(entry.posted_on, "SHORT_DATE_FORMAT") if entry.posted_on else EMPTY
        return format_html('<span class="pl-nowrap">{}</span>', text)

    @display(description=_("kind"), ordering="kind")
    def what(self, entry: LedgerEntry) -> SafeString:
        """Our word, and the channel's below it."""
        return format_html("<div>{}<br>{}</div>", self.shown_kind(entry), self.shown_label(entry))

    @display(description=_("order and SKU"), ordering="order_ref")
    def order_and_sku(self, entry: LedgerEntry) -> SafeString:
        return format_html("<div>{}<br>{}</div>", entry.order_ref or EMPTY, _below(entry.sku))

    @display(description=_("kind"), ordering="kind")
    def shown_kind(self, entry: LedgerEntry) -> str:
        return str(KINDS.get(entry.kind, entry.kind))

    @display(description=_("stage"), ordering="stage")
    def shown_stage(self, entry: LedgerEntry) -> str:
        words = str(STAGES.get(entry.stage, entry.stage))
        return f"{words} · {gettext('taken back')}" if entry.reversal else words

    @display(description=_("channel's words"), ordering="label")
    def shown_label(self, entry: LedgerEntry) -> SafeString:
        return _below(_own_label(entry) or entry.label)

    @display(description=_("store"))
    def shown_store(self, entry: LedgerEntry) -> str:
        return str(entry.earning_store or EMPTY)

    @display(description=_("amount"), ordering="amount")
    def shown_amount(self, entry: LedgerEntry) -> SafeString:
        return money(entry.amount, entry.currency)

    @display(description=_("base amount"), ordering="base_amount")
    def shown_base(self, entry: LedgerEntry) -> SafeString:
        return money(entry.base_amount, entry.company.base_currency)

    @display(description=_("source"))
    def origin(self, entry: LedgerEntry) -> SafeString | str:
        return source_link(entry.page, entry.place) if entry.page else str(SOURCES.get(entry.source, entry.source))


def _own_label(entry: LedgerEntry) -> str:
    """The label of an entry that no channel worded: what was costed or spread, and how."""
    if entry.source == COGS:
        method, _slash, product = entry.label.partition(" / ")
        return f"{product} · {_choice(Company.CostMethod.choices, method)}"
    if entry.source == SHARED:
        name, _slash, key = entry.label.rpartition(" / ")
        return f"{name} · {_choice(Company.AllocationKey.choices, key)}"
    return ""


def _choice(choices: Any, value: str) -> str:
    return str(dict(choices).get(value, value))


def _below(text: str) -> SafeString:
    """The second line of a cell, cut where it is long."""
    short = text if len(text) <= 44 else f"{text[:43]}…"
    return format_html('<span class="pl-dim" title="{}">{}</span>', text, short)


def sums_of(entries: QuerySet[LedgerEntry]) -> list[SafeString]:
    """What the chosen entries add up to: by currency, and in the books' currency where that differs."""
    by_currency = entries.order_by().values("currency", "company__base_currency").annotate(
        own=Sum("amount"), base=Sum("base_amount"), entries=Count("pk"), rated=Count("base_amount")
    )  # fmt: skip
    own: dict[str, Any] = {}
    base: dict[str, Any] = {}
    for row in by_currency:
        own[row["currency"]] = own.get(row["currency"], 0) + row["own"]
        if row["base"] is not None:
            base[row["company__base_currency"]] = base.get(row["company__base_currency"], 0) + row["base"]
    sums = [money(amount, currency) for currency, amount in sorted(own.items())]
    if base and set(base) != set(own):
        sums += [format_html("= {}", money(amount, currency)) for currency, amount in sorted(base.items())]
    return sums
