"""The whole flow on a made-up brand: its stores pull from the sandbox over HTTP; then posting, payouts, statement."""

import os
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import Count, Q, Sum

from channels.management.command import ProjectCommand
from channels.models import Company, Store, SyncWindow
from reconciliation.expose import expose
from reconciliation.ledger.balance import PayoutTotal
from reconciliation.models import Overlap
from reconciliation.queries import payout_totals
from reports.demo_entries import COMPANY, SEED, USER, enter, enter_events, login
from reports.exports import amount_text
from reports.tables import text_table

WEEKS = 13  # of the world's 64, so that the pull takes about a minute
OPTIONAL = ["amazon.search", "shopee.ads"]  # of what stores pull only if set to
READY = "Ctrl-C ends it."  # the sandbox's last word before it serves


class Command(ProjectCommand):
    help = "Pull a made-up brand's stores from the sandbox, run the flow and print the statement."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--world", default="demo", choices=["demo", "small"])
        parser.add_argument("--weeks", type=int, default=WEEKS, help=f"how much of the world to pull ({WEEKS} weeks)")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.VAR / "demo"
        world = ["--world", options["world"], "--seed", str(SEED), "--weeks", str(options["weeks"])]
        with self._sandbox(*world, "--connect", COMPANY, "--sheets", str(folder), "--port", "0") as stores:
            self._import(folder, stores)
            Store.objects.filter(name__in=stores).update(pull_options={"optional": OPTIONAL})
            self.stdout.write("\nPulling through the channels' own protocols")
            started = time.monotonic()
            _pull(stores)
            self._say_pulled(stores, time.monotonic() - started)
            # The sandbox is about to go; stores that pull by themselves would only fail from now on.
            Store.objects.filter(name__in=stores).update(pulls=False)
        enter(stores)
        enter_events(folder / "events.json")
        self.stdout.write("\nPosting and settling")
        call_command("run", stdout=self.stdout, stderr=self.stderr)
        self._statements(stores)
        self._brand()
        self._adds()
        self._steer()
        self._where_next(login())

    @contextmanager
    def _sandbox(self, *arguments: str) -> Iterator[list[str]]:
        """The sandbox in a process of its own, for the length of the block; the names of the stores it connected."""
        command = [sys.executable, "-u", str(settings.BASE_DIR / "manage.py"), "sandbox", *arguments]
        with subprocess.Popen(command, env=_environment(), stdout=subprocess.PIPE, text=True) as process:
            try:
                said = list(_until_ready(process))
                if process.poll() is not None:
                    raise CommandError("The sandbox did not start; what it said stands above.")
                self.stdout.write(said[0])
                yield list(Store.objects.filter(company__name=COMPANY, endpoint__gt="").values_list("name", flat=True))
            finally:
                process.terminate()

    def _import(self, folder: Path, stores: list[str]) -> None:
        """What no channel tells: costs, SKUs and rates of the company, other networks' advertising of a store."""
        for name in stores:
            if (folder / name).is_dir():
                call_command("import", str(folder / name), store=name, stdout=self.stdout, stderr=self.stderr)
        sheets = [str(path) for path in sorted(folder.glob("*.csv"))]
        call_command("import", *sheets, store=stores[0], stdout=self.stdout, stderr=self.stderr)

    def _say_pulled(self, stores: list[str], seconds: float) -> None:
        windows = SyncWindow.objects.filter(store__name__in=stores)
        green = Q(state=SyncWindow.State.GREEN)
        self.stdout.write(f"{'store':<26}{'windows':>9}{'complete':>10}{'pages':>8}{'rows':>10}")
        for row in (
            windows.values("store__name")
            .order_by("store__name")
            .annotate(
                count=Count("pk"), green=Count("pk", filter=green), every_page=Sum("pages"), every_row=Sum("rows")
            )
        ):
            self.stdout.write(
                f"{row['store__name']:<26}{row['count']:>9,}{row['green']:>10,}{row['every_page']:>8,}"
                f"{row['every_row']:>10,}"
            )
        self.stdout.write(f"pulled in {seconds:,.0f} s; each window and why: manage.py windows")

    def _statements(self, stores: list[str]) -> None:
        self.stdout.write("\nEvery payout beside the sum of its lines; one by one: manage.py payouts\n")
        self.stdout.write(text_table(_payouts(), numbers=("payouts", "tie_out", "stated", "lines", "residual")))
        self.stdout.write("\nWhich channel earns, from the first whole month on\n")
        call_command("contribution", company=COMPANY, since=_whole_month(stores), stdout=self.stdout)

    def _brand(self) -> None:
        """What part of orders passed through a search for the brand."""
        company = Company.objects.get(name=COMPANY)
        month = _last_whole_month(company)
        self.stdout.write(f"\nPersons who bought on two channels, {month or 'by month'}; all: manage.py overlap\n")
        call_command("overlap", company=COMPANY, month=month, stdout=self.stdout)
        self.stdout.write("\nWhat part of orders passed through a search for the brand, with its bounds\n")
        expose(company)
        call_command("brand_share", company=COMPANY, by="channel", stdout=self.stdout, stderr=self.stderr)
        self.stdout.write("by market and month: manage.py brand_share; what the bounds mean: docs/brand_search.md")

    def _adds(self) -> None:
        """What each channel adds; the demo enters what its seller planned, as a person would."""
        self.stdout.write(
            "\nWhat each channel adds, less what others lost to it\n"
            "Entered for the demo: the launch, the delisting, the campaign and the on/off test that its seller\n"
            "planned, with the word that nothing else changed. An answer needs 20 weeks before its event and 6 after;\n"
            "manage.py demo --weeks 64 pulls them all.\n"
        )
        for kind in ("cannibalization", "switchback", "halo", "incremental"):
            call_command("estimates", company=COMPANY, kind=kind, stdout=self.stdout)

    def _steer(self) -> None:
        self.stdout.write(
            "\nThe figures that the owner steers by, from visits, sessions, networks' reports and enquiries, too;\n"
            "those of others: manage.py kpi --role lead, operator or services\n"
        )
        call_command("kpi", company=COMPANY, role="owner", stdout=self.stdout)

    def _where_next(self, password: str) -> None:
        self.stdout.write(
            "\nNow run `make serve`, then:\n"
            f"  admin   http://localhost:8000/admin/        user {USER}, password {password}\n"
            "  API     http://localhost:8000/api/v1/       same login; token by POST /api/v1/login/\n"
            "  docs    http://localhost:8000/api/v1/docs/  and README.md\n"
            "Your own files: manage.py store --help, manage.py import FILE… --store NAME\n"
            "Your own channels: give a store its credentials in the admin, then manage.py pull --plan\n"
            "The sandbox has ended, so the demo's stores no longer pull; how to start it again: docs/pulling.md"
        )


