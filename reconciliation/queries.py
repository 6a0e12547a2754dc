"""Reads of the ledger."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import connection
from django.db.models import Exists, F, Max, OuterRef, Q, Value
from django.db.models.functions import Coalesce

from channels.buyers import formats_with_buyers
from channels.core.kinds import Kind
from channels.models import Company, ExchangeRate
from reconciliation.gather import gathered_by, newest_decision
from reconciliation.inputs import goods_settings, store_settings
from reconciliation.ledger.balance import MonthPart, PayoutTotal, by_month
from reconciliation.models import Account, Decision, Posted, SharedCost


def payout_totals(
    company: int | None = None, stores: Iterable[int] = (), payouts: Iterable[str] = ()
) -> list[PayoutTotal]:
    """Every statement with what was posted for it, by store and end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.name, p.ref, p.currency, p.stated, coalesce(e.lines, 0), coalesce(e.unmapped, 0), p.itemised "
            "FROM channels_payout p JOIN channels_store s ON s.id = p.store_id "
            "LEFT JOIN (SELECT paying_store_id, payout, currency, sum(amount) AS lines, "
            "  sum(amount) FILTER (WHERE kind = %(unmapped)s) AS unmapped "
            "  FROM reconciliation_ledgerentry WHERE payout <> '' "
            "  AND (%(stores)s::bigint[] IS NULL OR paying_store_id = ANY(%(stores)s)) "
            "  AND (%(payouts)s::text[] IS NULL OR payout = ANY(%(payouts)s)) GROUP BY 1, 2, 3) e "
            "ON e.paying_store_id = p.store_id AND e.payout = p.ref AND e.currency = p.currency "
            "WHERE (%(company)s::bigint IS NULL OR s.company_id = %(company)s) "
            "AND (%(stores)s::bigint[] IS NULL OR s.id = ANY(%(stores)s)) "
            "AND (%(payouts)s::text[] IS NULL OR p.ref = ANY(%(payouts)s)) "
            "ORDER BY s.name, p.ends_at NULLS LAST, p.deposited_at NULLS LAST, p.ref",
            {
                "unmapped": Kind.UNMAPPED.value, "company": company, "stores": list(stores) or None,
                "payouts": list(payouts) or None,
            },
        )  # fmt: skip
        return [
            PayoutTotal(store, payout, currency, stated, lines, Decimal(stated - lines), unmapped, itemised)
            for store, payout, currency, stated, lines, unmapped, itemised in cursor.fetchall()
        ]


def payout_months(store: int, payout: str) -> list[MonthPart]:
    """The parts of a statement by the month its entries were posted in; entries without a day are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT posted_on, sum(amount) FROM reconciliation_ledgerentry WHERE paying_store_id = %s AND payout = %s "
            "AND posted_on IS NOT NULL GROUP BY 1",
            [store, payout],
        )
        return by_month(cursor.fetchall())


def companies_behind() -> list[Company]:
    """Companies whose ledger has not read everything: a page was loaded, or something typed in or set, since."""
    companies = Company.objects.annotate(
        last=Max("pages__load"), done=Coalesce("posted__load", Value(0)), at=F("posted__at")
    )  # fmt: skip
    typed = Q(Exists(SharedCost.objects.filter(company=OuterRef("pk"), entered_at__gt=OuterRef("at"))))
    newer = ExchangeRate.objects.filter(company=OuterRef("pk"), page=None, recorded_at__gt=OuterRef("at"))
    fresh = set(companies.filter(Q(last__gt=F("done")) | typed | Q(Exists(newer))).values_list("pk", flat=True))
    for done in Posted.objects.filter(load__gt=0).select_related("company"):
        if (done.stores, done.goods) != (store_settings(done.company), goods_settings(done.company)):
            fresh.add(done.company_id)
    return list(Company.objects.filter(pk__in=fresh).order_by("pk"))


def companies_unmatched(*, weighed: bool = False) -> list[Company]:
    """Companies of whom pages were loaded, decisions made or signals admitted since the last matching.

    With ``weighed`` also those whose accounts wait to be weighed, or that wait for a rebuild.
    """
    companies = Company.objects.annotate(
        last=Max("pages__load", filter=Q(pages__resource__in=formats_with_buyers())),
        done=Coalesce("matched__load", Value(0)), word=Coalesce("matched__decision", Value(0)),
    )  # fmt: skip
    decided = Q(Exists(Decision.objects.filter(company=OuterRef("pk"), number__gt=OuterRef("word"))))
    waiting = Q(Exists(Account.objects.filter(company=OuterRef("pk"), touched_at__isnull=False)))
    fresh = Q(last__gt=F("done")) | decided | Q(pk__in=_admitting_more())
    waiting |= Q(matched__isnull=False, matched__rebuilt_at=None)
    return list(companies.filter(fresh | waiting if weighed else fresh).order_by("pk"))


def _admitting_more() -> list[int]:
    """Companies that have pages with buyers and decided about their signals since these were gathered."""
    deciding = Company.objects.filter(stores__signal_decisions__isnull=False, matched__isnull=False).distinct()
    return [one.pk for one in deciding if newest_decision(one) > gathered_by(one)]
