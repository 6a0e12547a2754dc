"""Demands about personal data: what came, what was done, and what is to be handed over."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from channels.admin_site import ChoicesDropdownFilter, ModelAdmin, RelatedDropdownFilter, display
from channels.clocks import clock
from channels.shown import EMPTY, moment
from channels.vault import unsealed
from reconciliation import demands, privacy
from reconciliation.models import PrivacyRequest

WORDS = {
    "orders": _("orders"), "signals": _("rows of tokens"), "tokens": _("rows of tokens"), "accounts": _("accounts"),
    "links": _("links"), "values": _("personal values"), "personal_values": _("personal values"),
    "messages": _("messages"), "entries": _("records"),
}  # fmt: skip


class RequestForm(forms.ModelForm):
    """A demand that a buyer made to the seller, on a channel that tells us of none."""

    order = forms.CharField(label=_("Order number"), required=False, max_length=100)
    buyer = forms.CharField(label=_("Channel's number of the buyer"), required=False, max_length=100)
    email = forms.EmailField(label=_("E-mail address"), required=False)

    class Meta:
        model = PrivacyRequest
        fields = ("store", "kind")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("kind") != PrivacyRequest.Kind.SHOP and not any(given.get(one) for one in NAMED):
            raise forms.ValidationError(_("Say who it is: an order number, the buyer's number or an e-mail address."))
        return given


NAMED = ("order", "buyer", "email")


@admin.register(PrivacyRequest)
class PrivacyRequestAdmin(ModelAdmin):
    empty_hint = _(
        "Requests of buyers and channels to tell or erase personal data are listed here; enter others by hand."
    )
    form = RequestForm
    list_display = ["received", "shown_store", "kind", "status", "due_on", "shown_counts", "answer"]
    list_filter = [("store", RelatedDropdownFilter), ("kind", ChoicesDropdownFilter)]
    list_select_related = ["store"]
    fieldsets = [(None, {"fields": ["store", "kind", "order", "buyer", "email"]})]

    @display(description=_("store"), ordering="store")
    def shown_store(self, request: PrivacyRequest) -> str:
        return str(request.store)

    @display(description=_("received"), ordering="received_at")
    def received(self, request: PrivacyRequest) -> SafeString:
        return moment(request.received_at, request.store.timezone)

    @display(description=_("status"), label={"done": "success", "waits": "warning", "late": "danger"})
    def status(self, request: PrivacyRequest) -> tuple[str, Any]:
        if request.handled_at:
            return "done", _("Done")
        return ("late", _("Overdue")) if request.due_on < clock().now().date() else ("waits", _("Waits"))

    @display(description=_("what it came to"))
    def shown_counts(self, request: PrivacyRequest) -> str:
        if not request.handled_at:
            return EMPTY
        found = [f"{WORDS.get(name, name)} {count:,}" for name, count in request.counts.items() if count]
        return ", ".join(found) or gettext("nothing was held")

    @display(description=_("answer"))
    def answer(self, request: PrivacyRequest) -> SafeString | str:
        if not (request.handled_at and request.sealed):
            return EMPTY
        url = reverse("admin:reconciliation_privacyrequest_answer", args=[request.pk])
        return format_html('<a class="pl-link" href="{}">{}</a>', url, gettext("Download"))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = ["received", "shown_store", "kind", "status", "due_on", "shown_counts", "answer"]
        return [(None, {"fields": shown})] if obj else self.fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["received", "shown_store", "kind", "status", "due_on", "shown_counts", "answer"] if obj else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        return super().get_form(request, obj, change, **({**options, "form": forms.ModelForm} if obj else options))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: PrivacyRequest, form: Any, change: bool) -> None:
        said = {name: form.cleaned_data.get(name) or "" for name in NAMED}
        made = privacy.enter(obj.store, obj.kind, demands.written(**said), clock().now())
        obj.__dict__.update(made.__dict__)
        messages.info(request, gettext("It is done within minutes, by the schedule."))

    def get_urls(self) -> list[URLPattern]:
        answer = self.admin_site.admin_view(never_cache(self.answer_view))
        return [path("<int:pk>/answer/", answer, name="reconciliation_privacyrequest_answer"), *super().get_urls()]

    def answer_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What is held about the person, as a file for the seller to hand over; each download is logged."""
        if not request.user.has_perm("reconciliation.change_privacyrequest"):
            raise PermissionDenied
        found = PrivacyRequest.objects.filter(pk=pk, kind=PrivacyRequest.Kind.TELL, handled_at__isnull=False).first()
        if found is None or not found.sealed:
            messages.warning(request, gettext("The answer is gone: its days are over."))
            return HttpResponseRedirect(reverse("admin:reconciliation_privacyrequest_changelist"))
        self.log_change(request, found, "answer downloaded")
        name = f"personal-data-{found.pk}.json"
        return HttpResponse(
            unsealed(found.sealed), content_type="application/json",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )  # fmt: skip
