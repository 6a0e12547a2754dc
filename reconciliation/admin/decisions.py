"""What people decided about customers: an append-only list, with what became of each word."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.admin_site import ChoicesDropdownFilter, FoundList, ReadOnlyAdmin, RelatedDropdownFilter, display
from channels.core.errors import Refused
from channels.models import Company
from reconciliation import decide, links
from reconciliation.admin.link_words import said
from reconciliation.admin.review import MAY_DECIDE
from reconciliation.identity.decisions import State, states
from reconciliation.models import Account, Decision

WORDS = {
    State.HOLDS: _("Holds"), State.WAITS: _("Waits for a second person"), State.TAKEN_BACK: _("Taken back"),
    State.OVERRULED: _("A newer word says otherwise"),
}  # fmt: skip
COLOURS = {"holds": "success", "waits": "warning", "taken_back": "", "overruled": "info"}
TAGS = {"holds": "good", "waits": "pending", "taken_back": "", "overruled": "bad"}
LISTED = 50  # accounts of a decision that its page lists


class DecisionList(FoundList):
    """Says of each what became of it."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        with_states(list(self.result_list))


def with_states(found: list[Any]) -> None:
    """Give each decision its ``state``, reading the words of each company once."""
    companies = {one.company_id: one.company for one in found}
    by_company = {pk: states(links.decisions(company)) for pk, company in companies.items()}
    for one in found:
        one.state = by_company[one.company_id][one.number]


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    empty_hint = _("What people decide about links and customers is kept here; nothing is ever changed or deleted.")
    list_display = ["shown_number", "action", "shown_about", "shown_state", "actor", "at", "reason", "company"]
    list_filter = [("action", ChoicesDropdownFilter), ("company", RelatedDropdownFilter),
                   ("actor", RelatedDropdownFilter)]  # fmt: skip
    list_select_related = ["company", "actor", "about"]
    list_before_template = "reconciliation/chains.html"
    search_fields = ["reason"]
    show_facets = admin.ShowFacets.NEVER

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[DecisionList]:
        return DecisionList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, and whether each company's chain is whole."""
        chains = [(company, decide.broken_at(company)) for company in Company.objects.filter(decisions__isnull=False)
                  .distinct().order_by("name")]  # fmt: skip
        return super().changelist_view(request, {**(extra_context or {}), "chains": chains})  # type: ignore[no-any-return]

    @display(description=_("number"), ordering="number")
    def shown_number(self, one: Decision) -> str:
        return str(one.number)

    @display(description=_("about"))
    def shown_about(self, one: Decision) -> str:
        if one.about:
            return str(one.about)
        return gettext("%(n)s accounts") % {"n": len(links.keys_of(one.accounts))}

    @display(description=_("state"), label=COLOURS)
    def shown_state(self, one: Any) -> tuple[str, Any]:
        return one.state.value, WORDS[one.state]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/undo/", view(self.undo_view), name="reconciliation_decision_undo"),
            path("<int:pk>/second/", view(self.second_view), name="reconciliation_decision_second"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The decision, whom it is about, and what was said of it since."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found: Any = self.get_object(request, object_id)
        if found is None:
            return HttpResponseRedirect(reverse("admin:reconciliation_decision_changelist"))
        answers = list(found.answers.select_related("actor", "company").order_by("number"))
        with_states([found, *answers])
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "original": found, "decision": found,
            "title": str(found), "state": WORDS[found.state], "tag": TAGS[found.state],
            "answers": [(one, WORDS[one.state]) for one in answers], "groups": _groups(found),
            "may_undo": found.state != State.TAKEN_BACK and request.user.has_perm(MAY_DECIDE),
            "may_second": found.state == State.WAITS and request.user.has_perm(MAY_DECIDE)
            and found.actor_id != request.user.pk,
            "own": found.state == State.WAITS and found.actor_id == request.user.pk,
        }  # fmt: skip
        return TemplateResponse(request, "reconciliation/decision.html", context)

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._said(request, pk, decide.undo, gettext("Taken back; the next matching acts on it."))

    def second_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._said(request, pk, decide.second, gettext("Agreed; the next matching acts on it."))

    def _said(self, request: HttpRequest, pk: int, act: Callable[..., Decision], words: str) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(MAY_DECIDE) or not self.has_view_permission(request):
            raise PermissionDenied
        found = get_object_or_404(self.get_queryset(request).select_related("company"), pk=pk)
        try:
            act(found, request.user, request.POST.get("reason", "").strip())
            messages.success(request, words)
        except Refused as refused:
            messages.error(request, said(str(refused)))
        return HttpResponseRedirect(reverse("admin:reconciliation_decision_change", args=[found.pk]))


def _groups(one: Decision) -> list[tuple[list[Account], int]]:
    """The accounts that a decision names, in its groups, and how many of each are gone or not listed."""
    lists = one.accounts if one.accounts and isinstance(one.accounts[0], list) else [one.accounts]
    keys = [sorted(links.keys_of(group)) for group in lists if group]
    named = {key for group in keys for key in group[:LISTED]}
    found = Account.objects.filter(company=one.company, key__in=named).select_related("store", "customer")
    by_key: dict[int, list[Account]] = defaultdict(list)
    for account in found:
        by_key[account.key].append(account)
    listed = [[account for key in group for account in by_key.get(key, ())] for group in keys]
    return [(accounts, len(group) - len(accounts)) for accounts, group in zip(listed, keys, strict=True)]
