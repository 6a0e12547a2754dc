"""Customers: the people behind accounts, to look into, join and take apart."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.postgres.aggregates import ArrayAgg
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from channels.admin_site import DropdownFilter, FoundList, ReadOnlyAdmin, RelatedDropdownFilter, display
from channels.core.errors import Refused
from channels.shown import EMPTY, money, number
from channels.words import channel_label
from reconciliation import decide
from reconciliation.admin.decisions import WORDS, with_states
from reconciliation.admin.link_words import found_by, said, why_not
from reconciliation.admin.review import MAY_DECIDE, TAGS
from reconciliation.beside import revenues, sides
from reconciliation.identity.signals import word
from reconciliation.models import Account, Customer, CustomerLink, Decision

MOST = 60  # accounts that one decision joins
SHOWN = 20  # accounts of a customer that his page lists with what they bought
LINKS = 50
DECISIONS = 50


class SeveralFilter(DropdownFilter):
    title, parameter_name = _("accounts"), "several"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("accounts", _("Several accounts")), ("channels", _("On several channels"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("accounts", "channels"):
            return queryset
        counted = Count("pk") if self.value() == "accounts" else Count("channel", distinct=True)
        many = Account.objects.order_by().values("customer").annotate(n=counted).filter(n__gt=1, customer__isnull=False)
        return queryset.filter(pk__in=many.values("customer"))


class CustomerList(FoundList):
    """Reads accounts and revenue of the shown customers only."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        earned = revenues([one.pk for one in self.result_list])
        for one in self.result_list:
            one.revenue = earned.get(one.pk)


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    empty_hint = _("Customers appear once orders are loaded and matched; the schedule does so every few minutes.")
    list_display = ["shown_id", "shown_accounts", "shown_channels", "shown_orders", "shown_revenue", "company"]
    list_filter = [SeveralFilter, ("company", RelatedDropdownFilter)]
    list_select_related = ["company"]
    search_fields = ["id"]
    search_help_text = _("The customer’s number, or how it begins")
    ordering = ["pk"]
    actions = ["merge"]
    show_facets = admin.ShowFacets.NEVER

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[CustomerList]:
        return CustomerList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        """Those who have accounts; the list counts accounts of what it shows only."""
        accounts = Account.objects.filter(customer=OuterRef("pk")).order_by().values("customer")
        return super().get_queryset(request).filter(merged_into=None).annotate(  # type: ignore[no-any-return]
            number_of_accounts=Subquery(accounts.annotate(n=Count("pk")).values("n")),
            number_of_orders=Subquery(accounts.annotate(n=Sum("orders")).values("n")),
            channels=Subquery(accounts.annotate(n=ArrayAgg("channel", distinct=True)).values("n")),
        )  # fmt: skip

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By the beginning of the number."""
        digits = search_term.replace("-", "").strip().lower()
        if not digits:
            return queryset, False
        if len(digits) > 32 or any(one not in "0123456789abcdef" for one in digits):
            return queryset.none(), False
        low, high = UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))
        return queryset.filter(pk__gte=low, pk__lte=high), False

    @display(description=_("customer"))
    def shown_id(self, one: Customer) -> str:
        return str(one)

    @display(description=_("accounts"))
    def shown_accounts(self, one: Any) -> SafeString:
        return number(one.number_of_accounts or 0)

    @display(description=_("channels"))
    def shown_channels(self, one: Any) -> str:
        return ", ".join(channel_label(code) for code in one.channels or ()) or EMPTY

    @display(description=_("orders"))
    def shown_orders(self, one: Any) -> SafeString:
        return number(one.number_of_orders or 0)

    @display(description=_("revenue"))
    def shown_revenue(self, one: Any) -> SafeString:
        return money(one.revenue, one.company.base_currency)

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(MAY_DECIDE))

    @admin.action(description=_("Merge into one customer"), permissions=["decide"])
    def merge(self, request: HttpRequest, queryset: QuerySet[Customer]) -> HttpResponse | None:
        """First what would come together, then the decision."""
        chosen = list(queryset.select_related("company")[: MOST + 1])
        accounts = list(Account.objects.filter(customer__in=chosen).select_related("store", "company"))
        if len(chosen) < 2 or len(accounts) > MOST:
            words = gettext("Choose two customers or more, with at most %(most)s accounts together.") % {"most": MOST}
            self.message_user(request, words, messages.ERROR)
            return None
        if "decided" in request.POST:
            return self._decided(request, lambda reason: decide.merge(accounts, request.user, reason))  # type: ignore[arg-type]
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": gettext("Merge into one customer"),
            "accounts": accounts, "chosen": chosen, "second": decide.needs_second(accounts),
        }  # fmt: skip
        return TemplateResponse(request, "reconciliation/merge.html", context)

    def get_urls(self) -> list[URLPattern]:
        split = self.admin_site.admin_view(self.split_view)
        return [path("<uuid:pk>/split/", split, name="reconciliation_customer_split"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The accounts of a customer, what ties them, and what people decided; a merged id leads to the present one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = _present(object_id)
        if found is None:
            messages.info(request, gettext("There is no such customer any more."))
            return HttpResponseRedirect(reverse("admin:reconciliation_customer_changelist"))
        if str(found.pk) != str(object_id).replace("_2D", "-"):
            messages.info(request, gettext("This customer’s number has become another one."))
            return HttpResponseRedirect(reverse("admin:reconciliation_customer_change", args=[found.pk]))
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "original": found, "customer": found,
            "title": gettext("Customer %(id)s") % {"id": found}, **_told(found),
            "may_decide": self.has_decide_permission(request),
        }  # fmt: skip
        return never_cache(lambda _request: TemplateResponse(request, "reconciliation/customer.html", context))(request)

    def split_view(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The chosen accounts are another person than the others."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_decide_permission(request) or not self.has_view_permission(request):
            raise PermissionDenied
        found = get_object_or_404(Customer, pk=pk)
        accounts = list(Account.objects.filter(customer=found).select_related("company"))
        asked = set(request.POST.getlist("account"))
        apart = [one for one in accounts if str(one.pk) in asked]
        rest = [one for one in accounts if str(one.pk) not in asked]
        return self._decided(
            request, lambda reason: decide.split([apart, rest], request.user, reason), found  # type: ignore[arg-type]
        )  # fmt: skip

    def _decided(self, request: HttpRequest, act: Any, of: Customer | None = None) -> HttpResponse:
        back = reverse("admin:reconciliation_customer_changelist")
        if of is not None:
            back = reverse("admin:reconciliation_customer_change", args=[of.pk])
        try:
            made: Decision = act(request.POST.get("reason", "").strip())
        except Refused as refused:
            messages.error(request, said(str(refused)))
            return HttpResponseRedirect(back)
        messages.success(request, gettext("Kept as a decision; the next matching acts on it."))
        return HttpResponseRedirect(reverse("admin:reconciliation_decision_change", args=[made.pk]))


def _present(asked: str) -> Customer | None:
    """The customer of an id, or the one that it leads to now."""
    try:
        found = Customer.objects.select_related("company").filter(pk=UUID(asked.replace("_2D", "-"))).first()
    except ValueError:
        return None
    seen = set()
    while found is not None and found.merged_into_id and found.pk not in seen:
        seen.add(found.pk)
        found = Customer.objects.select_related("company").filter(pk=found.merged_into_id).first()
    return found


def _told(customer: Customer) -> dict[str, Any]:
    accounts = list(Account.objects.filter(customer=customer).select_related("store", "company")[: MOST + 1])
    ids = [one.pk for one in accounts]
    ties = CustomerLink.objects.filter(Q(left__in=ids) | Q(right__in=ids)).select_related("left", "right")
    ties = ties.exclude(state=CustomerLink.State.ESTIMATE).order_by("-probability", "pk")
    return {
        "accounts": sides(accounts[:SHOWN]), "rest": accounts[SHOWN:MOST], "more": len(accounts) > MOST,
        "currency": customer.company.base_currency, "decisions": _decisions(customer, accounts),
        "former": list(Customer.objects.filter(merged_into=customer)[:20]),
        "links": [
            {"link": one, "found_by": found_by(one.tier, one.rule), "why_not": why_not(one.refused),
             "tag": TAGS[one.state], "inside": one.left_id in ids and one.right_id in ids}
            for one in ties[:LINKS]
        ],
    }  # fmt: skip


def _decisions(customer: Customer, accounts: list[Account]) -> list[tuple[Decision, Any]]:
    """The decisions that name an account of the customer, the newest first, and what became of them."""
    named = Q(pk__in=[])
    for account in accounts:
        key = word(account.key)
        named |= Q(accounts__contains=[key]) | Q(accounts__contains=[[key]])
    found = list(
        Decision.objects.filter(named, company=customer.company).select_related("actor", "company")[:DECISIONS]
    )
    if found:
        with_states(found)
    return [(one, WORDS[one.state]) for one in found]  # type: ignore[attr-defined]
