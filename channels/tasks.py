"""Scheduled work: thin shells that take nothing or ids, and may run twice."""

import io
from datetime import UTC, datetime

import httpx

from channels.adapters import adapters
from channels.core.errors import Changed, Refused, Throttled, Unavailable
from channels.load import load
from channels.models import Company, RawPage, VaultEntry
from channels.receive import receive, unpack


def fetch_rates() -> str:
    """Take the public files that need no credentials (the ECB's rates) into every company; every four hours,
    so that a new company has them soon.

    Without a network it says so and does nothing: rates can be imported as a file.
    """
    said = []
    with httpx.Client(timeout=60, follow_redirects=True) as client:
        for adapter in adapters():
            if adapter.fetch is None:
                continue
            try:
                body = adapter.fetch(client)
            except (Unavailable, Throttled, Refused, Changed) as error:
                said.append(f"{adapter.label}: {error}")
                continue
            said.append(f"{adapter.label}: {sum(_take(company, body) for company in Company.objects.all())} new pages")
    return "; ".join(said)


def _take(company: Company, body: bytes) -> int:
    taken = 0
    for name, plain in unpack(io.BytesIO(body), "fetched"):
        page = receive(company, None, plain, name, datetime.now(UTC)).page
        if page.state == RawPage.State.PENDING:
            load(page)
            taken += 1
    return taken


def purge() -> str:
    """Delete personal fields whose day has come; every day."""
    count, _ = VaultEntry.objects.filter(purge_on__lte=datetime.now(UTC).date()).delete()
    return f"{count} records purged"
