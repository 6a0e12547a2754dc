"""Files come in: unpacked, recognised by content, personal fields cut out, archived as pending pages."""

import gzip
import hashlib
import json
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO, cast
from zipfile import BadZipFile, ZipFile

from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages
from django.db import transaction

from channels.adapters import adapters
from channels.core.adapter import Adapter, Format, recognise
from channels.core.errors import Refused
from channels.core.privacy import dump_json, redact
from channels.core.reading import Head, read_head
from channels.fields import cipher
from channels.models import Company, RawPage, Store, VaultEntry

UNPACKED_LIMIT = 4_000_000_000  # bytes of one file; a settlement of a million lines has about 0.3 billion
BOMB_RATIO = 300  # reports shrink to a tenth or a fortieth; what shrinks more is no report
BOMB_FLOOR = 50_000_000  # bytes below which the ratio does not matter
ARCHIVE_FILES = 1_000
PERSONAL_DAYS = 30  # personal fields go this long after arrival
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came in: its page, and whether it was here before."""

    page: RawPage
    known: bool


@contextmanager
def spooled() -> Iterator[BinaryIO]:
    with tempfile.TemporaryFile(prefix="plumbline-") as out:
        yield cast(BinaryIO, out)


def unpack(stream: BinaryIO, name: str) -> Iterator[tuple[str, BinaryIO]]:
    """The plain files inside a file: itself, or what .gz and .zip hold. Raises Refused for bombs and damage."""
    start = stream.read(4)
    stream.seek(0)
    if start[:2] == b"\x1f\x8b":
        with spooled() as out:
            _inflate(gzip.GzipFile(fileobj=stream), out, _size(stream))
            yield name.removesuffix(".gz"), out
    elif start == b"PK\x03\x04" and not _is_workbook(stream):
        yield from _unzip(stream, name)
    else:
        yield name, stream


def _is_workbook(stream: BinaryIO) -> bool:
    try:
        names = ZipFile(stream).namelist()
    except BadZipFile as error:
        raise Refused(f"the archive is damaged: {error}") from error
    finally:
        stream.seek(0)
    return "[Content_Types].xml" in names


def _unzip(stream: BinaryIO, name: str) -> Iterator[tuple[str, BinaryIO]]:
    archive = ZipFile(stream)
    members = [item for item in archive.infolist() if not item.is_dir() and not item.filename.startswith("__MACOSX")]
    if len(members) > ARCHIVE_FILES:
        raise Refused(f"the archive holds {len(members):,} files; the limit is {ARCHIVE_FILES:,}")
    for item in members:
        try:
            with archive.open(item) as packed, spooled() as out:
                _inflate(cast(BinaryIO, packed), out, item.compress_size)
                yield f"{name}/{item.filename}", out
        except (BadZipFile, RuntimeError, NotImplementedError) as error:  # damaged, encrypted, exotic
            raise Refused(f"{item.filename} in the archive cannot be unpacked: {error}") from error


def _inflate(packed: BinaryIO | gzip.GzipFile, out: BinaryIO, packed_size: int) -> None:
    size = 0
    try:
        while chunk := packed.read(_CHUNK):
            size += len(chunk)
            if size > UNPACKED_LIMIT or (size > BOMB_FLOOR and size > packed_size * BOMB_RATIO):
                raise Refused(f"the archive unpacks to more than {size:,} bytes from {packed_size:,}: not a report")
            out.write(chunk)
    except (OSError, EOFError, zlib.error) as error:
        raise Refused(f"the archive is damaged or cut off: {error}") from error
    out.seek(0)


def _size(stream: BinaryIO) -> int:
    end = stream.seek(0, 2)
    stream.seek(0)
    return end


def know(stream: BinaryIO, channel: str) -> tuple[Head, Adapter, Format]:
    """The format of a file for a store of this channel. Raises Refused where there is none."""
    head = read_head(stream)
    stream.seek(0)
    found = recognise(head, adapters())
    if not found:
        seen = ", ".join(head.header[:6]) if head.header else "a JSON document"
        raise Refused(f"no known format starts with: {seen}. The README lists what can be imported")
    for adapter, one in found:
        if adapter.code in ("", channel):
            return head, adapter, one
    adapter, one = found[0]
    raise Refused(
        f"this is {one.title}, but the store is on {channel or 'no channel'}; import it into a store on {adapter.label}"
    )


def receive(
    company: Company, store: Store | None, stream: BinaryIO, name: str, fetched_at: datetime, media_type: str = ""
) -> Received:
    """Archive one plain file as a pending page; the same content in the same store is the page that is here.

    Raises Refused for what is no known format; nothing is kept then, and nothing is half-written.
    """
    stream.seek(0)
    digest = _digest(stream)
    stream.seek(0)
    head, adapter, form = know(stream, store.channel if store else "")
    owner = store if adapter.code else None
    known = RawPage.objects.filter(company=company, store=owner, resource=form.resource, digest=digest).first()
    if known:
        return Received(known, known=True)
    stream.seek(0)
    with spooled() as kept:
        cuts: list[tuple[int, bytes]] = []
        body = stream
        if form.personal.columns or form.personal.paths:
            cuts = [(place, _seal(cut)) for place, cut in redact(stream, head, form.personal, kept)]
            body = kept
        body.seek(0)
        archived = _digest(body)
        body.seek(0)
        page = RawPage(
            company=company, store=owner, resource=form.resource, name=name[-255:], media_type=media_type,
            digest=digest, archived_digest=archived, size=_size(body), fetched_at=fetched_at, recorded_at=fetched_at,
        )  # fmt: skip
        page.body = _archive(company, archived, body)
        with transaction.atomic():
            page.save()
            VaultEntry.objects.bulk_create(_vault(page, cuts), batch_size=1_000)
    return Received(page, known=False)


def _digest(stream: BinaryIO) -> str:
    return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]


def _archive(company: Company, digest: str, body: BinaryIO) -> str:
    storage = storages["pages"]
    path = f"{company.pk}/{digest[:2]}/{digest}"
    return path if storage.exists(path) else storage.save(path, File(body))


def _seal(cut: dict[str, object]) -> bytes:
    return cipher(settings.VAULT_KEYS).encrypt(dump_json(cut).encode())


def _vault(page: RawPage, cuts: Iterable[tuple[int, bytes]]) -> Iterator[VaultEntry]:
    purge_on = (page.fetched_at + timedelta(days=PERSONAL_DAYS)).date()
    for place, sealed in cuts:
        yield VaultEntry(page=page, place=place, sealed=sealed, purge_on=purge_on)


def unseal(entry: VaultEntry) -> dict[str, object]:
    """What was cut out of the record, for a lawful purpose of its own."""
    return cast(dict[str, object], json.loads(cipher(settings.VAULT_KEYS).decrypt(bytes(entry.sealed))))


@contextmanager
def opened(page: RawPage) -> Iterator[BinaryIO]:
    """The archived bytes of a page."""
    with storages["pages"].open(page.body, "rb") as stream:
        yield cast(BinaryIO, stream)
