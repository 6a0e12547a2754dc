"""Conversion of Olist's leads by origin (Olist's marketing funnel, 2017–2018), ranked by what is sure."""

import csv
import gzip
from collections import Counter
from pathlib import Path

import pytest

from reports.analysis.kpi.ranked import ranked, share
from reports.analysis.kpi.samples import misleading_order, too_few

OLIST = Path(__file__).resolve().parents[5] / "shared" / "data" / "leads"
absent = pytest.mark.skipif(not OLIST.is_dir(), reason="the published leads are not beside the project")


def rows(name: str) -> list[dict[str, str]]:
    with gzip.open(OLIST / f"olist_{name}_dataset.csv.gz", "rt") as file:
        return list(csv.DictReader(file))


@absent
def test_origins_of_few_leads_stand_beside_those_of_many() -> None:
    origin = {row["mql_id"]: row["origin"] or "(none)" for row in rows("marketing_qualified_leads")}
    leads, won = Counter(origin.values()), Counter(origin[row["mql_id"]] for row in rows("closed_deals"))
    table = [share(name, won[name], leads[name]) for name in leads]
    assert [(one.place, one.row.name) for one in ranked(table)] == [
        (1, "(none)"), (1, "unknown"), (3, "paid_search"), (3, "organic_search"), (3, "direct_traffic"),
        (3, "referral"), (7, "social"), (7, "display"), (9, "email"), (9, "other_publicities"), (9, "other"),
    ]  # fmt: skip
    assert {one.row.name: f"{one.row.value:.1%}" for one in ranked(table) if one.place == 3} == {
        "paid_search": "12.3%", "organic_search": "11.8%", "direct_traffic": "11.2%", "referral": "8.5%",
    }  # fmt: skip
    flag = misleading_order(table)
    assert str(flag.wrong) == "(none) has the highest share, but it is not distinguishable from unknown."
    few = {one.name for one in table if too_few(one.successes or 0, one.n).fired}
    assert few == {"(none)", "referral", "display", "email", "other_publicities", "other"}
