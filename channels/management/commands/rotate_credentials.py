"""Encrypt everything under the first keys, so that the old ones can go. It can be killed and started again."""

from collections.abc import Callable, Iterator
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction

from channels.fields import EncryptedJSONField, cipher
from channels.management.command import ProjectCommand

BATCH = 500
# Table, column, the keys that it is under; tokens are text in one and bytes in the others.
COLUMNS = (
    ("channels_store", "credentials", "CREDENTIAL_KEYS", "stores"),
    ("channels_vaultentry", "sealed", "VAULT_KEYS", "records"),
    ("channels_delivery", "sealed", "VAULT_KEYS", "messages"),
)


def columns() -> Iterator[tuple[str, str, str, str]]:
    """Those of this app, and whatever the apps above seal."""
    yield from COLUMNS
    ours = {table for table, *_ in COLUMNS}
    for model in apps.get_models():
        table = model._meta.db_table
        if table in ours:
            continue
        for field in model._meta.local_fields:
            if field.name == "sealed":
                yield table, "sealed", "VAULT_KEYS", str(model._meta.verbose_name_plural)
            elif isinstance(field, EncryptedJSONField):
                yield table, str(field.column), "CREDENTIAL_KEYS", str(model._meta.verbose_name_plural)


class Command(ProjectCommand):
    help = "Encrypt credentials, personal fields and messages anew with the first of CREDENTIAL_KEYS and VAULT_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        done = {}
        for table, column, keys, what in columns():
            done[what] = 0
            for looked, changed in rotate(table, column, keys):
                done[what] += changed
                self.stderr.write(f"{what}: {looked:,} looked at, {done[what]:,} encrypted anew")
        said = ", ".join(f"{count:,} {what}" for what, count in done.items())
        self.stdout.write(f"{said} are under the first key now.")


def rotate(table: str, column: str, keys: str) -> Iterator[tuple[int, int]]:
    """(rows looked at so far, rows changed in this batch), each batch in a transaction of its own.

    Raises ImproperlyConfigured where none of the keys reads a row.
    """
    given = getattr(settings, keys)
    first, every = Fernet(given[0]), cipher(given)
    last = looked = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, {column} FROM {table} WHERE id > %s AND length({column}) > 0 ORDER BY id LIMIT {BATCH} "
                "FOR NO KEY UPDATE",
                [last],
            )
            rows = cursor.fetchall()
            if not rows:
                return
            changed = [
                (pk, new) for pk, token in rows if (new := _renewed(table, pk, token, first, every.rotate, keys))
            ]
            for pk, new in changed:
                cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [new, pk])
        last, looked = rows[-1][0], looked + len(rows)
        yield looked, len(changed)


def _renewed(
    table: str, pk: int, token: Any, first: Fernet, again: Callable[[bytes], bytes], keys: str
) -> str | bytes | None:
    """The token under the first key, as its column takes it; None where it is already."""
    plain = token.encode() if isinstance(token, str) else bytes(token)
    try:
        first.decrypt(plain)
    except InvalidToken:
        pass
    else:
        return None
    try:
        new = again(plain)
    except InvalidToken:
        raise ImproperlyConfigured(
            f"row {pk} of {table} cannot be decrypted: {keys} lacks the key it was written with"
        ) from None
    return new.decode() if isinstance(token, str) else new
