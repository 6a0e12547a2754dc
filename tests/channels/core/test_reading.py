"""What vendors write: encodings, tables, workbooks, JSON, decimals and instants."""

import io
from codecs import BOM_UTF8, BOM_UTF16_LE
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from channels.core.errors import Refused
from channels.core.reading import (
    Head,
    documents,
    encodings,
    find_encoding,
    json_lines,
    lines,
    load_json,
    looks_comma,
    parse_day,
    parse_decimal,
    parse_instant,
    read_head,
    records,
    table,
    tables,
    workbook_rows,
)

D = Decimal


def stream(body: bytes) -> io.BytesIO:
    return io.BytesIO(body)


# Encodings


@pytest.mark.parametrize(
    ("text", "codec", "found"),
    [
        ("plain\tascii\n", "ascii", "utf-8-sig"),
        ("Köln\t抹茶\n", "utf-8", "utf-8-sig"),
        ("Köln\n", "utf-8-sig", "utf-8-sig"),
        ("Köln\t抹茶\n", "utf-16", "utf-16"),
        ("Männer\tCafé “Präsent”\n", "cp1252", "latin-1"),
        ("Grüntee créée à Köln\n", "latin-1", "latin-1"),
        ("抹茶パウダー\t東京都\n", "cp932", "cp932"),
        ("東京都千代田区\n", "cp932", "cp932"),
        ("产品,数量,日期\n", "gb18030", "gb18030"),
    ],
)
def test_encoding_is_found(text: str, codec: str, found: str) -> None:
    body = text.encode(codec)
    assert find_encoding(stream(body)) == found
    if codec != "cp1252":
        assert "\n".join(lines(stream(body), found)) == text.rstrip("\n")


def test_encoding_is_judged_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encodings, "_CHUNK", 3)
    assert find_encoding(stream("plain text, then Grün\n".encode())) == "utf-8-sig"
    assert find_encoding(stream("plain text, then Grün\n".encode("latin-1"))) == "latin-1"
    assert find_encoding(stream("plain text, then 抹茶の粉\n".encode("cp932"))) == "cp932"
    assert find_encoding(stream("cut in a character: ü".encode()[:-1])) == "latin-1"


@pytest.mark.parametrize("body", [b"a\tb\n1\0\t2\n", b"a\tb\n\xe4\xf6\0\t2\n", "a\tb\n1\t2\n".encode("utf-16-le")])
def test_nul_bytes_are_refused(body: bytes) -> None:
    with pytest.raises(Refused, match="NUL bytes"):
        find_encoding(stream(body))


# The beginning of a file


@pytest.mark.parametrize("body", [b"", b"\n\r\n\t ", BOM_UTF8 + b"\n"])
def test_empty_file_is_refused(body: bytes) -> None:
    with pytest.raises(Refused, match="the file is empty"):
        read_head(stream(body))


def test_text_without_columns_is_refused() -> None:
    with pytest.raises(Refused, match="no columns"):
        read_head(stream(b"Dear seller\nyour report is ready\n"))


@pytest.mark.parametrize(("body", "delimiter"), [(b"a\tb,c\n1\t2\n", "\t"), (b"a,b\n1,2\n", ","), (b"a;b\n1;2\n", ";")])
def test_head_of_a_table(body: bytes, delimiter: str) -> None:
    names = body.split(b"\n")[0].decode().split(delimiter)
    assert read_head(stream(body)) == Head("table", "utf-8-sig", delimiter, tuple(names), ("1", "2"))


def test_head_strips_the_mark_and_blank_lines_before_the_header() -> None:
    head = read_head(stream(BOM_UTF8 + b'\n" a ",b\n'))
    assert (head.header, head.first) == (("a", "b"), ())


def test_head_of_utf16_leaves_the_stream_open() -> None:
    body = stream("a\tb\r\n1\t2\r\n".encode("utf-16"))
    head = read_head(body)
    body.seek(0)
    assert head == Head("table", "utf-16", "\t", ("a", "b"), ("1", "2"))
    assert list(table(body, head)) == [(2, {"a": "1", "b": "2"})]


def test_head_of_json_and_of_a_workbook() -> None:
    assert read_head(stream(BOM_UTF8 + b' {"a": 1.10}')) == Head("json", "utf-8-sig", document={"a": D("1.10")})
    assert read_head(stream(workbook(["a", "b"], [1, 2]))) == Head("workbook", header=("a", "b"), first=("1", "2"))


# Lines and records


