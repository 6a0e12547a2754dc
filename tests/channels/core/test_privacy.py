"""Personal data is cut out of a page, all of it and nothing else."""

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from openpyxl import Workbook

from channels.core.adapter import Personal
from channels.core.errors import Refused
from channels.core.privacy import PLACEHOLDER, Cut, redact, restore
from channels.core.reading import json_lines, load_json, parse_json, read_head, records
from channels.core.writing import dump_bytes, dump_json


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


def put_back(redacted: bytes, cuts: list[Cut]) -> bytes:
    """Through the text in which the vault keeps what was cut."""
    kept = [(place, parse_json(dump_bytes(found).decode())) for place, found in cuts]
    return b"".join(restore(io.BytesIO(redacted), read_head(io.BytesIO(redacted)), kept))


keys = st.sampled_from(["name", "zip", "a", "a.b", "0", ""])
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(PLACEHOLDER)
    | st.decimals(allow_nan=False, allow_infinity=False, places=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=15,
)  # fmt: skip
objects = st.dictionaries(keys, documents, min_size=1)
paths = st.frozensets(st.sampled_from(["**.name", "a.*", "*", "**.a.0", "name.zip", "*.*.name", "0", "**.a.b"]))


def paths_in(node: Any, at: str = "") -> list[str]:
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path for key, child in children for path in (f"{at}{key}", *paths_in(child, f"{at}{key}."))]


@given(objects, paths)
def test_a_document_is_put_back(document: dict[str, Any], personal: frozenset[str]) -> None:
    found = paths_in(document)
    assume(len(set(found)) == len(found))  # a key with a dot may spell the path of another value
    body = dump_bytes(document)
    redacted, cuts = cut(body, Personal(paths=personal))
    assert parse_json(put_back(redacted, cuts).decode()) == parse_json(body.decode())


@given(st.lists(st.none() | objects, min_size=2), paths)
def test_json_lines_are_put_back(lines: list[dict[str, Any] | None], personal: frozenset[str]) -> None:
    found = [paths_in(line) for line in lines]
    assume(all(len(set(one)) == len(one) for one in found))
    body = b"".join(b"\n" if line is None else dump_bytes(line) + b"\n" for line in lines)
    assume(sum(line is not None for line in lines) > 1)
    redacted, cuts = cut(body, Personal(paths=personal))
    assert list(json_lines(io.BytesIO(put_back(redacted, cuts)))) == list(json_lines(io.BytesIO(body)))


cells = st.text(st.characters(exclude_characters="\0\t\n\r", exclude_categories=["Cs"]), max_size=6) | st.just(
    f"{PLACEHOLDER} 12-34"
)
table_rows = st.lists(st.lists(cells, max_size=5), max_size=6)
HEADER = ["name", "order", "Name", "note", "name"]
COLUMNS = Personal(columns=frozenset({"name", "note"}), kept=r"\d\d-\d\d")


@given(table_rows, st.sampled_from(",;\t"), st.booleans())
def test_a_table_is_put_back(rows: list[list[str]], delimiter: str, breaks: bool) -> None:
    if delimiter == "\t":
        body = "".join("\t".join(row) + "\n" for row in [HEADER, *rows]).encode()
    else:
        text = io.StringIO()
        broken = [[cell and f"{cell}\r\n," for cell in row] for row in rows] if breaks else rows
        csv.writer(text, delimiter=delimiter).writerows([HEADER, *broken])
        body = text.getvalue().encode()
    redacted, cuts = cut(body, COLUMNS)
    again = put_back(redacted, cuts)
    assert list(records(io.BytesIO(again), "utf-8", delimiter)) == list(records(io.BytesIO(body), "utf-8", delimiter))


def test_a_workbook_is_put_back_as_the_table_that_was_archived() -> None:
    book, out = Workbook(), io.BytesIO()
    for row in (["order", "name", "name"], [], [1, 'Ada "A", Testa\nBerlin', "12-34"], [2.5, None, "Ben"]):
        book.active.append(row)
    book.save(out)
    redacted, cuts = cut(out.getvalue(), COLUMNS)
    assert list(records(io.BytesIO(put_back(redacted, cuts)), "utf-8", ",")) == [
        (1, ["order", "name", "name"]), (3, ["1", 'Ada "A", Testa\nBerlin', "12-34"]), (4, ["2.5", "", "Ben"]),
    ]  # fmt: skip


