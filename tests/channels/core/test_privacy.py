"""Personal data is cut out of a page, all of it and nothing else."""

import io
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from channels.core.adapter import Personal
from channels.core.errors import Refused
from channels.core.privacy import PLACEHOLDER, Cut, dump_json, redact
from channels.core.reading import load_json, read_head, records


def cut(body: bytes, personal: Personal) -> tuple[bytes, list[Cut]]:
    out = io.BytesIO()
    head = read_head(io.BytesIO(body))
    found = list(redact(io.BytesIO(body), head, personal, out))
    return out.getvalue(), found


def test_cells_are_cut_in_any_letter_case_and_blanks_stay_blank() -> None:
    body = b"order\tShip-Name\tsku\n1\tAda\tA\n2\t \tB\n3\n4\tBen\tC\n"
    assert cut(body, Personal(columns=frozenset({"ship-name"}))) == (
        b"order\tShip-Name\tsku\n1\t[personal]\tA\n2\t \tB\n3\n4\t[personal]\tC\n",
        [(2, {"Ship-Name": "Ada"}), (5, {"Ship-Name": "Ben"})],
    )


def test_records_keep_their_numbers_past_blanks_and_breaks() -> None:
    body = b'order,note\n\n,\n1,"two\nlines, Ada"\n2,\n'
    redacted, found = cut(body, Personal(columns=frozenset({"note"})))
    assert redacted == b"order,note\n\n\n1,[personal]\n2,\n"
    assert found == [(4, {"note": "two\nlines, Ada"})]
    before = [number for number, _ in records(io.BytesIO(body), "utf-8-sig", ",")]
    assert [number for number, _ in records(io.BytesIO(redacted), "utf-8-sig", ",")] == before


def test_an_order_number_stays_in_a_note() -> None:
    personal = Personal(columns=frozenset({"note"}), kept=r"\d{3}-\d{7}-\d{7}")
    body = b"order,note\n1,Ada wants 304-4410927-1183502 and 305-2286614-9940317\n"
    assert cut(body, personal)[0] == b"order,note\n1,[personal] 304-4410927-1183502 305-2286614-9940317\n"


def test_two_columns_of_one_name_are_both_cut_and_both_kept() -> None:
    redacted, found = cut(b"name,name,sku\nAda,Testa,A\n", Personal(columns=frozenset({"name"})))
    assert (redacted, found) == (
        b"name,name,sku\n[personal],[personal],A\n",
        [(2, {"name": "Ada", "name (2)": "Testa"})],
    )


def test_other_encodings_become_utf8() -> None:
    redacted, found = cut("Größe\tname\n1\tJörg\n".encode("latin-1"), Personal(columns=frozenset({"name"})))
    assert (redacted.decode(), found) == ("Größe\tname\n1\t[personal]\n", [(2, {"name": "Jörg"})])


def test_workbook_becomes_a_table() -> None:
    book, out = Workbook(), io.BytesIO()
    for row in (["order", "name"], [], [1, "Ada"], [2.5, None]):
        book.active.append(row)
    book.save(out)
    redacted, found = cut(out.getvalue(), Personal(columns=frozenset({"name"})))
    assert (redacted, found) == (b"order,name\n\n1,[personal]\n2.5,\n", [(3, {"name": "Ada"})])


def test_a_table_that_breaks_leaves_the_output_open() -> None:
    out = io.BytesIO()
    body = b"a,b\n1,2\n1\r2,3\n"
    with pytest.raises(Refused):
        list(redact(io.BytesIO(body), read_head(io.BytesIO(body)), Personal(columns=frozenset({"a"})), out))
    assert not out.closed


DOCUMENT = {
    "orders": [
        {"id": 1, "buyer": {"name": "Ada", "phone": 15550100, "vip": True, "note": None}, "price": 9.9},
        {"id": 2, "buyer": {"name": "", "address": {"zip": "10115"}}},
    ],
    "name": "Harbor",
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("orders.*.buyer.name", {"orders.0.buyer.name": "Ada"}),
        ("orders.*.buyer.phone", {"orders.0.buyer.phone": 15550100}),
        ("**.name", {"orders.0.buyer.name": "Ada", "name": "Harbor"}),
        ("orders.1.buyer.*", {"orders.1.buyer.address": {"zip": "10115"}}),
        ("**.zip", {"orders.1.buyer.address.zip": "10115"}),
        ("orders.*.buyer.vip", {}),  # yes or no tells nobody who it is
        ("orders.*.nothing.there", {}),
    ],
)
def test_paths_of_a_document(path: str, found: dict[str, Any]) -> None:
    redacted, cuts = cut(json.dumps(DOCUMENT).encode(), Personal(paths=frozenset({path})))
    assert cuts == ([(1, found)] if found else [])
    assert redacted.decode().count(PLACEHOLDER) == len(found)
    assert cut(redacted, Personal(paths=frozenset({path}))) == (redacted, [])


def test_document_that_cannot_be_written_again_is_refused() -> None:
    with pytest.raises(Refused, match="the JSON document cannot be"):
        cut(b'{"a": ' * 900 + b"1.5" + b"}" * 900, Personal(paths=frozenset({"**.name"})))


def test_half_of_a_surrogate_pair_stays_an_escape() -> None:
    body = b'{"a\\udfff":"x\\ud800","name":"y"}'
    assert cut(body, Personal(paths=frozenset({"**.name"})))[0] == body.replace(b"y", PLACEHOLDER.encode())


exact = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(exact)
def test_documents_are_written_with_exact_numbers(node: Any) -> None:
    def plain(value: Any) -> Any:
        """Whole Decimals without an exponent are read back as integers."""
        if isinstance(value, dict):
            return {key: plain(child) for key, child in value.items()}
        if isinstance(value, list):
            return [plain(child) for child in value]
        return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value

    assert plain(load_json(io.BytesIO(dump_json(node).encode()))) == plain(node)


def test_json_lines_are_cut_one_by_one() -> None:
    body = b'{"id":1,"email":"ada@example.org","total":1.50}\n\n{"id":2,"email":null}\n{"id":3,"email":"ben@example.org"}\n'
    assert cut(body, Personal(paths=frozenset({"email"}))) == (
        b'{"id":1,"email":"[personal]","total":1.50}\n\n{"id":2,"email":null}\n{"id":3,"email":"[personal]"}\n',
        [(1, {"email": "ada@example.org"}), (4, {"email": "ben@example.org"})],
    )


@pytest.mark.parametrize("document", [{"a": [1, True, None, "茶"]}, {"a": Decimal("1.50")}, {"a": "\ud83d"}, {"": {}}])
def test_a_document_is_written_again_as_the_slow_way_would(document: Any) -> None:
    body = json.dumps(document, default=str).replace('"1.50"', "1.50").encode()
    redacted, _ = cut(body, Personal(paths=frozenset({"b"})))
    assert redacted.decode() == dump_json(document)
