"""Bulk operations: Shopify writes a file of all orders of a search, which costs a few points however many there are.

A job that says it is done is not believed alone: its counts must be those of its file, and a job without orders is
confirmed by a count. Limits: five at once per shop, ten days to run, the file stays for seven days
(https://shopify.dev/docs/api/usage/bulk-operations/queries).
"""

import tempfile
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO, cast

import orjson

from channels.adapters.shopify import documents, replies
from channels.adapters.shopify.client import Client, Said
from channels.adapters.shopify.listings import counted
from channels.adapters.shopify.nodes import partial
from channels.adapters.shopify.resume import Place
from channels.core.errors import Changed, Throttled, Unavailable
from channels.core.reading import parse_instant
from channels.core.transport import Answer

CHUNK = 1_000  # orders of one answer
POLL = 5.0  # seconds between two looks at a job
POLLS = 6  # looks of one worker; then the window is given back
PAUSE = 60.0  # seconds until a job that still runs is looked at again
FRESH = timedelta(minutes=10)  # a job that an earlier worker began serves for so long after it is done
_UNDERWAY = ("CREATED", "RUNNING", "CANCELING")
REFUNDED = ("PARTIALLY_REFUNDED", "REFUNDED")


def chunks(client: Client, query: str, place: Place) -> Iterator[Answer]:
    """The file's orders, so many per answer, from the chunk that the place says; the last one begins a new phase."""
    job, body = _finished(client, query, place)
    roots, objects = _count(job, "rootObjectCount"), _count(job, "objectCount")
    _confirm(client, query, roots)
    if roots == 0:
        yield Answer("shopify.bulk_orders", body, resume=Place("refunds", ended=True).text, closed=True, expected=0)
        return
    with tempfile.TemporaryFile(prefix="plumbline-") as file:
        _fetch(client, job, cast(BinaryIO, file))
        index = _index(cast(BinaryIO, file), roots, objects)
        for number in range(place.chunk, len(index.spans)):
            last = number + 1 == len(index.spans)
            after = Place("refunds", todo=tuple(index.left)) if last else Place(bulk=job["id"], chunk=number + 1)
            yield Answer(
                "shopify.bulk_orders", index.chunk(cast(BinaryIO, file), number), media_type="application/jsonl",
                resume=after.text, records=index.orders[number], expected=roots,
                request={"query": query, "bulk": job["id"]},
            )  # fmt: skip


def _finished(client: Client, query: str, place: Place) -> tuple[Mapping[str, Any], bytes]:
    """The job when it is done, and the answer that said so; without the buyers' fields where they are withheld."""
    while True:
        text = documents.with_personal(documents.BULK_ORDERS, personal=client.personal) % query
        said = _waited(client, place.bulk or _begun(client, text) or _begin(client, text))
        job: Mapping[str, Any] = said.data["bulkOperation"]
        if job.get("errorCode") != "ACCESS_DENIED":
            _check(job)
            return job, said.body
        if not client.personal or place.bulk:
            raise replies.Denied("Shopify withholds a field from the bulk operation; the app needs read_orders")
        client.personal = False  # Shopify says so only where there are rows


def _waited(client: Client, gid: str) -> Said:
    """The job once it has ended. Raises Throttled while it still runs: the next worker finds it again."""
    for look in range(POLLS):
        said = client.ask(documents.BULK, {"id": gid}, points=1.0)
        job = said.data.get("bulkOperation")
        if not isinstance(job, dict):
            raise Changed(f"Shopify does not know the bulk operation {gid}")
        if job.get("status") not in _UNDERWAY:
            return said
        if look + 1 < POLLS:
            client.connection.clock.sleep(POLL)
    raise Throttled(PAUSE)


def _begun(client: Client, text: str) -> str:
    """A job for the same search that an earlier worker began and that still serves; "" for none."""
    said = client.ask(documents.BULKS, {}, points=25.0)
    found = said.data.get("bulkOperations")
    now = client.connection.clock.now()
    for job in found.get("nodes") or () if isinstance(found, dict) else ():
        same = " ".join(str(job.get("query", "")).split()) == " ".join(text.split())
        done = job.get("completedAt")
        useful = job.get("status") == "COMPLETED" and job.get("url") and done and now - parse_instant(done) < FRESH
        if same and (useful or job.get("status") in _UNDERWAY):
            return str(job["id"])
    return ""


