"""Pages as a work queue: upload, look, load or discard; and the way back to what a file says on a line."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.adapters import adapters
from channels.admin.links import source_url
from channels.admin.preview import Preview
from channels.admin.upload import decide, upload
from channels.admin_site import (
    ActionVariant,
    ChoicesDropdownFilter,
    DropdownFilter,
    ModelAdmin,
    RangeDateTimeFilter,
    RelatedDropdownFilter,
    action,
    display,
)
from channels.core.errors import Refused
from channels.models import RawPage
from channels.shown import EMPTY, money, number
from channels.source import AROUND, excerpt
from channels.words import format_title, row_counts

_STATE_COLOURS = {"pending": "info", "loaded": "success", "waiting": "danger", "discarded": ""}


class FormatFilter(DropdownFilter):
    title = _("format")
    parameter_name = "resource"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        return [(form.resource, format_title(form.resource)) for adapter in adapters() for form in adapter.formats]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(resource=self.value()) if self.value() else queryset


@admin.register(RawPage)
class RawPageAdmin(ModelAdmin):
    list_display = ["file", "shown_state", "shown_format", "store", "rows", "control", "unreadable", "received"]
    list_filter = [
        ("state", ChoicesDropdownFilter), FormatFilter, ("company", RelatedDropdownFilter),
        ("store", RelatedDropdownFilter), ("fetched_at", RangeDateTimeFilter),
    ]  # fmt: skip
    list_select_related = ["store", "company"]
    search_fields = ["name", "digest__startswith"]
    search_help_text = _("File name, or the beginning of its SHA-256")
    actions_list = ["upload_files"]
    show_add_link = False
    empty_hint = _("Upload the channels’ reports: settlements, payouts, orders, advertising; and your own cost sheets.")
    from_files = hide_add = True

    @display(description=_("file"), ordering="name")
    def file(self, page: RawPage) -> str:
        return str(page)

    @display(description=_("state"), ordering="state", label=_STATE_COLOURS)
    def shown_state(self, page: RawPage) -> tuple[str, str]:
        return page.state, page.get_state_display()

    @display(description=_("format"), ordering="resource")
    def shown_format(self, page: RawPage) -> str:
        return format_title(page.resource)

    @display(description=_("rows"))
    def rows(self, page: RawPage) -> SafeString:
        counts = [row for row in row_counts(page.summary) if row[1]]
        if not counts:
            return number(None)
        title = ", ".join(f"{count:,} {name}" for name, count in counts)
        return format_html('<span title="{}">{}</span>', title, number(sum(count for _name, count in counts)))

    @display(description=_("stated total"))
    def control(self, page: RawPage) -> SafeString:
        """The stated total where the page is one statement, else whether its statements add up."""
        shown = Preview.of(page).statements
        off = [one for one in shown if one.residual]
        if off:
            text = gettext("%(count)s of %(all)s off") % {"count": len(off), "all": len(shown)}
            return format_html('<span class="pl-num pl-bad">{}</span>', text)
        if len(shown) == 1:
            return money(shown[0].stated, shown[0].currency)
        text = gettext("%(all)s add up") % {"all": len(shown)} if shown else EMPTY
        return format_html('<span class="pl-num">{}</span>', text)

    @display(description=_("unreadable"))
    def unreadable(self, page: RawPage) -> SafeString:
        count = page.summary.get("unreadable", 0)
        return format_html('<span class="pl-num pl-bad">{}</span>', f"{count:,}") if count else number(0)

    @display(description=_("received"), ordering="fetched_at")
    def received(self, page: RawPage) -> str:
        return date_format(localtime(page.fetched_at), "SHORT_DATETIME_FORMAT")

    def has_delete_permission(self, request: HttpRequest, obj: RawPage | None = None) -> bool:
        return False

    @action(description=_("Upload files"), url_path="upload", permissions=["add"], variant=ActionVariant.PRIMARY,
            icon="upload")  # fmt: skip
    def upload_files(self, request: HttpRequest) -> HttpResponse:
        return upload(request, self)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("add/", view(self._to_upload), name="channels_rawpage_add"),
            path("preview/", view(self.preview_view), name="channels_rawpage_preview"),
            path("decide/", view(self.decide_view), name="channels_rawpage_decide"),
            path("<int:page_id>/source/", view(self.source_view), name="channels_rawpage_source"),
            *super().get_urls(),
        ]

    def _to_upload(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:channels_rawpage_upload_files"))

    def context(self, request: HttpRequest, title: Any, **more: Any) -> dict[str, Any]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title, "model_admin": self, **more}

    def decide_view(self, request: HttpRequest) -> HttpResponse:
        return decide(request, self)

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """The pages named in the address, each with what loading it would bring."""
        self._need_view(request)
        ids = [int(one) for one in request.GET.getlist("page") if one.isdecimal()]
        pages = {page.pk: page for page in RawPage.objects.filter(pk__in=ids).select_related("store", "company")}
        known = set(request.GET.getlist("known"))
        previews = [Preview.of(pages[one], known=str(one) in known) for one in ids if one in pages]
        if not previews:
            return HttpResponseRedirect(reverse("admin:channels_rawpage_changelist"))
        context = self.context(
            request, _("Preview"), previews=previews, may_change=self.has_change_permission(request),
            pending=[one.page for one in previews if one.page.state == RawPage.State.PENDING],
            here=request.get_full_path(),
        )  # fmt: skip
        return TemplateResponse(request, "channels/preview.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A page is looked at and decided on, never edited; so a POST has nothing to say here."""
        self._need_view(request)
        if request.method != "GET":
            raise Http404
        page = self.get_object(request, object_id)
        if page is None:
            return HttpResponseRedirect(reverse("admin:channels_rawpage_changelist"))
        context = self.context(
            request, str(page), original=page, previews=[Preview.of(page)],
            may_change=self.has_change_permission(request), lines=page.unreadable.all()[:200],
            here=request.get_full_path(),
        )  # fmt: skip
        return TemplateResponse(request, "channels/page.html", context)

    def source_view(self, request: HttpRequest, page_id: int) -> HttpResponse:
        """The archived page around a line, as it was sent but for the personal fields."""
        self._need_view(request)
        page = get_object_or_404(RawPage, pk=page_id)
        asked = request.GET.get("line", "")
        line = int(asked) if asked.isdecimal() and len(asked) <= 10 else 0
        shown = None
        try:
            shown = excerpt(page, line)
        except (Refused, FileNotFoundError) as refused:
            messages.error(request, gettext("The archived page cannot be shown: %(why)s") % {"why": refused})
        step = 2 * AROUND
        context = self.context(
            request, gettext("Source of %(name)s") % {"name": page}, page=page, line=line, excerpt=shown,
            form_title=format_title(page.resource),
            earlier=source_url(page.pk, max(line - step, 1)).partition("#")[0] if line > AROUND else "",
            later=source_url(page.pk, line + step).partition("#")[0] if shown and shown.more else "",
        )  # fmt: skip
        return TemplateResponse(request, "channels/source.html", context)

    def _need_view(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied
