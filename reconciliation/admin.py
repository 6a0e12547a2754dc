"""The ledger to look into, the discrepancies to settle, the costs and closes that people enter."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from channels.admin.facts import PayoutAdmin
from channels.admin.links import source_link
from channels.admin_site import (
    ChoicesDropdownFilter,
    DropdownFilter,
    ModelAdmin,
    RangeDateFilter,
    ReadOnlyAdmin,
    RelatedDropdownFilter,
    TextareaWidget,
    TextFilter,
    display,
)
from channels.models import Company, Payout, Sku, Store
from channels.refusals import in_words
from channels.shown import EMPTY, money, number
from channels.words import KINDS, STAGES, channel_label
from reconciliation.ledger.tiers import LADDER, NET_REVENUE, TIER
from reconciliation.models import ClosedPeriod, Discrepancy, LedgerEntry, Resolution, SharedCost
from reconciliation.posting import COGS, SHARED
from reconciliation.queries import payout_months, payout_totals

SOURCES = {COGS: _("cost of the sale"), SHARED: _("shared cost")}  # entries that stand on no page
DAYS = ("ordered_on", "shipped_on", "posted_on", "released_on", "deposited_on")


class WordsFilter(DropdownFilter):
    """Choices of a column in our words."""

    column: ClassVar[str]
    words: ClassVar[dict[str, Any]]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(code), words) for code, words in self.words.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(**{self.column: self.value()}) if self.value() else queryset


class KindFilter(WordsFilter):
    title, parameter_name, column, words = _("kind"), "a_kind", "kind", KINDS


class StageFilter(WordsFilter):
    title, parameter_name, column, words = _("stage"), "a_stage", "stage", STAGES


class ProductFilter(TextFilter):
    """A product, as the SKU map names it; a SKU that is not in the map is its own product."""

    title, parameter_name = _("product"), "product"

    def queryset(self, request: HttpRequest, queryset: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
        return of_product(queryset, "" if self.value() == "-" else self.value()) if self.value() else queryset


class UnallocatedFilter(DropdownFilter):
    title, parameter_name = _("allocation"), "unallocated"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("without a store"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
        return queryset.filter(earning_store=None) if self.value() == "1" else queryset


class PayoutFilter(TextFilter):
    title, parameter_name = _("payout"), "of_payout"

    def queryset(self, request: HttpRequest, queryset: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
        return queryset.filter(payout=self.value().strip()) if self.value() else queryset


def of_product(entries: QuerySet[LedgerEntry], product: str) -> QuerySet[LedgerEntry]:
    """The entries of a product; of none for an empty name.

    A store's own map goes before the company's, and a SKU that is in neither is its own product. The map is read
    first, for asking it at every entry takes long on a large ledger.
    """
    if not product:
        return entries.filter(sku="")
    theirs = Sku.objects.filter(product=product)
    mapped = list(Sku.objects.filter(Q(sku__in=theirs.values("sku")) | Q(sku=product)))
    own = {(row.company_id, row.store_id, row.sku): row.product for row in mapped if row.store_id}
    shared = {(row.company_id, row.sku): row.product for row in mapped if not row.store_id}
    wanted = Q(sku=product)
    for company, sku in shared:
        if sku == product:
            wanted &= ~Q(company=company)
    wanted &= _not_of([key for key in own if key[2] == product])
    for (company, sku), name in shared.items():
        if name == product:
            others = [key for key in own if (key[0], key[2]) == (company, sku)]
            wanted |= Q(company=company, sku=sku) & _not_of(others)
    for (company, store, sku), name in own.items():
        if name == product:
            wanted |= Q(company=company, earning_store=store, sku=sku)
    return entries.filter(wanted)


def _not_of(keys: Sequence[tuple[int, int | None, str]]) -> Q:
    """Not of these stores, which have a map of their own; what has no store is of none."""
    stores = [store for _company, store, _sku in keys]
    return Q(earning_store=None) | ~Q(earning_store__in=stores) if stores else Q()


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
            chosen = list(_chosen(request.GET))
            found["chosen"] = chosen
            found["sums"] = _sums(found["cl"].queryset) if chosen or found["cl"].query else []
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


def _sums(entries: QuerySet[LedgerEntry]) -> list[SafeString]:
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


def _chosen(asked: Any) -> Iterator[str]:
    """The filters of the address, in words."""
    for name, value in asked.items():
        if value and (words := _filter_words(name, value)):
            yield words


def _filter_words(name: str, value: str) -> str:
    day, _dash, test = name.partition("__")
    if day.removesuffix("_from").removesuffix("_to") in DAYS:
        return _day_words(name, day, test, value)
    if name in ("kind__in", "a_kind"):
        return _margin_of(value.split(",")) or ", ".join(str(KINDS.get(one, one)) for one in value.split(","))
    if name == "a_stage":
        return str(STAGES.get(value, value))
    if name == "earning_store__channel":
        return channel_label(value)
    if name == "unallocated":
        return gettext("without a store")
    for prefix, model in (("earning_store", Store), ("paying_store", Store), ("company", Company)):
        if name.startswith(prefix):
            ids = [one for one in value.split(",") if one.isdecimal()]
            return ", ".join(str(one) for one in model._default_manager.filter(pk__in=ids))
    plain = {"of_payout": _("payout"), "product": _("product"), "currency": _("currency")}
    return f"{plain[name]} {value}" if name in plain else ""


def _margin_of(kinds: list[str]) -> str:
    """The margin that sums exactly these kinds, or nothing."""
    for place, margin in enumerate(LADDER, 1):
        if {kind.value for kind, tier in TIER.items() if tier in LADDER[:place]} == set(kinds):
            return gettext("Net revenue") if margin == NET_REVENUE else f"CM{margin.removeprefix('cm')}"
    return ""


def _day_words(name: str, day: str, test: str, value: str) -> str:
    field = day.removesuffix("_from").removesuffix("_to")
    label = LedgerEntry._meta.get_field(field).verbose_name  # type: ignore[union-attr]
    if test == "isnull":
        return gettext("%(date)s: no date yet") % {"date": label}
    return f"{label} {'<' if test == 'lt' else '≤' if name.endswith('_to') else '≥'} {value}"


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


def _entries_of_payout(store: int, payout: str) -> str:
    ledger = reverse("admin:reconciliation_ledgerentry_changelist")
    return f"{ledger}?{urlencode({'paying_store__id__exact': store, 'of_payout': payout})}"


def _entries_of(found: Discrepancy) -> str:
    """The ledger where the discrepancy's money stands, or nothing."""
    ledger = reverse("admin:reconciliation_ledgerentry_changelist")
    if found.payout and found.store_id:
        return _entries_of_payout(found.store_id, found.payout)
    if found.order_ref:
        return f"{ledger}?{urlencode({'q': found.order_ref})}"
    if found.cause == Discrepancy.Cause.UNMAPPED and found.store_id:
        return f"{ledger}?a_kind=unmapped&earning_store__id__exact={found.store_id}"
    return ""


