import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import httpx
import pytest

from channels.adapters.ecb import ADAPTER, client, history
from channels.core.errors import Changed, Refused, Throttled, Unavailable
from channels.core.reading import read_head
from channels.core.rows import Page, RateRow, Row, Shop, Unreadable

D = Decimal
SHOP = Shop("", "", "CNY", "UTC")
ROOT = Path(__file__).resolve().parents[3]
SLICE = ROOT / "channels/adapters/ecb/samples/eurofxref-slice.csv"
WHOLE = ROOT.parent / "shared/data/fx/eurofxref-hist.zip"


def read(body: bytes) -> list[Row]:
    page = Page("ecb.history", lambda: io.BytesIO(body), "text/csv", datetime(2026, 11, 1, tzinfo=UTC))
    return list(history.FORMAT.rows(page, SHOP))


def known(text: str) -> bool:
    head = read_head(io.BytesIO(text.encode()))
    return any(form.recognise(head) for form in ADAPTER.formats)


def test_rates_are_read_and_the_unquoted_left_out() -> None:
    body = b"Date,USD,JPY,EEK,TRL,\n2026-10-30,1.1172,175.68,N/A,,\n2004-12-30,1.3604,141.03,15.6466,1885000,\n"
    assert read(body) == [
        RateRow(date(2026, 10, 30), "EUR", "USD", D("1.1172"), "ECB", 2),
        RateRow(date(2026, 10, 30), "EUR", "JPY", D("175.68"), "ECB", 2),
        RateRow(date(2004, 12, 30), "EUR", "USD", D("1.3604"), "ECB", 3),
        RateRow(date(2004, 12, 30), "EUR", "JPY", D("141.03"), "ECB", 3),
        RateRow(date(2004, 12, 30), "EUR", "EEK", D("15.6466"), "ECB", 3),
        RateRow(date(2004, 12, 30), "EUR", "TRL", D("1885000"), "ECB", 3),
    ]


def test_line_that_cannot_be_read_is_told_and_the_rest_is_read() -> None:
    body = b"Date,USD,JPY,\nyesterday,1,2,\n2026-10-30,1.1172,-5,\n2026-10-29,0,175.92,\n"
    assert read(body) == [
        Unreadable(2, "Date is not a day such as 2026-08-03: download the file again", "yesterday"),
        RateRow(date(2026, 10, 30), "EUR", "USD", D("1.1172"), "ECB", 3),
        Unreadable(3, "JPY '-5' is not a rate: download the file again", "-5"),
        Unreadable(4, "USD '0' is not a rate: download the file again", "0"),
        RateRow(date(2026, 10, 29), "EUR", "JPY", D("175.92"), "ECB", 4),
    ]


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("Date,USD,JPY,BGN,", True),
        ("Date,USD,JPY", True),
        ("Date,USD,CNY,", False),
        ("Date,USD,JPY,note", False),
        ("date,base,quote,rate", False),
        ("Day,USD,JPY,", False),
    ],
)
def test_file_is_known_by_its_header(header: str, taken: bool) -> None:
    assert known(f"{header}\n") is taken


def test_header_that_changed_is_told() -> None:
    with pytest.raises(Changed, match="the ECB's columns are not Date, USD, JPY, …: Day, USD"):
        read(b"Day,USD\n2026-10-30,1\n")


def test_slice_covers_its_months_and_currencies() -> None:
    rows = read(SLICE.read_bytes())
    assert known(SLICE.read_text())
    assert all(isinstance(row, RateRow) for row in rows)
    found = [row for row in rows if isinstance(row, RateRow)]
    assert sorted({row.quote for row in found}) == (
        "AUD BRL CAD CNY GBP HKD IDR JPY KRW MXN MYR PHP PLN SEK SGD THB USD".split()
    )
    days = sorted({row.on for row in found})
    assert (len(days), days[0], days[-1]) == (175, date(2025, 6, 2), date(2026, 10, 30))
    assert len(found) == 175 * 17


def test_whole_history_is_read() -> None:
    if not WHOLE.exists():
        pytest.skip("the ECB's history lies beside the project only where it is developed")
    with ZipFile(WHOLE) as archive:
        rows = read(archive.read("eurofxref-hist.csv"))
    found = {(row.on, row.quote): row.rate for row in rows if isinstance(row, RateRow)}
    days = {on for on, _ in found}
    assert (len(rows), len(found), len(days)) == (221_702, 221_702, 7_126)
    assert (min(days), max(days)) == (date(1999, 1, 4), date(2026, 10, 30))
    assert found[date(2026, 10, 30), "USD"] == D("1.1172")
    assert not {"TWD", "VND", "CLP", "COP"} & {quote for _, quote in found}


# Downloading


def fetch(answer: Callable[[httpx.Request], httpx.Response]) -> bytes:
    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        return client.fetch(http)


def archive() -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w") as file:
        file.writestr("eurofxref-hist.csv", "Date,USD,JPY,\n")
    return out.getvalue()


def test_archive_comes_as_it_is() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append((request.method, str(request.url)))
        return httpx.Response(200, content=archive())

    assert fetch(answer) == archive()
    assert asked == [("GET", client.HISTORY)]


def test_redirect_is_followed() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/new":
            return httpx.Response(200, content=archive())
        return httpx.Response(301, headers={"Location": "/new"})

    assert fetch(answer) == archive()


GZIP = {"Content-Encoding": "gzip"}


@pytest.mark.parametrize(
    ("reply", "error", "text"),
    [
        (httpx.Response(503), Unavailable, "the ECB answers 503"),
        (httpx.Response(404), Refused, "the ECB answers 404 at https://"),
        (httpx.Response(200, text="<html>maintenance</html>"), Changed, "no ZIP file"),
        (httpx.Response(200, content=b""), Changed, "no ZIP file"),
        (httpx.Response(301, headers={"Location": "/again"}), Refused, "round in circles"),
        (httpx.Response(200, headers=GZIP, stream=httpx.ByteStream(b"broken")), Unavailable, "cannot be reached"),
        (httpx.Response(200, content=bytes(client.LIMIT + 1)), Refused, "more than 20,000,000 bytes"),
    ],
)  # fmt: skip
def test_answer_that_is_no_archive_stops_or_waits(reply: httpx.Response, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        fetch(lambda _: reply)


@pytest.mark.parametrize(("header", "wait"), [("120", 120.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 60.0), (None, 60.0)])
def test_request_to_wait_is_heeded(header: str | None, wait: float) -> None:
    headers = {"Retry-After": header} if header else {}
    with pytest.raises(Throttled) as caught:
        fetch(lambda _: httpx.Response(429, headers=headers))
    assert caught.value.wait == wait


@pytest.mark.parametrize("error", [httpx.ConnectError("no route"), httpx.ReadTimeout("too slow")])
def test_broken_line_is_unavailable(error: httpx.TransportError) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(Unavailable, match=f"the ECB cannot be reached: {error}"):
        fetch(answer)
