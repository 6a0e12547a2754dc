"""Finances: listTransactions (2024-06-19) and listFinancialEventGroups (v0), both in a payload wrapper."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from channels.sandbox.amazon.books import Books
from channels.sandbox.amazon.breakdowns import item_tree, money, path_of, transaction_tree
from channels.sandbox.amazon.faults import LATE_TRANSACTION
from channels.sandbox.amazon.paging import Paging
from channels.sandbox.amazon.replies import MARKETPLACES, Json, invalid, moment_text, read_moment, read_number
from channels.sandbox.amazon.seals import identifier, pick
from channels.sandbox.amazon.transactions import Part, Transaction, group_id
from channels.sandbox.wire import Request
from channels.sandbox.world.model import ZERO, Market, Statement

PAGE = 100
_LONGEST = timedelta(days=180)
_SETTLED = timedelta(minutes=2)
_EMPTY_ONE_IN = 9  # pages without transactions, which are usual here
_STATUSES = ("DEFERRED", "RELEASED", "DEFERRED_RELEASED")
_FILTERS = (
    "postedAfter", "postedBefore", "marketplaceId", "transactionStatus", "relatedIdentifierName",
    "relatedIdentifierValue",
)  # fmt: skip
_GROUP_FILTERS = ("FinancialEventGroupStartedAfter", "FinancialEventGroupStartedBefore")


def list_transactions(request: Request, books: Books, now: datetime, paging: Paging) -> Json:
    """A page of transactions by posted date, half-open. More than 180 days are answered with nothing."""
    name, value = request.get("relatedIdentifierName"), request.get("relatedIdentifierValue")
    if not request.get("postedAfter") and not (name and value):
        raise invalid("Start date cannot be null")
    if name and name not in ("ORDER_ID", "FINANCIAL_EVENT_GROUP_ID"):
        raise invalid("relatedIdentifierName is FINANCIAL_EVENT_GROUP_ID or ORDER_ID")
    if (status := request.get("transactionStatus")) and status not in _STATUSES:
        raise invalid(f"transactionStatus is one of {', '.join(_STATUSES)}")
    place = paging.start("transactions", request, _FILTERS, "nextToken", now, timedelta(hours=24))
    after, before = _period(request, books, place.get("before"), now)
    paging.place = place = {**place, "before": moment_text(before)}
    if before - after > _LONGEST and not name:
        return {"payload": {"transactions": []}}
    passed = tuple(place.get("passed", (0.0, "")))
    page: list[Transaction] = []
    token = ""
    if _skips(place, request, after) or paging.is_empty():
        token = paging.again(skipped=True)
    else:
        for one in _found(request, books, after, before, now, passed):
            if len(page) == PAGE:
                passed_now = [page[-1].posted_at.timestamp(), page[-1].id]
                token = paging.token({"before": place["before"], "passed": passed_now})
                break
            page.append(one)
    body: Json = {"transactions": [transaction_document(one, books, now) for one in page]}
    return {"payload": {**body, **({"nextToken": token} if token else {})}}


def _period(request: Request, books: Books, fixed: str | None, now: datetime) -> tuple[datetime, datetime]:
    after_text = request.get("postedAfter")
    after = read_moment("postedAfter", after_text) if after_text else books.world.starts_at - timedelta(days=3650)
    if fixed:
        return after, datetime.fromisoformat(fixed)
    before_text = request.get("postedBefore")
    before = read_moment("postedBefore", before_text) if before_text else now - _SETTLED
    if before_text and before > now - _SETTLED:
        raise invalid("Date should be no later than 2 minutes from now")
    if after > before:
        raise invalid("Start date cannot be after end date")
    return after, before


def _skips(place: Json, request: Request, after: datetime) -> bool:
    """Whether this page shows nothing and points on: the same page always does, once."""
    where = place.get("passed") or moment_text(after)
    return not place.get("skipped") and pick(_EMPTY_ONE_IN, "empty", where, request.get("marketplaceId")) == 0


def _found(
    request: Request, books: Books, after: datetime, before: datetime, now: datetime, passed: tuple[float, str]
) -> Iterator[Transaction]:
    name, value = request.get("relatedIdentifierName"), request.get("relatedIdentifierValue")
    market, status = request.get("marketplaceId"), request.get("transactionStatus")
    since = max(after, datetime.fromtimestamp(passed[0], UTC) - timedelta(seconds=1))
    for at in range(bisect_left(books.posted, since), bisect_left(books.posted, before)):
        one = books.transactions[at]
        if (one.posted_at.timestamp(), one.id) <= passed:
            continue
        if books.lasting.visible_at(one.posted_at, LATE_TRANSACTION, one.id) > now:
            continue
        if (market and one.market.marketplace != market) or (status and one.status(now) != status):
            continue
        if name and (name, value) not in _related(one, now):
            continue
        yield one


def _related(one: Transaction, now: datetime) -> list[tuple[str, str]]:
    found = []
    if one.order_ref:
        found.append(("ORDER_ID", one.order_ref))
    if one.type == "Shipment":
        found.append(("SHIPMENT_ID", str(10**13 + pick(9 * 10**13, "shipment", one.id))))
    if one.refund:
        found.append(("REFUND_ID", one.refund))
    if one.status(now) != "DEFERRED":
        found.append(("FINANCIAL_EVENT_GROUP_ID", one.group_id))
        if one.statement and one.statement.published_at <= now:
            found.append(("SETTLEMENT_ID", one.statement.ref))
    return found


def transaction_document(one: Transaction, books: Books, now: datetime) -> Json:
    """The transaction as it stands now."""
    currency, status = one.market.currency, one.status(now)
    whole = one.type == "FBAInventoryReimbursement"  # its detail is at the transaction's level only
    new_type = books.lasting.has("new_word", "transaction type", one.id) and one.type == "ServiceFee"
    body: Json = {
        "sellingPartnerMetadata": {
            "sellingPartnerId": books.seller, "marketplaceId": one.market.marketplace, "accountType": "Standard Orders",
        },
        "relatedIdentifiers": [
            {"relatedIdentifierName": name, "relatedIdentifierValue": value} for name, value in _related(one, now)
        ],
        "transactionType": "PlatformServiceCharge" if new_type else one.type,
        "transactionId": one.id,
        "transactionStatus": status,
        "description": one.description,
        "postedDate": moment_text(one.posted_at),
        "totalAmount": money(one.total, currency),
        "marketplaceDetails": {
            "marketplaceId": one.market.marketplace,
            "marketplaceName": MARKETPLACES.get(one.market.marketplace, one.market.name),
        },
        "items": _items(one, books, whole),
        "contexts": _deferral(one) if one.held_until else [] if pick(2, one.id) else None,
        "breakdowns": transaction_tree(one.parts, currency, whole, one.type == "Refund"),
    }  # fmt: skip
    return body


def _deferral(one: Transaction) -> list[Json]:
    if one.held_until is None:
        return []
    reason = "B2B" if one.order and one.order.business else "DD7"
    return [{"contextType": "DeferredContext", "deferralReason": reason, "maturityDate": moment_text(one.held_until)}]


def _items(one: Transaction, books: Books, whole: bool) -> list[Json]:
    """The parts by order line; what is of no line is an item without a product."""
    lines: dict[tuple[int | None, str], list[Part]] = {}
    for part in one.parts:
        lines.setdefault((part.line, part.sku), []).append(part)
    currency = one.market.currency
    items = []
    for (line, sku), parts in lines.items():
        new_word = books.lasting.has("new_word", "breakdown", one.id, line) and any(
            path_of(part.words)[0] == "AmazonFees" for part in parts
        )
        tree = item_tree(parts, currency, bool(pick(4, "deep", one.id)), new_word)
        key = one.order.lines[line].key if one.order and line is not None else ""
        items.append({
            "description": _title(sku, one, books),
            "totalAmount": money(sum((part.amount for part in parts), ZERO), currency),
            "relatedIdentifiers": [
                {"itemRelatedIdentifierName": "ORDER_ADJUSTMENT_ITEM_ID", "itemRelatedIdentifierValue": key}
            ] if key else None if whole else [],
            "breakdowns": None if whole else tree,
            "contexts": _product(one, sku, parts, books) if sku else [],
        })  # fmt: skip
    return items


def _title(sku: str, one: Transaction, books: Books) -> str:
    product = books.product_of(sku, one.market)
    return product.title if product else one.description


def _product(one: Transaction, sku: str, parts: list[Part], books: Books) -> list[Json]:
    product = books.product_of(sku, one.market)
    merchant = one.order is not None and one.order.fulfilled_by == "MERCHANT"
    return [{
        "asin": product.asin if product else "", "sku": sku, "quantityShipped": max(part.units for part in parts),
        "fulfillmentNetwork": "MFN" if merchant else "AFN", "contextType": "ProductContext",
    }]  # fmt: skip


# Groups


def list_groups(request: Request, books: Books, now: datetime, paging: Paging) -> Json:
    """Financial event groups by their start, newest last: one for each settlement, and the open one of each market."""
    after_text = request.get("FinancialEventGroupStartedAfter")
    before_text = request.get("FinancialEventGroupStartedBefore")
    after = read_moment("FinancialEventGroupStartedAfter", after_text) if after_text else None
    before = read_moment("FinancialEventGroupStartedBefore", before_text) if before_text else now
    if (before_text and before > now - _SETTLED) or (after and after > before):
        raise invalid("Date range is invalid.")
    size = read_number("MaxResultsPerPage", request.get("MaxResultsPerPage"), 100, 100)
    place = paging.start("groups", request, _GROUP_FILTERS, "NextToken", now, timedelta(hours=24))
    passed = tuple(place.get("passed", (0.0, "")))
    found = {
        (starts_at.timestamp(), document["FinancialEventGroupId"]): document
        for starts_at, document in _groups(books, now)
        if (after is None or starts_at >= after) and starts_at < before
    }
    rest = sorted(key for key in found if key > passed)
    page, token = rest[:size], ""
    if page and paging.is_empty():
        page, token = [], paging.again()
    elif len(rest) > size:
        token = paging.token({"passed": page[-1]})
    body: Json = {"FinancialEventGroupList": [found[key] for key in page]}
    return {"payload": {**body, **({"NextToken": token} if token else {})}}


def _groups(books: Books, now: datetime) -> Iterator[tuple[datetime, Json]]:
    for market in books.markets:
        own = [one for one in books.statements if one.market == market.code]
        for statement in own:
            if statement.starts_at <= now:
                yield statement.starts_at, _group(market, statement, now)
        ended = max((one.ends_at for one in own), default=books.world.starts_at)
        if ended <= now:
            pending = (one for one in books.world.pending if one.market == market.code and one.at <= now)
            yield ended, {
                "FinancialEventGroupId": group_id(market, None), "ProcessingStatus": "Open",
                "OriginalTotal": _amount(float(sum((one.amount for one in pending), ZERO)), market.currency),
                "FinancialEventGroupStart": moment_text(ended),
            }  # fmt: skip


def _group(market: Market, statement: Statement, now: datetime) -> Json:
    closed = statement.ends_at <= now
    total = statement.total if closed else sum((one.amount for one in statement.entries if one.at <= now), ZERO)
    opened = (one.amount for one in statement.entries if one.words.endswith("Previous Reserve Amount Balance"))
    body: Json = {
        "FinancialEventGroupId": group_id(market, statement),
        "ProcessingStatus": "Closed" if closed else "Open",
        "OriginalTotal": _amount(float(total), statement.currency),
        "BeginningBalance": _amount(float(sum(opened, ZERO)), statement.currency),
        "FinancialEventGroupStart": moment_text(statement.starts_at),
    }
    if not closed:
        return body
    body["FinancialEventGroupEnd"] = moment_text(statement.ends_at)
    if statement.deposited_at is None:
        return {**body, "FundTransferStatus": "Unknown"}
    paid = statement.paid_amount if statement.paid_amount is not None else statement.total
    body |= {
        "FundTransferStatus": "Succeeded" if statement.deposited_at <= now else "Processing",
        "FundTransferDate": moment_text(statement.deposited_at),
        "TraceId": statement.trace or identifier("trace", statement.ref)[:14],
        "AccountTail": f"{pick(1000, 'account', market.seller):03}",
        "ConvertedTotal": _amount(float(paid), statement.paid_currency or statement.currency),
    }
    return body


def _amount(amount: float, currency: str) -> Json:
    return {"CurrencyCode": currency, "CurrencyAmount": amount}
