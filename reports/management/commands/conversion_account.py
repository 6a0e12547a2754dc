"""Enter where a store's conversions go; saying it again changes what differs."""

import re
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import CommandError

from channels.core.errors import Refused
from channels.credentials import merged
from channels.endpoints import allowed_endpoint
from channels.management.command import ProjectCommand
from channels.management.credentials import read_credentials
from channels.models import Store
from reports.conversions.sending import NETWORKS
from reports.models import ConversionAccount


class Command(ProjectCommand):
    help = (
        "Enter an account that conversions of a store's leads are sent to. It sends nothing before --on, nor without "
        "PLUMBLINE_SEND_CONVERSIONS. "
        + " ".join(
            f"{name}: {', '.join(one.name for one in network.credentials)}." for name, network in NETWORKS.items()
        )
    )
    stealth_options = ("stdin",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("store")
        parser.add_argument("--to", required=True, choices=sorted(NETWORKS))
        parser.add_argument(
            "--credentials", choices=["-"],
            help="a JSON object from standard input, never from the command line, which others can see; null removes",
        )  # fmt: skip
        parser.add_argument("--on", action="store_true", default=None, dest="is_on", help="it sends from now on")
        parser.add_argument("--off", action="store_false", default=None, dest="is_on")
        parser.add_argument("--since", help="tell what happened from this day on; else from the day that it is entered")
        parser.add_argument("--calling-code", help="of telephone numbers without one, such as 49")
        parser.add_argument("--endpoint", help="of a sandbox on this machine, where such are allowed; '' for none")

    def handle(self, *args: Any, **options: Any) -> None:
        store = Store.objects.filter(name=options["store"]).first()
        if store is None:
            raise CommandError(f"There is no store named {options['store']!r}.")
        account = ConversionAccount.objects.filter(store=store, network=options["to"]).first() or ConversionAccount(
            store=store, network=options["to"], since=datetime.now(UTC)
        )
        if options["credentials"]:
            given = read_credentials(options.get("stdin") or sys.stdin)
            account.credentials = merged(account.credentials or {}, _stripped(given))
        _set(account, options)
        if wrong := NETWORKS[account.network].wrong(account.credentials or {}):
            raise CommandError(f"Credentials that are missing, unknown or look like none: {', '.join(wrong)}.")
        account.save()
        state = "on" if account.is_on else "off"
        self.stdout.write(f"{account.store}, {account.network}: {state}, since {account.since:%Y-%m-%d %H:%M} UTC")


def _set(account: ConversionAccount, options: dict[str, Any]) -> None:
    try:
        if options["since"] is not None:
            since = datetime.fromisoformat(options["since"])
            account.since = (since if since.tzinfo else since.replace(tzinfo=UTC)).astimezone(UTC)
        if options["endpoint"] is not None:
            account.endpoint = allowed_endpoint(options["endpoint"])
    except (ValueError, OverflowError) as error:
        raise CommandError("--since is a day such as 2026-10-31.") from error
    except Refused as refused:
        raise CommandError(str(refused)) from refused
    if options["calling_code"] is not None:
        if not re.fullmatch(r"([1-9][0-9]{0,2})?", options["calling_code"]):
            raise CommandError("--calling-code is one to three digits such as 49.")
        account.calling_code = options["calling_code"]
    if options["is_on"] is not None:
        account.is_on = options["is_on"]


def _stripped(given: Mapping[str, str | None]) -> dict[str, str | None]:
    return {name: value.strip() if value else None for name, value in given.items()}
