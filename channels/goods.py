"""Products, costs and rates on their way from a sheet into their tables. Small tables: held in memory up to a limit."""

from collections.abc import Iterator
from typing import Any

from django.db import models

from channels.core.errors import Refused
from channels.core.rows import CostRow, RateRow, SkuRow, StockRow, Unreadable
from channels.models import ExchangeRate, RawPage, Sku, StockReceipt, Store, UnitCost

ROW_LIMIT = 2_000_000  # the ECB's whole history has about 0.3 million rates


class Goods:
    """The rows of one sheet; ``save`` writes them, newest page last, and yields what fits no store."""

    def __init__(self, page: RawPage, load: int) -> None:
        self.page = page
        self._shared: dict[str, Any] = {
            "company_id": page.company_id, "page_id": page.pk, "recorded_at": page.recorded_at, "load": load,
        }  # fmt: skip
        self._rows: dict[type[models.Model], dict[tuple[Any, ...], models.Model]] = {}
        self._skus: list[SkuRow] = []

    def _keep(self, natural: tuple[Any, ...], row: models.Model) -> None:
        rows = self._rows.setdefault(type(row), {})
        rows[natural] = row
        if len(rows) > ROW_LIMIT:
            raise Refused(f"the sheet has more than {ROW_LIMIT:,} rows; split it")

    def stock(self, row: StockRow) -> None:
        landed = {name: str(cost) for name, cost in row.landed}
        self._keep((row.key,), StockReceipt(
            **self._shared, place=row.place, key=row.key, product=row.product, received_on=row.received_on,
            quantity=row.quantity, unit_cost=row.unit_cost, landed=landed, currency=row.currency, opening=row.opening,
        ))  # fmt: skip

    def cost(self, row: CostRow) -> None:
        self._keep((row.product, row.starts_on), UnitCost(
            **self._shared, place=row.place, product=row.product, starts_on=row.starts_on, unit_cost=row.unit_cost,
            currency=row.currency,
        ))  # fmt: skip

    def sku(self, row: SkuRow) -> None:
        self._skus.append(row)

    def rate(self, row: RateRow) -> None:
        self._keep((row.on, row.base, row.quote, row.source), ExchangeRate(
            **self._shared, place=row.place, on=row.on, base=row.base, quote=row.quote, rate=row.rate,
            source=row.source,
        ))  # fmt: skip

    def save(self) -> Iterator[Unreadable]:
        stores = {store.name: store for store in self._stores()} if self._skus else {}
        for row in self._skus:
            if row.store and row.store not in stores:
                yield Unreadable(
                    row.place, f"there is no store named {row.store!r}; leave the cell empty for every store"
                )
                continue
            self._keep((row.store, row.sku), Sku(
                **self._shared, place=row.place, store=stores.get(row.store), sku=row.sku, product=row.product,
                title=row.title,
            ))  # fmt: skip
        for model, rows in self._rows.items():
            natural, values = _NATURAL[model]
            model._default_manager.bulk_create(
                rows.values(), batch_size=5_000, update_conflicts=True, unique_fields=list(natural),
                update_fields=[*values, "page", "place", "recorded_at", "load"],
            )  # fmt: skip

    def _stores(self) -> models.QuerySet[Store]:
        return Store.objects.filter(company=self.page.company_id)

    @staticmethod
    def drop(company_id: int) -> None:
        """What came from sheets, to be read again; what was typed in stays."""
        for model in _NATURAL:
            model._default_manager.filter(company=company_id, page__isnull=False).delete()


_NATURAL: dict[type[models.Model], tuple[tuple[str, ...], tuple[str, ...]]] = {
    StockReceipt: (
        ("company", "key"),
        ("product", "received_on", "quantity", "unit_cost", "landed", "currency", "opening"),
    ),
    UnitCost: (("company", "product", "starts_on"), ("unit_cost", "currency")),
    Sku: (("company", "store", "sku"), ("product", "title")),
    ExchangeRate: (("company", "on", "base", "quote", "source"), ("rate",)),
}
