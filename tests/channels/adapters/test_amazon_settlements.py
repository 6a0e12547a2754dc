"""Collecting settlement reports: the list, each document whole, another marketplace's left to its store."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from channels.adapters import amazon as package
from channels.adapters.amazon.pulls import pages
from channels.adapters.amazon.pulls.settlements import doubt_of, facts_of
from channels.core.errors import Changed, Unavailable
from channels.core.transport import Answer, Task
from tests.channels.adapters.amazon_stub import DE, Buckets, Stub, Told, amazon, connect, store_in

REPORTS = "/reports/2021-06-30/reports"
KIND = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"
TASK = Task("amazon.settlements", "list", datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
SHOP = store_in(DE, "EUR")
HEADER = "settlement-id\tsettlement-start-date\tsettlement-end-date\tdeposit-date\ttotal-amount\tcurrency\ttransaction-type\torder-id\tmarketplace-name\tamount-type\tamount-description\tamount"


def settlement(number: str, *amounts: str, total: str = "", currency: str = "EUR", market: str = "Amazon.de") -> bytes:
    said = total or str(sum(float(one) for one in amounts))
    first = f"{number}\t2026-10-01 00:00:00 UTC\t2026-10-15 00:00:00 UTC\t2026-10-17 00:00:00 UTC\t{said}\t{currency}\t\t\t\t\t\t"
    rows = [f"{number}\t\t\t\t\t\tOrder\t303-1343509-1287298\t{market}\tItemPrice\tPrincipal\t{one}" for one in amounts]
    return ("\n".join((HEADER, first, *rows)) + "\n").encode()


@pytest.fixture
def stub() -> Iterator[Stub]:
    with amazon() as one:
        yield one


def listed(*numbers: str, token: str = "") -> dict[str, Any]:
    found = [{"reportId": one, "reportDocumentId": f"D{one}", "processingStatus": "DONE"} for one in numbers]
    return {"reports": found, **({"nextToken": token} if token else {})}


def give(stub: Stub, number: str, *bodies: Any) -> None:
    stub.tell(f"/reports/2021-06-30/documents/D{number}", {"url": f"{stub.address}/bucket/{number}"})
    stub.tell(f"/bucket/{number}", *bodies)
    stub.tell(f"{REPORTS}/{number}", {"reportId": number, "processingStatus": "DONE"})


def pull(stub: Stub, task: Task = TASK, buckets: Buckets | None = None) -> list[Answer]:
    return list(pages(connect(stub, buckets, shop=SHOP), task))


def brief(answers: list[Answer]) -> list[tuple[str, int, int | None, bool]]:
    return [(one.resource, one.records, one.expected, one.closed) for one in answers]


def test_reports_are_listed_and_each_is_fetched(stub: Stub) -> None:
    buckets = Buckets()
    one, two = settlement("1", "10.00", "-2.50"), settlement("2", "3.00", currency="GBP", market="Amazon.co.uk")
    stub.tell(REPORTS, listed("1", token="T2"), listed("2"))
    give(stub, "1", one)
    give(stub, "2", two)
    answers = pull(stub, buckets=buckets)
    assert brief(answers) == [
        ("amazon.reports", 0, None, False), ("amazon.reports", 0, 2, False), ("amazon.settlement", 1, 2, False),
        ("amazon.settlement", 1, 2, True),
    ]  # fmt: skip
    # One of another currency goes to the seller's store of that currency.
    assert [(one.body, one.currency) for one in answers[2:]] == [(one, "EUR"), (two, "GBP")]
    assert [asked.query for asked in stub.to(REPORTS)] == [
        {"reportTypes": KIND, "pageSize": "100", "createdSince": "2026-10-01T00:00:00Z",
         "createdUntil": "2026-11-01T00:00:00Z"},
        {"nextToken": "T2"},
    ]  # fmt: skip
    assert buckets.taken == ["getReports", "getReports", "getReportDocument", "getReportDocument"]


def test_period_without_reports_closes(stub: Stub) -> None:
    stub.tell(REPORTS, listed())
    assert brief(pull(stub)) == [("amazon.reports", 0, 0, True)]


def test_empty_page_with_a_next_one_is_followed(stub: Stub) -> None:
    stub.tell(REPORTS, listed(token="T2"), listed("1"))
    give(stub, "1", settlement("1", "1.00"))
    assert brief(pull(stub))[-1] == ("amazon.settlement", 1, 1, True)


def test_page_that_comes_again_lists_each_report_once(stub: Stub) -> None:
    stub.tell(REPORTS, listed("1", token="T2"), listed("1", token="T2"), listed("2"))
    give(stub, "1", settlement("1", "1.00"))
    give(stub, "2", settlement("2", "2.00"))
    assert brief(pull(stub))[-2:] == [("amazon.settlement", 1, 2, False), ("amazon.settlement", 1, 2, True)]


def test_collecting_goes_on_at_each_step(stub: Stub) -> None:
    stub.tell(REPORTS, listed("1", token="T2"), listed("2"))
    give(stub, "1", settlement("1", "1.00"))
    give(stub, "2", settlement("2", "2.00"))
    whole = pull(stub)
    for at in range(len(whole) - 1):
        stub.tell(REPORTS, listed("2"))
        assert pull(stub, replace(TASK, resume=whole[at].resume)) == whole[at + 1 :]


def test_list_begins_anew_where_its_token_has_run_out(stub: Stub) -> None:
    stub.tell(REPORTS, Told({"errors": [{"code": "InvalidInput", "message": "Invalid token"}]}, 400), listed("1"))
    give(stub, "1", settlement("1", "1.00"))
    resume = json.dumps({"token": "T2", "found": [["9", "D9"]], "listed": False})
    assert brief(pull(stub, replace(TASK, resume=resume))) == [
        ("amazon.reports", 0, 1, False), ("amazon.settlement", 1, 1, True),
    ]  # fmt: skip


def test_other_marketplace_of_the_currency_is_left_to_its_store(stub: Stub) -> None:
    stub.tell(REPORTS, listed("1", "2"))
    give(stub, "1", settlement("1", "1.00"))
    give(stub, "2", settlement("2", "2.00", market="Amazon.fr"))
    assert brief(pull(stub)) == [
        ("amazon.reports", 0, 2, False), ("amazon.settlement", 1, 2, False), ("amazon.reports", 0, 1, True),
    ]  # fmt: skip


def test_same_settlement_in_two_reports_counts_once(stub: Stub) -> None:
    stub.tell(REPORTS, listed("1", "2"))
    give(stub, "1", settlement("1", "1.00"))
    give(stub, "2", settlement("1", "1.00"))
    assert sum(one.records for one in pull(stub)) == pull(stub)[-1].expected == 1


def test_cut_settlement_is_fetched_again(stub: Stub) -> None:
    whole = settlement("1", "10.00", "2.00", "3.00")
    stub.tell(REPORTS, listed("1"))
    for cut in (whole[:-30], whole[: whole.rindex(b"1\t\t\t\t\t\tOrder")], b"", whole[:40]):
        give(stub, "1", cut, whole)
        assert pull(stub)[-1].body == whole


def test_settlement_that_stays_cut_is_never_taken(stub: Stub) -> None:
    whole = settlement("1", "10.00", "2.00", "3.00")
    stub.tell(REPORTS, listed("1"))
    give(stub, "1", whole[:-30])
    answers = pages(connect(stub, shop=SHOP), TASK)
    assert brief([next(answers)]) == [("amazon.reports", 0, 1, False)]
    with pytest.raises(Unavailable) as caught:
        next(answers)
    assert str(caught.value) == "settlement document: the settlement ends in the middle of a line"


def test_settlement_that_amazon_does_not_add_up_comes_with_its_residual(stub: Stub) -> None:
    odd = settlement("1", "10.00", total="11.00")
    assert doubt_of(odd) == "settlement 1: its lines make -1.00 more than its total"
    stub.tell(REPORTS, listed("1"))
    give(stub, "1", odd)
    assert pull(stub)[-1].body == odd
    assert len(stub.to("/bucket/1")) == 2


def test_report_that_is_not_done_yet_keeps_the_window_open(stub: Stub) -> None:
    stub.tell(REPORTS, {"reports": [{"reportId": "1", "processingStatus": "IN_PROGRESS"}]})
    with pytest.raises(Unavailable) as caught:
        pull(stub)
    assert str(caught.value) == "settlement report 1 is IN_PROGRESS, not done yet"


@pytest.mark.parametrize("document", [{"reports": {}}, {}, {"reports": [{}]}, {"reports": [], "nextToken": 5}])
def test_list_of_another_shape_is_not_read_as_empty(stub: Stub, document: dict[str, Any]) -> None:
    stub.tell(REPORTS, document)
    with pytest.raises(Changed):
        pull(stub)


def test_asked_no_further_back_than_amazon_keeps(stub: Stub) -> None:
    stub.tell(REPORTS, listed())
    pull(stub, replace(TASK, since=datetime(2026, 7, 1, tzinfo=UTC)))
    assert stub.to(REPORTS)[0].query["createdSince"] == "2026-08-04T12:05:00Z"


@pytest.mark.parametrize(
    "sample", sorted((Path(package.__file__).parent / "samples").glob("settlement_2*")), ids=lambda path: path.stem
)
def test_samples_are_whole_and_of_their_marketplace(sample: Path) -> None:
    assert facts_of(sample.read_bytes()) == ("EUR", "Amazon.de")
    assert doubt_of(sample.read_bytes()) == ""
