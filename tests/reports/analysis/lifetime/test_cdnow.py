"""Published results on CDNOW: 2,357 customers, fitted on the first 39 weeks."""

import gzip
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from reports.analysis.lifetime import bg_nbd, gamma_gamma
from reports.analysis.lifetime.purchases import Purchases, purchases

FILE = Path(__file__).parents[4].parent / "shared" / "data" / "ltv" / "CDNOW_sample.txt.gz"
UNTIL = date(1997, 9, 30).toordinal()


@pytest.fixture(scope="module")
def cdnow() -> Purchases:
    if not FILE.exists():
        pytest.skip("../shared/data/ltv is not here")
    with gzip.open(FILE, "rt") as lines:
        rows = [line.split() for line in lines if line.strip()]
    days = [date.fromisoformat(f"{row[2][:4]}-{row[2][4:6]}-{row[2][6:]}").toordinal() for row in rows]
    return purchases(
        np.array([int(row[1]) for row in rows]), np.array(days), np.array([float(row[4]) for row in rows]), UNTIL
    )


def test_bg_nbd_of_fader_hardie_and_lee(cdnow: Purchases) -> None:
    found = bg_nbd.fit(cdnow)
    assert len(cdnow.repeats) == 2_357
    assert (found.r, found.alpha, found.a, found.b) == pytest.approx((0.2426, 4.4136, 0.7929, 2.4259), rel=2e-4)
    assert found.log_likelihood == pytest.approx(-9582.43, abs=0.1)
    assert found.identified


def test_expected_purchases_of_their_example(cdnow: Purchases) -> None:
    one = Purchases(np.array([2]), np.array([30.43]), np.array([38.86]), np.array([0.0]))
    assert bg_nbd.expected(bg_nbd.fit(cdnow), one, 39)[0] == pytest.approx(1.226, abs=1e-3)


def test_gamma_gamma_of_fader_and_hardie(cdnow: Purchases) -> None:
    found = gamma_gamma.fit(cdnow)
    assert found.n == 946
    assert (found.p, found.q, found.gamma) == pytest.approx((6.25, 3.74, 15.44), abs=0.01)
    assert found.log_likelihood == pytest.approx(-4055.9177, abs=0.01)
    assert gamma_gamma.correlation(cdnow) == pytest.approx(0.114, abs=1e-3)
