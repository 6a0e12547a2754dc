"""Shared costs, spread over the stores by a chosen key, day by day; what no key can spread stays with the company."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
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
    costs = SharedCost.objects.filter(company=ledger.company)
    if ledger.until:
        costs = costs.filter(entered_at__lte=ledger.until)
    drafts = [one for cost in costs for one in _drafts(ledger.company, cost)]
    ledger.write(standing, drafts, gone_at=max((one.recorded_at for one in drafts), default=None))


def _drafts(company: Company, cost: SharedCost) -> Iterator[Draft]:
    key = cost.allocation_key or company.allocation_key
    weights: dict[str, Decimal] = {}
    known_at = cost.entered_at
    if key != Company.AllocationKey.UNALLOCATED:
        found, moved_at = activity(company, cost.starts_on, cost.ends_on)
        weights = drivers(key, found)
        known_at = max(filter(None, (known_at, moved_at)))  # a share hangs on what every store did
    days = (cost.ends_on - cost.starts_on).days + 1
    by_day = split(-cost.amount, [Decimal(1)] * days, quantum(cost.currency))
    for number, amount in enumerate(by_day):
        on = cost.starts_on + timedelta(days=number)
        shares = (
            allocate(Money(amount, cost.currency), weights) if weights else {UNALLOCATED: Money(amount, cost.currency)}
        )
        for store, share in shares.items():
            if share.amount:
                yield _draft(cost, key, on, store, share, known_at)


def _draft(cost: SharedCost, key: str, on: date, store: str, share: Money, known_at: datetime) -> Draft:
    return Draft(
        paying_store=None, earning_store=int(store) if store else None, source=SHARED,
        key=f"{cost.pk}/{on.isoformat()}/{store}", part=0, stage=Stage.COST, kind=Kind(cost.pool),
        label=f"{cost.name} / {key if store else Company.AllocationKey.UNALLOCATED}", order_ref="", sku="", quantity=0,
        amount=share.amount, currency=share.currency, ordered_on=on, shipped_on=on, posted_on=on, released_on=on,
        deposited_on=on, payout="", page=None, place=0, recorded_at=known_at,
    )  # fmt: skip


def activity(company: Company, starts_on: date, ends_on: date) -> tuple[dict[str, Activity], datetime | None]:
    """What each store did between two days (both included), by store id, in base currency; and when it was known."""
    revenue = [kind.value for kind, tier in TIER.items() if tier == NET_REVENUE]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT store, sum(net), coalesce(sum(units), 0), count(*) FILTER (WHERE units > 0 AND order_ref <> ''), "
            "max(known) FROM (SELECT earning_store_id AS store, order_ref, coalesce(sum(base_amount), 0) AS net, "
            "sum(quantity) FILTER (WHERE kind = 'revenue') AS units, max(recorded_at) AS known "
            "FROM reconciliation_ledgerentry WHERE company_id = %s AND kind = ANY(%s) AND earning_store_id IS NOT NULL "
            "AND coalesce(posted_on, ordered_on) BETWEEN %s AND %s GROUP BY 1, 2) o GROUP BY 1",
            [company.pk, revenue, starts_on, ends_on],
        )
        rows = cursor.fetchall()
    found = {
        str(store): Activity(Decimal(net), Decimal(units), Decimal(orders)) for store, net, units, orders, _ in rows
    }
    return found, max((row[-1] for row in rows), default=None)
