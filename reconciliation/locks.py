"""Turns that processes take over a company."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from channels.models import Company


@contextmanager
def matching_lock(company: Company) -> Iterator[bool]:
    """One at a time, over all processes, has a company's tokens and links in hand; False where another has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended('plumbline.match', %s))", [company.pk])
        got = bool(cursor.fetchone()[0])
    try:
        yield got
    finally:
        if got:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended('plumbline.match', %s))", [company.pk])
