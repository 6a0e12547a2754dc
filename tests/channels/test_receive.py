"""What comes in: unpacked, recognised, personal fields cut out, archived once; what is no file of a channel refused."""

import gzip
import io
import json
import logging
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connection

from channels.adapters import adapters
from channels.core.errors import Refused
from channels.models import RawPage, VaultEntry
from channels.receive import know, opened, receive
from channels.unpacking import unpack
from channels.vault import unseal
from tests.making import NOON, arrive, as_json, line, make_company, make_store, orders, settlement, wallet

GOOD = settlement(line("100.00"), line("-15.00", "Commission"), total="85.00")
OTHER = settlement(line("7.00"), total="7.00", number="901")


def zipped(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files:
            archive.writestr(name, body)
    return out.getvalue()


def unpacked(body: bytes, name: str = "file") -> list[tuple[str, bytes]]:
    return [(inner, stream.read()) for inner, stream in unpack(io.BytesIO(body), name)]


def refusal(body: bytes, channel: str = "amazon") -> str:
    """What is said to a file that cannot be taken, by unpacking or by its content."""
    with pytest.raises(Refused) as refused:  # noqa: PT012 - either of the two says it
        for _, stream in unpack(io.BytesIO(body), "file"):
            know(stream, channel)
    return str(refused.value)


def encrypted(body: bytes) -> bytes:
    """The archive with its members marked as encrypted."""
    marked = bytearray(body)
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        where = marked.find(sign)
        while where >= 0:
            marked[where + at] |= 1
            where = marked.find(sign, where + 1)
    return bytes(marked)


def test_unpack_gives_the_plain_files_of_any_wrapping() -> None:
    assert unpacked(GOOD, "a.txt") == [("a.txt", GOOD)]
    assert unpacked(gzip.compress(GOOD), "a.txt.gz") == [("a.txt", GOOD)]
    assert unpacked(gzip.compress(GOOD[:99]) + gzip.compress(GOOD[99:]), "a.gz") == [("a", GOOD)]
    assert unpacked(zipped(("x/", b""), ("x/a.txt", GOOD), ("__MACOSX/a.txt", b"x"), ("b.txt", OTHER)), "z.zip") == [
        ("z.zip/x/a.txt", GOOD),
        ("z.zip/b.txt", OTHER),
    ]


def test_unpack_writes_nowhere_whatever_the_names_in_an_archive() -> None:
    names = ["../../etc/passwd", "/etc/passwd", "..\\..\\boot.ini", "a\x1b[31m.txt"]
    with_names = zipped(*((name, GOOD) for name in names))
    assert unpacked(with_names, "z.zip") == [(f"z.zip/{name}", GOOD) for name in names]


def test_unpack_names_the_bad_files_of_an_archive_after_its_good_ones() -> None:
    body = zipped(("bad.zip", zipped(("inner.txt", GOOD))), ("good.txt", GOOD), ("bad.gz", gzip.compress(GOOD)))
    seen = []
    with pytest.raises(Refused) as refused:  # noqa: PT012
        for name, stream in unpack(io.BytesIO(body), "z"):
            seen.append((name, stream.read()))
    assert seen == [("z/good.txt", GOOD)]
    assert str(refused.value) == (
        "bad.zip in the archive: it holds another archive; unpack it first; "
        "bad.gz in the archive: it holds another archive; unpack it first"
    )


def damaged(body: bytes) -> bytes:
    """One byte of the packed content is another."""
    at = body.index(b"a.txt") + 30
    return body[:at] + bytes([body[at] ^ 0xFF]) + body[at + 1 :]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "the file is empty"),
        (gzip.compress(b""), "the file is empty"),
        (zipped(), "the archive is empty"),
        (zipped(("x/", b"")), "the archive is empty"),
        (zipped(("a.txt", GOOD))[:-30], "the archive is damaged: File is not a zip file"),
        (gzip.compress(GOOD)[:-20], "the archive is damaged or cut off: "),
        (gzip.compress(GOOD)[:11], "the archive is damaged or cut off: "),
        (gzip.compress(GOOD)[:20] + b"\0\0\0\0" + gzip.compress(GOOD)[24:], "the archive is damaged or cut off: "),
        (damaged(zipped(("a.txt", GOOD))), "a.txt in the archive: the archive is damaged or cut off: "),
        (encrypted(zipped(("a.txt", GOOD))), "a.txt in the archive: it is encrypted; unpack it with"),
        (gzip.compress(gzip.compress(GOOD)), "the .gz file holds another archive; unpack it first"),
        (gzip.compress(zipped(("a.txt", GOOD))), "the .gz file holds another archive; unpack it first"),
        (gzip.compress(bytes(60_000_000)), "the archive unpacks to more than "),
        (zipped(("a.txt", bytes(60_000_000))), "a.txt in the archive: the archive unpacks to more than "),
        (zipped(*((f"{one}.txt", GOOD) for one in range(1_001))), "the archive holds 1,001 files; the limit is 1,000"),
        (b"a\0b\tc\n", "the file holds NUL bytes: it is binary or damaged; export it again as text"),
        (GOOD.decode().encode("utf-16-le"), "the file holds NUL bytes: it is binary or damaged; export it again as text"),
        (b"just words\n", "the first line has no columns separated by tab, comma or semicolon, and it is not JSON"),
        (b"a," + b"x" * 2_000_000, "line 1 is longer than 1,000,000 bytes; this is not a report of a marketplace"),
        (b'{"a": NaN}', "the JSON document holds NaN, which is no number"),
        (b'{"a": -Infinity}', "the JSON document holds -Infinity, which is no number"),
        (b"[" * 100_000 + b"]" * 100_000, "the JSON document cannot be read: "),
        (b'{"a": ' + b"9" * 5_000 + b"}", "the JSON document cannot be read: "),
        (b'{"a": 1', "the JSON document cannot be read: "),
    ],
    ids=lambda one: "file" if isinstance(one, bytes) else None,  # archives hold the time of their making
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_the_reason(body: bytes, said: str) -> None:
    assert refusal(body)[: len(said)] == said


