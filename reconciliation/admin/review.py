"""Links to review: a queue by what an answer changes, and each link's two accounts side by side."""

from copy import copy
from itertools import combinations_with_replacement
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from channels.admin_site import DropdownFilter, FoundList, ReadOnlyAdmin, RelatedDropdownFilter, display
from channels.core.errors import Refused
from channels.models import Store
from channels.shown import EMPTY
from channels.templatetags.plumbline import percent
from channels.words import channel_label
from reconciliation import decide
from reconciliation.admin.comparing import compared, consequences, heading, waterfall
from reconciliation.admin.filters import WordsFilter
from reconciliation.admin.link_words import TIERS, found_by, said, why_not
from reconciliation.models import CustomerLink
from reconciliation.queue import ORDER, after, answered, pair

MAY_DECIDE = "reconciliation.change_customerlink"
STATES = {"auto": "success", "confirmed": "success", "review": "warning", "rejected": "danger", "estimate": ""}
TAGS = {"auto": "good", "confirmed": "good", "review": "pending", "rejected": "bad", "estimate": ""}


class StateFilter(DropdownFilter):
    """Those that wait for a person unless asked otherwise: the list is a queue."""

    title, parameter_name = _("state"), "state"
    all_option = None

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        first = ("review", CustomerLink.State.REVIEW.label)
        return [first, *(one for one in CustomerLink.State.choices if one[0] != "review"), ("all", _("All"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        state = self.value() or "review"
        return queryset if state == "all" else queryset.filter(state=state)


class ChannelsFilter(DropdownFilter):
    """A pair of channels, or one channel with itself."""

    title, parameter_name = _("channels"), "channels"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        codes = sorted(set(Store.objects.values_list("channel", flat=True)))
        return [
            (f"{one}-{other}", f"{channel_label(one)} – {channel_label(other)}")
            for one, other in combinations_with_replacement(codes, 2)
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        one, dash, other = (self.value() or "").partition("-")
        if not dash:
            return queryset
        return queryset.filter(
            Q(left__channel=one, right__channel=other) | Q(left__channel=other, right__channel=one)
        )  # fmt: skip


class TierFilter(WordsFilter):
    title, parameter_name, column = _("found by"), "by", "tier"
    words = {str(tier): words for tier, words in TIERS.items()}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return super().queryset(request, queryset) if self.value() in self.words else queryset


class LinkList(FoundList):
    """Marks what is answered already and waits for the next matching."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        words = {company: answered(company) for company in {one.company_id for one in self.result_list}}
        for one in self.result_list:
            one.answered = pair(one) in words[one.company_id]


@admin.register(CustomerLink)
class CustomerLinkAdmin(ReadOnlyAdmin):
    empty_hint = _(
        "Nothing waits for a person. Links appear once orders are matched; only those that are neither clear nor "
        "hopeless come here."
    )
    list_display = ["shown_pair", "shown_effect", "shown_probability", "shown_found", "shown_refused", "shown_state",
                    "company"]  # fmt: skip
    list_filter = [StateFilter, ChannelsFilter, TierFilter, ("company", RelatedDropdownFilter)]
    list_select_related = ["left", "right", "company"]
    ordering = ORDER
    show_facets = admin.ShowFacets.NEVER

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[LinkList]:
        return LinkList

    @display(description=_("accounts"))
    def shown_pair(self, link: CustomerLink) -> str:
        return f"{heading(link.left)} – {heading(link.right)}"

    @display(description=_("effect"), ordering="effect")
    def shown_effect(self, link: CustomerLink) -> SafeString:
        words = gettext("How far an answer is expected to move overlap and revenue; the order of this list")
        return format_html('<span class="pl-num" title="{}">{}</span>', words, f"{link.effect:,.2f}")

    @display(description=_("probability"), ordering="probability")
    def shown_probability(self, link: CustomerLink) -> SafeString:
        return format_html('<span class="pl-num">{}</span>', percent(link.probability))

    @display(description=_("found by"), ordering="tier")
    def shown_found(self, link: CustomerLink) -> str:
        return found_by(link.tier, link.rule)

    @display(description=_("refused by"), ordering="refused")
    def shown_refused(self, link: CustomerLink) -> str:
        return why_not(link.refused) or EMPTY

    @display(description=_("state"), label={**STATES, "answered": "info"})
    def shown_state(self, link: Any) -> tuple[str, Any]:
        if getattr(link, "answered", False):
            return "answered", _("Answered, for the next matching")
        return link.state, link.get_state_display()

    def get_urls(self) -> list[URLPattern]:
        answer = self.admin_site.admin_view(self.answer_view)
        return [path("<int:pk>/answer/", answer, name="reconciliation_customerlink_answer"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Both accounts side by side, why they may be one person, and what an answer changes."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        link = self.get_object(request, object_id)
        if link is None:
            messages.info(request, gettext("This link is gone: matching found other evidence since."))
            return HttpResponseRedirect(reverse("admin:reconciliation_customerlink_changelist"))
        link = self.get_queryset(request).select_related("left__company", "right__company", "model").get(pk=link.pk)
        link.left, link.right = sorted((link.left, link.right), key=lambda one: (one.channel, one.first_at))
        found = compared(link.left, link.right)
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "link": link, "original": link,
            "title": f"{heading(link.left)} – {heading(link.right)}", **found, "bars": waterfall(link),
            "found_by": found_by(link.tier, link.rule), "why_not": why_not(link.refused), "tag": TAGS[link.state],
            "consequences": consequences(link, found["sides"], found["currency"]),
            "answered": pair(link) in answered(link.company_id), "may_decide": request.user.has_perm(MAY_DECIDE),
            "filters": request.GET.get("_changelist_filters", ""), "skip": self._next(request, link),
        }  # fmt: skip
        return never_cache(lambda _request: TemplateResponse(request, "reconciliation/link.html", context))(request)

    def answer_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A person's answer; the next link comes at once."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not request.user.has_perm(MAY_DECIDE) or not self.has_view_permission(request):
            raise PermissionDenied
        link = get_object_or_404(self.get_queryset(request).select_related("left", "right", "company"), pk=pk)
        said_by = {"confirm": decide.confirm, "reject": decide.reject}.get(request.POST.get("answer", ""))
        following = self._next(request, link)
        if said_by is not None:
            try:
                made = said_by(link, request.user, request.POST.get("reason", "").strip())  # type: ignore[arg-type]
            except Refused as refused:
                messages.error(request, said(str(refused)))
                return HttpResponseRedirect(self._url(request, link))
            self._tell(request, made)
        if following:
            return HttpResponseRedirect(following)
        messages.info(request, gettext("Nothing else waits in this queue."))
        filters = request.GET.get("_changelist_filters", "")
        return HttpResponseRedirect(f"{reverse('admin:reconciliation_customerlink_changelist')}?{filters}".rstrip("?"))

    def _tell(self, request: HttpRequest, made: Any) -> None:
        url = reverse("admin:reconciliation_decision_change", args=[made.pk])
        words = gettext("%(action)s: kept as decision %(number)s.") % {
            "action": made.get_action_display(), "number": made.number,
        }  # fmt: skip
        more = gettext("It waits for a second person.") if made.needs_second else ""
        undo = gettext("Look or undo")
        messages.success(request, format_html('{} {} <a class="pl-link" href="{}">{}</a>', words, more, url, undo))

    def _next(self, request: HttpRequest, link: CustomerLink) -> str:
        """The page of the link that comes after this one, under the filters of the list that led here."""
        asked: Any = copy(request)
        asked.GET = QueryDict(request.GET.get("_changelist_filters", ""))
        try:
            queue = self.get_changelist_instance(asked).queryset
        except IncorrectLookupParameters:
            queue = self.get_queryset(request)
        found = after(link, queue)
        return self._url(request, found) if found else ""

    def _url(self, request: HttpRequest, link: CustomerLink) -> str:
        url = reverse("admin:reconciliation_customerlink_change", args=[link.pk])
        kept = QueryDict(mutable=True)
        if filters := request.GET.get("_changelist_filters", ""):
            kept["_changelist_filters"] = filters
        return f"{url}?{kept.urlencode()}".rstrip("?")
