"""Scheduled work: thin shells that take nothing or ids, and may run twice."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from channels.models import Company
from reconciliation import privacy
from reconciliation.expose import expose
from reconciliation.match import match
from reconciliation.overlap import measure_overlap
from reconciliation.post import post
from reconciliation.queries import companies_behind, companies_unmatched
from reconciliation.settle import settle

_Done = TypeVar("_Done")


def _each(companies: Iterable[Company], work: Callable[[Company], _Done]) -> list[_Done]:
    """Do it for each company. One where it fails holds up no other; the task fails with the last such error."""
    done, failed = [], None
    for company in companies:
        try:
            done.append(work(company))
        except Exception as error:  # noqa: BLE001 - of any type; it is raised when the others are done
            failed = error
    if failed is not None:
        raise failed
    return done


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
    return f"{sum(done.changed for done in _each(Company.objects.all(), expose))} companies exposed"


def keep_promises() -> str:
    """Meet demands about personal data, for every company; every five minutes."""
    return "; ".join(_each(Company.objects.order_by("pk"), privacy.keep_promises))


def link_new() -> str:
    """Make tokens of what was loaded and link it by exact ones, for every company with something new; every minute."""
    found = _each(companies_unmatched(), lambda company: match(company, only_exact=True))
    return f"{sum(run is not None for run in found)} companies linked"


def match_new() -> str:
    """Weigh what is new against everybody, every five minutes. Without anything new that is two queries."""
    found = _each(companies_unmatched(weighed=True), match)
    return f"{sum(run is not None for run in found)} companies matched"


def match_company(company: int, full: bool = False) -> str:
    """Match one company because a person asked for it."""
    run = match(Company.objects.get(pk=company), full=full)
    return "matched" if run is not None else "another process is matching it"


def rebuild_matches() -> str:
    """Build every link anew and say how far it had drifted, weekly; then the overlap."""
    companies = list(Company.objects.filter(matched__isnull=False))
    _each(companies, _rebuild)
    return f"{len(companies)} companies rebuilt"


def _rebuild(company: Company) -> None:
    match(company, full=True)
    measure_overlap(company)


def measure_overlaps() -> str:
    """Estimate anew how many persons buy on two channels; daily."""
    return f"{sum(_each(Company.objects.filter(matched__isnull=False), measure_overlap))} estimates"
