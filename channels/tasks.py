"""Scheduled work: thin shells that take nothing or ids, and may run twice."""

import io
from datetime import UTC, datetime

import httpx

from channels import notifications, purging, schedules, windows
from channels import pull as pulling
from channels.adapters import adapters
from channels.clocks import clock
from channels.core.errors import Changed, Refused, Throttled, Unavailable
from channels.load import load
from channels.models import Company, Heartbeat, RawPage, Store
from channels.receive import receive
from channels.unpacking import unpack

PULL_SECONDS = 240.0  # a task ends well before django-q2 would kill it: a killed one may stall the whole cluster


def pull(store_id: int, resource: str) -> str:
    """Open and work the due windows of a store's resource, for some minutes at most; the next run goes on."""
    store = Store.objects.select_related("company").filter(pk=store_id, pulls=True).first()
    if store is None or not store.credentials:
        return "the store pulls no longer"
    try:
        found = windows.resource_of(store, resource)
    except LookupError as error:
        return str(error)
    windows.open_windows(store, found)
    done = pulling.pull(store, found, seconds=PULL_SECONDS)
    return f"{done.green} windows complete, {done.red} not; {done.pages} pages, {done.rows} rows"


def beat() -> str:
    """Each minute: a sign of life of the cluster, and a schedule for every store and resource."""
    made, dropped = schedules.arrange()
    Heartbeat.objects.update_or_create(name="cluster", defaults={"at": datetime.now(UTC)})
    return f"{made} schedules made, {dropped} dropped"


def poll_notifications() -> str:
    """Every two minutes: take what waits in the queues of Amazon's notifications."""
    return notifications.poll_all()


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
    """Delete personal data whose day has come; every day."""
    return purging.purge(clock().now().date(), datetime.now(UTC))
