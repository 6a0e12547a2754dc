"""Windows of pulls: which periods are complete, which are not and why, and another try at once."""

from datetime import date, timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import (
    Case,
    DateField,
    DateTimeField,
    DurationField,
    Expression,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    OrderBy,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from channels import windows
from channels.adapters import adapters
from channels.admin_site import DropdownFilter, RangeDateFilter, ReadOnlyAdmin, RelatedDropdownFilter, display
from channels.clocks import clock
from channels.models import Store, SyncWindow
from channels.reasons import explained
from channels.schedules import arrange
from channels.shown import EMPTY, moment, number
from channels.standing import OPEN, RED, lost, lost_at, lost_soon
from channels.words import resource_title

MAY_PULL = "channels.change_store"
FETCHES_SHOWN = 200
_STATE = SyncWindow.State
COLOURS = {"ready": "", "working": "info", "green": "success", "red": "danger"}
TAGS = {"ready": "", "working": "pending", "green": "good", "red": "bad"}


class StateFilter(DropdownFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("red", _("Incomplete")), ("open", _("Ready or working")), ("green", _("Complete")),
            ("soon", _("Lost within 14 days, unless it is got")), ("gone", _("Lost at the channel")),
        ]  # fmt: skip

    def queryset(self, request: HttpRequest, queryset: QuerySet[SyncWindow]) -> QuerySet[SyncWindow]:
        now, asked = clock().now(), self.value()
        if asked == "soon":
            return lost_soon(queryset, now)
        if asked == "gone":
            return lost(queryset, now)
        chosen = {"red": RED, "open": OPEN}.get(asked or "")
        if chosen is not None:
            return queryset.filter(chosen)
        return queryset.filter(state=_STATE.GREEN) if asked == "green" else queryset


class ResourceFilter(DropdownFilter):
    title = _("resource")
    parameter_name = "resource"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        sources = [(adapter.label, adapter.source) for adapter in adapters() if adapter.source]
        return [
            (one.name, f"{gettext(label)}: {resource_title(one.name)}") for label, source in sources
            for one in source.resources
        ]  # fmt: skip

    def queryset(self, request: HttpRequest, queryset: QuerySet[SyncWindow]) -> QuerySet[SyncWindow]:
        return queryset.filter(resource=self.value()) if self.value() else queryset


_RANK = Case(
    When(state=_STATE.RED, then=Value(0)), When(state=_STATE.WORKING, then=Value(1)),
    When(state=_STATE.READY, then=Value(2)), default=Value(3), output_field=IntegerField(),
)  # fmt: skip


def _column(name: str) -> Expression:
    """A column that no header of the list shows as sorted: the order is of several."""
    return ExpressionWrapper(F(name), output_field=DateTimeField())


class DayFilter(RangeDateFilter):
    """Windows that touch the days from … to, by each store's own calendar."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.title = _("day")

    def queryset(self, request: HttpRequest, queryset: QuerySet[SyncWindow]) -> QuerySet[SyncWindow]:
        since, until = (_day(self.used_parameters.get(f"{self.parameter_name}_{end}")) for end in ("from", "to"))
        if since:
            queryset = queryset.alias(last_day=_local_day("ends_at", -_INSTANT)).filter(last_day__gte=since)
        return queryset.alias(first_day=_local_day("starts_at")).filter(first_day__lte=until) if until else queryset


_INSTANT = timedelta(microseconds=1)


def _local_day(column: str, shift: timedelta = timedelta(0)) -> Expression:
    at = ExpressionWrapper(F(column) + Value(shift, DurationField()), output_field=DateTimeField())
    return Cast(Func(F("store__timezone"), at, function="timezone", output_field=DateTimeField()), DateField())


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


@admin.register(SyncWindow)
class SyncWindowAdmin(ReadOnlyAdmin):
    empty_hint = _("This list fills by itself once a store has credentials: each period that is pulled is a line.")
    list_display = [
        "shown_store", "title", "period", "shown_state", "shown_reason", "shown_pages", "shown_rows",
        "next_try",
    ]  # fmt: skip
    list_display_links = ["shown_store", "title"]
    list_filter = [StateFilter, ("store", RelatedDropdownFilter), ResourceFilter, ("starts_at", DayFilter)]
    list_select_related = ["store"]
    # What is not complete first, of it what is lost soonest.
    ordering = [
        OrderBy(_RANK),
        OrderBy(_column("lost"), nulls_last=True),
        OrderBy(_column("starts_at"), descending=True),
    ]
    actions = ["try_again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SyncWindow]:
        found: QuerySet[SyncWindow] = super().get_queryset(request)
        return found.annotate(lost=lost_at())

    @display(description=_("store"), ordering="store__name")
    def shown_store(self, window: SyncWindow) -> str:
        return str(window.store)

    @display(description=_("resource"), ordering="resource")
    def title(self, window: SyncWindow) -> str:
        return resource_title(window.resource)

    @display(description=_("from – until"), ordering="starts_at")
    def period(self, window: SyncWindow) -> SafeString:
        ends = [moment(at, window.store.timezone) for at in (window.starts_at, window.ends_at)]
        return format_html('<span class="pl-nowrap">{} –</span> {}', *ends)

    @display(description=_("state"), ordering="state", label=COLOURS)
    def shown_state(self, window: SyncWindow) -> tuple[str, str]:
        return window.state, window.get_state_display()

    @display(description=_("reason"))
    def shown_reason(self, window: SyncWindow) -> SafeString:
        said = explained(window)
        short = said if len(said) <= 160 else f"{said[:160]}…"
        return format_html('<span class="pl-said" title="{}">{}</span>', said, short or EMPTY)

    @display(description=_("pages"), ordering="pages")
    def shown_pages(self, window: SyncWindow) -> SafeString:
        return number(window.pages)

    @display(description=_("rows"), ordering="rows")
    def shown_rows(self, window: SyncWindow) -> SafeString:
        return number(window.rows)

    @display(description=_("next try"), ordering="not_before")
    def next_try(self, window: SyncWindow) -> SafeString | str:
        return _next_try(window)

    def has_try_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_PULL)

    @admin.action(description=_("Try again now"), permissions=["try"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[SyncWindow]) -> None:
        _try_again(request, queryset)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        again = path("<int:window_id>/again/", view(self.again_view), name="channels_syncwindow_again")
        return [again, *super().get_urls()]

    def again_view(self, request: HttpRequest, window_id: int) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_try_permission(request) or not self.has_view_permission(request):
            raise PermissionDenied
        window = get_object_or_404(SyncWindow, pk=window_id)
        _try_again(request, SyncWindow.objects.filter(pk=window.pk))
        return HttpResponseRedirect(reverse("admin:channels_syncwindow_change", args=[window.pk]))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A window is looked at; what can be done with it is another try."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "GET":
            raise Http404
        window = self.get_object(request, object_id)
        if window is None:
            return HttpResponseRedirect(reverse("admin:channels_syncwindow_changelist"))
        resource = resource_title(window.resource)
        fetches = window.fetches.select_related("page").order_by("-attempt", "-number")
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "model_admin": self, "window": window,
            "title": f"{window.store} · {resource}", "resource": resource, "tag": TAGS[window.state],
            "reason": explained(window), "zone": window.store.timezone, "next_try": _next_try(window),
            "fetches": fetches[:FETCHES_SHOWN], "more": max(0, fetches.count() - FETCHES_SHOWN),
            "may_try": self.has_try_permission(request),
            "may_see_pages": request.user.has_perm("channels.view_rawpage"),
        }  # fmt: skip
        return TemplateResponse(request, "channels/window.html", context)


def _next_try(window: SyncWindow) -> SafeString | str:
    if window.state == _STATE.WORKING:
        return gettext("now")
    if window.state == _STATE.GREEN:
        return moment(window.again_at, window.store.timezone)
    if window.not_before is None or window.not_before <= clock().now():
        return gettext("with the next run")
    return moment(window.not_before, window.store.timezone)


def _try_again(request: HttpRequest, chosen: QuerySet[SyncWindow]) -> None:
    """Let the windows be worked on with the next pull, and that be now; a complete one is read once more."""
    keys = set(chosen.order_by().values_list("store", "resource"))
    count = SyncWindow.objects.filter(pk__in=list(chosen.values_list("pk", flat=True))).update(
        not_before=None, again_at=Case(When(state=_STATE.GREEN, then=Value(clock().now())), default=F("again_at"))
    )
    arrange()
    stores = Store.objects.in_bulk({store for store, _resource in keys})
    for store, resource in sorted(keys):
        windows.hasten(stores[store], resource)
    idle = sorted(store.name for store in stores.values() if not store.pulls)
    if idle:
        said = gettext("%(stores)s: this store is set not to pull by itself.") % {"stores": ", ".join(idle)}
        messages.warning(request, said)
    if len(idle) < len(stores):
        said = ngettext("%(count)s window is tried again within a minute.",
                        "%(count)s windows are tried again within a minute.", count)  # fmt: skip
        messages.success(request, said % {"count": f"{count:,}"})
