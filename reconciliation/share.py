"""Shared costs, spread over the stores by a chosen key, day by day; what no key can spread stays with the company."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection

from channels.core.kinds import Kind, Stage
from channels.core.money import Money, quantum, split
from channels.models import Company
from reconciliation.ledger.allocation import UNALLOCATED, Activity, allocate, drivers
from reconciliation.ledger.lines import Draft
from reconciliation.ledger.tiers import NET_REVENUE, TIER
from reconciliation.models import SharedCost
from reconciliation.posting import SHARED, Ledger


def post_shared_costs(ledger: Ledger) -> None:
    """Post every shared cost by its key, or the company's; a share that moved is reversed and posted anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT paying_store_id, source, key FROM reconciliation_ledgerentry "
            "WHERE company_id = %s AND paying_store_id IS NULL AND source = %s",
            [ledger.company.pk, SHARED],
        )
        standing = ledger.standing(cursor.fetchall())
    drafts = [
        one for cost in SharedCost.objects.filter(company=ledger.company) for one in _drafts(ledger.company, cost)
    ]
    ledger.gone_at(max((one.recorded_at for one in drafts), default=None))
    ledger.write(standing, drafts)


def _drafts(company: Company, cost: SharedCost) -> Iterator[Draft]:
    key = cost.allocation_key or company.allocation_key
    weights: dict[str, Decimal] = {}
    if key != Company.AllocationKey.UNALLOCATED:
        weights = drivers(key, activity(company, cost.starts_on, cost.ends_on))
    days = (cost.ends_on - cost.starts_on).days + 1
    by_day = split(-cost.amount, [Decimal(1)] * days, quantum(cost.currency))
    for number, amount in enumerate(by_day):
        on = cost.starts_on + timedelta(days=number)
        shares = (
            allocate(Money(amount, cost.currency), weights) if weights else {UNALLOCATED: Money(amount, cost.currency)}
        )
        for store, share in shares.items():
            if share.amount:
                yield _draft(cost, key, on, store, share)


def _draft(cost: SharedCost, key: str, on: date, store: str, share: Money) -> Draft:
    return Draft(
        paying_store=None, earning_store=int(store) if store else None, source=SHARED,
        key=f"{cost.pk}/{on.isoformat()}/{store}", part=0, stage=Stage.COST, kind=Kind(cost.pool),
        label=f"{cost.name} / {key if store else Company.AllocationKey.UNALLOCATED}", order_ref="", sku="", quantity=0,
        amount=share.amount, currency=share.currency, ordered_on=on, shipped_on=on, posted_on=on, released_on=on,
        deposited_on=on, payout="", page=None, place=0, recorded_at=cost.entered_at,
    )  # fmt: skip


def activity(company: Company, starts_on: date, ends_on: date) -> dict[str, Activity]:
    """What each store did between two days (both included), by store id, in base currency."""
    revenue = [kind.value for kind, tier in TIER.items() if tier == NET_REVENUE]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT earning_store_id, coalesce(sum(base_amount), 0), "
            "coalesce(sum(quantity) FILTER (WHERE kind = 'revenue'), 0), "
            "count(DISTINCT order_ref) FILTER (WHERE kind = 'revenue' AND order_ref <> '') "
            "FROM reconciliation_ledgerentry WHERE company_id = %s AND kind = ANY(%s) AND earning_store_id IS NOT NULL "
            "AND coalesce(posted_on, ordered_on) BETWEEN %s AND %s GROUP BY 1",
            [company.pk, revenue, starts_on, ends_on],
        )
        return {
            str(store): Activity(Decimal(net), Decimal(units), Decimal(orders))
            for store, net, units, orders in cursor.fetchall()
        }