def _payouts() -> list[dict[str, object]]:
    """A line a store: how many statements there are, how many tie out, and the sums."""
    found: dict[tuple[str, str], list[PayoutTotal]] = defaultdict(list)
    for one in payout_totals(company=Company.objects.get(name=COMPANY).pk):
        found[one.store, one.currency].append(one)
    return [
        {
            "store": store, "payouts": len(of), "tie_out": sum(not one.residual for one in of), "currency": currency,
            **{
                name: amount_text(sum((getattr(one, name) for one in of), Decimal(0)), currency)
                for name in ("stated", "lines", "residual")
            },
        }
        for (store, currency), of in found.items()
    ]  # fmt: skip


def _whole_month(stores: list[str]) -> date:
    """The first month that the stores were pulled from its first day."""
    begins = max(day for day in Store.objects.filter(name__in=stores).values_list("go_live", flat=True) if day)
    return begins if begins.day == 1 else (begins.replace(day=1) + timedelta(days=32)).replace(day=1)


def _last_whole_month(company: Company) -> str | None:
    """The month before the newest, which is still running."""
    months = Overlap.objects.filter(company=company).order_by("-month").values_list("month", flat=True).distinct()[:2]
    return f"{list(months)[-1]:%Y-%m}" if months else None


def _environment() -> dict[str, str]:
    """Stores may pull from this machine, by the clock that the sandbox keeps."""
    return os.environ | {
        "PLUMBLINE_VAR": str(settings.VAR),
        "PLUMBLINE_CLOCK": str(settings.VAR / "sandbox-clock"),
        "PLUMBLINE_ALLOW_LOOPBACK_ENDPOINTS": "true",
    }


def _until_ready(process: subprocess.Popen[str]) -> Iterator[str]:
    for line in process.stdout or ():
        if line.startswith(READY):
            return
        yield line.rstrip("\n")
    process.wait()


def _pull(stores: list[str]) -> None:
    """``manage.py pull`` in a process that may ask this machine. What is not complete, its windows say."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "pull"]
    named = [f"--store={name}" for name in stores]  # others are not the sandbox's, and do not go by its clock
    subprocess.run(command + named, env=_environment(), check=False)
