"""Scheduled work: thin shells that take nothing, and may run twice."""

import logging

from channels.models import Company
from reports.build import build
from reports.events import find

logger = logging.getLogger(__name__)


def build_all() -> str:
    """Find events and build every company's reports, weekly. What fails at one holds up no other; the task says it."""
    built, failed = 0, list[str]()
    for company in Company.objects.order_by("pk"):
        try:
            find(company)
            outcome = build(company)
        except Exception as error:  # of any type; it is told when the others are done
            logger.exception("The reports of company %s were not built", company.pk)
            failed.append(f"company {company.pk}: {type(error).__name__}")
            continue
        built += outcome.built
        failed += [subject for subject, _ in outcome.failed]
    if failed:
        raise RuntimeError(f"{built} reports built; not built: {', '.join(failed)}"[:500])
    return f"{built} reports built"
