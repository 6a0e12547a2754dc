"""Lexicons in versions, the terms that searches propose, and the class of every query with its reason."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.admin_site import (
    ActionVariant,
    ChoicesDropdownFilter,
    ModelAdmin,
    ReadOnlyAdmin,
    RelatedDropdownFilter,
    SelectWidget,
    TabularInline,
    action,
    display,
)
from channels.models import Company
from channels.shown import EMPTY, number
from reconciliation.admin.lexicon_words import KINDS, kind_words, reason_words
from reconciliation.exposure.lexicon import Term, problems
from reconciliation.lexicons import current, decide, difference, make_version, propose_terms, terms_of
from reconciliation.models import Lexicon, LexiconTerm, QueryClass, TermProposal, Verdict

_COLOURS = {"brand": "success", "non_brand": "", "unknown": "warning"}


class TermForm(forms.ModelForm):
    kind = forms.ChoiceField(label=_("kind"), choices=list(KINDS.items()), widget=SelectWidget)

    class Meta:
        model = LexiconTerm
        fields = ("text", "kind", "language", "distinctive")


class TermFormSet(BaseInlineFormSet):
    """The terms together; what is refused is said with its reason."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        if refused := problems(self.terms()):
            raise ValidationError(refused)

    def terms(self) -> list[Term]:
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        return [Term(one["text"].strip(), one["kind"], one["language"].strip(), one["distinctive"]) for one in kept]


class TermInline(TabularInline):
    model = LexiconTerm
    form = TermForm
    formset = TermFormSet
    extra = 1
    show_change_link = False


