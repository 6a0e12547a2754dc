"""What is held about a person, put together so that the seller can hand it over."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from channels.core.subjects import Subject, whose
from channels.erase import held, messages_of
from channels.models import Order, Store
from reconciliation.erasure import Counts, signals_of, with_orders
from reconciliation.identity.signals import LISTS, SCALARS, word
from reconciliation.models import Account, BuyerSignal, CustomerLink


def tell(store: Store, subject: Subject, now: datetime) -> tuple[dict[str, Any], Counts]:
    """Everything that is held about a buyer of a store, in clear as far as the vault still holds it; and its counts."""
    subject = with_orders(store, subject)
    signals = list(signals_of(store, subject).order_by("obtained_at", "pk"))
    orders = subject.orders | {signal.order_ref for signal in signals}
    subject = with_orders(store, Subject(orders, subject.ids, subject.emails, subject.phones))
    ask = whose([subject])
    values = [
        {"from": entry.page.resource, "received": entry.page.fetched_at.isoformat(), "gone_on": str(entry.purge_on),
         "values": {path: cut[path] for path in paths}}
        for entry, cut, paths in held(store, ask)
    ]  # fmt: skip
    messages = [
        {"topic": one.topic, "received": one.received_at.isoformat(), "gone_on": str(one.purge_on)}
        for one, _ in messages_of(store, ask)
    ]
    accounts = list(Account.objects.filter(company=store.company_id, key__in={one.account for one in signals}))
    told = {
        "store": store.name, "channel": store.channel, "told_at": now.isoformat(),
        "orders": [_order(one) for one in Order.objects.filter(store=store, ref__in=subject.orders).order_by("ref")],
        "personal_values": values, "messages": messages, "tokens": [_tokens(one) for one in signals],
        "accounts": [_account(one) for one in accounts],
    }  # fmt: skip
    counted = ("orders", "personal_values", "messages", "tokens", "accounts")
    return told, {name: len(told[name]) for name in counted}


def _order(order: Order) -> dict[str, Any]:
    return {
        "order": order.ref, "name": order.name, "ordered": order.ordered_at.isoformat(), "status": order.status,
        "country": order.country, "state": order.state, "city": order.city,
    }  # fmt: skip


def _tokens(signal: BuyerSignal) -> dict[str, Any]:
    """Of which features keyed hashes are kept; what they hash cannot be told from them."""
    names = [name for name in SCALARS if getattr(signal, name) is not None]
    names += [name for name in LISTS if getattr(signal, name)]
    return {
        "order": signal.order_ref, "part": signal.part, "origin": signal.origin, "features": names,
        "received": signal.obtained_at.isoformat(), "expires": str(signal.expires_on), "country": signal.country,
    }  # fmt: skip


def _account(account: Account) -> dict[str, Any]:
    """The buyer inside the channel, and with whom he is taken to be the same person, how surely and why."""
    links = CustomerLink.objects.filter(Q(left=account) | Q(right=account)).select_related("left", "right")
    return {
        "account": word(account.key), "orders": account.orders, "first": account.first_at.isoformat(),
        "last": account.last_at.isoformat(), "customer": str(account.customer_id or ""),
        "linked_with": [
            {
                "channel": (one.right if one.left_id == account.pk else one.left).channel,
                "probability": one.probability, "state": one.state, "reasons": one.levels,
            }
            for one in links
        ],
    }  # fmt: skip
