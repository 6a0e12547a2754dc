"""Scheduled work: thin shells that take nothing, and may run twice."""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings

from channels.core.errors import Refused
from channels.models import Company
from reports.build import Built, build, build_steering
from reports.events import find
from reports.models import ConversionAccount
from reports.sending import send

logger = logging.getLogger(__name__)


def build_all() -> str:
    """Find events and build every company's reports, weekly. What fails at one holds up no other; the task says it."""
    return _each(_found_and_built)


def steer_all() -> str:
    """Build what the role pages of every company read, nightly; from what channels take as it stands."""
    return _each(build_steering)


def send_conversions() -> str:
    """Tell networks what is due, hourly, where that is on. What fails at one account holds up no other."""
    if not settings.SEND_CONVERSIONS:
        return "conversions are not sent"
    told, failed = Counter[str](), list[str]()
    for account in ConversionAccount.objects.filter(is_on=True).select_related("store__company").order_by("pk"):
        try:
            told += send(account, datetime.now(UTC))
        except Refused as refused:
            failed.append(f"account {account.pk}: {refused}")
        except Exception as error:  # noqa: BLE001 - leads are in memory, so nothing but its type is told
            failed.append(f"account {account.pk}: {type(error).__name__}")
    said = ", ".join(f"{count:,} {state}" for state, count in sorted(told.items())) or "nothing was due"
    if failed:
        raise RuntimeError(f"{said}; {'; '.join(failed)}"[:500])
    return said


def _found_and_built(company: Company) -> Built:
    find(company)
    return build(company)


def _each(work: Callable[[Company], Built]) -> str:
    built, failed = 0, list[str]()
    for company in Company.objects.order_by("pk"):
        try:
            outcome = work(company)
        except Exception as error:  # of any type; it is told when the others are done
            logger.exception("The reports of company %s were not built", company.pk)
            failed.append(f"company {company.pk}: {type(error).__name__}")
            continue
        built += outcome.built
        failed += [subject for subject, _ in outcome.failed]
    if failed:
        raise RuntimeError(f"{built} reports built; not built: {', '.join(failed)}"[:500])
    return f"{built} reports built"
