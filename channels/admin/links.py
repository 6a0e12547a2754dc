"""Links between the pages of the admin."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from channels.models import RawPage


def source_url(page_id: int, line: int = 0) -> str:
    """The source view of a page, at a line."""
    url = reverse("admin:channels_rawpage_source", args=[page_id])
    return f"{url}?line={line}#here" if line else url


def source_link(page: RawPage, line: int) -> SafeString:
    """Where a fact stands: the file and its line."""
    where = gettext("line %(line)s") % {"line": f"{line:,}"} if line else ""
    return format_html(
        '<a class="pl-link" href="{}" title="{}">{} <span class="pl-dim">{}</span></a>',
        source_url(page.pk, line), page, _short(str(page)), where,
    )  # fmt: skip


def _short(name: str) -> str:
    return name if len(name) <= 28 else f"{name[:12]}…{name[-15:]}"
