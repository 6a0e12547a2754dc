"""A store's credentials: changed under a lock over all processes, and stored before anybody uses them."""

from collections.abc import Callable, Mapping

from django.db import transaction

from channels.core.transport import Credentials
from channels.models import Store

Change = Callable[[Credentials], Credentials]


def change(store_id: int, by: Change) -> Credentials:
    """Give ``by`` the credentials as they are stored now and store what it returns, while nobody else may.

    They are committed on return, whatever happens to the caller afterwards: a token that a vendor takes once only must
    never be lost to a rollback. So this cannot run inside a transaction, and raises RuntimeError there. Where
    ``by`` raises, nothing is stored.
    """
    with transaction.atomic(durable=True):
        return _changed(store_id, by)


def enter(store_id: int, given: Mapping[str, str | None]) -> Credentials:
    """Merge what a person entered into the stored credentials; None removes one. Part of the caller's transaction.

    A store whose vendor refused it is tried again.
    """
    if given:
        Store.objects.filter(pk=store_id).update(refused="")
    return _changed(store_id, lambda stored: merged(stored, given))


def merged(stored: Credentials, given: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in {**stored, **given}.items() if value is not None}


@transaction.atomic
def _changed(store_id: int, by: Change) -> Credentials:
    # A lock of the key would stop every load of the store's facts for the length of a request to the vendor.
    store = Store.objects.select_for_update(no_key=True).only("credentials").get(pk=store_id)
    before = dict(store.credentials or {})
    after = dict(by(dict(before)))
    if after != before:
        Store.objects.filter(pk=store_id).update(credentials=after or None)
    return after
