"""Which windows of time are complete, which are not, and why."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from channels.management.command import ProjectCommand
from channels.models import SyncWindow
from channels.windows import explained


class Command(ProjectCommand):
    help = "List the windows of pulls: store, resource, period, state and reason."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--store", help="only of this store")
        parser.add_argument("--resource", help="only of this resource, such as shopify.orders")
        parser.add_argument("--state", choices=SyncWindow.State.values)
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        found = SyncWindow.objects.select_related("store").order_by("store__name", "resource", "starts_at")
        given = {"store__name": options["store"], "resource": options["resource"], "state": options["state"]}
        found = found.filter(**{name: value for name, value in given.items() if value})
        if options["format"] == "json":
            self.stdout.write(json.dumps([_as_json(window) for window in found.iterator()], ensure_ascii=False))
            return
        for line in _lines(found.iterator()):
            self.stdout.write(line)
        if not found.exists():
            self.stdout.write("No windows yet: give a store its credentials and run manage.py pull.")


def _as_json(window: SyncWindow) -> dict[str, Any]:
    return {
        "store": window.store.name, "resource": window.resource, "start": window.starts_at.isoformat(),
        "end": window.ends_at.isoformat(), "state": window.state, "reason": explained(window),
        "pages": window.pages, "rows": window.rows,
    }  # fmt: skip


def _lines(windows: Iterator[SyncWindow]) -> Iterator[str]:
    for window in windows:
        period = f"{window.starts_at:%Y-%m-%d %H:%M} – {window.ends_at:%Y-%m-%d %H:%M}"
        counts = f"{window.pages:>5,} pages {window.rows:>9,} rows"
        said = explained(window)
        yield f"{window.store.name:<22} {window.resource:<20} {period}  {window.state:<8}{counts}  {said}".rstrip()
