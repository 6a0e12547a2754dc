"""Send the conversions that are due, or say what would be sent."""

import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import CommandError

from channels.core.errors import Refused
from channels.management.command import ProjectCommand
from channels.management.companies import companies_named
from reports.conversions.sending import NETWORKS
from reports.models import ConversionAccount
from reports.sending import outlook, send


class Command(ProjectCommand):
    help = (
        "By account: how many conversions of leads are due and why others are not. With --really they are sent, and it "
        "tells what became of them. Nobody without consent is told; each is told once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--company", help="the company's name; without it every company")
        parser.add_argument("--to", choices=sorted(NETWORKS))
        parser.add_argument("--really", action="store_true", help="send; needs PLUMBLINE_SEND_CONVERSIONS")

    def handle(self, *args: Any, **options: Any) -> None:
        found = ConversionAccount.objects.select_related("store__company").order_by("store__name", "network")
        found = found.filter(store__company__in=companies_named(options["company"]))
        if options["to"]:
            found = found.filter(network=options["to"])
        told = [_told(account, really=options["really"]) for account in found]
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
        if refused := [one for one in told if "refused" in one]:
            raise CommandError(f"{len(refused)} of {len(told)} accounts cannot be used.")


def _told(account: ConversionAccount, *, really: bool) -> dict[str, Any]:
    now = datetime.now(UTC)
    named = {"store": account.store.name, "to": account.network, "on": account.is_on}
    try:
        if really:
            return named | {"told": dict(send(account, now))}
        found = outlook(account, now)
    except Refused as refused:
        return named | {"refused": str(refused)}
    unread = {"pages_that_cannot_be_read": found.unread} if found.unread else {}
    return named | {"due": found.stages, "left_out": dict(found.left_out), **unread}