admin.site.unregister(Payout)


@admin.register(Payout)
class TiedPayoutAdmin(PayoutAdmin):
    """A payout beside the ledger: what was posted for it, what is left, and in which months."""

    change_form_after_template = "reconciliation/payout.html"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = dict(extra_context or {})
        payout = self.get_object(request, object_id)
        if payout is not None and request.user.has_perm("reconciliation.view_ledgerentry"):
            context["tied"] = payout_totals(stores=[payout.store_id], payouts=[payout.ref])
            context["months"] = payout_months(payout.store_id, payout.ref)
            context["entries"] = _entries_of_payout(payout.store_id, payout.ref)
        response: HttpResponse = super().change_view(request, object_id, form_url, context)
        return response


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


@admin.register(SharedCost)
class SharedCostAdmin(ModelAdmin):
    empty_hint = _("Costs that serve several channels, as brand marketing: they are spread by the allocation key.")
    list_display = ["name", "pool", "starts_on", "ends_on", "shown_amount", "shown_key", "company"]
    list_filter = [("company", RelatedDropdownFilter), ("pool", ChoicesDropdownFilter)]
    list_select_related = ["company"]
    search_fields = ["name"]
    fields = ["company", "name", "pool", ("starts_on", "ends_on"), ("amount", "currency"), "allocation_key"]

    @display(description=_("amount"), ordering="amount")
    def shown_amount(self, cost: SharedCost) -> SafeString:
        return money(cost.amount, cost.currency)

    @display(description=_("allocation key"))
    def shown_key(self, cost: SharedCost) -> str:
        return cost.get_allocation_key_display() if cost.allocation_key else cost.company.get_allocation_key_display()


@admin.register(ClosedPeriod)
class ClosedPeriodAdmin(ModelAdmin):
    """A close is said once and stays: what arrives later is booked on the next day."""

    empty_hint = _("Close a period and its figures stay: what arrives later is booked on the next open day.")
    list_display = ["company", "through", "closed_at"]
    list_filter = [("company", RelatedDropdownFilter)]
    list_select_related = ["company"]

    def has_change_permission(self, request: HttpRequest, obj: ClosedPeriod | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ClosedPeriod | None = None) -> bool:
        return False