def test_one_line_of_many_megabytes_is_refused_without_reading_it_all() -> None:
    class Endless(io.RawIOBase):
        """Bytes without an end of line; says how many were asked for."""

        taken = 0

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: Any) -> int:
            buffer[:] = b"x" * len(buffer)
            self.taken += len(buffer)
            return len(buffer)

    endless = Endless()
    with pytest.raises(Refused, match="line 1 is longer than 1,000,000 bytes"):
        next(lines(io.BufferedReader(endless), "utf-8-sig"))
    assert endless.taken < 2_000_000


def test_one_long_line_of_utf16_is_refused() -> None:
    body = BOM_UTF16_LE + ("a\n" + "x" * 3_000_000).encode("utf-16-le")
    with pytest.raises(Refused, match="line 2 is longer"):
        list(lines(stream(body), "utf-16"))


def test_broken_bytes_become_marks_and_not_an_error() -> None:
    assert list(lines(stream(b"a\xff\nb\n"), "utf-8-sig")) == ["a\ufffd", "b"]
    assert list(lines(stream(BOM_UTF16_LE + "a\nb".encode("utf-16-le") + b"\x0a"), "utf-16")) == ["a", "b\ufffd"]


def test_tab_separated_text_has_no_quotes() -> None:
    body = b'a\tb\n"one\ttwo"\n'
    assert list(records(stream(body), "utf-8-sig", "\t")) == [(1, ["a", "b"]), (2, ['"one', 'two"'])]


def test_quotes_of_a_comma_table_may_span_lines() -> None:
    body = b'a,b\n"one\r\nand a half","say ""two"""\n,\n\nthree,\n'
    assert list(records(stream(body), "utf-8-sig", ",")) == [
        (1, ["a", "b"]), (2, ["one\nand a half", 'say "two"']), (5, ["three", ""]),
    ]  # fmt: skip


@pytest.mark.parametrize("body", [b'a,b\n"never closed' + b"\nx" * 1_200_000, b"a,b\n1\r2,3\n"])
def test_table_that_is_none_is_refused_with_its_line(body: bytes) -> None:
    with pytest.raises(Refused, match=r"^line \d+: "):
        list(records(stream(body), "utf-8-sig", ","))


def test_short_rows_lack_their_last_names() -> None:
    body = stream(b"a\tb\tc\n1\t 2 \n1\n1\t2\t3\t4\n")
    head = read_head(body)
    body.seek(0)
    assert list(table(body, head)) == [
        (2, {"a": "1", "b": "2"}), (3, {"a": "1"}), (4, {"a": "1", "b": "2", "c": "3"}),
    ]  # fmt: skip


# Workbooks


def workbook(*rows: list[Any]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def rewritten(body: bytes, name: str, change: Any) -> bytes:
    out = io.BytesIO()
    with ZipFile(io.BytesIO(body)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for item in source.infolist():
            content = source.read(item.filename)
            target.writestr(item.filename, change(content) if item.filename == name else content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_workbook_cells_are_what_the_seller_sees() -> None:
    body = workbook(
        ["a", None, " b "], [0.1, 12.0, 1e16], [], [datetime(2026, 8, 1), datetime(2026, 8, 1, 9, 30), True]
    )
    assert list(workbook_rows(stream(body))) == [
        (1, ["a", "", "b"]), (2, ["0.1", "12", "10000000000000000"]), (4, ["2026-08-01", "2026-08-01 09:30:00", "True"]),
    ]  # fmt: skip


@pytest.mark.parametrize("stated", [b"A1", b"A1:XFD1048576"])
def test_workbook_that_misstates_its_size_is_read_in_full(stated: bytes) -> None:
    body = rewritten(workbook(["a", "b"], [1, 2]), SHEET, lambda xml: xml.replace(b"A1:B2", stated))
    assert list(workbook_rows(stream(body))) == [(1, ["a", "b"]), (2, ["1", "2"])]


@pytest.mark.parametrize(
    "body",
    [
        workbook(["a"])[:-200],
        b"PK\x03\x04 and nothing of a workbook",
        rewritten(workbook(["a"], [1]), SHEET, lambda xml: xml[:-40]),
        rewritten(workbook(["a"], [1]), SHEET, lambda xml: xml.replace(b"<v>1</v>", b"<v>&lol;</v>")),
        rewritten(workbook(["a"], [1]), "xl/workbook.xml", lambda xml: b"<nothing/>"),
    ],
)
def test_damaged_workbook_is_refused(body: bytes) -> None:
    with pytest.raises(Refused, match="the workbook cannot be opened"):
        list(workbook_rows(stream(body)))


def test_workbook_that_unpacks_to_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "DOCUMENT_LIMIT", 100)
    with pytest.raises(Refused, match="the workbook unpacks to"):
        list(workbook_rows(stream(workbook(["a"]))))


# JSON


def test_json_keeps_exact_numbers() -> None:
    assert load_json(stream(b'{"a": 0.10, "b": 12345678901234567890}')) == {"a": D("0.10"), "b": 12345678901234567890}


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 1',
        b"[" * 200_000,
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'"\xff"',
        b"[" + b"1" * 5_000 + b"]",
        b'{"a": 01}',
    ],
)
def test_json_that_is_none_is_refused(body: bytes) -> None:
    with pytest.raises(Refused, match="the JSON document"):
        load_json(stream(body))


