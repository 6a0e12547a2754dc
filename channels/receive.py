"""Files come in: recognised by content, personal fields cut out, archived as pending pages."""

import hashlib
import io
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import BinaryIO, cast

from django.core.files import File
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.db.models import Q

from channels import vault
from channels.adapters import adapters
from channels.copying import clean
from channels.core.adapter import Adapter, Format, recognise
from channels.core.errors import Refused
from channels.core.privacy import redact
from channels.core.reading import Head, read_head
from channels.models import Company, RawPage, Store
from channels.unpacking import size_of

_SMALL = 1 << 20  # bytes of a body that is not written to a file of its own
_PART = "#"  # between the name of a file of several bodies and the place of one in it


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came in: its page, and whether it was here before."""

    page: RawPage
    known: bool


def know(stream: BinaryIO, channel: str) -> tuple[Head, Adapter, Format]:
    """The format of a file for a store of this channel. Raises Refused where there is none."""
    head = read_head(stream)
    stream.seek(0)
    found = recognise(head, adapters())
    if not found:
        seen = ", ".join(head.header[:6])[:300] if head.header else "a JSON document"
        raise Refused(f"no known format starts with: {seen}. Known here: {_known(channel)}")
    fit = [(adapter, one) for adapter, one in found if adapter.code in ("", channel)]
    if len(fit) > 1:
        raise Refused(
            f"the file fits several formats: {', '.join(one.title for _, one in fit)}; keep the columns of one"
        )
    if fit:
        return head, *fit[0]
    adapter, one = found[0]
    raise Refused(
        f"this is {one.title}, but the store is on {channel or 'no channel'}; import it into a store on {adapter.label}"
    )


def _known(channel: str) -> str:
    fit = [adapter for adapter in adapters() if adapter.code in ("", channel)]
    fit.sort(key=lambda one: one.code == "")  # the channel's own first
    return "; ".join(one.title for adapter in fit for one in adapter.formats)


def receive(
    company: Company, store: Store | None, stream: BinaryIO, name: str, fetched_at: datetime, media_type: str = "",
    request: Mapping[str, str] | None = None,
) -> Received:  # fmt: skip
    """Archive one plain file as a pending page; the same content in the same store is the page that is here.

    ``request`` is what was said with the file, such as its days, where it does not say them itself.
    Raises Refused for what is no known format; nothing is kept then, and nothing is half-written.
    """
    stream.seek(0)
    head, adapter, form = know(stream, store.channel if store else "")
    any_store = adapter.any_store or form.any_store
    if any_store and store is None:
        raise Refused(f"this is {form.title}: import it into the store that it is about")
    owner = store if adapter.code or any_store else None
    [received] = archive([Arrived(company, owner, form, stream, name, fetched_at, media_type, request or {}, head)])
    return received


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file or an answer of known format, just as it came; its head where that has been read."""

    company: Company
    store: Store | None
    form: Format
    stream: BinaryIO
    name: str
    at: datetime
    media_type: str = ""
    request: Mapping[str, str] = field(default_factory=dict)
    head: Head | None = None
    mark: str = ""  # makes the same bytes a page of their own

    @property
    def digest(self) -> str:
        plain = _digest(self.stream)
        return hashlib.sha256(f"{plain} {self.mark}".encode()).hexdigest() if self.mark else plain


def archive(arrived: Sequence[Arrived]) -> list[Received]:
    """Archive what arrived at a company as pending pages in one transaction: all of it or nothing.

    The same content again is the page that is here. Raises Refused where something is unreadable.
    """
    keys = [(one.store.pk if one.store else None, one.form.resource, one.digest) for one in arrived]
    pages = _here(arrived[0].company, keys)
    known = [key in pages for key in keys]
    with ExitStack() as files:
        fresh: list[tuple[RawPage, BinaryIO]] = []
        bodies: list[BinaryIO] = []
        for one, key in zip(arrived, keys, strict=True):
            if key not in pages:
                sealed = files.enter_context(_spare())
                body = _without_personal(one, files.enter_context(_spare()), sealed)
                pages[key] = _page(one, key[2], body)
                fresh.append((pages[key], sealed))
                bodies.append(body)
        _put_away(arrived[0].company, [page for page, _ in fresh], bodies)
        try:
            with transaction.atomic():
                RawPage.objects.bulk_create(page for page, _ in fresh)
                vault.keep(fresh)
        except IntegrityError:  # another process received one of them at the same time
            pages |= _here(arrived[0].company, keys)
            if any(page.pk is None for page in pages.values()):
                if len(arrived) == 1:
                    raise
                return [received for one in arrived for received in archive([one])]
            known = [True for _ in keys]
    return [Received(pages[key], was) for key, was in zip(keys, known, strict=True)]


