"""Post now: for who does not want to wait for the schedule."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from reconciliation.post import post
from reconciliation.queries import companies_behind
from reconciliation.settle import settle

MAY_POST = "reconciliation.add_ledgerentry"


def post_view(request: HttpRequest) -> HttpResponse:
    """Bring the ledger of the companies that are behind up to date, and say what that did."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not request.user.has_perm(MAY_POST):
        raise PermissionDenied
    behind = companies_behind()
    for company in behind:
        outcome, findings = post(company), settle(company)
        said = {"company": company, "posted": f"{outcome.posted:,}", "reversed": f"{outcome.reversed:,}"}
        text = gettext("%(company)s: %(posted)s entries posted, %(reversed)s taken back.") % said
        found = ngettext("%(count)s discrepancy stands.", "%(count)s discrepancies stand.", findings)
        messages.success(request, f"{text} {found % {'count': f'{findings:,}'}}")
    if not behind:
        messages.info(request, gettext("The ledger was up to date; nothing was posted."))
    return HttpResponseRedirect(reverse("admin:index"))
