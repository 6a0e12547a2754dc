"""``manage.py import``: what it reads from where, what it says, and how it ends."""

import gzip
import io
import os
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from channels.models import Charge, RawPage
from tests.channels.test_receive import zipped
from tests.making import line, make_store, orders, settlement

pytestmark = pytest.mark.django_db

GOOD = settlement(line("100.00"), line("-15.00", "Commission"), total="85.00")
CUT_OFF = "Compressed file ended before the end-of-stream marker was reached"
TO_ITS_STORE = "import it into the store of that marketplace"
TO_ITS_CHANNEL = "import it into a store on Shopee"
READ = "amazon.settlement: 1 statements, 2 money lines"


def run(*files: Path | str) -> tuple[int, str, str]:
    """Import the files: (exit code, what it said, what it complained about)."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("import", *map(str, files), store="Maple US", stdout=out, stderr=err, no_color=True)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_store()
    return tmp_path


def put(path: Path, body: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


def numbered(number: int) -> bytes:
    return settlement(line("1.00"), total="1.00", number=str(number))


def test_a_file_is_read_and_then_known(folder: Path) -> None:
    file = put(folder / "a.txt", GOOD)
    assert run(file) == (0, f"{file}: {READ}\n", "")
    assert run(file, file) == (0, f"{file}: here already (Loaded)\n" * 2, "")
    assert Charge.objects.count() == 2


def test_folders_archives_and_links_are_looked_into(folder: Path) -> None:
    put(folder / "in/deep/a.txt", numbered(901))
    put(folder / "in/b.txt.gz", gzip.compress(numbered(902)))
    put(folder / "in/c.zip", zipped(("x/c1.txt", numbered(903)), ("../c2.txt", numbered(904))))
    put(folder / "in/.hidden", b"not meant")
    put(folder / "in/.git/config", b"not meant")
    (folder / "in/d.txt").symlink_to(put(folder / "elsewhere.txt", numbered(905)))
    code, out, err = run(folder / "in")
    assert (code, err) == (0, "")
    assert [text.split(":")[0].removeprefix(f"{folder}/in/") for text in out.splitlines()] == [
        "b.txt", "c.zip/x/c1.txt", "c.zip/../c2.txt", "d.txt", "deep/a.txt",
    ]  # fmt: skip
    names = RawPage.objects.order_by("pk").values_list("name", flat=True)
    assert list(names) == ["b.txt", "c1.txt", "c2.txt", "d.txt", "a.txt"]


def test_what_cannot_be_read_is_listed_and_the_rest_is_read(folder: Path) -> None:
    good = put(folder / "good.txt", GOOD)
    bad = [
        put(folder / "empty.txt", b""),
        put(folder / "header.txt", GOOD.split(b"\n")[0] + b"\n"),
        put(folder / "cut.txt.gz", gzip.compress(GOOD)[:-30]),
        folder / "missing.txt",
        folder / "no" / "thing",
    ]
    (folder / "no" / "thing").mkdir(parents=True)
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    code, out, err = run(*bad, folder / "loop.txt", good)
    assert (code, out) == (1, f"{good}: {READ}\n")
    assert [text.replace(f"{folder}/", "") for text in err.splitlines()] == [
        "empty.txt: the file is empty",
        "header.txt: the file has a header and nothing below it",
        f"cut.txt.gz: the archive is damaged or cut off: {CUT_OFF}",
        "missing.txt: cannot be opened: No such file or directory",
        "no/thing: there is no file in this folder",
        "loop.txt: cannot be opened: Too many levels of symbolic links",
    ]
    assert list(RawPage.objects.values_list("name", "state")) == [("good.txt", "loaded")]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_without_the_right_to_read_it_is_listed(folder: Path) -> None:
    file = put(folder / "a.txt", GOOD)
    file.chmod(0)
    assert run(file) == (1, "", f"{file}: cannot be opened: Permission denied\n")


def test_a_pipe_is_read_like_a_file(folder: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, GOOD)
    os.close(writer)
    assert run(f"/dev/fd/{reader}") == (0, f"/dev/fd/{reader}: {READ}\n", "")
    os.close(reader)


def test_standard_input_may_be_packed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = put(folder / "stdin", gzip.compress(GOOD))
    with given.open() as text:
        monkeypatch.setattr(sys, "stdin", text)
        assert run("-") == (0, f"standard input: {READ}\n", "")


def test_lines_that_cannot_be_read_are_listed_and_end_in_1_each_time(folder: Path) -> None:
    file = put(folder / "a.txt", settlement(line("100.00"), *[line("x")] * 21, line("3.00", "Novelty"), total="103.00"))
    code, out, err = run(file)
    assert (code, out) == (1, f"{file}: amazon.settlement: 1 statements, 2 money lines\n")
    complaints = err.splitlines()
    assert complaints[0] == "  unknown words, counted as unmapped: Order / ItemFees / Novelty (3.00)"
    assert complaints[1].startswith("  line 4: not a number: 'x'; ")
    assert (len(complaints), complaints[-1]) == (22, "  and 1 more lines that could not be read")
    assert run(file) == (1, f"{file}: here already (Loaded)\n", "")


def test_a_settlement_that_does_not_add_up_says_both_totals(folder: Path) -> None:
    file = put(folder / "a.txt", settlement(line("100.00"), total="85.00"))
    assert run(file) == (
        0, f"{file}: amazon.settlement: 1 statements, 1 money lines\n", "  900: lines 100.00 ≠ stated 85.00 USD\n"
    )  # fmt: skip


def test_a_conflict_is_shown_and_ends_in_1_each_time(folder: Path) -> None:
    run(put(folder / "a.txt", GOOD))
    file = put(folder / "b.txt", settlement(line("100.00"), line("-14.00", "Commission"), total="86.00"))
    code, out, err = run(file)
    assert (code, out) == (1, "")
    assert err == (
        f"{file}: not loaded. Statement 900 is here already, from a.txt, with total 85.00 USD. This file says 86.00; "
        "1 lines differ. line 4: -15.00 → -14.00 Accept or discard it in the admin under Pages.\n"
    )
    assert run(file) == (1, f"{file}: here already (In conflict)\n", "")


def test_a_file_of_another_currency_or_channel_is_refused(folder: Path) -> None:
    euro = put(folder / "a.txt", settlement(line("5.00"), total="5.00", currency="EUR"))
    other = put(folder / "b.json", b'{"error": "", "response": {"transaction_list": []}}')
    code, out, err = run(euro, other)
    assert (code, out, RawPage.objects.count()) == (1, "", 0)
    assert err.splitlines() == [
        f"{euro}: line 2: settlement 900 is in EUR, but the store keeps USD; {TO_ITS_STORE}",
        f"{other}: this is Shopee wallet transactions, but the store is on amazon; {TO_ITS_CHANNEL}",
    ]


def test_a_page_left_pending_by_a_crash_is_loaded_the_next_time(folder: Path) -> None:
    file = put(folder / "a.txt", GOOD)
    run(file)
    Charge.objects.all().delete()
    RawPage.objects.update(state="pending", load=None)
    assert run(file)[0] == 0
    assert list(RawPage.objects.values_list("state", flat=True)) == ["loaded"]


def test_an_unknown_store_is_told_the_known_ones(folder: Path) -> None:
    with pytest.raises(CommandError, match=r"There is no store named 'Nope'. Stores: Maple US."):
        call_command("import", str(folder), store="Nope")


def test_no_personal_field_is_said(folder: Path) -> None:
    file = put(folder / "o.txt", orders({"ship-postal-code": "98765-secret", "quantity": "x"}))
    code, out, err = run(file)
    assert (code, "98765" in out + err) == (1, False)
