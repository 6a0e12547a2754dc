"""Messages that vendors push: sealed, kept once, and only a reason to read again. What they say is never a fact."""

import hashlib
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, F, Func, Q, Value, When
from django.utils.translation import gettext_noop as _n

from channels.clocks import clock
from channels.copying import clean
from channels.models import Delivery, Store, SyncWindow
from channels.vault import purge_day, seal
from channels.windows import hasten, resources_of

KEY_LENGTH = 200
READ_AGAIN = _n("is read again")  # with the resources behind it
NOT_PULLED = _n("not pulled, so nothing to read again")
NO_RESOURCE = _n("says nothing that is pulled")
PRIVACY = _n("a request about personal data: waits for a person; what we keep of buyers is deleted by its day")
STOPPED = _n("the store is marked as refused")
UNSIGNED = _n("not signed by the channel, so it stops nothing")


@dataclass(frozen=True, slots=True)
class Message:
    """A push as it came. ``key`` tells it apart from others of its channel and store; the same again is a repetition.

    ``resources`` are to be read again; ``stops`` says why the store can no longer be pulled, ``outcome`` what else
    becomes of it, ``waits`` whether a person must see to it.
    """

    key: str
    topic: str
    body: bytes
    verified: bool = True
    resources: tuple[str, ...] = ()
    stops: str = ""
    outcome: str = NO_RESOURCE
    waits: bool = False


@transaction.atomic
def take_in(store: Store, message: Message) -> Delivery:
    """Keep a message and let what it speaks of be read again soon. No vendor is asked anything here."""
    now = clock().now()
    resources = _pulled(store, message.resources)
    outcome = _outcome(message, resources)
    delivery, new = Delivery.objects.get_or_create(
        channel=store.channel, store=store, key=short(message.key),
        defaults={
            "topic": clean(message.topic)[:100], "received_at": now, "verified": message.verified, "outcome": outcome,
            "sealed": seal(message.body), "purge_on": purge_day(store, now), "awaited": resources,
            "handled_at": None if resources or message.waits else now,
        },
    )  # fmt: skip
    proved = message.verified and not delivery.verified  # anyone may have sent the unsigned one before it
    if not new:
        known = Delivery.objects.filter(pk=delivery.pk)
        known.update(times=F("times") + 1)
        if proved:
            known.update(verified=True, outcome=outcome, awaited=resources, handled_at=None if resources else now)
    if new or proved:
        if message.stops and message.verified:
            Store.objects.filter(pk=store.pk).update(refused=message.stops)
        for name in resources:
            hasten(store, name)
    return delivery


def answered(window: SyncWindow) -> None:
    """A complete window that reaches beyond the receipt of messages is the re-read that they asked for.

    One that ends before it, such as a back-fill's, does not have what they tell of, whenever it was read.
    """
    waiting = Delivery.objects.filter(
        store=window.store_id, handled_at=None, received_at__lte=window.ends_at, awaited__contains=[window.resource]
    )
    left = Func(F("awaited"), Value(window.resource), function="array_remove")
    last = Case(When(Q(awaited__len=1), then=Value(window.closed_at)), default=F("handled_at"))
    waiting.update(awaited=left, handled_at=last)


def short(key: str) -> str:
    """The key, or a digest where it is too long to be one."""
    key = clean(key)
    return key if key and len(key) <= KEY_LENGTH else hashlib.sha256(key.encode()).hexdigest()


def _pulled(store: Store, names: tuple[str, ...]) -> list[str]:
    known = {one.name for one in resources_of(store)} if store.pulls and store.credentials else set()
    return [name for name in names if name in known]


def _outcome(message: Message, resources: list[str]) -> str:
    if message.stops:
        return STOPPED if message.verified else UNSIGNED
    if resources:
        return f"{READ_AGAIN}: {', '.join(resources)}"
    return NOT_PULLED if message.resources else message.outcome
