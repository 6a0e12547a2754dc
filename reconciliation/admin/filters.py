"""How the ledger's list is narrowed: by words, product, payout, and what has no store."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from channels.admin_site import (
    DropdownFilter,
    TextFilter,
)
from channels.models import Sku
from channels.words import KINDS, STAGES
from reconciliation.models import LedgerEntry


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
