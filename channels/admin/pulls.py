"""The page Pulls: how far each resource of each store is complete, what stops it, what will be lost; and a button."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels import buckets, windows
from channels.admin.windows import MAY_PULL
from channels.admin_site import extra_page
from channels.clocks import clock
from channels.core.transport import Resource
from channels.health import SILENCE
from channels.models import Bucket, Heartbeat, Store
from channels.reasons import in_words
from channels.schedules import arrange
from channels.standing import Pace, Standing, paces, standings
from channels.words import channel_label, resource_title

REFRESH = 5  # seconds between two looks at a pull that is running
REST = 60  # where none is


@dataclass(frozen=True, slots=True)
class Line:
    """A resource of a store, as the page shows it."""

    row: Standing
    title: str
    tag: str
    state: Any
    behind: timedelta | None
    late: bool
    soon: bool
    reason: str  # "" where the store's banner says it already


@dataclass(frozen=True, slots=True)
class Quota:
    operation: str
    left: float
    burst: float
    calls: int
    refusals: int
    shared: bool


@dataclass(frozen=True, slots=True)
class Card:
    """A store of the page."""

    store: Store
    channel: str
    refused: str
    lines: list[Line]
    pace: Pace | None
    quotas: list[Quota]


def pulls_view(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("channels.view_syncwindow"):
        raise PermissionDenied
    if request.method == "POST":
        return _pull_now(request)
    now = clock().now()
    stores = list(Store.objects.select_related("company"))
    served = [store for store in stores if store.credentials]
    found = standings(served, now)
    running = paces([row for rows in found.values() for row in rows], now)
    context = {
        **admin.site.each_context(request), "title": _("Pulls"), "has_stores": bool(stores),
        "cards": [_card(store, found.get(store.pk, []), running.get(store.pk), now) for store in served],
        "without": [_without(store) for store in stores if not store.credentials],
        "silent": _silent() if any(store.pulls for store in served) else "",
        "may_pull": request.user.has_perm(MAY_PULL), "refresh": REFRESH if running else REST,
    }  # fmt: skip
    return TemplateResponse(request, "channels/pulls.html", context)


extra_page("pulls/", pulls_view, "pulls")


def _card(store: Store, rows: list[Standing], pace: Pace | None, now: datetime) -> Card:
    lines = [_line(row, now) for row in rows]
    return Card(store, channel_label(store.channel), in_words(store.refused), lines, pace, _quotas(store, now))


def _line(row: Standing, now: datetime) -> Line:
    late = row.store.pulls and row.late(now)  # a store that does not pull by itself is not late
    tag, state = _state(row, late=late)
    reason = "" if row.reason == row.store.refused else in_words(row.reason)
    return Line(row, gettext(row.resource.title), tag, state, row.behind(now), late, row.soon(now), reason)


def _state(row: Standing, *, late: bool) -> tuple[str, Any]:
    if row.red:
        return "bad", _("Incomplete")
    if not row.windows or row.until is None:
        return "", _("Not begun") if not row.windows else _("Being pulled")
    if row.waiting > 1 or (late and row.waiting):  # one waits whenever a new period has begun
        return "pending", _("Catching up")
    if late:
        return "waiting", _("Behind")
    return "good", _("Up to date") if row.store.pulls else _("Complete")


def _without(store: Store) -> dict[str, Any]:
    """A store that has no credentials, with what it would pull if it had."""
    titles = [gettext(one.title) for one in windows.resources_of(store)]
    return {"store": store, "channel": channel_label(store.channel), "titles": titles}


def _quotas(store: Store, now: datetime) -> list[Quota]:
    """The buckets that this store's pulls take from, as full as they are now."""
    source = windows.source_of(store)
    if source is None:
        return []
    given = store.credentials or {}
    owner = buckets.Owner.of(store.channel, source.application(given), source.seller(given, store.shop))
    mine = Q(seller=owner.seller) | Q(seller="")
    found = Bucket.objects.filter(mine, channel=owner.channel, application=owner.application)
    return [_quota(one, now) for one in found]


def _quota(bucket: Bucket, now: datetime) -> Quota:
    back = max(0.0, (now - bucket.updated_at).total_seconds()) * bucket.per_second
    left = min(bucket.burst, bucket.tokens + back)
    return Quota(bucket.operation, left, bucket.burst, bucket.taken, bucket.throttled, shared=not bucket.seller)


def _silent() -> str:
    """What is wrong with the tasks that pull; "" where nothing is."""
    beat = Heartbeat.objects.filter(name="cluster").first()
    if beat is None:
        return gettext(
            "The tasks have never run, so nothing is pulled: start them with make serve or manage.py qcluster."
        )
    if datetime.now(beat.at.tzinfo) - beat.at > SILENCE:
        return gettext("The tasks do not run, so nothing is pulled: restart make serve or manage.py qcluster.")
    return ""


def _pull_now(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(MAY_PULL):
        raise PermissionDenied
    asked = request.POST.get("store", "")
    store = get_object_or_404(Store, pk=int(asked) if asked.isdecimal() else 0)
    name = request.POST.get("resource", "")
    chosen = [one for one in windows.resources_of(store) if name in ("", one.name)]
    _hasten(request, store, chosen)
    return HttpResponseRedirect(f"{reverse('admin:pulls')}#store-{store.pk}")


def _hasten(request: HttpRequest, store: Store, chosen: list[Resource]) -> None:
    said = {"store": store.name, "what": ", ".join(resource_title(one.name) for one in chosen)}
    if not store.credentials or not store.pulls or not chosen:
        messages.warning(request, gettext("%(store)s is set not to pull that.") % said)
        return
    arrange()
    for one in chosen:
        windows.hasten(store, one.name)
    if _silent():
        messages.warning(request, gettext("%(store)s will be pulled once the tasks run: %(what)s.") % said)
    else:
        messages.success(request, gettext("%(store)s is pulled within a minute: %(what)s.") % said)