_Key = tuple[int | None, str, str]  # store, format and digest


def _here(company: Company, keys: Sequence[_Key]) -> dict[_Key, RawPage]:
    """The pages of these that were archived before."""
    stores, resources, digests = map(set, zip(*keys, strict=True))
    of_stores = Q(store__in=stores - {None}) | (Q(store=None) if None in stores else Q(pk__in=()))
    found = RawPage.objects.filter(of_stores, company=company, resource__in=resources, digest__in=digests)
    return {(page.store_id, page.resource, page.digest): page for page in found}


def _without_personal(one: Arrived, redacted: BinaryIO, sealed: BinaryIO) -> BinaryIO:
    """What is kept of a body; its personal fields stand sealed beside. Raises Refused where it is unreadable."""
    one.stream.seek(0)
    head = one.head or read_head(one.stream)
    personal = one.form.personal
    if not (personal.columns or personal.stay or personal.paths):
        return one.stream
    one.stream.seek(0)
    cuts = redact(one.stream, head, personal, redacted)
    sealed.writelines(b"%d %s\n" % (place, vault.seal_cut(cut)) for place, cut in cuts)
    sealed.seek(0)
    return redacted


def _page(one: Arrived, digest: str, body: BinaryIO) -> RawPage:
    return RawPage(
        company=one.company, store=one.store, resource=one.form.resource, name=clean(one.name)[-255:],
        media_type=one.media_type, digest=digest, archived_digest=_digest(body), size=size_of(body), fetched_at=one.at,
        recorded_at=one.at, request=dict(one.request),
    )  # fmt: skip


def _put_away(company: Company, pages: Sequence[RawPage], bodies: Sequence[BinaryIO]) -> None:
    """Keep the bodies, small ones that came together in one file: a file costs more than what is in it."""
    small = [at for at, page in enumerate(pages) if page.size <= _SMALL]
    if len(small) > 1:
        with _spare() as together:
            for at in small:
                pages[at].body = f"{_PART}{together.tell()}+{pages[at].size}"
                bodies[at].seek(0)
                shutil.copyfileobj(bodies[at], together)
            path = _archive(company, _digest(together), together)
            for at in small:
                pages[at].body = path + pages[at].body
    for page, body in zip(pages, bodies, strict=True):
        if not page.body:
            page.body = _archive(company, page.archived_digest, body)


@contextmanager
def _spare() -> Iterator[BinaryIO]:
    """A file that is in memory while it is small."""
    with tempfile.SpooledTemporaryFile(8 * _SMALL, prefix="plumbline-") as out:
        yield cast(BinaryIO, out)


def _digest(stream: BinaryIO) -> str:
    stream.seek(0)
    return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]


def _archive(company: Company, digest: str, body: BinaryIO) -> str:
    """Where the body is kept. One that an earlier process left half-written is not it; a free name is taken then."""
    body.seek(0)
    storage = storages["pages"]
    path = f"{company.pk}/{digest[:2]}/{digest}"
    if storage.exists(path):
        with storage.open(path, "rb") as kept:
            if _digest(cast(BinaryIO, kept)) == digest:
                return path
    return storage.save(path, File(body))


def open_body(page: RawPage) -> BinaryIO:
    """The archived bytes of a page, from its own file or from that of several."""
    path, part, place = page.body.partition(_PART)
    stream = cast(BinaryIO, storages["pages"].open(path, "rb"))
    if not part:
        return stream
    with stream:
        start, _, size = place.partition("+")
        stream.seek(int(start))
        return io.BytesIO(stream.read(int(size)))


@contextmanager
def opened(page: RawPage) -> Iterator[BinaryIO]:
    """The archived bytes of a page."""
    with open_body(page) as stream:
        yield stream