@admin.register(Lexicon)
class LexiconAdmin(ModelAdmin):
    """Saving makes a new version, so that what was published under the old one stays explained."""

    empty_hint = _("Make a lexicon of your brand names, product lines and misspellings; searches are classed by it.")
    list_display = ["version", "company", "count_of_terms", "made_at", "made_by", "used_at", "note"]
    list_filter = [("company", RelatedDropdownFilter)]
    list_select_related = ["company", "made_by"]
    fields = ["company", "note", "changes"]
    readonly_fields = ["changes"]
    inlines = [TermInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lexicon]:
        return super().get_queryset(request).annotate(count=Count("terms"))  # type: ignore[no-any-return]

    @display(description=_("version"), ordering="number")
    def version(self, lexicon: Lexicon) -> str:
        return f"v{lexicon.number}"

    @display(description=_("terms"))
    def count_of_terms(self, lexicon: Any) -> SafeString:
        return number(lexicon.count)

    @display(description=_("changed from the version before"))
    def changes(self, lexicon: Lexicon) -> SafeString | str:
        if not lexicon.pk:
            return EMPTY
        added, removed = difference(lexicon)
        rows = [("+", one) for one in added] + [("\u2212", one) for one in removed]
        return format_html_join(
            mark_safe("<br>"), "{} {} <span class=\"pl-dim\">{}</span>",
            ((sign, one.text, kind_words(one.kind)) for sign, one in rows),
        ) or EMPTY  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Lexicon | None = None) -> list[str]:
        return ["company", "changes"] if obj else ["changes"]

    def has_change_permission(self, request: HttpRequest, obj: Lexicon | None = None) -> bool:
        if obj is not None and obj.pk and obj != current(obj.company):
            return False  # older versions are to look at
        return super().has_change_permission(request, obj)  # type: ignore[no-any-return]

    def has_delete_permission(self, request: HttpRequest, obj: Lexicon | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Lexicon, form: Any, change: bool) -> None:
        """A version is written with its terms, in ``save_related``."""

    def save_related(self, request: HttpRequest, form: Any, formsets: list[Any], change: bool) -> None:
        terms = formsets[0].terms()
        lexicon: Lexicon = form.instance
        if change and set(terms) == set(terms_of(Lexicon.objects.get(pk=lexicon.pk))):
            Lexicon.objects.filter(pk=lexicon.pk).update(note=lexicon.note)
            return
        note = lexicon.note if "note" in form.changed_data else ""
        made = make_version(lexicon.company, terms, request.user, note)  # type: ignore[arg-type]
        form.instance = made
        request.made = made  # type: ignore[attr-defined]

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> list[Any]:
        return [
            {"added": {"name": str(self.opts.verbose_name), "object": str(getattr(request, "made", form.instance))}}
        ]

    def log_addition(self, request: HttpRequest, obj: Lexicon, message: Any) -> Any:
        return super().log_addition(request, getattr(request, "made", obj), message)

    def log_change(self, request: HttpRequest, obj: Lexicon, message: Any) -> Any:
        return super().log_change(request, getattr(request, "made", obj), message)

    def response_add(self, request: HttpRequest, obj: Lexicon, post_url_continue: str | None = None) -> HttpResponse:
        return self._saved(request)

    def response_change(self, request: HttpRequest, obj: Lexicon) -> HttpResponse:
        return self._saved(request)

    def _saved(self, request: HttpRequest) -> HttpResponse:
        made: Lexicon | None = getattr(request, "made", None)
        if made is None:
            self.message_user(request, gettext("The terms are as they were: no new version."))
            return HttpResponseRedirect(reverse("admin:reconciliation_lexicon_changelist"))
        words = gettext("%(lexicon)s is made. Searches are classed by it with the next run, every hour.")
        self.message_user(request, words % {"lexicon": made}, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:reconciliation_lexicon_change", args=[made.pk]))


@admin.register(TermProposal)
class TermProposalAdmin(ReadOnlyAdmin):
    """What a person confirms becomes the next version of the lexicon; what he rejects is not proposed again."""

    empty_hint = _("Look for words of your brand in your own searches: press “Look for terms”.")
    list_display = ["text", "shown_kind", "searched", "why", "shown_examples", "shown_state", "company", "decided_by"]
    list_filter = [("state", ChoicesDropdownFilter), ("company", RelatedDropdownFilter)]
    list_select_related = ["company", "decided_by"]
    search_fields = ["text"]
    actions = ["confirm", "reject"]
    actions_list = ["look"]
    list_display_links = None

    @display(description=_("kind"), ordering="kind")
    def shown_kind(self, one: TermProposal) -> str:
        return kind_words(one.kind)

    @display(description=_("searches"), ordering="count")
    def searched(self, one: TermProposal) -> SafeString:
        return number(one.count)

    @display(description=_("why"))
    def why(self, one: TermProposal) -> str:
        return f"{reason_words(one.reason)} {one.nearest}".strip()

    @display(description=_("examples"))
    def shown_examples(self, one: TermProposal) -> str:
        return "; ".join(str(query)[:60] for query in one.examples) or EMPTY

    @display(
        description=_("state"), ordering="state", label={"confirmed": "success", "rejected": "", "proposed": "info"}
    )
    def shown_state(self, one: TermProposal) -> tuple[str, str]:
        return one.state, one.get_state_display()

    def has_decide_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("reconciliation.change_lexicon"))

    @admin.action(description=_("Confirm: into the next version"), permissions=["decide"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[TermProposal]) -> None:
        try:
            made = decide(queryset.select_related("company"), request.user, confirmed=True)  # type: ignore[arg-type]
        except ValueError as refused:
            self.message_user(request, str(refused), messages.ERROR)
            return
        if made is not None:
            words = gettext("%(lexicon)s is made. Searches are classed by it with the next run, every hour.")
            self.message_user(request, words % {"lexicon": made}, messages.SUCCESS)

    @admin.action(description=_("Reject: never propose again"), permissions=["decide"])
    def reject(self, request: HttpRequest, queryset: QuerySet[TermProposal]) -> None:
        decide(queryset.select_related("company"), request.user, confirmed=False)  # type: ignore[arg-type]

    @action(description=_("Look for terms"), url_path="look", permissions=["decide"], variant=ActionVariant.PRIMARY,
            icon="search")  # fmt: skip
    def look(self, request: HttpRequest) -> HttpResponse:
        found = sum(len(propose_terms(company)) for company in Company.objects.all())
        self.message_user(request, gettext("%(n)s terms are proposed.") % {"n": found})
        return HttpResponseRedirect(reverse("admin:reconciliation_termproposal_changelist"))


@admin.register(QueryClass)
class QueryClassAdmin(ReadOnlyAdmin):
    empty_hint = _("Queries are classed by the lexicon once there is one and search statistics were loaded.")
    list_display = ["query", "shown_verdict", "why", "lexicon"]
    list_filter = [("verdict", ChoicesDropdownFilter), ("lexicon", RelatedDropdownFilter)]
    list_select_related = ["lexicon__company"]
    search_fields = ["query__startswith"]
    search_help_text = _("Query, from its beginning")
    list_display_links = None

    @display(description=_("class"), ordering="verdict", label=_COLOURS)
    def shown_verdict(self, one: QueryClass) -> tuple[str, str]:
        return one.verdict, str(Verdict(one.verdict).label)

    @display(description=_("reason"))
    def why(self, one: QueryClass) -> str:
        return f"{reason_words(one.reason)}{f' ({one.term})' if one.term else ''}"
