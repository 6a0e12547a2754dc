"""FEBRL as a shop knows it: no birth date, no id number. Nothing was trained on it but what ``link`` learns by itself."""

import csv
import re
from itertools import combinations
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from reconciliation.identity.linking.files import COLUMNS

FEBRL = Path(settings.BASE_DIR).parent / "shared" / "data" / "matching" / "febrl"


def buyers(name: str, source: str) -> list[dict[str, str]]:
    found = []
    with (FEBRL / name).open(encoding="utf-8") as file:
        for given in csv.DictReader(file, skipinitialspace=True):
            row = {key.strip(): (value or "").strip() for key, value in given.items()}
            found.append(
                {
                    "record_id": row["rec_id"],
                    "source": source,
                    "name": " ".join(filter(None, (row["given_name"], row["surname"]))),
                    "street": " ".join(filter(None, (row["street_number"], row["address_1"], row["address_2"]))),
                    "postcode": row["postcode"],
                    "city": row["suburb"],
                    "state": row["state"],
                    "country": "AU",
                }
            )
    return found


def person(record: str) -> str:
    found = re.match(r"rec-(\d+)-", record)
    assert found
    return found[1]


@pytest.mark.slow
@pytest.mark.skipif(not FEBRL.is_dir(), reason="FEBRL's files are not beside the project")
@pytest.mark.parametrize(
    ("names", "least"), [((("dataset4a.csv", "a"), ("dataset4b.csv", "b")), 0.986), ((("dataset3.csv", ""),), 0.957)]
)
def test_f1_of_pairs_at_one_half(names: tuple[tuple[str, str], ...], least: float, tmp_path: Path) -> None:
    rows = [row for name, source in names for row in buyers(name, source)]
    path = tmp_path / "buyers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    call_command("link", "--records", str(path), "--out", str(tmp_path / "pairs.csv"))
    with (tmp_path / "pairs.csv").open(encoding="utf-8") as file:
        found = {
            tuple(sorted((row["left_id"], row["right_id"])))
            for row in csv.DictReader(file)
            if float(row["probability"]) >= 0.5
        }
    people: dict[str, list[str]] = {}
    for row in rows:
        people.setdefault(person(row["record_id"]), []).append(row["record_id"])
    true = {pair for ids in people.values() for pair in combinations(sorted(ids), 2)}
    assert 2 * len(found & true) / (len(found) + len(true)) >= least
