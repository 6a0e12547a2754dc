"""Another version of the key of tokens: which accounts are the same under it, and what still is under the older."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max

from channels.models import Company
from reconciliation.models import AccountAlias, BuyerSignal, PrivacyRequest

_ALIAS, _SIGNAL = AccountAlias._meta.db_table, BuyerSignal._meta.db_table


@dataclass(frozen=True, slots=True)
class Under:
    """What is under a version of the key."""

    version: int
    signals: int
    until: date | None  # when the last of them expires


def first_keys(company: Company, older: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """The keys that accounts had first, for those that had another; ``older`` has theirs under older versions.

    Once found it is written down, so that it is known still when the older key is gone.
    """
    asked = [*older, *(key for keys in older.values() for key in keys)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT key, account FROM {_ALIAS} WHERE company_id = %s AND key = ANY(%s)", [company.pk, asked]
        )
        known: dict[int, int] = dict(cursor.fetchall())
        missing = {key for new, keys in older.items() if new not in known for key in keys} - known.keys()
        if missing:
            cursor.execute(
                f"SELECT DISTINCT s.account FROM {_SIGNAL} s JOIN channels_store st ON st.id = s.store_id "
                "WHERE st.company_id = %s AND s.account = ANY(%s)",
                [company.pk, list(missing)],
            )
            known |= {row[0]: row[0] for row in cursor.fetchall()}
        found = {
            new: next(known[key] for key in (new, *keys) if key in known)
            for new, keys in older.items()
            if new in known or any(key in known for key in keys)
        }
        fresh = [AccountAlias(company=company, key=new, account=first) for new, first in found.items() if new != first]
    AccountAlias.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=2_000)
    return found


def under(company: Company) -> list[Under]:
    """How many tokens are under each version of the key, the newest first."""
    found = (
        BuyerSignal.objects.filter(store__company=company)
        .values("key_version")
        .annotate(count=Count("pk"), until=Max("expires_on"))
        .order_by("-key_version")
    )
    return [Under(one["key_version"], one["count"], one["until"]) for one in found]


def lost_keys(company: Company) -> list[Under]:
    """What is under versions that are no longer in TOKEN_KEYS: nothing new is found to be the same as it."""
    return [one for one in under(company) if one.version not in settings.TOKEN_KEYS]


def erased(company: Company) -> int:
    """Demands whose persons are kept out by the keys that there were when they were met."""
    met = PrivacyRequest.objects.filter(
        store__company=company, kind=PrivacyRequest.Kind.ERASE, handled_at__isnull=False
    )
    return met.exclude(accounts=[]).count()
