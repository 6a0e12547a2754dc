"""Settlement reports: Amazon makes them by itself and keeps them about 90 days; they are listed, then fetched."""

import hashlib
import io
import math
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from channels.adapters.amazon import settlement
from channels.adapters.amazon.client import Broken, Client, Document
from channels.adapters.amazon.marketplaces import is_elsewhere
from channels.adapters.amazon.pulls.chain import stamp, state_of, written
from channels.adapters.amazon.pulls.reports import LISTING
from channels.adapters.amazon.replies import Rejected, Reply, records_of
from channels.core.errors import Changed, Refused, Unavailable
from channels.core.kinds import Role
from channels.core.reading import find_encoding, lines
from channels.core.rows import ChargeRow, Page, PayoutRow, Shop, Unreadable
from channels.core.transport import Answer, Calls, Resource, Route, Task

REPORT = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"
KEPT = timedelta(days=90)


def _calls(length: timedelta, records: int) -> Calls:
    """A settlement about every two weeks; those of a region's other marketplaces are listed with them."""
    number = float(math.ceil(length / timedelta(days=14)) + 1)
    return {"getReports": max(1.0, number / 100), "getReportDocument": number}


RESOURCE = Resource(
    "amazon.settlements", "Settlements", every=timedelta(hours=12),
    routes=(Route("list", timedelta(days=30), _calls),),
    depth=KEPT, lag=timedelta(minutes=3), overlap=timedelta(hours=12), again=(timedelta(days=3),), keeps=KEPT,
)  # fmt: skip


def collect(client: Client, task: Task) -> Iterator[Answer]:
    """The list of the period's settlement reports, then each of them."""
    state = state_of(task.resume)
    if not state.get("listed"):
        for answer in _listing(client, task, state):
            yield answer
            state = state_of(answer.resume)
            if answer.closed:
                return
    yield from _documents(client, state)


def _listing(client: Client, task: Task, state: dict[str, Any]) -> Iterator[Answer]:
    token, found = str(state.get("token", "")), list(state.get("found", []))
    # Asked for further back than they are kept, Amazon refuses.
    since = max(task.since, client.connection.clock.now() - KEPT + timedelta(minutes=5))
    period = {"createdSince": stamp(since), "createdUntil": stamp(max(task.until, since))}
    request = {"operation": "getReports", "reportTypes": REPORT, **period}
    for _ in range(100):
        try:
            # A page's token goes alone: it stands for the other parameters.
            query: dict[str, Any] = {"nextToken": token} if token else {
                "reportTypes": [REPORT], "pageSize": 100, **period}  # fmt: skip
            reply = client.ask("getReports", lambda query=query: client.reports.get_reports(**query))  # type: ignore[misc]
        except Rejected:
            if not token:
                raise
            token, found = "", []
            continue
        found = _joined(found, reply)
        token = _token(reply)
        listed = not token
        yield Answer(
            LISTING, reply.body, resume=written(token=token, found=found, listed=listed), request=request,
            closed=listed and not found, expected=len(found) if listed else None,
        )  # fmt: skip
        if listed:
            return
    raise Unavailable("the pages of getReports lead in a circle")


def _joined(found: list[Any], reply: Reply) -> list[Any]:
    """The pairs of report and document that are listed so far, each report once."""
    known = {report for report, _ in found}
    more = []
    for one in records_of(reply.document, "reports", "getReports"):
        status = one.get("processingStatus") if isinstance(one, dict) else None
        if status in ("CANCELLED", "FATAL"):
            continue
        report, document = one.get("reportId"), one.get("reportDocumentId")
        if not isinstance(report, str):
            raise Changed("getReports: reportId is no text")
        if status != "DONE" or not isinstance(document, str):
            raise Unavailable(f"settlement report {report} is {status}, not done yet")
        if report not in known:
            known.add(report)
            more.append([report, document])
    return [*found, *more]


def _token(reply: Reply) -> str:
    token = reply.document.get("nextToken")
    if token is not None and not isinstance(token, str):
        raise Changed("getReports: nextToken is no text")
    return token or ""


