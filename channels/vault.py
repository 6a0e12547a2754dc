"""Personal data, encrypted, until its day: what was cut out of pages, and whole bodies that cannot be read."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import cast

from django.conf import settings
from django.db import connection

from channels.copying import clean, copying
from channels.core.writing import dump_bytes
from channels.fields import cipher
from channels.models import Delivery, RawPage, Store, VaultEntry

PERSONAL_DAYS = 30  # personal data goes this long after arrival, unless the store's signal policy says otherwise
MOST_DAYS = {"amazon": 30}  # Amazon's Data Protection Policy: 30 days after the order was delivered, at most
LONGEST = 365
UNPARSEABLE = "unparseable"  # the topic of a body that could not be read


def personal_days(store: Store | None) -> int:
    """Days that a store keeps personal data: its policy's, within what its channel allows; nonsense is no policy."""
    said = store.signal_policy.get("personal_days") if store else None
    days = said if isinstance(said, int) and not isinstance(said, bool) and 1 <= said <= LONGEST else PERSONAL_DAYS
    return min(days, MOST_DAYS.get(store.channel, LONGEST)) if store else days


def purge_day(store: Store | None, arrived: datetime) -> date:
    return (arrived + timedelta(days=personal_days(store))).date()


def seal(data: bytes) -> bytes:
    return cipher(settings.VAULT_KEYS).encrypt(data)


def seal_cut(cut: dict[str, object]) -> bytes:
    """What was cut out of one record."""
    return seal(dump_bytes(cut))


def keep(found: Iterable[tuple[RawPage, Iterable[bytes]]]) -> None:
    """Keep what was cut out of pages: lines of a place and what is sealed of it."""
    with copying(VaultEntry._meta.db_table, ("page_id", "place", "sealed", "purge_on")) as copy:
        for page, sealed in found:
            purge_on = purge_day(page.store, page.fetched_at)
            for line in sealed:
                place, _, token = line.rstrip().partition(b" ")
                copy.write((page.pk, int(place), token, purge_on))


def unseal(entry: VaultEntry) -> dict[str, object]:
    """What was cut out of the record, for a lawful purpose of its own."""
    return cast(dict[str, object], json.loads(unsealed(entry.sealed)))


def unsealed(token: bytes | memoryview) -> bytes:
    return cipher(settings.VAULT_KEYS).decrypt(bytes(token))


def seal_whole(store: Store, body: bytes, why: str, arrived: datetime) -> Delivery:
    """Keep a body that cannot be read, since personal data cannot be cut out of it: encrypted whole, until its day.

    The same body again is the one that is here.
    """
    found, _ = Delivery.objects.get_or_create(
        channel=store.channel, store=store, key=hashlib.sha256(body).hexdigest(),
        defaults={
            "topic": UNPARSEABLE, "sealed": seal(body), "outcome": clean(why)[:300], "received_at": arrived,
            "purge_on": purge_day(store, arrived), "handled_at": arrived,
        },
    )  # fmt: skip
    return found


def purge(today: date | None) -> str:
    """Delete what must be gone by the day, and say how much it was; everything where no day is given.

    Rows of messages stay, as proof that they came; only what they held goes.
    """
    where, day = ("purge_on <= %s", [today]) if today else ("TRUE", [])
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {VaultEntry._meta.db_table} WHERE {where}", day)
        records = cursor.rowcount
        cursor.execute(
            f"UPDATE {Delivery._meta.db_table} SET sealed = '' WHERE {where} AND octet_length(sealed) > 0", day
        )
        return f"{records:,} records and {cursor.rowcount:,} messages purged"
