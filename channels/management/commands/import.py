# ruff: noqa: N999 - the name of the command
"""Read files into a store: archived, recognised by content, loaded. Exit 1 where something was not read."""

import shutil
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import CommandError

from channels.copying import clean
from channels.core.errors import Refused
from channels.load import load
from channels.management.command import ProjectCommand
from channels.models import RawPage, Store
from channels.receive import receive
from channels.tally import Tally
from channels.unpacking import spooled, unpack


class Command(ProjectCommand):
    help = "Import files, folders, .gz, .zip or standard input (-) into a store."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--store", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            store = Store.objects.select_related("company").get(name=options["store"])
        except Store.DoesNotExist:
            names = ", ".join(Store.objects.values_list("name", flat=True)) or "none yet; see manage.py store --help"
            raise CommandError(f"There is no store named {options['store']!r}. Stores: {names}.") from None
        failed = 0
        for name in _names(options["files"]):
            said = "standard input" if name == "-" else clean(name)
            try:
                with _opened(name) as stream:
                    for inner, plain in unpack(stream, said):
                        failed += self._one(store, clean(inner), plain)
            except Refused as refused:
                failed += 1
                self.stderr.write(f"{said}: {refused}")
        if failed:
            raise SystemExit(1)

    def _one(self, store: Store, name: str, stream: BinaryIO) -> int:
        """Import one plain file; 1 where something of it was not read."""
        try:
            received = receive(store.company, store, stream, Path(name).name, datetime.now(UTC))
        except Refused as refused:
            self.stderr.write(f"{name}: {refused}")
            return 1
        page = received.page
        if received.known and page.state != RawPage.State.PENDING:
            self.stdout.write(f"{name}: here already ({page.get_state_display()})")
            return int(page.state == RawPage.State.WAITING or page.summary.get("unreadable", 0) > 0)
        try:
            tally = load(page, _progress(self.stderr, name))
        except Refused as refused:
            if not received.known:
                page.delete()
            self.stderr.write(f"{name}: {refused}")
            return 1
        self._say(name, page, tally)
        return int(page.state == RawPage.State.WAITING or tally.unreadable > 0)

    def _say(self, name: str, page: RawPage, tally: Tally) -> None:
        if page.state == RawPage.State.WAITING:
            self.stderr.write(f"{name}: not loaded. {page.conflict} Accept or discard it in the admin under Pages.")
            return
        rows = ", ".join(f"{count:,} {what}" for what, count in tally.rows.items() if what != "unreadable")
        self.stdout.write(f"{name}: {page.resource}: {rows or 'nothing'}")
        for ref, stated in tally.stated.items():
            lines = tally.lines.get(ref)
            if lines is not None and lines != stated:
                self.stderr.write(f"  {ref}: lines {lines} ≠ stated {stated} {tally.currency[ref]}")
        for label, amount in tally.unmapped.items():
            self.stderr.write(f"  unknown words, counted as unmapped: {label} ({amount})")
        for problem in tally.problems[:20]:
            self.stderr.write(f"  line {problem.place}: {problem.reason}")
        if tally.unreadable > 20:
            self.stderr.write(f"  and {tally.unreadable - 20:,} more lines that could not be read")


def _names(given: list[str]) -> Iterator[str]:
    """The files that are meant: those given, and what the folders among them hold. A hidden file is not meant."""
    for name in given:
        path = Path(name)
        if not path.is_dir():
            yield name
            continue
        inside = [str(child) for child in sorted(path.rglob("*")) if not _hidden(child, path) and not child.is_dir()]
        yield from inside or [name]


def _hidden(child: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in child.relative_to(folder).parts)


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    """The file, or standard input for ``-``; what can be read once only is copied, since it is read several times."""
    if name == "-":
        with _copied(sys.stdin.buffer) as stream:
            yield stream
        return
    try:
        file = Path(name).open("rb")  # noqa: SIM115 - closed below; only its opening is tried
    except IsADirectoryError:
        raise Refused("there is no file in this folder") from None
    except OSError as error:
        raise Refused(f"cannot be opened: {error.strerror}") from error
    with file:
        if file.seekable():
            yield file
            return
        with _copied(file) as stream:
            yield stream


@contextmanager
def _copied(source: BinaryIO) -> Iterator[BinaryIO]:
    with spooled() as out:
        shutil.copyfileobj(source, out, 1 << 20)
        out.seek(0)
        yield out


def _progress(err: Any, name: str) -> Any:
    if not sys.stderr.isatty():
        return None
    started = time.monotonic()

    def show(count: int) -> None:
        rate = count / max(time.monotonic() - started, 0.001)
        err.write(f"\r{name}: {count:,} rows, {rate:,.0f}/s", ending="")
        err.flush()

    return show
