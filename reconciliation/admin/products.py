"""Listings that seem to be one product: a person confirms them into the SKU map, or rejects them."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from channels.admin_site import (
    ActionVariant,
    ChoicesDropdownFilter,
    ReadOnlyAdmin,
    RelatedDropdownFilter,
    action,
    display,
)
from channels.models import Company
from reconciliation.models import ProductProposal
from reconciliation.products import Decided, confirm, propose_products, reject


@admin.register(ProductProposal)
class ProductProposalAdmin(ReadOnlyAdmin):
    empty_hint = _("SKUs of different stores that seem to be one product stand here: press “Look for products”.")
    list_display = [
        "sku",
        "title",
        "store",
        "units",
        "product",
        "product_title",
        "shown_evidence",
        "shown_state",
        "decided_by",
    ]
    list_filter = [("state", ChoicesDropdownFilter), ("evidence", ChoicesDropdownFilter),
                   ("store", RelatedDropdownFilter), ("company", RelatedDropdownFilter)]  # fmt: skip
    list_select_related = ["company", "store", "decided_by"]
    search_fields = ["sku", "product", "title"]
    actions = ["confirm", "reject"]
    actions_list = ["look"]
    list_display_links = None

    @display(
        description=_("evidence"), ordering="score", label={"sure": "success", "doubtful": "warning", "alike": "info"}
    )
    def shown_evidence(self, one: ProductProposal) -> tuple[str, str]:
        words = f"{one.get_evidence_display()} ({one.score:.0%})"
        if one.evidence == ProductProposal.Evidence.TITLE:
            return "alike", words
        return ("sure" if one.score >= 1 else "doubtful"), words

    @display(
        description=_("state"), ordering="state", label={"confirmed": "success", "rejected": "", "proposed": "info"}
    )
    def shown_state(self, one: ProductProposal) -> tuple[str, str]:
        return one.state, one.get_state_display()

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("channels.add_sku"))

    @admin.action(description=_("Confirm: into the SKU map"), permissions=["decide"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[ProductProposal]) -> None:
        done = confirm(queryset, request.user)  # type: ignore[arg-type]
        self._tell(request, done)
        if done.mapped_otherwise:
            named = ", ".join(one.sku for one in done.mapped_otherwise[:10])
            words = gettext("Left open, since the SKU map says otherwise by now: %(skus)s") % {"skus": named}
            self.message_user(request, words, messages.WARNING)

    @admin.action(description=_("Reject: never propose again"), permissions=["decide"])
    def reject(self, request: HttpRequest, queryset: QuerySet[ProductProposal]) -> None:
        self._tell(request, reject(queryset, request.user))  # type: ignore[arg-type]

    def _tell(self, request: HttpRequest, done: Decided) -> None:
        words = ngettext("%(n)s proposal is decided.", "%(n)s proposals are decided.", done.count)
        self.message_user(request, words % {"n": f"{done.count:,}"}, messages.SUCCESS)

    @action(description=_("Look for products"), url_path="look", permissions=["decide"], variant=ActionVariant.PRIMARY,
            icon="search")  # fmt: skip
    def look(self, request: HttpRequest) -> HttpResponse:
        found = sum(propose_products(company) for company in Company.objects.all())
        self.message_user(request, gettext("%(n)s products are proposed.") % {"n": f"{found:,}"})
        return HttpResponseRedirect(reverse("admin:reconciliation_productproposal_changelist"))
