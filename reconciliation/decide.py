"""Decide: people's words on who is one person, appended to a chained list. Matching reads it; nothing changes it."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction

from channels.core.errors import Refused
from channels.models import Company
from reconciliation import links
from reconciliation.identity.clusters import connected
from reconciliation.identity.decisions import standing
from reconciliation.identity.signals import word
from reconciliation.models import Account, CustomerLink, Decision

SECOND_OVER = 20  # orders that a merge may bring together on one person's word
Action = Decision.Action


def confirm(link: CustomerLink, actor: AbstractBaseUser, reason: str = "") -> Decision:
    """The two accounts are one person."""
    return _append(link.company, Action.CONFIRM, _words(link.left, link.right), actor, reason, (link.left, link.right))


def reject(link: CustomerLink, actor: AbstractBaseUser, reason: str = "") -> Decision:
    """The two accounts are two persons."""
    return _append(link.company, Action.REJECT, _words(link.left, link.right), actor, reason)


def merge(accounts: Sequence[Account], actor: AbstractBaseUser, reason: str = "") -> Decision:
    """All the accounts are one person. Raises Refused for fewer than two, or accounts of two companies."""
    if len(accounts) < 2:
        raise Refused("choose two accounts or more to merge")
    return _append(_company(accounts), Action.MERGE, _words(*accounts), actor, reason, accounts)


def split(groups: Sequence[Sequence[Account]], actor: AbstractBaseUser, reason: str = "") -> Decision:
    """The accounts of each group belong to another person than those of every other group."""
    given = [list(group) for group in groups if group]
    every = [account for group in given for account in group]
    if len(given) < 2:
        raise Refused("choose some of the accounts to split off, and leave some")
    if len({account.pk for account in every}) < len(every):
        raise Refused("an account stands in two of the groups")
    return _append(_company(every), Action.SPLIT, [_words(*group) for group in given], actor, reason)


def undo(decision: Decision, actor: AbstractBaseUser, reason: str = "") -> Decision:
    """Take a decision back. An undo can be undone. Raises Refused where it is taken back already."""
    with _locked(decision.company):
        if _taken_back(decision):
            raise Refused(f"decision {decision.number} is taken back already")
        return _append(decision.company, Action.UNDO, [], actor, reason, about=decision)


def second(decision: Decision, actor: AbstractBaseUser, reason: str = "") -> Decision:
    """A second person agrees. Raises Refused for the one who decided, where nobody has to, and where it is too late."""
    if not decision.needs_second:
        raise Refused(f"decision {decision.number} needs no second person")
    if decision.actor_id == actor.pk:
        raise Refused("the second person must be another one")
    with _locked(decision.company):
        if _taken_back(decision):
            raise Refused(f"decision {decision.number} does not hold any more")
        if any(not _taken_back(one) for one in decision.answers.filter(action=Action.SECOND)):
            raise Refused(f"decision {decision.number} has its second person already")
        return _append(decision.company, Action.SECOND, [], actor, reason, about=decision)


def needs_second(joined: Sequence[Account]) -> bool:
    """Whether so many orders would come together that one person's word is not enough."""
    return _size(joined) > SECOND_OVER


def broken_at(company: Company) -> int | None:
    """The number of the first decision whose digest does not follow from those before it; None where all do."""
    before = ""
    for one in Decision.objects.filter(company=company).order_by("number").select_related("about"):
        if one.digest != _digest(before, one):
            return one.number
        before = one.digest
    return None


def _append(
    company: Company, action: str, accounts: Any, actor: AbstractBaseUser, reason: str,
    joined: Sequence[Account] = (), about: Decision | None = None,
) -> Decision:  # fmt: skip
    with _locked(company):
        last = Decision.objects.filter(company=company).order_by("-number").first()
        new = Decision(
            company=company, number=last.number + 1 if last else 1, action=action, accounts=accounts, about=about,
            needs_second=needs_second(joined), actor_id=actor.pk, reason=reason[:300],
            at=datetime.now(UTC).replace(microsecond=0),
        )  # fmt: skip
        new.digest = _digest(last.digest if last else "", new)
        new.save(force_insert=True)
    return new


@contextmanager
def _locked(company: Company) -> Iterator[None]:
    """One decision at a time: each follows from the one before."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('plumbline.decide', %s))", [company.pk])
        yield


def _taken_back(decision: Decision) -> bool:
    return any(not _taken_back(one) for one in decision.answers.filter(action=Action.UNDO))


def _size(joined: Sequence[Account]) -> int:
    """Orders that come together: those of all persons whom the accounts belong to, now or by the next matching."""
    customers = {account.customer_id for account in joined if account.customer_id}
    alone = {account.pk: account.orders for account in joined if not account.customer_id}  # not matched yet
    if len(customers) + len(alone) < 2:
        return 0
    if customers:
        customers |= _tied(joined[0].company, customers)
    return sum(alone.values()) + sum(Account.objects.filter(customer__in=customers).values_list("orders", flat=True))


def _tied(company: Company, customers: set[UUID]) -> set[UUID]:
    """The customers whom people's words already join to these, as the next matching will have it."""
    together = standing(links.decisions(company)).together
    keys = {key for pair in together for key in pair}
    owner = dict(Account.objects.filter(company=company, key__in=keys).values_list("key", "customer_id"))
    joins = [(owner[left], owner[right]) for left, right in together if owner.get(left) and owner.get(right)]
    return connected(customers, joins)


def _digest(before: str, one: Decision) -> str:
    told = [
        before, one.number, one.action, one.accounts, one.about.number if one.about else None, one.needs_second,
        one.actor_id, one.reason, one.at.isoformat(),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _words(*accounts: Account) -> list[str]:
    return sorted(word(account.key) for account in accounts)


def _company(accounts: Sequence[Account]) -> Company:
    companies = {account.company_id for account in accounts}
    if len(companies) != 1:
        raise Refused("the accounts belong to different companies")
    return accounts[0].company