def test_json_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "DOCUMENT_LIMIT", 10)
    with pytest.raises(Refused, match="larger than 10 bytes"):
        load_json(stream(b"[1, 2, 3, 4]"))


# Decimals


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-1,234.50", "-1234.50"), ("1.234,56", "1234.56"), ("95,00", "95.00"), ("1,234", "1234"), ("1.234", "1.234"),
        ("0,125", "0.125"), ("1234,567", "1234.567"), ("1.234.567", "1234567"), ("1,234,567", "1234567"),
        ("1,23,456.78", "123456.78"), ("$5", "5"), ("-$5", "-5"), ("€ 1.234,56", "1234.56"), ("12,50 €", "12.50"),
        ("12.50 EUR", "12.50"), ("(3.20)", "-3.20"), ("$(3.20)", "-3.20"), ("\u22123.20", "-3.20"), ("'007", "7"),
        ("1\u202f234,56", "1234.56"), ("1’234.50", "1234.50"), (" 5 ", "5"), ("+5", "5"), (".5", "0.5"), ("1.2E+05", "1.2E+5"),
    ],
)  # fmt: skip
def test_decimals_as_vendors_write_them(text: str, value: str) -> None:
    assert parse_decimal(text) == D(value)


@pytest.mark.parametrize(
    "text",
    ["", " ", ".", ",", "-", "()", "--5", "(-5)", "1.2.3", "1,2,3", "12,34,5", "1,234.5,6", "NaN", "Infinity", "1_000",
     "5 %", "abc", "0x1f", "1e999", "12abc", "٣", "#N/A", "1,,234", "0,123,456"],
)  # fmt: skip
def test_no_number_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        parse_decimal(text)


@pytest.mark.parametrize(("text", "comma"), [("1,234.56", True), ("1.5", True), ("1.234,56", False), ("1,5", False)])
def test_mark_that_cannot_be_is_an_error(text: str, comma: bool) -> None:
    with pytest.raises(ValueError, match="not a number"):
        parse_decimal(text, comma=comma)


@given(st.decimals(min_value=-(10**14), max_value=10**14, places=2, allow_nan=False))
def test_decimals_are_read_back_in_both_conventions(value: Decimal) -> None:
    point = f"{value:,.2f}"
    comma = point.translate({ord(","): ".", ord("."): ","})
    assert parse_decimal(point) == parse_decimal(point, comma=False) == value
    assert parse_decimal(comma) == parse_decimal(comma, comma=True) == value
    assert parse_decimal(f"{value:f}") == value
    assert parse_decimal(f"{value:f}".replace(".", ",")) == value


@given(st.text(alphabet="0123456789.,()+- '€$eE\u00a0", max_size=12))
def test_any_text_is_a_number_or_an_error(text: str) -> None:
    try:
        value = parse_decimal(text)
    except ValueError:
        return
    assert value.is_finite()
    assert parse_decimal(str(value)) == value


def test_looks_comma_only_where_nothing_else_fits() -> None:
    texts = ("95,00", "1.234,56", "0,125", "1,234", "1.234", "95.00", "1,234.56")
    assert [looks_comma(text) for text in texts] == [True, True, True, False, False, False, False]


# Instants


@pytest.mark.parametrize(
    "text",
    [
        "2026-07-02 18:27:57 UTC", "2026-07-02T18:27:57+00:00", "2026-07-02T18:27:57Z", "02.07.2026 18:27:57 UTC",
        "2026-07-02 20:27:57 +0200", "2026-07-02T20:27:57+02:00", "2026/07/02 18:27:57 UTC", " 2026-07-02 18:27:57 ",
    ],
)  # fmt: skip
def test_instants_as_vendors_write_them(text: str) -> None:
    assert parse_instant(text) == datetime(2026, 7, 2, 18, 27, 57, tzinfo=UTC)
    assert parse_instant(text).tzinfo is UTC


