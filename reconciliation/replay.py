"""Drop everything derived of a company and build it again from the archive, in the archive's order."""

from datetime import datetime

from django.db import connection

from channels.load import company_lock, replay_facts
from channels.models import Company, RawPage
from reconciliation.locks import matching_lock
from reconciliation.match import match
from reconciliation.models import Account, Discrepancy, LedgerEntry, Matched, Posted, Run
from reconciliation.post import post
from reconciliation.settle import settle


def replay(company: Company) -> None:
    """The ledger is posted at the same points as before, so it ends the same, ``recorded_at`` included."""
    with matching_lock(company, wait=True):
        _replay_books(company)
        if Matched.objects.filter(company=company).exists():
            # Tokens, decisions and the versions of the model are kept: they lead to the same people again.
            match(company, full=True)


def _replay_books(company: Company) -> None:
    with company_lock(company.pk):
        points: dict[int, list[datetime]] = {}
        for load, at in Run.objects.filter(company=company).order_by("pk").values_list("load", "at"):
            points.setdefault(load, []).append(at)
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {LedgerEntry._meta.db_table} WHERE company_id = %s", [company.pk])
        Discrepancy.objects.filter(company=company).delete()
        Posted.objects.filter(company=company).update(load=0, at=None, stores="", goods="")

        def posted(page: RawPage) -> None:
            for at in points.get(page.load or 0, ()):
                post(company, upto=page.load, at=at)

        replay_facts(company.pk, posted)
        settle(company)
        Account.objects.filter(company=company).delete()
        Matched.objects.filter(company=company).update(rebuilt_at=None)  # the next matching makes them all anew
