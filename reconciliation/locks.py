"""Turns that processes take over a company."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import InterfaceError, OperationalError, connection

from channels.models import Company


@contextmanager
def matching_lock(company: Company, *, wait: bool = False) -> Iterator[bool]:
    """One at a time, over all processes, has a company's tokens and links in hand; False where another has.

    With ``wait`` until it is free. Inside a transaction it is held to that one's end, for after a statement that
    failed nothing could give it back.
    """
    scope = "_xact" if connection.in_atomic_block else ""
    take = f"pg_{'' if wait else 'try_'}advisory{scope}_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {take}(hashtextextended('plumbline.match', %s))", [company.pk])
        got = bool(cursor.fetchone()[0]) or wait
    try:
        yield got
    finally:
        if got and not scope:
            with suppress(InterfaceError, OperationalError), connection.cursor() as cursor:  # a lost one holds nothing
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended('plumbline.match', %s))", [company.pk])
