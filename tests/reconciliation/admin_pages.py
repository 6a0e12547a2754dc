"""What tests of the admin's customer pages share: two channels with buyers, and people who may more or less."""

from datetime import date
from typing import Any

from django.contrib.auth.models import Permission, User
from django.test import Client

from channels.models import Company, Store
from reconciliation.match import match
from tests.making import make_company, make_store, shopee_orders, shopify_orders, take_in

HOSTILE = "<script>alert(1)</script>"
# Clear values that no page may show; those of Ada are what the builders of orders tell.
CLEAR = (
    "Ada Byron", "Byron", "ada.byron", "example.com", "6581234567", "81234567", "Analytical", "018956", "adabyron",
    "mary.fair", "Mary Somerville", "Somerville",
)  # fmt: skip


def filled(company: Company | None = None) -> Company:
    """A company whose Ada bought twice on the own site and once on Shopee; Mary once, under a hostile name."""
    company = company or make_company()
    shopify = make_store(company, f"{company} site", channel="shopify", marketplace=f"{company}.myshopify.com")
    shopee = make_store(
        company, f"{company} Shopee", channel="shopee", marketplace="SG", currency="SGD", timezone="Asia/Singapore"
    )
    take_in(shopify, shopify_orders(
        {"Name": "#1001"}, {"Name": "#1002", "Created at": "2026-07-15 10:00:00 +0000"},
        {"Name": "#1003", "Email": "mary.fair@example.com", "Shipping Name": f"Mary Somerville {HOSTILE}",
         "Billing Name": f"Mary Somerville {HOSTILE}", "Lineitem sku": HOSTILE, "Shipping City": HOSTILE,
         "Shipping Phone": "", "Billing Phone": ""},
    ))  # fmt: skip
    take_in(shopee, shopee_orders({}))
    assert match(company, today=date(2026, 9, 2)) is not None
    return company


def person(name: str, *permissions: str) -> Client:
    """A member of staff who may what is named; everything where nothing is."""
    if not permissions:
        user = User.objects.create_superuser(name)
    else:
        user = User.objects.create_user(name, is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def shop(company: Company) -> Store:
    return Store.objects.get(company=company, channel="shopify")


def text(reply: Any) -> str:
    assert reply.status_code == 200
    return str(reply.content.decode())


def safe(page: str) -> bool:
    """Nothing in clear, nothing unescaped."""
    return not [value for value in CLEAR if value.lower() in page.lower()] and HOSTILE not in page
