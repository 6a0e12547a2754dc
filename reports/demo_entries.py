"""What the demo enters in place of its seller: who may log in, taxes, brand words, plans, goals and aims."""

import json
import secrets
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model

from channels.models import Company, SignalDecision, Store, StoreTaxRate
from reconciliation.exposure.lexicon import Term
from reconciliation.lexicons import current, make_version
from reconciliation.models import SharedCost
from reports.models import Event, Experiment, Goal, Target

COMPANY = "Harbor & Leaf"
BRAND_WORDS = ("Harbor & Leaf", "Harbor and Leaf")
USER = "demo"
SEED = 7
GOALS = (Goal.Choice.GROWTH, Goal.Choice.RETENTION)
# Of figures by their codes, money in CNY.
AIMS = {
    "cvr": "0.03", "tacos": "0.06", "aov": "400", "lead_to_customer": "0.10", "qualified_cpl": "150", "ltv_cac": "3",
}  # fmt: skip
# Tax inside the price that the seller owes, by marketplace and country of destination: made up, as all of it.
TAX_RATES: dict[str, dict[str, Decimal]] = {
    "A1PA6795UKMFR9": {"": Decimal("0.19"), "AT": Decimal("0.20")},
    "A1F83G8C2ARO7P": {"": Decimal("0.20")},
    "A1VC38T7YXB528": {"": Decimal("0.10")},
    "SG": {"": Decimal("0.09")},
    "MY": {"": Decimal(0)},
}


def enter(stores: list[str]) -> None:
    """The tax inside the prices, a cost that all channels share, the words that mean the brand, goals and aims."""
    company = Company.objects.get(name=COMPANY)
    for store in Store.objects.filter(name__in=stores):
        for country, rate in TAX_RATES.get(store.marketplace, {}).items():
            StoreTaxRate.objects.get_or_create(
                store=store, country=country, starts_on=date(2025, 1, 1), defaults={"rate": rate}
            )
    _decide(stores)
    if current(company) is None:
        make_version(company, [Term(text, "brand", "en") for text in BRAND_WORDS])
    _aim(company)
    SharedCost.objects.get_or_create(
        company=company, name="Tea reviewers on video", starts_on=date(2026, 9, 1),
        ends_on=date(2026, 10, 31),
        defaults={"amount": Decimal(36_000), "currency": "CNY", "allocation_key": Company.AllocationKey.NET_REVENUE},
    )  # fmt: skip


def enter_events(plans: Path) -> None:
    """The events that the seller planned, confirmed by the demo's login, and the schedule of the on/off test."""
    login()
    company, user = Company.objects.get(name=COMPANY), get_user_model().objects.get(username=USER)
    for one in json.loads(plans.read_text(encoding="utf-8")):
        blocks, drawn = one.pop("blocks"), one.pop("drawn")
        event, _ = Event.objects.get_or_create(
            company=company, **one,
            defaults={
                "state": Event.State.CONFIRMED, "nothing_else_changed": True, "random_rollout": drawn,
                "note": "As planned (made up for the demo)", "decided_by": user, "decided_at": datetime.now(UTC),
            },
        )  # fmt: skip
        if blocks and not hasattr(event, "experiment"):
            Experiment.objects.create(
                event=event, hypothesis="Ads of generic words take orders from the own site (made up for the demo)",
                horizon_weeks=len(blocks), stops_on=blocks[-1]["end"], cost=0, currency=company.base_currency,
                seed=SEED, blocks=blocks, registered_by=user,
            )  # fmt: skip


def _aim(company: Company) -> None:
    user = get_user_model().objects.get(username=USER)
    for goal in GOALS:
        Goal.objects.get_or_create(company=company, goal=goal, defaults={"since": date(2026, 7, 1), "set_by": user})
    for figure, value in AIMS.items():
        Target.objects.get_or_create(
            company=company, figure=figure, since=date(2026, 7, 1), defaults={"value": Decimal(value), "set_by": user}
        )  # fmt: skip


def _decide(stores: list[str]) -> None:
    """The recorded decision that what buyers of Amazon wrote on warranty cards may be matched."""
    login()
    for store in Store.objects.filter(name__in=stores, channel="amazon"):
        if not store.signal_decisions.exists():
            now = datetime.now(UTC)
            SignalDecision.objects.create(
                store=store, origin=SignalDecision.Origin.CUSTOMER, fields=["email", "phone", "name"],
                basis="Consent on the warranty card (made up for the demo)", until=now.date() + timedelta(days=365),
                decided_by=get_user_model().objects.get(username=USER), decided_at=now,
            )  # fmt: skip


def login() -> str:
    """A login of the demo with a password that is made anew on each machine, and kept there for the next demo."""
    kept = settings.VAR / "keys" / "demo-password"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(9))
    password = kept.read_text()
    users = get_user_model().objects
    user = users.filter(username=USER).first() or users.model(username=USER, is_staff=True, is_superuser=True)
    if not user.has_usable_password() or not user.check_password(password):
        user.set_password(password)
        user.save()
    return password
