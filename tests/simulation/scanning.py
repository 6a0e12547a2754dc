"""Whether personal data or secrets of a world got anywhere where they must not be."""

from datetime import timedelta

from channels import vault
from channels.sandbox.keys import credentials
from tests.scanning import Found, find_values
from tests.simulation.life import Life


def leaks(life: Life) -> list[str]:
    """Places where a buyer's name, e-mail, phone or street, or a secret, stands in clear; before and after the purge."""
    logs = {"log": life.log.read_text(encoding="utf-8", errors="replace")} if life.log.exists() else {}
    found = find_values(personal(life) | secrets(life), logs)
    vault.purge((life.ended_at + timedelta(days=400)).date())
    return [f"{one.where}: {one.value}" for one in found[:10]] + [f"after the purge: {one}" for one in _left(life)]


def personal(life: Life) -> set[str]:
    """What of the buyers of a world is personal; their country, state and city are not."""
    return {value for person in life.world.people for value in (person.name, person.email, person.phone, person.street)}


def secrets(life: Life) -> set[str]:
    """What the stores' credentials hold that opens something."""
    open_ones = {"seller_id", "shop", "shop_id", "partner_id", "lwa_app_id", "client_id", "access_expires_at"}
    return {
        value for market in life.world.markets
        for name, value in credentials(market).items()
        if name not in open_ones and value
    }  # fmt: skip


def _left(life: Life) -> list[Found]:
    return find_values(personal(life))[:3]
