"""The facts of a store as the database has them, in the sums in which a world tells its truth."""

from collections.abc import Iterator
from typing import Any

from channels.core.kinds import Kind, Role, Stage
from channels.core.rows import (
    AdSpendRow,
    ChargeRow,
    DisbursementRow,
    OrderItemRow,
    OrderRow,
    PayoutRow,
    RepeatRow,
    Row,
    SearchRow,
    VisitRow,
)
from channels.models import (
    AdSpend,
    Charge,
    Disbursement,
    Order,
    OrderItem,
    Payout,
    RepeatPurchase,
    SearchStat,
    Store,
    Visit,
)
from channels.sandbox.world.truth import Summary, summarise


def found(store: Store) -> Summary:
    """What is here of the store."""
    return summarise(_rows(store))


def _rows(store: Store) -> Iterator[Row]:
    yield from _orders(store)
    for one in Charge.objects.filter(store=store, withdrawn=False):
        yield ChargeRow(
            one.key, one.document, Kind(one.kind), one.label, one.amount, one.currency, one.place, Role(one.role),
            Stage(one.stage), one.order_ref, one.sku, one.quantity, payout=one.payout,
        )  # fmt: skip
    for payout in Payout.objects.filter(store=store):
        yield PayoutRow(payout.ref, payout.currency, payout.place, payout.stated, payout.opening, payout.closing)
    for model, row in ((AdSpend, AdSpendRow), (SearchStat, SearchRow), (RepeatPurchase, RepeatRow)):
        names = list(row.__dataclass_fields__)
        for values in model._default_manager.filter(store=store).values(*names):
            yield row(**values)
    yield from _others(store)


def _orders(store: Store) -> Iterator[Row]:
    items: dict[int, list[OrderItemRow]] = {}
    for item in OrderItem.objects.filter(order__store=store):
        items.setdefault(item.order_id, []).append(OrderItemRow(item.key, item.sku, item.quantity))
    for order in Order.objects.filter(store=store):
        yield OrderRow(
            order.ref, order.currency, order.status, order.ordered_at, order.place, tuple(items.get(order.pk, ())),
            cancelled=order.cancelled, country=order.country, state=order.state, city=order.city,
        )  # fmt: skip


def _others(store: Store) -> Iterator[Row]:
    for visit in Visit.objects.filter(store=store):
        yield VisitRow(
            visit.key, visit.order_ref, visit.position, visit.occurred_at, visit.place, source=visit.source,
            utm_source=visit.utm_source, utm_medium=visit.utm_medium, utm_campaign=visit.utm_campaign,
        )  # fmt: skip
    for one in Disbursement.objects.filter(store=store):
        yield DisbursementRow(one.ref, one.currency, one.amount, one.place, one.starts_at, one.ends_at, trace=one.trace)


def differences(truth: Summary, here: Summary) -> list[str]:
    """What is not the same, in a few lines for people; empty where all is."""
    said = []
    for subject in sorted(truth.keys() | here.keys()):
        wanted, got = set(_plain(truth.get(subject, ()))), set(_plain(here.get(subject, ())))
        said += [f"{subject}: missing {one}" for one in sorted(wanted - got, key=repr)[:3]]
        said += [f"{subject}: too much {one}" for one in sorted(got - wanted, key=repr)[:3]]
        if wanted != got:
            said.append(f"{subject}: {len(wanted - got)} missing, {len(got - wanted)} too much of {len(wanted)}")
        elif len(truth.get(subject, ())) != len(here.get(subject, ())):
            said.append(f"{subject}: the same rows, {len(here.get(subject, ()))} instead of {len(truth[subject])}")
    return said


def _plain(rows: Any) -> Iterator[Any]:
    """Amounts without trailing zeros."""
    for row in rows:
        yield tuple(value.normalize() + 0 if hasattr(value, "normalize") else value for value in row)
