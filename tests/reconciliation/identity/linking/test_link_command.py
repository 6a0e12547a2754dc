"""``link`` takes anybody's file, says what is wrong with it by line, and needs no database."""

import csv
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command

from reconciliation.identity.linking import files
from reconciliation.identity.linking.files import COLUMNS, read
from reconciliation.identity.linking.table import implied
from tests.population.population import population

HEADER = ",".join(COLUMNS)
GOOD = "a1,shop,John Martin,john@example.com,+65 8123 4567,12 Orchard Road,238801,Singapore,,SG,"


def run(path: Path, out: Path, *options: str) -> tuple[list[dict[str, str]], dict[str, str]]:
    call_command("link", "--records", str(path), "--out", str(out), *options)
    beside = out.with_name(f"{out.stem}.persons{out.suffix}")
    if out.suffix == ".parquet":
        persons = pq.read_table(beside).to_pylist()
        return pq.read_table(out).to_pylist(), {row["record_id"]: row["person_id"] for row in persons}
    with out.open(encoding="utf-8") as file, beside.open(encoding="utf-8") as other:
        return list(csv.DictReader(file)), {row["record_id"]: row["person_id"] for row in csv.DictReader(other)}


def given(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "buyers.csv"
    path.write_text("\n".join((header, *lines)) + "\n", "utf-8")
    return path


def test_pairs_and_persons_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = given(
        tmp_path, GOOD, GOOD.replace("a1,shop,John Martin", "b7,market,Martin John"), "c,market,Wei Tan,,,,,,,SG,"
    )
    pairs, persons = run(path, tmp_path / "pairs.csv")
    assert [(row["left_id"], row["right_id"], row["tier"]) for row in pairs] == [("a1", "b7", "1")]
    assert float(pairs[0]["probability"]) >= 0.95
    assert persons == {"a1": "a1", "b7": "a1", "c": "c"}
    assert "3 records, 1 pairs, 2 persons" in capsys.readouterr().out


def test_one_per_source_keeps_a_sources_records_apart(tmp_path: Path) -> None:
    path = given(tmp_path, GOOD, GOOD.replace("a1", "a2"), GOOD.replace("a1,shop", "b,market"))
    pairs, persons = run(path, tmp_path / "pairs.csv", "--one-per-source")
    assert all({row["left_id"], row["right_id"]} != {"a1", "a2"} for row in pairs)
    assert persons["a1"] != persons["a2"]


def test_parquet_and_csv_give_the_same(tmp_path: Path) -> None:
    rows = list(population(300, seed=8))
    lines = [
        {
            "record_id": f"r{row.record}",
            "source": row.channel,
            **{name: getattr(row.buyer, name) for name in files.FIELDS},
        }
        for row in rows
    ]
    path = tmp_path / "buyers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(lines)
    import pyarrow as pa  # noqa: PLC0415

    pq.write_table(pa.Table.from_pylist(lines), tmp_path / "buyers.parquet")
    one, persons = run(path, tmp_path / "one.parquet")
    other, others = run(tmp_path / "buyers.parquet", tmp_path / "other.parquet")
    assert one
    assert one == other
    assert persons == others


def test_only_a_header_and_missing_columns_are_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"buyers\.csv has no rows"):
        run(given(tmp_path), tmp_path / "o.csv")
    with pytest.raises(CommandError, match="there is no column record_id"):
        run(given(tmp_path, "x", header="name"), tmp_path / "o.csv")
    with pytest.raises(CommandError, match="unknown columns mail"):
        run(given(tmp_path, "1,x", header="record_id,mail"), tmp_path / "o.csv")
    with pytest.raises(CommandError, match="stands there twice"):
        run(given(tmp_path, "1,x,y", header="record_id,name,name"), tmp_path / "o.csv")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "buyers.csv is empty"),
        (b"record_id,name\n1,a\n1,b\n", "line 3: record_id '1' stands in line 2 already"),
        (b"record_id,name\n,a\n", "line 2: record_id is empty"),
        (b"record_id,name\n1,a,b\n", "line 2: 3 fields, but the header has 2"),
        (b"record_id,name\n1,a\n2,M\xfcller\n", "line 3: not UTF-8"),
        (b"record_id,name\n1,a\x00b\n", "line 2: a NUL byte"),
        (b'record_id,name\n1,"a\n', "line 2: unexpected end of data"),
        (b"record_id,name\n1," + b"a" * 1_100_000 + b"\n", "line 2: field larger than field limit"),
    ],
)
def test_bad_content_is_told_by_its_line(content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "buyers.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError) as told:
        run(path, tmp_path / "o.csv")
    assert said in str(told.value)
    assert not (tmp_path / "o.csv").exists()


def test_files_that_are_not_there_or_no_parquet_are_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "none.csv", tmp_path / "o.csv")
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 nothing")
    with pytest.raises(CommandError, match="no readable Parquet"):
        run(tmp_path / "bad.parquet", tmp_path / "o.csv")
    with pytest.raises(CommandError, match="ending must be one of"):
        run(given(tmp_path, GOOD), tmp_path / "o.xlsx")
    with pytest.raises(CommandError, match="There is no folder"):
        run(given(tmp_path, GOOD), tmp_path / "none" / "o.csv")


def test_a_byte_order_mark_and_empty_lines_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "buyers.csv"
    path.write_bytes(b"\xef\xbb\xbfrecord_id,name\r\n1,Ann Lee\r\n\r\n2,Ann Lee\r\n")
    assert read(path).ids == ["1", "2"]


def test_processes_make_the_same_rows_in_the_same_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_BATCH", 20)
    monkeypatch.setattr(files, "_MANY", 40)
    monkeypatch.setattr("secrets.token_bytes", lambda size: b"k" * size)
    path = given(tmp_path, *(GOOD.replace("a1", f"a{number}").replace("12 O", f"{number} O") for number in range(130)))
    assert read(path, processes=2).records == read(path, processes=1).records


def test_a_pair_follows_from_two_others_of_one_person() -> None:
    import pyarrow as pa  # noqa: PLC0415

    pairs = pa.table(
        {"left": [0, 1], "right": [1, 2], "probability": [0.99, 0.97], "tier": pa.array([1, 2], pa.int8())}
    )
    told = implied(pairs, [0, 0, 0]).to_pylist()
    assert [(row["left"], row["right"]) for row in told] == [(0, 1), (0, 2), (1, 2)]
    assert told[1]["probability"] == pytest.approx(0.96)
    assert implied(pairs, [0, 0, 2]).num_rows == 2
    assert implied(pairs.slice(0, 0), [0, 1]).num_rows == 0
