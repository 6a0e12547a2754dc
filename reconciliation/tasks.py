"""Scheduled work: thin shells that take nothing or ids, and may run twice."""

from django.db.models import Max

from channels.models import Company
from reconciliation.models import Posted
from reconciliation.post import post
from reconciliation.settle import settle


def keep_up() -> str:
    """Post and settle the companies that have loaded something since; every minute."""
    done = dict(Posted.objects.values_list("company", "load"))
    loaded = Company.objects.annotate(last=Max("pages__load")).filter(last__isnull=False)
    behind = [company for company in loaded if company.last > done.get(company.pk, 0)]
    for company in behind:
        post(company)
        settle(company)
    return f"{len(behind)} companies posted"


def settle_all() -> str:
    """Post and settle every company, for what was typed in and for statements that age; every hour."""
    companies = list(Company.objects.all())
    for company in companies:
        post(company)
        settle(company)
    return f"{len(companies)} companies posted"
