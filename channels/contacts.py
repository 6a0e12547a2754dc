"""Whom leads name, from archived pages and what the vault still holds of them: in memory, for the caller alone."""

from collections.abc import Iterator
from dataclasses import fields
from functools import cache

from channels.adapters import adapters, format_of, kept_as
from channels.buyers import put_together
from channels.copying import clean
from channels.core.errors import Changed, Refused
from channels.core.privacy import PLACEHOLDER
from channels.core.rows import ContactRow
from channels.followed import Mark
from channels.load import NO_SHOP
from channels.models import RawPage

LONGEST = 600  # characters; Meta's click is the longest of them
_TOLD = tuple(field.name for field in fields(ContactRow) if field.name not in ("lead", "place"))


@cache
def formats_with_contacts() -> frozenset[str]:
    """The resources whose pages name leads' persons."""
    return frozenset(form.resource for adapter in adapters() for form in adapter.formats if form.contacts)


def contacts(company_id: int) -> tuple[dict[Mark, ContactRow], int]:
    """By lead, as its newest page has each field that any page has; and how many pages could not be read."""
    found: dict[Mark, ContactRow] = {}
    unread = 0
    pages = RawPage.objects.filter(company=company_id, state=RawPage.State.LOADED, vault__isnull=False)
    wanted = pages.filter(resource__in=formats_with_contacts()).select_related("store", "company").distinct()
    for page in wanted.order_by("recorded_at", "load"):
        try:
            for row in contacts_of(page):
                mark = (page.store_id or 0, kept_as(page.resource), row.lead)
                before = found.get(mark)
                found[mark] = _over(before, row) if before else row
        except (Refused, Changed):
            unread += 1
    return found, unread


def contacts_of(page: RawPage) -> Iterator[ContactRow]:
    """Whom the page names, as far as the vault still holds it. Raises Refused or Changed."""
    form = format_of(page.resource)
    if form.contacts is None or (archived := put_together(page)) is None:
        return
    for row in form.contacts(archived, page.store.shop if page.store else NO_SHOP):
        if any((told := {name: _known(getattr(row, name)) for name in _TOLD}).values()):
            yield ContactRow(clean(row.lead), row.place, **told)


def _over(before: ContactRow, row: ContactRow) -> ContactRow:
    return ContactRow(row.lead, row.place, **{name: getattr(row, name) or getattr(before, name) for name in _TOLD})


def _known(text: str) -> str:
    """The value; "" for one that is gone, and for one that is none."""
    return "" if PLACEHOLDER in text or len(text) > LONGEST else clean(text).strip()