def test_an_unknown_file_is_told_what_is_known_for_its_store() -> None:
    own = "; ".join(one.title for adapter in adapters() if adapter.code == "shopee" for one in adapter.formats)
    general = "; ".join(one.title for adapter in adapters() if adapter.code == "" for one in adapter.formats)
    assert refusal(b"what,when\n1,2\n", "shopee") == (
        f"no known format starts with: what, when. Known here: {own}; {general}"
    )
    envelope = as_json({"error": "error_auth", "message": "Invalid access_token."})
    assert refusal(envelope, "shopee") == f"no known format starts with: a JSON document. Known here: {own}; {general}"


def test_a_file_of_another_channel_is_refused_with_where_it_belongs() -> None:
    assert refusal(GOOD, "shopify") == (
        "this is Amazon settlement report V2, but the store is on shopify; import it into a store on Amazon"
    )
    assert refusal(GOOD, "") == (
        "this is Amazon settlement report V2, but the store is on no channel; import it into a store on Amazon"
    )


def test_a_file_with_the_columns_of_two_formats_is_refused() -> None:
    both = GOOD.split(b"\n")[0] + b"\t" + orders().split(b"\n")[0] + b"\n" + b"\t" * 40 + b"x\n"
    assert refusal(both) == (
        "the file fits several formats: Amazon settlement report V2, Amazon all-orders report; keep the columns of one"
    )


