"""Erasing a person: tokens, accounts, links, labels, and what the vault and messages still hold of him."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from channels.core.rows import BuyerRow
from channels.core.subjects import NOBODY, Subject, Whose, bare, whose
from channels.erase import forget, forget_messages, forget_store
from channels.models import Company, Order, Store
from reconciliation import accounts, resident
from reconciliation.gather import account_key, keys_of
from reconciliation.identity.features import features
from reconciliation.identity.signals import Buyer, from_word, tokens, word
from reconciliation.models import Account, AccountAlias, BuyerSignal, Customer, PairLabel, PrivacyRequest

AGAIN = timedelta(days=3)  # how far back what came in is looked through, so that a missed day does no harm
HIM = frozenset({0})

Counts = dict[str, int]


@transaction.atomic
def erase(store: Store, subject: Subject) -> tuple[Counts, list[str]]:
    """Erase a buyer of a store: what went, and the account keys (as words) by which he is kept out."""
    subject = with_orders(store, subject)
    signals = signals_of(store, subject)
    refs = frozenset(signals.values_list("order_ref", flat=True))
    subject = with_orders(store, replace(subject, orders=subject.orders | refs))
    held = set(signals.values_list("account", flat=True))
    keys = held | account_keys(store, subject)
    counts = {"orders": Order.objects.filter(store=store, ref__in=subject.orders).count()}
    counts |= _drop(store.company, signals, keys)
    ask = whose([subject])
    counts["values"] = forget(store, ask).get(0, 0)
    counts["messages"] = forget_messages(store, ask).get(0, 0)
    return counts, sorted(map(word, keys))


@transaction.atomic
def erase_store(store: Store) -> Counts:
    """Erase every buyer of a store; the books, which hold none, stay."""
    signals = BuyerSignal.objects.filter(store=store)
    counts = _drop(store.company, signals, set(signals.values_list("account", flat=True)))
    counts["entries"], counts["messages"] = forget_store(store)
    return counts


def erase_again(company: Company, now: datetime) -> int:
    """Erase what lately came in of persons who were erased before: pulled anew, or in an old message."""
    gone = 0
    requests = PrivacyRequest.objects.filter(store__company=company, kind=PrivacyRequest.Kind.ERASE)
    for store in Store.objects.filter(pk__in=requests.values("store")).select_related("company"):
        ask = kept_out(store, requests.filter(store=store))
        for sort in (forget, forget_messages):
            gone += sort(store, ask, now - AGAIN).get(0, 0)
    return gone


def kept_out(store: Store, requests: Iterable[PrivacyRequest]) -> Whose:
    """Tells of a value whether it is the id or an order of somebody who was erased; their keys are all we know."""
    erased = {from_word(one) for request in requests for one in request.accounts}
    keys = keys_of(store.company_id)

    def ask(value: str) -> frozenset[int]:
        name = bare(value)
        if not name or not erased:
            return NOBODY
        rows = (BuyerRow(order=name, place=0), BuyerRow(order="", place=0, buyer=name))
        return HIM if any(account_key(key, store, row) in erased for key in keys for row in rows) else NOBODY

    return ask


def with_orders(store: Store, subject: Subject) -> Subject:
    """The subject with both the ids and the names of the orders that it names by either."""
    names = subject.orders | {f"#{one}" for one in subject.orders if one.isdecimal()}
    found = Order.objects.filter(Q(ref__in=names) | Q(name__in=names), store=store).values_list("ref", "name")
    both = frozenset(one for pair in found for one in pair if one)
    return replace(subject, orders=subject.orders | both)


def account_keys(store: Store, subject: Subject) -> set[int]:
    """The keys that the person's accounts have or would have, under every version of the key."""
    rows = [BuyerRow(order="", place=0, buyer=one) for one in subject.ids]
    rows += [BuyerRow(order=one, place=0) for one in subject.orders]
    keys = {account_key(key, store, row) for key in keys_of(store.company_id) for row in rows}
    first = AccountAlias.objects.filter(company=store.company_id, key__in=keys).values_list("account", flat=True)
    return keys | set(first)


def signals_of(store: Store, subject: Subject) -> QuerySet[BuyerSignal]:
    """The tokens of a buyer of a store: of his orders, his accounts, his mailbox, and all that these accounts have."""
    named = Q(order_ref__in=subject.orders) | Q(account__in=account_keys(store, subject))
    for key in keys_of(store.company_id):
        for email in subject.emails:
            if (token := tokens(features(Buyer(email=email)), key).scalars["email"]) is not None:
                named |= Q(key_version=key.version, email=token)
        if not (subject.orders or subject.ids or subject.emails):
            for phone in subject.phones:
                if (token := tokens(features(Buyer(phone=phone)), key).scalars["phone"]) is not None:
                    named |= Q(key_version=key.version, phone=token)
    ours = BuyerSignal.objects.filter(store=store)
    found = ours.filter(named).values_list("pk", "account", "known_buyer")
    pks, known = {pk for pk, _, _ in found}, {account for _, account, known in found if known}
    return ours.filter(Q(pk__in=pks) | Q(account__in=known))


def _drop(company: Company, signals: QuerySet[BuyerSignal], keys: Collection[int]) -> Counts:
    """Drop the tokens, and what stood on them; whoever was taken to be the same person is looked at anew."""
    ours = Account.objects.filter(company=company)
    before = ours.filter(key__in=keys).count()
    customers = set(ours.filter(key__in=keys, customer__isnull=False).values_list("customer", flat=True))
    gone, _ = signals.delete()
    _, links = accounts.refresh(company, keys)
    AccountAlias.objects.filter(Q(key__in=keys) | Q(account__in=keys), company=company).delete()
    PairLabel.objects.filter(Q(left_key__in=keys) | Q(right_key__in=keys), company=company).delete()
    ours.filter(customer__in=customers).update(touched_at=datetime.now().astimezone())
    while customers:
        empty = Customer.objects.filter(pk__in=customers, accounts=None)
        customers = set(Customer.objects.filter(merged_into__in=empty).values_list("pk", flat=True))
        empty.delete()
    resident.forget(company)
    return {"signals": gone, "accounts": before - ours.filter(key__in=keys).count(), "links": links}
