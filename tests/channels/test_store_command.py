"""``manage.py store``: set up, changed by saying it again, refused whole."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from channels.models import Company, Store
from tests.making import line, settlement, take_in

pytestmark = pytest.mark.django_db


def store(name: str = "Maple US", company: str = "Maple", **given: object) -> str:
    out = io.StringIO()
    options = {"channel": "amazon", "currency": "USD", **given}
    call_command("store", name, company=company, **options, stdout=out)
    return out.getvalue()


def test_a_store_and_its_company_are_set_up() -> None:
    said = store(marketplace="ATVPDKIKX0DER", timezone="America/Los_Angeles", base_currency="CNY")
    assert said == "Maple US: amazon ATVPDKIKX0DER, USD, America/Los_Angeles, company Maple\n"
    assert Company.objects.values_list("name", "base_currency").get() == ("Maple", "CNY")
    found = Store.objects.get()
    assert (found.cross_border, found.prices_include_tax, found.ads_by_card) == (False, False, False)


def test_saying_it_again_changes_what_differs_and_nothing_else() -> None:
    store(marketplace="ATVPDKIKX0DER", ads_by_card=True)
    store(timezone="America/Toronto", currency="CAD")
    found = Store.objects.get()
    assert (found.marketplace, found.timezone, found.currency, found.ads_by_card) == (
        "ATVPDKIKX0DER", "America/Toronto", "CAD", True,
    )  # fmt: skip
    assert Company.objects.get().base_currency == "USD"


def test_a_second_store_joins_the_company() -> None:
    store(base_currency="CNY")
    store("Maple TW", channel="shopee", currency="TWD", base_currency="CNY")
    assert list(Store.objects.values_list("name", "company__name")) == [("Maple TW", "Maple"), ("Maple US", "Maple")]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"currency": "usd"}, "base_currency: a currency is three capital letters, such as EUR"),
        ({"currency": "EURO"}, "base_currency: "),
        ({"currency": "usd", "base_currency": "USD"}, "currency: a currency is three capital letters, such as EUR"),
        ({"timezone": "Mars/Base"}, "timezone: Mars/Base is no IANA time zone, such as Europe/Berlin"),
        ({"name": "n" * 101}, "name: "),
        ({"company": "n" * 101}, "name: "),
        ({"name": ""}, "name: "),
        ({"company": ""}, "name: "),
    ],
)
def test_what_is_not_valid_leaves_nothing(given: dict[str, str], said: str) -> None:
    with pytest.raises(CommandError) as refused:
        store(**given)
    assert str(refused.value)[: len(said)] == said
    assert (Company.objects.count(), Store.objects.count()) == (0, 0)


def test_an_unknown_channel_is_told_the_known_ones() -> None:
    with pytest.raises(CommandError, match=r"amazon.*shopee.*shopify"):
        call_command("store", "X", "--company", "Y", "--channel", "ebay", "--currency", "USD")


def test_the_base_currency_cannot_change() -> None:
    store(base_currency="CNY")
    with pytest.raises(CommandError, match=r"Maple keeps its books in CNY; that cannot change afterwards."):
        store(base_currency="USD")


def test_a_name_is_one_companys() -> None:
    store()
    with pytest.raises(CommandError, match=r"Maple US belongs to Maple; take another name."):
        store(company="Birch")
    assert list(Company.objects.values_list("name", flat=True)) == ["Maple"]


def test_the_currency_stays_once_there_are_pages() -> None:
    store()
    take_in(Store.objects.get(), settlement(line("5.00"), total="5.00"))
    with pytest.raises(
        CommandError, match=r"Maple US has pages already: its channel and currency can no longer change."
    ):
        store(currency="EUR")
    store(timezone="America/Denver")
    assert Store.objects.values_list("currency", "timezone").get() == ("USD", "America/Denver")


def test_credentials_come_from_standard_input_and_are_merged() -> None:
    store("Maple SG", channel="shopee", currency="SGD")
    told: list[dict[str, str | None]] = [
        {"partner_id": "1", "partner_key": "s3cret"}, {"partner_id": None, "shop_id": "7"},
    ]  # fmt: skip
    said = "".join(
        store("Maple SG", channel="shopee", currency="SGD", credentials="-", stdin=io.StringIO(json.dumps(one)))
        for one in told
    )
    assert Store.objects.get().credentials == {"partner_key": "s3cret", "shop_id": "7"}
    assert "s3cret" not in said


@pytest.mark.parametrize("text", ["s3cret", "[]", '["s3cret"]', '{"partner_key": {"s3cret": 1}}', '{"s3cret": 1}'])
def test_what_is_no_object_of_credentials_is_refused_unquoted(text: str) -> None:
    with pytest.raises(CommandError) as error:
        store("Maple SG", channel="shopee", currency="SGD", credentials="-", stdin=io.StringIO(text))
    assert "s3cret" not in str(error.value)
    assert Store.objects.count() == 0


def test_credentials_that_the_channel_does_not_have_are_named() -> None:
    with pytest.raises(CommandError, match=r"shopee has no credentials named tokne; it has .*partner_key.*"):
        store(channel="shopee", currency="SGD", credentials="-", stdin=io.StringIO('{"tokne": "s3cret"}'))
    assert Store.objects.count() == 0


def test_credentials_are_never_taken_from_the_command_line() -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        call_command(
            "store", "X", "--company", "Y", "--channel", "shopee", "--currency", "SGD", "--credentials", '{"a": "b"}'
        )


def test_an_endpoint_is_set_and_taken_back_where_it_is_allowed(settings: Any) -> None:
    settings.ALLOW_LOOPBACK_ENDPOINTS = True
    store(endpoint="http://127.0.0.1:8100/")
    assert Store.objects.get().endpoint == "http://127.0.0.1:8100"
    with pytest.raises(CommandError, match=r"endpoint: The endpoint http://10.0.0.1 is refused"):
        store(endpoint="http://10.0.0.1")
    store(endpoint="")
    assert Store.objects.get().endpoint == ""
    settings.ALLOW_LOOPBACK_ENDPOINTS = False
    with pytest.raises(CommandError, match="PLUMBLINE_ALLOW_LOOPBACK_ENDPOINTS=true"):
        store(endpoint="http://127.0.0.1:8100")
