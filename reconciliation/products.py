"""Which SKUs of a company's stores are one product: proposals, and what people decide about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.db import connection, transaction

from channels.models import Company, Sku
from reconciliation.cost import product_map
from reconciliation.identity import products
from reconciliation.identity.products import Listing
from reconciliation.models import ProductProposal

State = ProductProposal.State


@dataclass(frozen=True, slots=True)
class Decided:
    """How many proposals were decided, and those that the SKU map says otherwise about by now."""

    count: int
    mapped_otherwise: tuple[ProductProposal, ...] = ()


def listings(company: Company) -> list[Listing]:
    """What the company's stores sold, by SKU. Copies of other channels' orders and cancelled ones count nothing.

    No channel's orders tell a GTIN, so none is here; a SKU that is one still joins by it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LISTINGS, {"company": company.pk})
        return [
            Listing(store, sku, title or "", products.gtin(sku), max(units, 0))
            for store, sku, title, units in cursor.fetchall()
        ]


_LISTINGS = """
SELECT sold.store_id, item.sku, max(item.title),
       coalesce(sum(item.quantity) FILTER (WHERE NOT sold.cancelled), 0)::bigint
FROM channels_orderitem item
JOIN channels_order sold ON sold.id = item.order_id
JOIN channels_store store ON store.id = sold.store_id
WHERE store.company_id = %(company)s AND item.sku <> '' AND NOT sold.is_mirror
GROUP BY sold.store_id, item.sku
ORDER BY sold.store_id, item.sku
"""


def propose_products(company: Company) -> int:
    """Bring the open proposals up to date; decided ones stay. Returns how many are open."""
    decided = ProductProposal.objects.filter(company=company).exclude(state=State.PROPOSED)
    shut = set(decided.values_list("store_id", "sku", "product"))
    found = products.propose_products(listings(company), product_map(company), shut)
    rows = [
        ProductProposal(
            company=company, store_id=one.listing.store, sku=one.listing.sku, title=one.listing.title[:300],
            product=one.product, product_title=one.product_title[:300], evidence=one.evidence, score=one.score,
            units=min(one.listing.units, 2**31 - 1),
        )
        for one in found
    ]  # fmt: skip
    made = {(row.store_id, row.sku, row.product) for row in rows}
    opened = ProductProposal.objects.filter(company=company, state=State.PROPOSED)
    with transaction.atomic():
        gone = [
            pk for pk, *natural in opened.values_list("pk", "store_id", "sku", "product") if tuple(natural) not in made
        ]
        opened.filter(pk__in=gone).delete()
        ProductProposal.objects.bulk_create(
            rows, batch_size=5_000, update_conflicts=True, unique_fields=["store", "sku", "product"],
            update_fields=["title", "product_title", "evidence", "score", "units"],
        )  # fmt: skip
    return opened.count()


def confirm(proposals: Iterable[ProductProposal], user: User) -> Decided:
    """Write open proposals into the SKU map. One whose SKU was mapped meanwhile, and otherwise, stays open."""
    now = datetime.now(UTC)
    count, otherwise = 0, []
    with transaction.atomic():
        for one in _locked(proposals):
            row, _made = Sku.objects.get_or_create(
                company_id=one.company_id, store_id=one.store_id, sku=one.sku,
                defaults={"product": one.product, "title": one.title, "recorded_at": now},
            )  # fmt: skip
            if row.product == one.product:
                count += _decide(one, State.CONFIRMED, user, now)
            else:
                otherwise.append(one)
    return Decided(count, tuple(otherwise))


def reject(proposals: Iterable[ProductProposal], user: User) -> Decided:
    """Open proposals that are not made again."""
    now = datetime.now(UTC)
    with transaction.atomic():
        return Decided(sum(_decide(one, State.REJECTED, user, now) for one in _locked(proposals)))


def _locked(proposals: Iterable[ProductProposal]) -> Iterable[ProductProposal]:
    """Those that are still open, in the order of their keys, so that two people do not wait for each other."""
    keys = [one.pk for one in proposals]
    return ProductProposal.objects.select_for_update().filter(pk__in=keys, state=State.PROPOSED).order_by("pk")


def _decide(one: ProductProposal, state: str, user: User, now: datetime) -> int:
    one.state, one.decided_by, one.decided_at = state, user, now
    one.save(update_fields=["state", "decided_by", "decided_at"])
    return 1
