"""Promises about personal data, kept by schedule: demands to erase or to tell are met, what must go goes.

Demands come as messages that their channel signed, or are entered by hand. Handling one twice does it once.
"""

import hmac
import logging
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop as _n

from channels.clocks import clock
from channels.core.writing import dump_bytes
from channels.models import Company, Delivery, Heartbeat, SignalDecision, Store
from channels.vault import seal, unsealed
from reconciliation import demands, resident
from reconciliation.demands import TOPICS, Demand
from reconciliation.enforce import Enforced, enforce, enforced_name, forget_all
from reconciliation.erasure import erase, erase_again, erase_store
from reconciliation.gather import newest_key
from reconciliation.locks import matching_lock
from reconciliation.models import PrivacyRequest
from reconciliation.telling import tell

logger = logging.getLogger(__name__)

__all__ = ["Enforced", "enforce", "enter", "keep_promises", "purge", "purge_told"]

DAYS = 30  # within which a demand must be met: Shopify's rule, and GDPR's month (Art. 12(3)) at its shortest
TOLD_DAYS = 30  # that what is told waits to be handed over

DONE = _n("a request about personal data: done")
NO_SHOP = _n("a request about personal data of a shop that is not here")
UNREADABLE = _n("a request about personal data that cannot be read: a person must look at it")


def keep_promises(company: Company) -> str:
    """Meet the demands that have come, and let a decision's tokens go where it was withdrawn. Safe to repeat."""
    now = clock().now()
    with matching_lock(company) as got:
        if not got:
            return f"{company}: matching is at work; requests wait for the next round"
        for delivery in _unhandled(company):
            _take_up(delivery)
        open_ones = PrivacyRequest.objects.filter(store__company=company, handled_at=None)
        done = [_handled(pk, now) for pk in open_ones.order_by("pk").values_list("pk", flat=True)]
        said = [f"{sum(done)} requests handled, {len(done) - sum(done)} wait"]
        if _withdrawn(company):
            said.append(str(enforce(company, now.date())))
    return f"{company}: {'; '.join(said)}"


def enter(store: Store, kind: str, body: bytes, received: datetime) -> PrivacyRequest:
    """Take up a demand of a store, once however often it comes; what it says waits sealed until it is met."""
    key = newest_key(store.company_id).secret
    request, _ = PrivacyRequest.objects.get_or_create(
        store=store, kind=kind, subject=hmac.digest(key, b"demand\x1f" + body, "sha256").hex(),
        defaults={
            "received_at": received, "due_on": (received + timedelta(days=DAYS)).date(), "sealed": seal(body),
        },
    )  # fmt: skip
    return request


def purge_told(today: date) -> int:
    """Drop what was gathered to be told and whose day has come."""
    return PrivacyRequest.objects.filter(purge_on__lte=today).exclude(sealed=b"").update(sealed=b"")


def purge(today: date | None) -> str:
    """Let go, every day, of tokens that the policies no longer admit, of what came in anew of erased persons, and of
    answers whose day has come; without a day of all tokens and answers."""
    if today is None:
        told = PrivacyRequest.objects.exclude(handled_at=None).exclude(sealed=b"").update(sealed=b"")
        return f"{forget_all():,} buyers' tokens and {told:,} answers purged"
    resident.sweep()
    done, again = [], 0
    for company in Company.objects.order_by("pk"):
        with matching_lock(company, wait=True):  # a matching at work would write down again what goes here
            done.append(enforce(company, today))
            again += erase_again(company, clock().now())
    gone, blanked = sum(one.gone for one in done), sum(one.blanked for one in done)
    return (
        f"{gone:,} buyers' tokens purged, {blanked:,} reduced; {purge_told(today):,} answers purged, "
        f"{again:,} values erased again"
    )


def _unhandled(company: Company) -> Iterable[Delivery]:
    """Only what the channel signed; what anybody may have sent waits for a person."""
    found = Delivery.objects.filter(store__company=company, topic__in=TOPICS, verified=True, handled_at=None)
    return found.select_related("store__company").order_by("pk")


@transaction.atomic
def _take_up(delivery: Delivery) -> None:
    store = delivery.store
    body = unsealed(delivery.sealed) if delivery.sealed else b""
    demand = demands.read(body)
    if store is None or demand is None:
        Delivery.objects.filter(pk=delivery.pk).update(outcome=UNREADABLE)
        return
    meant = demands.stores_meant(store, demand.shop)
    for one in meant:
        enter(one, TOPICS[delivery.topic], body, delivery.received_at)
    Delivery.objects.filter(pk=delivery.pk).update(
        handled_at=clock().now(), outcome=DONE if meant else NO_SHOP, sealed=b""
    )


def _withdrawn(company: Company) -> bool:
    """Whether a decision was withdrawn since the policies were last enforced."""
    last = Heartbeat.objects.filter(name=enforced_name(company)).first()
    found = SignalDecision.objects.filter(store__company=company, withdrawn_at__isnull=False)
    return (found.filter(withdrawn_at__gte=last.at) if last else found).exists()


def _handled(pk: int, now: datetime) -> bool:
    """Whether a demand is met; one that fails does not hold up the others."""
    try:
        return _handle(pk, now)
    except Exception as error:  # noqa: BLE001 - of any type, and its text may quote what was looked at
        logger.error("request %s could not be met: %s", pk, type(error).__name__)  # noqa: TRY400 - without values
        return False


@transaction.atomic
def _handle(pk: int, now: datetime) -> bool:
    """Meet a demand as a whole or not at all; False where it cannot be read."""
    request = PrivacyRequest.objects.select_for_update(of=("self",)).select_related("store__company").get(pk=pk)
    if request.handled_at is not None:
        return True
    demand = demands.read(unsealed(request.sealed)) if request.sealed else None
    if demand is None:
        return False
    told = _meet(request, demand, now)
    request.sealed, request.handled_at = told, now
    request.purge_on = (now + timedelta(days=TOLD_DAYS)).date() if told else None
    request.save(update_fields=["sealed", "handled_at", "purge_on", "counts", "accounts"])
    return True


def _meet(request: PrivacyRequest, demand: Demand, now: datetime) -> bytes:
    """Do what is demanded and count it on the request; what is to be told, sealed."""
    told: dict[str, Any] = {}
    if request.kind == PrivacyRequest.Kind.SHOP:
        request.counts = erase_store(request.store)
    elif request.kind == PrivacyRequest.Kind.ERASE:
        request.counts, request.accounts = erase(request.store, demand.subject)
    else:
        told, request.counts = tell(request.store, demand.subject, now)
    return seal(dump_bytes(told)) if told else b""
