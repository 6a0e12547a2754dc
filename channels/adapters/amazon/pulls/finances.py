"""Money: transactions with their state (Finances 2024-06-19), and the groups that become payouts (Finances v0)."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from channels.adapters.amazon.client import Client
from channels.adapters.amazon.pulls.chain import chain, settled, stamp
from channels.adapters.amazon.replies import Reply, records_of
from channels.core.errors import Changed, Refused
from channels.core.transport import Answer, Calls, Resource, Route, Task

_DAY = timedelta(days=1)
_LIMIT = timedelta(days=180)  # a longer period is answered with nothing, and no error


def _transaction_calls(length: timedelta, records: int) -> Calls:
    return {"listTransactions": max(1.0, records / 100)}


TRANSACTIONS = Resource(
    "amazon.transactions", "Transactions", every=timedelta(hours=2),
    routes=(Route("list", 14 * _DAY, _transaction_calls),),
    depth=2 * 365 * _DAY, lag=timedelta(minutes=3), overlap=timedelta(hours=1),
    # Some show up two days late; deferred ones are released seven days after delivery, business ones after thirty.
    again=(timedelta(hours=50), 9 * _DAY, 16 * _DAY, 36 * _DAY),
)  # fmt: skip

GROUPS = Resource(
    "amazon.groups", "Payout groups", every=timedelta(hours=12),
    routes=(Route("list", 90 * _DAY, lambda *_: {"listFinancialEventGroups": 1.0}),),
    depth=2 * 365 * _DAY, lag=timedelta(minutes=3), overlap=timedelta(hours=1),
    # Asked for by their start; they close after about two weeks, and the bank has the money some days later.
    again=(3 * _DAY, 8 * _DAY, 15 * _DAY, 18 * _DAY, 22 * _DAY, 36 * _DAY),
)  # fmt: skip


def transactions(client: Client, task: Task) -> Iterator[Answer]:
    """Without a marketplace, since orders that the seller ships would be missing; the format leaves out others'."""
    _check_length(task)
    settled(client, task.until)
    period = {"postedAfter": stamp(task.since), "postedBefore": stamp(task.until)}

    def ask(token: str) -> Reply:
        more = {"nextToken": token} if token else {}
        return client.ask("listTransactions", lambda: client.transactions.list_transactions(**period, **more))

    def read(reply: Reply) -> tuple[int, str]:
        payload = _payload(reply, "listTransactions")
        found = records_of(payload, "transactions", "listTransactions")
        return len(found), _token(payload, "nextToken")

    return chain(task.resume, ask, read, "amazon.transactions", {"operation": "listTransactions", **period})


def groups(client: Client, task: Task) -> Iterator[Answer]:
    _check_length(task)
    settled(client, task.until)
    period = {
        "FinancialEventGroupStartedAfter": stamp(task.since), "FinancialEventGroupStartedBefore": stamp(task.until),
    }  # fmt: skip

    def ask(token: str) -> Reply:
        query: dict[str, Any] = {**period, "MaxResultsPerPage": 100}
        more = {"NextToken": token} if token else {}
        return client.ask(
            "listFinancialEventGroups", lambda: client.groups.list_financial_event_groups(**query, **more)
        )

    def read(reply: Reply) -> tuple[int, str]:
        payload = _payload(reply, "listFinancialEventGroups")
        found = records_of(payload, "FinancialEventGroupList", "listFinancialEventGroups")
        return len(found), _token(payload, "NextToken")

    return chain(task.resume, ask, read, "amazon.groups", {"operation": "listFinancialEventGroups", **period})


def _check_length(task: Task) -> None:
    if task.until - task.since > _LIMIT:
        raise Refused(f"{task.resource}: a period of more than 180 days would be answered with nothing")


def _payload(reply: Reply, operation: str) -> Mapping[str, Any]:
    payload = reply.document.get("payload", reply.document)
    if not isinstance(payload, dict):
        raise Changed(f"{operation}: payload is {type(payload).__name__}, not an object")
    return payload


def _token(payload: Mapping[str, Any], name: str) -> str:
    token = payload.get(name)
    if token is not None and not isinstance(token, str):
        raise Changed(f"{name} is {type(token).__name__}, not a text")
    return token or ""
