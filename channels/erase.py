"""What is still kept of a person: told, or erased, wherever it was cut out of a page or sealed in a message."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import transaction

from channels.core.errors import Refused
from channels.core.reading import parse_json, read_head
from channels.core.subjects import NOBODY, Asking, Whose, concerned, in_document
from channels.core.writing import dump_bytes
from channels.models import Delivery, RawPage, Store, VaultEntry
from channels.receive import opened
from channels.vault import seal, unseal, unsealed

QUICK = 4_000_000  # bytes of a page that is looked through as a whole before it is taken apart

Held = tuple[VaultEntry, dict[str, Any], dict[str, frozenset[int]]]  # entry, what it holds, whose that is by path


def held(store: Store, ask: Whose, since: datetime | None = None) -> Iterator[Held]:
    """The entries of the vault that hold something of those persons, in pages that came since."""
    entries = VaultEntry.objects.filter(page__store=store).select_related("page").order_by("page", "place")
    if since is not None:
        entries = entries.filter(page__fetched_at__gte=since)
    for page, some in groupby(entries.iterator(chunk_size=500), key=lambda one: one.page):
        yield from _held_of(page, some, ask)


def _held_of(page: RawPage, entries: Iterator[VaultEntry], ask: Whose) -> Iterator[Held]:
    read: dict[int, tuple[VaultEntry, dict[str, Any]]] = {}
    if page.size <= QUICK and isinstance(ask, Asking):
        entries = iter(some := list(entries))
        with opened(page) as stream:
            if ask.rules_out(stream.read(), *(unsealed(entry.sealed) for entry in some)):
                return

    def cuts() -> Iterator[tuple[int, dict[str, Any]]]:
        for entry in entries:
            read.clear()
            read[entry.place] = (entry, unseal(entry))
            yield entry.place, read[entry.place][1]

    try:
        with opened(page) as stream:
            head = read_head(stream)
            stream.seek(0)
            for place, whose in concerned(stream, head, cuts(), ask):
                if whose:
                    yield *read[place], whose
    except Refused:  # its records cannot be told apart, but what was cut out of each still names somebody
        for entry in VaultEntry.objects.filter(page=page):
            cut = unseal(entry)
            if whose := in_document(None, cut, ask):
                yield entry, cut, whose


def forget(store: Store, ask: Whose, since: datetime | None = None) -> dict[int, int]:
    """Take everything of those persons out of the vault; how many values of each went."""
    gone: dict[int, int] = {}
    for entry, _, whose in held(store, ask, since):
        for persons in whose.values():
            for person in persons:
                gone[person] = gone.get(person, 0) + 1
        _drop(entry, frozenset(whose))
    return gone


@transaction.atomic
def _drop(entry: VaultEntry, paths: frozenset[str]) -> None:
    """Without those values, whatever else became of the entry since it was read."""
    now = VaultEntry.objects.select_for_update().filter(pk=entry.pk).first()
    if now is None:
        return
    left = {path: value for path, value in unseal(now).items() if path not in paths}
    if left:
        VaultEntry.objects.filter(pk=now.pk).update(sealed=seal(dump_bytes(left)))
    else:
        now.delete()


def messages_of(store: Store, ask: Whose, since: datetime | None = None) -> Iterator[tuple[Delivery, frozenset[int]]]:
    """The messages of a store, still sealed, that name those persons. What cannot be read is looked at as text."""
    found = Delivery.objects.filter(store=store).exclude(sealed=b"").order_by("pk")
    if since is not None:
        found = found.filter(received_at__gte=since)
    for message in found.iterator(chunk_size=500):
        body = unsealed(message.sealed)
        if persons := NOBODY.union(*map(ask, _words(body))):
            yield message, persons


def forget_messages(store: Store, ask: Whose, since: datetime | None = None) -> dict[int, int]:
    """Blank the messages that name those persons; how many went of each. That they came stays on record."""
    gone: dict[int, int] = {}
    for message, persons in list(messages_of(store, ask, since)):
        Delivery.objects.filter(pk=message.pk).update(sealed=b"")
        for person in persons:
            gone[person] = gone.get(person, 0) + 1
    return gone


def forget_store(store: Store) -> tuple[int, int]:
    """Take everything personal of a store out of the vault and of its messages: (entries, messages)."""
    entries, _ = VaultEntry.objects.filter(page__store=store).delete()
    return entries, Delivery.objects.filter(store=store).exclude(sealed=b"").update(sealed=b"")


def _words(body: bytes) -> Iterator[str]:
    try:
        yield from _leaves(parse_json(body.decode("utf-8-sig")))
    except (Refused, ValueError):
        for word in body.decode("utf-8", "replace").replace('"', " ").replace(",", " ").split():
            yield word.strip(" :;<>{}[]()'\t")


def _leaves(node: Any) -> Iterator[str]:
    """Values of a document, however deep."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict | list):
            waiting += one.values() if isinstance(one, dict) else one
        elif one is not None and not isinstance(one, bool):
            yield str(one)