def test_a_return_within_a_quoted_cell_is_archived_as_a_table_that_reads() -> None:
    body = b'order,city,name\n1,"a\rb","c\rd"\n'
    redacted, cuts = cut(body, COLUMNS)
    assert list(records(io.BytesIO(redacted), "utf-8", ",")) == [
        (1, ["order", "city", "name"]), (2, ["1", "a\rb", PLACEHOLDER]),
    ]  # fmt: skip
    assert list(records(io.BytesIO(put_back(redacted, cuts)), "utf-8", ","))[1] == (2, ["1", "a\rb", "c\rd"])


def test_a_kept_part_of_a_cell_does_not_come_twice() -> None:
    body = b"order,note\n1,Ada wants 12-34 and 56-78\n"
    redacted, cuts = cut(body, COLUMNS)
    assert put_back(redacted, cuts) == body


def test_what_was_purged_stays_a_placeholder() -> None:
    body = b"name,name,sku\nAda,Testa,A\nBen,,B\n"
    redacted, cuts = cut(body, COLUMNS)
    assert put_back(redacted, cuts[1:]) == b"name,name,sku\n[personal],[personal],A\nBen,,B\n"
    [(place, first), _] = cuts
    first.pop("name")
    assert put_back(redacted, [(place, first)]) == b"name,name,sku\n[personal],Testa,A\n[personal],,B\n"
    lines = b'{"id":1,"name":"Ada"}\n\n{"id":2,"name":"Ben"}\n'
    redacted, cuts = cut(lines, Personal(paths=frozenset({"name"})))
    assert put_back(redacted, cuts[1:]) == lines.replace(b"Ada", PLACEHOLDER.encode())
    assert put_back(redacted, []) == redacted


def test_cuts_of_places_that_are_not_there_are_passed_over() -> None:
    lines = b'{"name":"[personal]"}\n{"name":"[personal]","id":1}\n'
    cuts: list[Cut] = [(0, {"name": "No"}), (2, {"name": "Ben", "id": 9, "gone.0": "x"}), (7, {"name": "No"})]
    assert put_back(lines, cuts) == b'{"name":"[personal]"}\n{"name":"Ben","id":1}\n'


def test_column_names_are_known_in_any_spelling() -> None:
    body = "E_mail*,Ｅ－mail,e  mail,mail\na,b,c,d\n".encode()
    assert (
        cut(body, Personal(columns=frozenset({"E-Mail"})))[0].splitlines()[1] == b"[personal],[personal],[personal],d"
    )


def test_cells_without_a_column_are_cut() -> None:
    body = b"name,,sku\nAda,Testa,A,12 Main St, Apt 4\n"
    redacted, cuts = cut(body, COLUMNS)
    assert redacted == b"name,,sku\n[personal],[personal],A,[personal],[personal]\n"
    assert put_back(redacted, cuts) == body


def test_titles_above_a_header_stay_and_the_cells_below_it_go() -> None:
    body = b"Warranty\norder,name,city,note\n1,Ada,Gent,hi\n"
    redacted, cuts = cut(body, COLUMNS)
    assert redacted == b"Warranty\norder,name,city,note\n1,[personal],Gent,[personal]\n"
    assert put_back(redacted, cuts) == body


def test_a_cell_stays_where_it_tells_nobody() -> None:
    personal = Personal(columns=frozenset({"name"}), unless={"order": r"\d+"})
    body = b"order,name\n12,Ada\nada@example.org 12,Ben\n"
    redacted, cuts = cut(body, personal)
    assert redacted == b"order,name\n12,[personal]\n[personal],[personal]\n"
    assert put_back(redacted, cuts) == body


def test_where_columns_are_named_that_stay_every_other_one_is_personal() -> None:
    personal = Personal(stay=frozenset({"Lead ID", "source"}), unless={"source": "[^@]*"})
    redacted, found = cut(b"lead_id,Source,wechat\n1,google,ada7\n2,ada@example.org,\n", personal)
    assert redacted == b"lead_id,Source,wechat\n1,google,[personal]\n2,[personal],\n"
    assert found == [(2, {"wechat": "ada7"}), (3, {"Source": "ada@example.org"})]
