"""Scheduled work: thin shells that take nothing or ids, and may run twice."""

from channels.models import Company
from reconciliation import privacy
from reconciliation.expose import expose
from reconciliation.post import post
from reconciliation.queries import companies_behind
from reconciliation.settle import settle


def keep_up() -> str:
    """Post and settle the companies that have loaded or typed in something since; every minute."""
    behind = companies_behind()
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


def expose_all() -> str:
    """Class what was searched, for the companies that have something new; every hour."""
    changed = 0
    for company in Company.objects.all():
        changed += expose(company).changed
    return f"{changed} companies exposed"


def keep_promises() -> str:
    """Meet demands about personal data, for every company; every five minutes."""
    return "; ".join(map(privacy.keep_promises, Company.objects.order_by("pk")))
