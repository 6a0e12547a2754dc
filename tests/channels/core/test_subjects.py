"""Which cuts of a page are a person's: by the records that name him, and none of his neighbours'."""

import io
import json
from typing import Any

import pytest

from channels.core.adapter import Personal
from channels.core.privacy import redact
from channels.core.reading import read_head
from channels.core.subjects import Subject, concerned, whose

PATHS = Personal(paths=frozenset({"**.email", "**.phone", "**.customer.id", "**.address.name"}))
WREN, OTTO = "wren@harbor.example", "otto@harbor.example"


def order(number: int, email: str, phone: str = "", name: str = "", customer: int = 0) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/Order/{number}", "name": f"#{number % 10_000}", "email": email, "phone": phone,
        "customer": {"id": f"gid://shopify/Customer/{customer}"}, "address": {"name": name, "city": "Springfield"},
        "lines": [{"id": "1", "quantity": 1001}],
    }  # fmt: skip


TWO = [
    order(555_000_001_001, WREN, "+1 (415) 555-0101", "Wren", 7_000_000_001),
    order(555_000_001_002, OTTO, "+14155550102", "Otto", 7_000_000_002),
]


def found(body: bytes, personal: Personal, *subjects: Subject) -> dict[int, dict[int, set[str]]]:
    """person → place → paths of his."""
    out = io.BytesIO()
    cuts = list(redact(io.BytesIO(body), read_head(io.BytesIO(body)), personal, out))
    archived = out.getvalue()
    assert WREN.encode() not in archived
    his: dict[int, dict[int, set[str]]] = {}
    head = read_head(io.BytesIO(archived))
    for place, paths in concerned(io.BytesIO(archived), head, iter(cuts), whose(subjects)):
        for path, persons in paths.items():
            for person in persons:
                his.setdefault(person, {}).setdefault(place, set()).add(path)
    return his


def page(*orders: dict[str, Any]) -> bytes:
    return json.dumps({"data": {"orders": {"nodes": orders, "pageInfo": {}}}}).encode()


FIRST = {f"data.orders.nodes.0.{path}" for path in ("email", "phone", "customer.id", "address.name")}


@pytest.mark.parametrize(
    "subject",
    [
        Subject(orders=frozenset({"555000001001"})), Subject(orders=frozenset({"1001"})),
        Subject(orders=frozenset({"#1001"})), Subject(ids=frozenset({"7000000001"})),
        Subject(emails=frozenset({"Wren@Harbor.example"})), Subject(phones=frozenset({"+14155550101"})),
        Subject(phones=frozenset({"0415 555 0101"})),
    ],
    ids=[f"subject {number}" for number in range(7)],
)  # fmt: skip
def test_one_record_of_a_page_is_his_however_he_is_named(subject: Subject) -> None:
    assert found(page(*TWO), PATHS, subject) == {0: {1: FIRST}}


def test_several_persons_are_looked_for_at_once() -> None:
    his = found(page(*TWO), PATHS, Subject(emails=frozenset({OTTO})), Subject(), Subject(ids=frozenset({"7000000001"})))
    assert {person: places[1] for person, places in his.items()} == {
        0: {path.replace(".0.", ".1.") for path in FIRST}, 2: FIRST,
    }  # fmt: skip


@pytest.mark.parametrize(
    "subject",
    [
        Subject(), Subject(orders=frozenset({"1"})), Subject(orders=frozenset({"", " "})),
        Subject(phones=frozenset({"101", "555"})), Subject(emails=frozenset({"harbor.example"})),
        Subject(ids=frozenset({"7000000001"[:7]}), phones=frozenset({"+14155550101"})),
    ],
    ids=["nobody", "order", "no order", "short phones", "domain", "cut id"],
)  # fmt: skip
def test_who_is_not_named_is_not_touched(subject: Subject) -> None:
    assert found(page(*TWO), PATHS, subject) == {}


def test_lines_of_a_json_file_are_records_and_so_are_answers() -> None:
    lines = b"\n".join(json.dumps({"__typename": "Order", **one}).encode() for one in TWO)
    assert found(lines, PATHS, Subject(orders=frozenset({"555000001002"}))) == {
        0: {2: {"email", "phone", "customer.id", "address.name"}}
    }
    answers = json.dumps([{"data": {"order": one}} for one in TWO]).encode()
    assert found(answers, PATHS, Subject(emails=frozenset({OTTO})))[0][1] == {
        f"1.data.order.{path}" for path in ("email", "phone", "customer.id", "address.name")
    }


def test_lines_of_a_table_are_found_by_what_stays_and_by_what_was_cut() -> None:
    table = f"Name,Email,Billing Name\n#1001,{WREN},Wren\n#1001,,\n#1002,{OTTO},Otto\n#1003,{WREN},W\n".encode()
    personal = Personal(columns=frozenset({"email", "billing name"}))
    both = {"Email", "Billing Name"}
    assert found(table, personal, Subject(orders=frozenset({"#1001"}))) == {0: {2: both}}
    assert found(table, personal, Subject(emails=frozenset({WREN}))) == {0: {2: both, 5: both}}


def test_records_in_a_record_are_its_own_and_say_nothing_of_their_neighbours() -> None:
    body = page({**TWO[0], "packages": [{"email": "a@b.example"}, {"email": "c@d.example"}]})
    assert found(body, PATHS, Subject(emails=frozenset({"a@b.example"}))) == {
        0: {1: {"data.orders.nodes.0.packages.0.email"}}
    }
    assert len(found(body, PATHS, Subject(orders=frozenset({"555000001001"})))[0][1]) == 6


def test_hostile_documents_are_read_without_harm() -> None:
    odd = {"a.b": {"email": WREN}, "0": {"email": OTTO}, "x": [[{"email": OTTO}]], "email": {"1": [WREN, None, 3.5]}}
    his = found(json.dumps(odd).encode(), PATHS, Subject(emails=frozenset({OTTO})))
    assert his == {0: {1: {"0.email", "x.0.0.email"}}}


def test_the_quick_look_misses_nobody() -> None:
    ask = whose([Subject(emails=frozenset({"Wren@Harbor.example"}), orders=frozenset({"1001"}))])
    assert ask.rules_out(page(TWO[1]))
    assert not ask.rules_out(b"{}", page(TWO[0]).upper())
    assert not ask.rules_out(b'{"name": "#1001"}')
    assert whose([Subject()]).rules_out(page(*TWO))
    for odd in (Subject(emails=frozenset({"\u00e9@harbor.example"})), Subject(phones=frozenset({"+14155550101"}))):
        assert not whose([odd]).rules_out(b"{}")
