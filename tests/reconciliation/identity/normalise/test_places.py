import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.identity.normalise.places import city, country, postcode, state


@pytest.mark.parametrize(("written", "code"), [
    ("US", "US"), ("us", "US"), ("USA", "US"), ("United States", "US"), ("UK", "GB"), ("GB", "GB"), ("Deutschland", "DE"),
    ("SGP", "SG"), ("", ""), ("Atlantis", ""), ("12", ""), ("x" * 1000, ""),
])  # fmt: skip
def test_country(written: str, code: str) -> None:
    assert country(written) == code


@pytest.mark.parametrize(("written", "code", "found"), [
    ("94103-1234", "US", "94103"), ("94103", "US", "94103"), ("2116", "US", "02116"), ("02116", "US", "02116"),
    ("SW1A 1AA", "GB", "sw1a1aa"), ("sw1a1aa", "GB", "sw1a1aa"), ("D02 X285", "IE", "d02x285"),
    ("D-10115", "DE", "10115"), ("AT-1010", "AT", "1010"), ("Singapore 123456", "SG", "123456"),
    ("1000.0", "MY", "01000"), ("〒100-0001", "JP", "1000001"), ("100-0001", "JP", "1000001"),
    ("12", "XX", "12"), ("99", "US", "99"), ("１２３４５", "DE", "12345"),
    ("000000", "SG", ""), ("******", "SG", ""), ("12****", "SG", ""), ("none", "US", ""), ("", "US", ""),
])  # fmt: skip
def test_postcode(written: str, code: str, found: str) -> None:
    assert postcode(written, code) == found


@pytest.mark.parametrize(("written", "code", "found"), [
    ("California", "US", "ca"), ("CA", "US", "ca"), ("nsw", "AU", "nsw"), ("New South Wales", "AU", "nsw"),
    ("Québec", "CA", "qc"), ("Bayern", "DE", "by"), ("Johor", "MY", "johor"), ("東京都", "JP", "tokyo"),
    ("Tokyo", "JP", "tokyo"), ("广东省", "CN", "guangdongsheng"), ("Guangdong", "CN", "guangdongsheng"),
    ("서울특별시", "KR", "seoul"), ("Somewhere", "US", "somewhere"), ("", "US", ""), ("C***a", "US", ""),
])  # fmt: skip
def test_state(written: str, code: str, found: str) -> None:
    assert state(written, code) == found


@pytest.mark.parametrize(("written", "found"), [
    ("Köln", "koln"), ("Koeln", "koln"), ("Cologne", "koln"), ("St. Louis", "saintlouis"), ("SAINT LOUIS", "saintlouis"),
    ("北京市", "beijing"), ("Beijing", "beijing"), ("서울", "seoul"), ("KL", "kualalumpur"), ("São Paulo", "saopaulo"),
    ("Москва", "moskva"), ("S***e", ""), ("", ""), ("City", "city"),
])  # fmt: skip
def test_city(written: str, found: str) -> None:
    assert city(written) == found


@given(
    st.text(st.characters(exclude_categories=()), max_size=60), st.sampled_from(["US", "GB", "CN", "XX", "", "..", "é"])
)
def test_any_place_is_read(written: str, code: str) -> None:
    for found in (country(written), postcode(written, code), city(written), state(written, code)):
        assert found == "" or (found.isascii() and found.isalnum())
