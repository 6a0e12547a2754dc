"""The sentences that say what to do next, each with a link to the rows behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from channels.models import Company
from reports.analysis.stored import unpaired
from reports.decisions import say

# Where a step leads: the page, what stands behind its address, and who may see it.
_PAGES = {
    "campaigns": ("campaigns", "#campaigns", "reports.view_report"),
    "days": ("campaigns", "#days", "reports.view_report"),
    "costs": ("channels_unitcost_changelist", "", "channels.view_unitcost"),
    "pages": ("channels_rawpage_upload_files", "", "channels.add_rawpage"),
    "words": ("reconciliation_queryclass_changelist", "?verdict__exact=unknown", "reconciliation.view_queryclass"),
    "events": ("reports_event_changelist", "", "reports.view_event"),
    "ledger": ("reconciliation_ledgerentry_changelist", "?a_kind=advertising", "reconciliation.view_ledgerentry"),
}


@dataclass(frozen=True, slots=True)
class Next:
    """``link`` is empty where the person may not see the rows."""

    text: str
    link: str


def next_shown(request: HttpRequest, company: Company, steps: Sequence[Mapping[str, Any]]) -> list[Next]:
    return [Next(say(unpaired(one["step_said"])), _link(request, company, one["to"])) for one in steps]


def _link(request: HttpRequest, company: Company, to: str) -> str:
    name, behind, permission = _PAGES[to]
    if not request.user.has_perm(permission):
        return ""
    asked = f"?company={company.pk}" if name == "campaigns" else ""
    return f"{reverse(f'admin:{name}')}{asked}{behind}"
