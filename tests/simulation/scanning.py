"""Whether personal data or secrets of a world got anywhere where they must not be."""

from datetime import timedelta

from django.contrib.admin import site
from django.contrib.auth import get_user_model
from django.test import Client, override_settings
from django.urls import reverse

from channels import vault
from channels.models import VaultEntry
from channels.sandbox.keys import credentials
from tests.scanning import find_values
from tests.simulation.life import Life, archive_in


def leaks(life: Life, *, admin: bool) -> list[str]:
    """Places where a buyer's name, e-mail, phone or street, or a secret, stands in clear; before and after the purge.

    In tables, tasks, pages and the log; with ``admin`` also in what its pages show.
    """
    logs = {"log": life.log.read_text(encoding="utf-8", errors="replace")} if life.log.exists() else {}
    with override_settings(STORAGES=archive_in(life.folder)):
        found = find_values(personal(life) | secrets(life), logs | (seen_in_admin() if admin else {}))
        sealed = VaultEntry.objects.count()
        vault.purge((life.ended_at + timedelta(days=400)).date())
        left = find_values(personal(life))
    said = [f"{one.where}: {one.value}" for one in found[:10]] + [f"after the purge: {one.where}" for one in left[:3]]
    return said if sealed else [*said, "nothing personal came in, so this shows nothing"]


def seen_in_admin() -> dict[str, str]:
    """What an owner sees: every list of the admin, the first record of each, and the page of pulls."""
    user = get_user_model().objects.create_superuser("owner", password="a-long-password")
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    pages = {"pulls": client.get(reverse("admin:pulls")), "overview": client.get(reverse("admin:index"))}
    for model in site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages[f"list of {model.__name__}"] = client.get(reverse(f"{name}_changelist"), follow=True)
        first = model._default_manager.first()
        if first:
            pages[f"page of {model.__name__}"] = client.get(reverse(f"{name}_change", args=[first.pk]), follow=True)
    return {name: reply.content.decode() for name, reply in pages.items() if not reply.streaming}


def personal(life: Life) -> set[str]:
    """What of the buyers of a world is personal; their country, state and city are not."""
    recipients = (order.recipient for order in life.world.orders if order.recipient)
    people = (*life.world.people, *recipients)
    return {value for person in people for value in (person.name, person.email, person.phone, person.street)}


def secrets(life: Life) -> set[str]:
    """What the stores' credentials hold that opens something."""
    open_ones = {"seller_id", "shop", "shop_id", "partner_id", "lwa_app_id", "client_id", "access_expires_at"}
    return {
        value for market in life.world.markets
        for name, value in credentials(market).items()
        if name not in open_ones and value
    }  # fmt: skip
