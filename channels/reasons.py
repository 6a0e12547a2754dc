"""Why a window is not complete, in the language of the person; what the vendors say stays in their words."""

import re
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _n

from channels import refusals
from channels.clocks import clock
from channels.models import SyncWindow
from channels.windows import STATE, lost_after

_KNOWN: list[tuple[re.Pattern[str], str]] = [
    (re.compile(pattern, re.DOTALL), text)
    for pattern, text in (
        (r"waits for the channel's quota: (?P<wait>\S+) s", _n("Waits for the channel's quota: %(wait)s s.")),
        (
            r"the channel answers in another shape: (?P<why>.*)",
            _n("The channel answers in another shape than is known: %(why)s"),
        ),
        (
            r"the channel says (?P<all>\S+) records, (?P<came>\S+) came",
            _n("The channel says there are %(all)s records; %(came)s came."),
        ),
        (
            r"(?P<count>\S+) records could not be read; see its pages",
            _n("%(count)s records could not be read; see its pages."),
        ),
        (
            r"nothing came; statistics without a line are believed only when asked (?P<times>\d+) times",
            _n("Nothing came. Statistics without a line are believed only when asked %(times)s times."),
        ),
        (
            r"(?P<name>.*) is in (?P<currency>\S+), and no store of this seller keeps that currency; .*",
            _n(
                "%(name)s is in %(currency)s, and no store of this seller keeps that currency: "
                "add the store of that marketplace."
            ),
        ),
        (
            r"an answer cannot be read, and is kept sealed: (?P<why>.*)",
            _n("An answer cannot be read, and is kept sealed: %(why)s"),
        ),
        (
            r"it was read when the channel no longer gave out its beginning",
            _n("It was read when the channel no longer gave out its beginning."),
        ),
        (
            r"the worker died at this window; failures in a row: (?P<count>\d+)",
            _n("The worker died at this window; failures in a row: %(count)s."),
        ),
        (r"the chain of answers ended before its last one", _n("The answers ended before the last one.")),
        (
            r"(?P<page>.*?): (?P<why>Statement .*) Accept or discard it under Pages\.",
            _n("%(page)s: %(why)s Accept or discard it under Pages."),
        ),
        (r"(?P<page>.*?) cannot be taken: (?P<why>.*)", _n("%(page)s cannot be taken: %(why)s")),
        (
            r"(?P<vendor>Amazon|Shopee|Shopify) answers (?P<call>\S+) with HTTP (?P<status>\d+)(?P<rest>.*)",
            _n("%(vendor)s answers %(call)s with HTTP %(status)s%(rest)s"),
        ),
        (
            r"(?P<vendor>Login with Amazon|Shopify) (?:answers|answered) with status (?P<status>\d+)",
            _n("%(vendor)s answered with status %(status)s."),
        ),
        (
            r"no (?:whole )?answer from (?P<host>\S+): (?P<error>\w+)",
            _n("No complete answer from %(host)s (%(error)s)."),
        ),
    )
]


def in_words(reason: str) -> str:
    """The reason in the language of the request; what we did not compose stays as it is."""
    for pattern, text in _KNOWN:
        if found := pattern.fullmatch(reason):
            parts = {name: in_words(part) if name == "why" else part for name, part in found.groupdict().items()}
            return gettext(text) % parts
    return refusals.in_words(reason)


def explained(window: SyncWindow) -> str:
    """Why a window is not complete, and until when it can still be had; "" for a complete one."""
    if window.state == STATE.GREEN:
        return ""
    said = [in_words(window.reason), loss(lost_after(window), clock().now(), window)]
    return " · ".join(one for one in said if one)


def loss(at: datetime | None, now: datetime, window: SyncWindow) -> str:
    """Until when the channel still gives it out, by the store's calendar; "" where it does so for good."""
    if at is None:
        return ""
    day = {"day": date_format(at.astimezone(window.store.zone), "SHORT_DATE_FORMAT")}
    if at <= now:
        return gettext("The channel no longer gives it out since %(day)s.") % day
    return gettext("It can be had until %(day)s.") % day
