"""Small rows for the API's tests: each function makes one, with what matters as its arguments."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from django.contrib.auth.models import Permission, User
from rest_framework.test import APIClient

from channels.models import Company, Order, OrderItem, Payout, RawPage, Store
from reconciliation.models import Discrepancy, LedgerEntry

NOON = datetime(2026, 2, 1, 12, tzinfo=UTC)
_number = count(1)


PASSWORD = "a long pass phrase"


def make_reader(*models: str) -> User:
    """An active user who may view these models, such as ``reconciliation.ledgerentry``."""
    user = User.objects.create_user(f"reader{next(_number)}", password=PASSWORD)
    for model in models:
        app, name = model.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=f"view_{name}"))
    return user


def make_client(*models: str) -> APIClient:
    client = APIClient()
    client.force_authenticate(make_reader(*models))
    return client


def make_company(name: str = "Example Ltd", base: str = "USD") -> Company:
    return Company.objects.create(name=name, base_currency=base)


def make_store(company: Company, name: str = "Amazon DE", **given: Any) -> Store:
    fields = {"channel": "amazon", "marketplace": "A1PA6795UKMFR9", "currency": "EUR", "timezone": "Europe/Berlin"}
    return Store.objects.create(company=company, name=name, **{**fields, **given})


def make_page(store: Store) -> RawPage:
    number = next(_number)
    return RawPage.objects.create(
        company=store.company, store=store, resource="test", digest=f"{number:064}", archived_digest=f"{number:064}",
        size=1, body=f"page{number}", fetched_at=NOON, recorded_at=NOON,
    )  # fmt: skip


def make_entry(
    store: Store | None, amount: str = "10.00", *, company: Company | None = None, **given: Any
) -> LedgerEntry:
    fields: dict[str, Any] = {
        "company": company or (store and store.company), "paying_store": store, "earning_store": store,
        "source": "test", "key": f"entry{next(_number)}", "stage": "settled", "kind": "revenue", "label": "Principal",
        "amount": Decimal(amount), "currency": "EUR", "base_amount": Decimal(amount), "rate": Decimal(1),
        "posted_on": date(2026, 1, 15), "recorded_at": NOON,
    }  # fmt: skip
    return LedgerEntry.objects.create(**{**fields, **given})


def make_order(store: Store, ref: str, *skus: str, **given: Any) -> Order:
    fields: dict[str, Any] = {
        "page": make_page(store), "place": 1, "recorded_at": NOON, "load": 1, "resource": "test",
        "currency": "EUR", "ordered_at": datetime(2026, 1, 15, 9, tzinfo=UTC),
    }  # fmt: skip
    order = Order.objects.create(store=store, ref=ref, **{**fields, **given})
    for place, sku in enumerate(skus, start=1):
        OrderItem.objects.create(order=order, key=str(place), sku=sku, title=sku.title(), quantity=place)
    return order


def make_payout(store: Store, ref: str, stated: str, **given: Any) -> Payout:
    fields: dict[str, Any] = {
        "page": make_page(store), "place": 1, "recorded_at": NOON, "load": 1, "resource": "test", "currency": "EUR",
        "ends_at": datetime(2026, 1, 31, 12, tzinfo=UTC),
    }  # fmt: skip
    return Payout.objects.create(store=store, ref=ref, stated=Decimal(stated), **{**fields, **given})


def make_discrepancy(store: Store, amount: str, key: str, **given: Any) -> Discrepancy:
    fields: dict[str, Any] = {"cause": "residual", "currency": "EUR", "since": NOON}
    return Discrepancy.objects.create(
        company=store.company, store=store, amount=Decimal(amount), key=key, **{**fields, **given}
    )
