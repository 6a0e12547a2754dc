"""The sentences that say what to do next, each with a link to the rows behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from channels.models import Company
from reports.analysis.stored import unpaired
from reports.decisions import say

_ROWS = _("Rows behind it")
# Where a step leads: the page and what it is called, what stands behind its address, and who may see it.
_PAGES = {
    "campaigns": ("campaigns", _ROWS, "#campaigns", "reports.view_report"),
    "days": ("campaigns", _ROWS, "#days", "reports.view_report"),
    "costs": ("channels_unitcost_changelist", _("Unit costs"), "", "channels.view_unitcost"),
    "rates": ("channels_exchangerate_changelist", _("Exchange rates"), "", "channels.view_exchangerate"),
    "pages": ("channels_rawpage_upload_files", _("Upload files"), "", "channels.add_rawpage"),
    "words": (
        "reconciliation_queryclass_changelist", _("Queries by class"), "?verdict__exact=unknown",
        "reconciliation.view_queryclass",
    ),
    "events": ("reports_event_changelist", _("Events"), "", "reports.view_event"),
    "ledger": (
        "reconciliation_ledgerentry_changelist", _ROWS, "?a_kind=advertising", "reconciliation.view_ledgerentry",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Next:
    """``link`` is empty where the person may not see the rows."""

    text: str
    link: str
    leads_to: str


def next_shown(request: HttpRequest, company: Company, steps: Sequence[Mapping[str, Any]]) -> list[Next]:
    return [_next(request, company, say(unpaired(one["step_said"])), one["to"]) for one in steps]


def _next(request: HttpRequest, company: Company, text: str, to: str) -> Next:
    name, title, behind, permission = _PAGES[to]
    if not request.user.has_perm(permission):
        return Next(text, "", "")
    asked = f"?company={company.pk}" if name == "campaigns" else ""
    return Next(text, f"{reverse(f'admin:{name}')}{asked}{behind}", str(title))
