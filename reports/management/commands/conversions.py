"""Leads that qualified or were won, as a file for where they were advertised, from the books or from a file.

From a file it needs no database.
"""

import json
import os
import re
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import CommandError

from channels.management.command import ProjectCommand
from reports.analysis.rows import Unreadable
from reports.conversions import Lead, ga4, google_ads, meta, read_leads
from reports.conversions.leads import MORE, NEEDED

_TO = {"google_ads": google_ads, "ga4": ga4, "meta": meta}


class Command(ProjectCommand):
    help = (
        "Writes conversions of leads for Google Ads (CSV), GA4 or Meta (a request's body on each line), and tells how "
        "many are in it and why others are not. Nobody without consent is in it; addresses and numbers are hashed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--leads", type=Path, help=f"CSV: {', '.join(NEEDED)}[, {', '.join(MORE)}]")
        source.add_argument("--company", help="its leads in the books, known by what the vault still holds of them")
        parser.add_argument("--to", required=True, choices=sorted(_TO))
        parser.add_argument("--out", required=True, type=Path, help="file to write; only its owner may read it")
        parser.add_argument("--timezone", default="UTC", help="of times without a zone, such as Europe/Berlin")
        parser.add_argument("--calling-code", default="", help="of telephone numbers without one, such as 49")
        parser.add_argument("--as-of", help="a time such as 2026-10-31T12:00:00+00:00; else now")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            zone = ZoneInfo(options["timezone"])
        except (ValueError, OSError, KeyError) as error:
            raise CommandError("--timezone is a name such as Europe/Berlin.") from error
        if not re.fullmatch(r"([1-9][0-9]{0,2})?", options["calling_code"]):
            raise CommandError("--calling-code is one to three digits such as 49.")
        if options["leads"] and options["out"].resolve() == options["leads"].resolve():
            raise CommandError("--out is the file of --leads: name another one.")
        now = _moment(options["as_of"]) if options["as_of"] else datetime.now(UTC)
        unread = 0
        if options["leads"]:
            try:
                leads = read_leads(options["leads"], now, zone, options["calling_code"])
            except Unreadable as error:
                raise CommandError(str(error)) from error
        else:
            leads, unread = _booked(options["company"], now, options["calling_code"])
        made = _TO[options["to"]](leads, now)
        _write(options["out"], made.text)
        told: dict[str, Any] = {"written": made.held, "left_out": made.left_out}
        self.stdout.write(json.dumps(told | ({"pages_that_cannot_be_read": unread} if unread else {}), indent=1))


def _booked(company: str, now: datetime, calling_code: str) -> tuple[list[Lead], int]:
    """The books' leads, and how many of their pages cannot be read."""
    from channels.models import Company  # noqa: PLC0415 - files need no database
    from reports.booked_leads import booked  # noqa: PLC0415

    if (named := Company.objects.filter(name=company).first()) is None:
        raise CommandError(f"There is no company named {company!r}.")
    found = booked(named, now.date(), calling_code)
    return found.all, found.unread


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise CommandError("--as-of is a time such as 2026-10-31T12:00:00+00:00.") from error


def _write(path: Path, text: str) -> None:
    """Whole or not at all, and for its owner's eyes."""
    half = path.with_name(f"{path.name}.part")
    try:
        half.unlink(missing_ok=True)
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
        half.replace(path)
    except OSError as error:
        raise CommandError(f"{path.name} cannot be written: {error.strerror}.") from error