def _documents(client: Client, state: dict[str, Any]) -> Iterator[Answer]:
    found, at, seen = list(state["found"]), int(state.get("at", 0)), list(state.get("seen", []))
    left = int(state.get("left", 0))
    while at < len(found):
        report, number = found[at]
        document = _whole(client, number)
        digest = hashlib.sha256(document.body).hexdigest()[:12]
        currency, market = facts_of(document.body)
        shop = client.connection.shop
        # Of this currency, but another marketplace's: that marketplace's store collects it itself.
        elsewhere = currency == shop.currency and is_elsewhere(market, shop.marketplace)
        at += 1
        skipped = elsewhere or digest in seen
        left += skipped
        seen.append(digest)
        more: dict[str, Any] = {
            "resume": written(found=found, listed=True, at=at, seen=seen, left=left), "closed": at == len(found),
            "expected": len(found) - left,
        }  # fmt: skip
        if skipped:
            reply = client.ask("getReport", lambda report=report: client.reports.get_report(report))  # type: ignore[misc]
            yield Answer(LISTING, reply.body, **more)
        else:
            yield Answer(settlement.RESOURCE, document.body, document.media_type, records=1, currency=currency,
                         name=f"Settlement report {report}", request={"reportId": report}, **more)  # fmt: skip


def _whole(client: Client, number: str) -> Document:
    """A settlement whose lines add up to its total, or one that came twice the same and does not."""
    first = ""
    for _ in range(2):
        try:
            document = client.document(number)
            doubt = doubt_of(document.body)
        except Broken as broken:
            first = str(broken)
            continue
        if not doubt or (first == doubt and document.body.endswith(b"\n")):
            return document  # what does not add up at Amazon is shown as a discrepancy
        first = doubt
    raise Unavailable(f"settlement document: {first}")


def facts_of(body: bytes) -> tuple[str, str]:
    """A settlement's currency, and the marketplace that most of its lines name. Raises Broken without any."""
    if not body.strip():
        raise Broken("the settlement is empty")
    source = _cells(body)
    where = settlement.columns(next(source, []), ("currency", "marketplace-name"))
    currency, markets = "", Counter[str]()
    for cells in source:
        said, market = (cells[at].strip() if at < len(cells) else "" for at in where)
        currency = currency or said
        if market.startswith("Amazon."):
            markets[market] += 1
    if not currency:
        raise Broken("the settlement has no currency in it")
    return currency, markets.most_common(1)[0][0] if markets else ""


def _cells(body: bytes) -> Iterator[list[str]]:
    stream = io.BytesIO(body)
    encoding = find_encoding(stream)
    stream.seek(0)
    return (line.split("\t") for line in lines(stream, encoding) if line.strip())


def doubt_of(body: bytes) -> str:
    """Why a settlement may not be whole: "" where its lines add up to its total. Raises Broken where it is cut."""
    try:
        currency, _ = facts_of(body)
        shop = Shop("amazon", "", currency, "UTC")
        page = Page(settlement.RESOURCE, lambda: io.BytesIO(body), "", datetime.now(UTC))
        sums: dict[str, Decimal] = {}
        for row in settlement.FORMAT.rows(page, shop):
            if isinstance(row, Unreadable) and not body.endswith(b"\n"):
                raise Broken("the settlement ends in the middle of a line")
            if isinstance(row, PayoutRow):
                sums[row.ref] = sums.get(row.ref, Decimal(0)) - (row.stated or 0)
            elif isinstance(row, ChargeRow) and row.role is not Role.COMPARE:
                sums[row.document] = sums.get(row.document, Decimal(0)) + row.amount
    except Refused as refused:
        raise Broken(f"the settlement cannot be read: {refused}") from refused
    wrong = {ref: rest for ref, rest in sums.items() if rest}
    return "; ".join(f"settlement {ref}: its lines make {rest} more than its total" for ref, rest in wrong.items())