def workbook(**parts: bytes) -> bytes:
    """An XLSX file of one sheet, with some of its parts replaced."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow import

    out = io.BytesIO()
    book = Workbook()
    book.active.append(["store", "sku", "product"])
    book.active.append(["", "A", "TEA"])
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        names = {name: archive.read(name) for name in archive.namelist()}
    short = {name.rsplit("/")[-1].removesuffix(".xml"): name for name in names}
    names.update({short[name]: body for name, body in parts.items()})
    return zipped(*names.items())


BILLION_LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(12))
    + b"]><worksheet><sheetData>&m;</sheetData></worksheet>"
)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (workbook()[:-40], "the archive is damaged: File is not a zip file"),
        (workbook(sheet1=b"<worksheet><broken"), "the workbook cannot be opened: "),
        (workbook(sheet1=BILLION_LAUGHS), "the workbook cannot be opened: "),
        (workbook(workbook=b""), "the workbook cannot be opened: "),
        (workbook(sheet1=bytes(300_000_000)), "the workbook unpacks to 300,"),
        (encrypted(workbook()), "the workbook cannot be opened: "),
        (zipped(("[Content_Types].xml", b"<Types/>")), "the workbook cannot be opened: "),
    ],
    ids=["cut", "broken", "entities", "empty", "bomb", "encrypted", "hollow"],
)  # fmt: skip
def test_a_workbook_that_is_damaged_or_a_bomb_is_refused(body: bytes, said: str) -> None:
    assert refusal(body)[: len(said)] == said


@pytest.mark.django_db
def test_the_same_content_is_one_page_however_it_is_wrapped() -> None:
    store = make_store()
    first = arrive(store, GOOD, "a.txt")
    for body in (GOOD, gzip.compress(GOOD), zipped(("b.txt", GOOD))):
        for _, stream in unpack(io.BytesIO(body), "again"):
            again = receive(store.company, store, stream, "again", NOON)
            assert (again.page.pk, again.known) == (first.page.pk, True)
    assert list(RawPage.objects.values_list("name", "state", "size")) == [("a.txt", "pending", len(GOOD))]


@pytest.mark.django_db
def test_the_same_file_in_two_stores_and_two_companies_is_a_page_each() -> None:
    one = make_store()
    two = make_store(one.company, "Maple US 2")
    three = make_store(make_company("Birch"), "Birch US")
    pages = [arrive(store, GOOD) for store in (one, two, three)]
    assert [came.known for came in pages] == [False] * 3
    assert len({came.page.digest for came in pages}) == 1
    assert [came.page.body == pages[0].page.body for came in pages] == [True, True, False]
    assert [opened_bytes(came.page) for came in pages] == [GOOD] * 3


@pytest.mark.django_db
def test_a_sheet_is_the_companys_whatever_store_it_comes_with() -> None:
    one = make_store()
    two = make_store(one.company, "Maple US 2")
    sheet = b"store,sku,product\n,A,TEA\n"
    first, second = arrive(one, sheet), arrive(two, sheet)
    assert (first.page.store, second.known, second.page.pk) == (None, True, first.page.pk)


def opened_bytes(page: RawPage) -> bytes:
    with opened(page) as stream:
        return stream.read()


@pytest.mark.django_db
def test_a_refused_file_leaves_nothing() -> None:
    store = make_store()
    with pytest.raises(Refused):
        arrive(store, b"what,when\n1,2\n")
    assert (RawPage.objects.count(), VaultEntry.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_body_left_half_written_by_a_crash_is_not_taken_for_the_archive() -> None:
    store = make_store()
    first = arrive(store, GOOD).page
    where = first.body
    first.delete()
    storages["pages"].delete(where)
    storages["pages"].save(where, io.BytesIO(GOOD[:50]))
    page = arrive(store, GOOD).page
    assert opened_bytes(page) == GOOD
    assert page.body != where


@pytest.mark.django_db
def test_a_body_without_its_row_is_harmless() -> None:
    store = make_store()
    first = arrive(store, GOOD).page
    where = first.body
    first.delete()
    page = arrive(store, GOOD).page
    assert (page.body, opened_bytes(page)) == (where, GOOD)


@pytest.mark.django_db
def test_names_of_files_may_be_anything() -> None:
    store = make_store()
    assert arrive(store, GOOD, "a" * 300).page.name == "a" * 255
    assert arrive(store, OTHER, "\udcff\0公司.txt").page.name == "\ufffd公司.txt"


BUYER = {"ship-postal-code": "98765-secret", "ship-city": "Springfield"}


@pytest.mark.django_db
def test_personal_fields_go_encrypted_into_the_vault_and_nowhere_else(caplog: pytest.LogCaptureFixture) -> None:
    body = orders(BUYER, {**BUYER, "amazon-order-id": "114-0000002-0000002", "ship-postal-code": ""})
    with caplog.at_level(logging.DEBUG):
        page = arrive(make_store(), body).page
    kept = opened_bytes(page)
    assert kept == body.replace(b"98765-secret", b"[personal]")
    entry = VaultEntry.objects.get()
    assert unseal(entry) == {"ship-postal-code": "98765-secret"}
    assert (entry.place, entry.purge_on) == (2, (page.fetched_at + timedelta(days=30)).date())
    assert b"98765" not in bytes(entry.sealed)
    assert "98765" not in caplog.text + json.dumps(list(RawPage.objects.values()), default=str)


@pytest.mark.django_db
def test_personal_fields_of_an_answer_go_into_the_vault() -> None:
    store = make_store(channel="shopee", currency="TWD", timezone="Asia/Taipei")
    page = arrive(store, wallet((1, "5.00", "105.00"))).page
    assert b"k25823" not in opened_bytes(page)
    assert unseal(VaultEntry.objects.get()) == {"response.transaction_list.0.buyer_name": "k25823"}


@pytest.mark.django_db
def test_half_a_surrogate_in_a_personal_field_can_be_sealed() -> None:
    store = make_store(channel="shopee", currency="TWD")
    arrive(store, wallet((1, "5.00", "105.00")).replace(b"k25823", rb"k\ud800"))
    assert unseal(VaultEntry.objects.get()) == {"response.transaction_list.0.buyer_name": "k\ud800"}


@pytest.mark.django_db
def test_purge_deletes_what_is_due_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    store = make_store()
    today = datetime.now(UTC)
    for days, postcode in ((31, "old"), (30, "due"), (29, "new")):
        body = io.BytesIO(orders({"ship-postal-code": postcode}))
        receive(store.company, store, body, "orders.txt", today - timedelta(days=days))
    call_command("purge")
    assert [unseal(entry)["ship-postal-code"] for entry in VaultEntry.objects.all()] == ["new"]
    call_command("purge")
    call_command("purge", "--all")
    assert (VaultEntry.objects.count(), RawPage.objects.count()) == (0, 3)
    said = [f"{count} records and 0 messages purged" for count in (2, 0, 1)]
    assert [line.partition(";")[0] for line in capsys.readouterr().out.splitlines()] == said


def at_once(work: Callable[[], object], count: int = 2) -> list[BaseException]:
    """Run it in threads that start together, each with a connection of its own; what they raised."""
    start, raised = Barrier(count), list[BaseException]()

    def run() -> None:
        try:
            start.wait()
            work()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            raised.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.django_db(transaction=True)
def test_the_same_file_received_by_several_at_once_is_one_page() -> None:
    store = make_store()
    body = orders(BUYER)
    seen = []
    assert at_once(lambda: seen.append(arrive(store, body)), 4) == []
    assert sorted(came.known for came in seen) == [False, True, True, True]
    assert len({came.page.pk for came in seen}) == RawPage.objects.count() == VaultEntry.objects.count() == 1
