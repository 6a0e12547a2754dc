"""Labels: a random sample of pairs to answer without being led, and pairs that customers made known themselves."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from channels.admin_site import (
    ChoicesDropdownFilter,
    DropdownFilter,
    IntegerWidget,
    ReadOnlyAdmin,
    RelatedDropdownFilter,
    SelectWidget,
    display,
)
from channels.core.errors import Refused
from channels.models import Company
from reconciliation import labels
from reconciliation.admin.comparing import compared
from reconciliation.admin.link_words import said
from reconciliation.identity.signals import word
from reconciliation.knowing import COLUMNS, LISTED, import_pairs
from reconciliation.models import Account, PairLabel

MAY_LABEL = "reconciliation.change_pairlabel"
LARGEST = 5_000_000  # bytes of a table of known pairs


def _company() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(label=_("Company"), queryset=Company.objects.order_by("name"), empty_label=None,
                                  widget=SelectWidget)  # fmt: skip


class SampleForm(forms.Form):
    company = _company()
    size = forms.IntegerField(label=_("Pairs"), min_value=1, max_value=1_000, initial=100, widget=IntegerWidget)
    seed = forms.IntegerField(label=_("Seed"), min_value=0, max_value=2**31, initial=1, widget=IntegerWidget)


class KnownForm(forms.Form):
    company = _company()
    file = forms.FileField(label=_("Table (CSV)"))

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if given.size > LARGEST:
            raise forms.ValidationError(_("The table is larger than 5 MB: divide it."))
        return given


class AnswerFilter(DropdownFilter):
    title, parameter_name = _("label"), "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("Open")), ("same", _("One person")), ("other", _("Two persons"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        answers = {"open": None, "same": True, "other": False}
        asked = self.value() or ""
        return queryset.filter(same=answers[asked]) if asked in answers else queryset


@admin.register(PairLabel)
class PairLabelAdmin(ReadOnlyAdmin):
    empty_hint = _("Draw a random sample above and answer it: probabilities are calibrated by the answers.")
    list_display = ["shown_pair", "origin", "shown_answer", "shown_by", "drawn_at", "company"]
    list_filter = [AnswerFilter, ("origin", ChoicesDropdownFilter), ("company", RelatedDropdownFilter)]
    list_select_related = ["company", "labelled_by"]
    list_before_template = "reconciliation/labelling.html"
    show_facets = admin.ShowFacets.NEVER

    @display(description=_("accounts"))
    def shown_pair(self, one: PairLabel) -> str:
        return f"{word(one.left_key)[-8:]} – {word(one.right_key)[-8:]}"

    @display(description=_("by"), ordering="labelled_by__username")
    def shown_by(self, one: PairLabel) -> str:
        return str(one.labelled_by or "")

    @display(description=_("label"), label={"same": "success", "other": "danger", "open": "warning"})
    def shown_answer(self, one: PairLabel) -> tuple[str, Any]:
        if one.same is None:
            return "open", _("Open")
        return ("same", _("One person")) if one.same else ("other", _("Two persons"))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list under how far the sample is answered, and what can be done."""
        may = request.user.has_perm(MAY_LABEL)
        more = {
            "progress": _progress(), "may_label": may, "columns": ", ".join(COLUMNS),
            "sample": SampleForm() if may else None, "known": KnownForm() if may else None,
        }  # fmt: skip
        return super().changelist_view(request, {**(extra_context or {}), **more})  # type: ignore[no-any-return]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("draw/", view(self.draw_view), name="reconciliation_pairlabel_draw"),
            path("known/", view(self.known_view), name="reconciliation_pairlabel_known"),
            path("<int:pk>/answer/", view(self.answer_view), name="reconciliation_pairlabel_answer"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Both accounts side by side; what the matcher thinks of them is left out on purpose."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        label: Any = self.get_object(request, object_id)
        if label is None:
            return HttpResponseRedirect(reverse("admin:reconciliation_pairlabel_changelist"))
        both = Account.objects.filter(company=label.company_id, key__in=(label.left_key, label.right_key))
        accounts = list(both.select_related("store", "company").order_by("channel", "first_at", "pk"))
        done, of = next(((done, of) for company, done, of in _progress() if company.pk == label.company_id), (0, 0))
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "original": label, "label": label,
            "title": gettext("Label %(n)s") % {"n": label.pk}, "may_label": request.user.has_perm(MAY_LABEL),
            "done": done, "of": of, "blind": True,
            **(compared(*accounts) if len(accounts) == 2 else {"gone": True}),
        }  # fmt: skip
        return never_cache(lambda _request: TemplateResponse(request, "reconciliation/label.html", context))(request)

    def answer_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        self._check(request)
        label = get_object_or_404(PairLabel, pk=pk, origin=PairLabel.Origin.SAMPLE)
        following = _next(label)
        given = {"same": True, "other": False, "open": None}
        asked = request.POST.get("answer", "")
        if asked in given:
            labels.answer(label, request.user, same=given[asked])  # type: ignore[arg-type]
        if asked == "open":
            return HttpResponseRedirect(reverse("admin:reconciliation_pairlabel_change", args=[label.pk]))
        if following:
            return HttpResponseRedirect(following)
        messages.info(request, gettext("The sample is answered. Calibrate by it on the page of the linking model."))
        return _back()

    def draw_view(self, request: HttpRequest) -> HttpResponse:
        self._check(request)
        form = SampleForm(request.POST)
        if not form.is_valid():
            return self._wrong(request, form)
        asked = form.cleaned_data
        try:
            new = labels.draw_sample(asked["company"], asked["size"], asked["seed"])
        except Refused as refused:
            messages.error(request, said(str(refused)))
            return _back()
        words = ngettext("%(n)s pair is new in the sample.", "%(n)s pairs are new in the sample.", new)
        messages.success(request, words % {"n": new})
        return _back()

    def known_view(self, request: HttpRequest) -> HttpResponse:
        self._check(request)
        form = KnownForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._wrong(request, form)
        try:
            found = import_pairs(form.cleaned_data["company"], form.cleaned_data["file"].read())
        except Refused as refused:
            messages.error(request, said(str(refused)))
            return _back()
        words = gettext("%(new)s known pairs are new, %(before)s were known or are one account.")
        messages.success(request, words % {"new": found.new, "before": found.before})
        if found.unknown:
            listed = ", ".join(map(str, found.unknown[:LISTED])) + (" …" if len(found.unknown) > LISTED else "")
            words = gettext("Orders of nobody’s account, or a store of another name, in %(n)s lines: %(lines)s")
            messages.warning(request, words % {"n": len(found.unknown), "lines": listed})
        return _back()

    def _check(self, request: HttpRequest) -> None:
        if request.method != "POST" or not request.user.has_perm(MAY_LABEL) or not self.has_view_permission(request):
            raise PermissionDenied

    def _wrong(self, request: HttpRequest, form: forms.Form) -> HttpResponse:
        for errors in form.errors.values():
            for error in errors:
                messages.error(request, str(error))
        return _back()


def _back() -> HttpResponse:
    return HttpResponseRedirect(reverse("admin:reconciliation_pairlabel_changelist"))


def _next(label: PairLabel) -> str:
    """The page of the next open pair of the sample, from its beginning again after the last; nothing if none."""
    left = PairLabel.objects.filter(company=label.company_id, origin=PairLabel.Origin.SAMPLE, same=None)
    found = left.exclude(pk=label.pk).order_by("pk")
    one = found.filter(pk__gt=label.pk).first() or found.first()
    return reverse("admin:reconciliation_pairlabel_change", args=[one.pk]) if one else ""


def _progress() -> list[tuple[Company, int, int]]:
    """Each company with how many pairs of its sample are answered, and how many there are."""
    counted = PairLabel.objects.filter(origin=PairLabel.Origin.SAMPLE).order_by().values("company").annotate(
        of=Count("pk"), done=Count("pk", filter=Q(same__isnull=False))
    )  # fmt: skip
    companies = Company.objects.in_bulk([one["company"] for one in counted])
    return sorted(
        ((companies[one["company"]], one["done"], one["of"]) for one in counted), key=lambda row: row[0].name
    )  # fmt: skip