@pytest.mark.parametrize(
    "text", ["2026-07-02", "02.07.2026", "2026/07/02", "Jul 02, 2026", "07/02/2026", "02-07-2026", "02 Jul 2026"]
)
def test_days_as_vendors_write_them(text: str) -> None:
    assert parse_day(text) == date(2026, 7, 2)
    assert parse_instant(text, ZoneInfo("Europe/Berlin")) == datetime(2026, 7, 1, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13-01", "31.02.2026", "2026-07-02 25:00", "0001-01-01T00:00:00+14:00"]
)
def test_no_instant_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_instant(text)


@given(
    st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2100, 1, 1)).map(
        lambda at: at.replace(microsecond=0)
    ),
    st.integers(min_value=-12 * 60, max_value=14 * 60),
)
def test_instants_are_read_back_in_every_layout(at: datetime, minutes: int) -> None:
    instant = at.replace(tzinfo=UTC)
    local = instant.astimezone(timezone(timedelta(minutes=minutes)))
    for text in (
        f"{at:%Y-%m-%d %H:%M:%S} UTC", f"{at:%d.%m.%Y %H:%M:%S} UTC", f"{at:%Y/%m/%d %H:%M:%S} GMT", instant.isoformat(),
        local.isoformat(), f"{local:%Y-%m-%d %H:%M:%S %z}",
    ):  # fmt: skip
        assert parse_instant(text) == instant
    assert parse_instant(f"{at:%Y-%m-%d %H:%M:%S}", local.tzinfo or UTC) == at.replace(tzinfo=local.tzinfo)


# JSON lines


def test_json_lines_are_told_from_a_document() -> None:
    assert read_head(stream(b'{"id": 1}\n{"id": 2.50}\n')) == Head("jsonl", "utf-8-sig", document={"id": 1})
    assert read_head(stream(b'{"id": 1}\n')) == Head("json", "utf-8-sig", document={"id": 1})
    assert read_head(stream(b'{\n"id": {\n"a": 1}}\n')) == Head("json", "utf-8-sig", document={"id": {"a": 1}})


def test_json_lines_keep_their_numbers_and_exact_amounts() -> None:
    assert list(json_lines(stream(b'{"id": 1}\n\n{"id": 2.50}\n'))) == [(1, {"id": 1}), (3, {"id": D("2.50")})]


def test_json_lines_that_end_in_the_middle_are_refused() -> None:
    with pytest.raises(Refused, match=r"^line 2: the JSON document cannot be read"):
        list(json_lines(stream(b'{"id": 1}\n{"id": ')))


@pytest.mark.parametrize("blank", ["", "\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_title_and_a_period_may_stand_above_the_header(delimiter: str, blank: str) -> None:
    rows = [["Day", "Campaign", "Cost", "Clicks"], ["2026-01-05", "Brand", "1.50", "3"]]
    body = "\n".join(
        ["Campaign report", blank + '"January 1, 2026 - January 31, 2026"', *map(delimiter.join, rows)]
    ).encode()
    head = read_head(io.BytesIO(body))
    period = "January 1, 2026 - January 31, 2026"
    assert (head.delimiter, head.header, head.first) == (delimiter, tuple(rows[0]), tuple(rows[1]))
    assert [line.strip('"') for line in head.above] == ["Campaign report", period]
    assert list(table(io.BytesIO(body), head)) == [(4 + len(blank), dict(zip(*rows, strict=True)))]


def test_words_above_few_columns_are_no_table() -> None:
    with pytest.raises(Refused, match="no columns"):
        read_head(io.BytesIO(b"Dear all\nhere, as promised, it is\n"))


@pytest.mark.parametrize("header", ["a,b\n1,2\n", "a,b,c,d\n1,2,3,4\n"])
def test_comments_may_stand_above_a_header_of_any_width(header: str) -> None:
    head = read_head(io.BytesIO(f"# Report: x, y, z, of all\n#\n# Start date: 20260901\n\n{header}".encode()))
    assert head.header == tuple(header.splitlines()[0].split(","))
    assert head.above[2] == "# Start date: 20260901"


def test_comments_alone_are_no_table() -> None:
    with pytest.raises(Refused):
        read_head(io.BytesIO(b"# one\n# two\n"))