def _begin(client: Client, text: str) -> str:
    said = client.ask(documents.RUN_BULK, {"query": text}, points=10.0)
    payload = said.data.get("bulkOperationRunQuery")
    if not isinstance(payload, dict):
        raise Changed("Shopify's answer has no bulk operation")
    errors = [one for one in payload.get("userErrors") or () if isinstance(one, dict)]
    if any(one.get("code") in ("OPERATION_IN_PROGRESS", "LIMIT_REACHED") for one in errors):
        raise Throttled(PAUSE)  # other jobs of this app run in the shop
    job = payload.get("bulkOperation")
    if errors or not isinstance(job, dict):
        raise Changed(f"Shopify does not take the bulk query: {'; '.join(str(one.get('message')) for one in errors)}")
    return str(job["id"])


def _check(job: Mapping[str, Any]) -> None:
    """Raises Unavailable for a job that has ended without all of its data."""
    if job.get("status") != "COMPLETED" or job.get("errorCode") or job.get("partialDataUrl"):
        raise Unavailable(f"the bulk operation ended as {job.get('status')} {job.get('errorCode') or ''}".strip())


def _count(job: Mapping[str, Any], name: str) -> int:
    """Counts are texts. Raises Changed for anything else."""
    value = job.get(name)
    if not isinstance(value, str | int) or not str(value).isdigit():
        raise Changed(f"the bulk operation's {name} is no number: {value!r}")
    return int(value)


def _confirm(client: Client, query: str, roots: int) -> None:
    """A count that is asked for after the job can only be smaller, since orders that change leave the period."""
    count = counted(client.ask(documents.COUNT, {"query": query}, points=2.0).data.get("ordersCount"))
    if count is not None and count > roots:
        raise Unavailable(f"the bulk operation has {roots:,} orders, but Shopify counts {count:,}")


def _fetch(client: Client, job: Mapping[str, Any], file: BinaryIO) -> None:
    url = job.get("url")
    if not isinstance(url, str) or not url:
        raise Unavailable("the bulk operation has no file")
    size = client.download(url, file)
    stated = job.get("fileSize")
    if isinstance(stated, str | int) and str(stated).isdigit() and int(stated) != size:
        raise Unavailable(f"the bulk file has {size:,} bytes instead of {int(stated):,}")


@dataclass(slots=True)
class _Index:
    """Where the lines of each chunk stand in the file. ``left`` are orders that no search for refunds finds."""

    spans: "list[array[int]]"  # by chunk: offset, length, offset, length …
    orders: list[int]  # by chunk
    left: list[str]

    def chunk(self, file: BinaryIO, number: int) -> bytes:
        """The lines of a chunk just as they came."""
        spans = self.spans[number]
        found = []
        for at in range(0, len(spans), 2):
            file.seek(spans[at])
            line = file.read(spans[at + 1])
            found.append(line if line.endswith(b"\n") else line + b"\n")
        return b"".join(found)


def _index(file: BinaryIO, roots: int, objects: int) -> _Index:
    """Read the file through once. Raises Unavailable where its lines are not those that the job counted."""
    index = _Index([array("q") for _ in range(0, roots, CHUNK)], [0] * len(range(0, roots, CHUNK)), [])
    chunk_of: dict[str, int] = {}
    early: list[tuple[int, int, str]] = []  # lines before their order
    number = offset = 0
    file.seek(0)
    for number, line in enumerate(file, 1):
        document = _parsed(line, number)
        parent = document.get("__parentId")
        gid = document.get("id") if parent is None else parent
        if not isinstance(gid, str):
            raise Changed(f"line {number} of the bulk file has neither an id nor a parent")
        if parent is None and len(chunk_of) < roots:
            chunk_of[gid] = len(chunk_of) // CHUNK
            index.orders[chunk_of[gid]] += 1
            if document.get("displayFinancialStatus") not in REFUNDED and partial(document):
                index.left.append(gid)
        if gid in chunk_of:
            index.spans[chunk_of[gid]].extend((offset, len(line)))
        else:
            early.append((offset, len(line), gid))
        offset += len(line)
    if (len(chunk_of), number) != (roots, objects) or any(gid not in chunk_of for *_, gid in early):
        raise Unavailable(
            f"the bulk file has {len(chunk_of):,} orders in {number:,} lines; the job says {roots:,} in {objects:,}"
        )
    for at, length, gid in early:
        index.spans[chunk_of[gid]].extend((at, length))
    return index


def _parsed(line: bytes, number: int) -> dict[str, Any]:
    try:
        document = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise Unavailable(f"the bulk file breaks off in line {number}") from error
    if not isinstance(document, dict):
        raise Changed(f"line {number} of the bulk file is no object")
    return document
