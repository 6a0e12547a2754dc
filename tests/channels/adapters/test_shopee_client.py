"""Shopee's calls: what is signed, what each failure means, and who renews the tokens."""

import logging
import threading
import traceback
from datetime import UTC, datetime
from typing import Any

import pytest

from channels.adapters.shopee.client import Client, sign
from channels.core.errors import Changed, Refused, Throttled, Unavailable
from tests.channels.adapters.shopee_loopback import (
    GIVEN,
    NOW,
    Asked,
    FixedClock,
    Raw,
    Store,
    Vendor,
    fails,
    paired,
    serving,
)

LIST = "/api/v2/payment/get_escrow_list"
FINE: dict[str, Any] = {"escrow_list": [], "more": False}
SECRETS = ("token-1", "token-2", "refresh-1", "refresh-2", "shpk-test")


def ask(vendor: Vendor, store: Store | None = None, timeout: float = 5.0) -> Any:
    with Client((store or Store()).connection(vendor, timeout)) as client:
        return client.get(LIST, {"page_no": "1"}).document


def said(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


# Computed by hand: printf '%s' "<base>" | openssl dgst -sha256 -hmac 'sandbox-partner-key'
@pytest.mark.parametrize(
    ("token", "owner", "expected"),
    [
        ("", "", "6c53788954ddf219e8cab49ee1c7764822dd5603d023557107fdc8ff65fc430f"),
        ("abc", "900100", "beca030dfcf5e7bbd64db2c34c7a648b81050427416cb325bbecbba6e8646965"),
    ],
)
def test_sign_is_what_the_guide_says(token: str, owner: str, expected: str) -> None:
    assert sign("sandbox-partner-key", "1000001", "/api/v2/order/get_order_list", 1790000000, token, owner) == expected


def test_call_when_made_carries_the_common_parameters_in_its_query() -> None:
    with serving(get_escrow_list=FINE, get_escrow_detail_batch=[[]]) as vendor:
        store = Store()
        with Client(store.connection(vendor)) as client:
            client.get(LIST, {"page_no": "1"})
            client.post("/api/v2/payment/get_escrow_detail_batch", {"order_sn_list": ["A"]})
    stamp = int(NOW.timestamp())
    for asked in vendor.asked:
        assert asked.common == {
            "partner_id": "1000001", "timestamp": str(stamp), "access_token": "token-1", "shop_id": "900100",
            "sign": sign("shpk-test", "1000001", asked.path, stamp, "token-1", "900100"),
        }  # fmt: skip
    assert [asked.sent for asked in vendor.asked] == [{"page_no": "1"}, {"order_sn_list": ["A"]}]
    assert store.taken == [("app", 1), ("shop", 1)] * 2


@pytest.mark.parametrize(
    ("answer", "kind", "text"),
    [
        (Raw(500), Unavailable, "Shopee answers payment/get_escrow_list with HTTP 500"),
        (Raw(504, b"<html>"), Unavailable, "Shopee answers payment/get_escrow_list with HTTP 504"),
        (Raw(200), Unavailable, "with HTTP 200 and 0 bytes that are no JSON object"),
        (Raw(200, b"<html>"), Unavailable, "with HTTP 200 and 6 bytes that are no JSON object"),
        (Raw(200, b"[1]"), Unavailable, "with HTTP 200 and 3 bytes that are no JSON object"),
        (Raw(403, b"{}"), Unavailable, "with HTTP 403 and no error"),
        (Raw(200, b'{"error": ""', cut=True), Unavailable, "did not answer payment/get_escrow_list in full"),
        (Raw(200, b"{}", hang=1.0), Unavailable, "did not answer payment/get_escrow_list in full: ReadTimeout"),
        (Raw(429, b"slow"), Throttled, "throttled for 5 s"),
        (fails("error_rate_limit", "Too many requests."), Throttled, "throttled for 5 s"),
        (fails("ads.rate_limit.exceed_partner_api", "Too many"), Throttled, "throttled for 5 s"),
        (fails("error_limit", "has reached the daily API call limit"), Throttled, "throttled for 14400 s"),
        (fails("error_limit", "Core server error."), Unavailable, "error_limit: Core server error."),
        (fails("common.error_server", "Something wrong."), Unavailable, "common.error_server: Something wrong."),
        (fails("error_network"), Unavailable, "error_network: no message"),
        (fails("error_auth", "System error, please try again later."), Unavailable, "error_auth"),
        (fails("error_param", "Timestamp is expired."), Unavailable, "set this machine's clock"),
        (fails("error_sign", "Wrong sign."), Refused, "Wrong sign.; check the partner key"),
        (fails("source_ip_undeclared", "x"), Refused, "declare the address of this server"),
        (fails("error_partner_key_expired", "x"), Refused, "set a new live partner key"),
        (fails("error_api_permission", "x"), Refused, "apply for it at Shopee"),
        (fails("shop_banned", "x"), Refused, "pulling goes on once it is restored"),
        (fails("error_auth", "partner_id is invalid"), Refused, "authorise the shop"),
        (fails("error_param", "Wrong parameters, detail: x."), Refused, "error_param: Wrong parameters, detail: x."),
    ],
)
def test_call_when_it_fails_says_what_to_do(answer: Any, kind: type[Exception], text: str) -> None:
    with serving(get_escrow_list=answer) as vendor, pytest.raises(kind, match=text.replace(".", r"\.")):
        ask(vendor, timeout=0.3)


def test_call_when_nobody_listens_is_unavailable() -> None:
    with serving() as vendor:
        pass
    with pytest.raises(Unavailable, match="ConnectError"):
        ask(vendor)


@pytest.mark.parametrize(
    ("answer", "bucket"),
    [
        (fails("error_rate_limit"), "shop"),
        (Raw(429), "shop"),
        (fails("ads.rate_limit.exceed_shop_api"), "shop"),
        (fails("ads.rate_limit.exceed_partner_api"), "app"),
    ],
)
def test_call_when_too_fast_empties_its_bucket(answer: Any, bucket: str) -> None:
    store = Store()
    with serving(get_escrow_list=answer) as vendor, pytest.raises(Throttled):
        ask(vendor, store)
    assert store.learnt == [(bucket, None, 0.0)]


def test_host_when_it_is_not_shopees_is_refused() -> None:
    connection = Store({**GIVEN, "host": "shopee.example"}).connection(Vendor())
    with pytest.raises(Refused, match=r"'shopee.example' is no host of Shopee's"):
        Client(connection)


def test_token_when_missing_or_old_is_renewed_before_the_call() -> None:
    for given in ({**GIVEN, "access_token": ""}, {**GIVEN, "access_expires_at": str(int(NOW.timestamp()) + 200)}):
        store = Store(given)
        with serving(get_escrow_list=FINE, refresh=paired(2)) as vendor:
            ask(vendor, store)
        renewal, call = vendor.asked
        assert renewal.sent == {"refresh_token": "refresh-1", "partner_id": 1000001, "shop_id": 900100}
        stamp = int(NOW.timestamp())
        assert renewal.common == {
            "partner_id": "1000001", "timestamp": str(stamp), "sign": sign("shpk-test", "1000001", renewal.path, stamp)
        }  # fmt: skip
        assert call.common["access_token"] == "token-2"
        assert store.credentials == {
            **given, "access_token": "token-2", "refresh_token": "refresh-2", "access_expires_at": str(stamp + 14_400)
        }  # fmt: skip
        assert store.taken == [("app", 1), ("app", 1), ("shop", 1)]


@pytest.mark.parametrize("error", ["invalid_acceess_token", "invalid_access_token", "error_auth", "common.error_auth"])
def test_token_when_the_vendor_minds_it_is_renewed_once(error: str) -> None:
    stale = fails(error, "Invalid access_token, please have a check.")
    store = Store()
    with serving(get_escrow_list=[stale, FINE], refresh=paired(2)) as vendor:
        ask(vendor, store)
    assert vendor.calls() == ["payment/get_escrow_list", "auth/access_token/get", "payment/get_escrow_list"]
    with (
        serving(get_escrow_list=stale, refresh=paired(2)) as vendor,
        pytest.raises(Refused, match="authorise the shop"),
    ):
        ask(vendor)
    assert len(vendor.asked) == 3


def test_token_when_another_process_renewed_it_is_taken_from_the_store() -> None:
    store = Store()
    stale = fails("invalid_acceess_token", "Invalid access_token.")

    def answer(asked: Asked) -> Any:
        return FINE if asked.common["access_token"] == "token-2" else stale

    with serving(get_escrow_list=answer) as vendor, Client(store.connection(vendor)) as client:
        store.credentials |= {"access_token": "token-2", "refresh_token": "refresh-2"}
        client.get(LIST, {})
    assert vendor.calls() == ["payment/get_escrow_list"] * 2


def test_renewal_when_many_want_it_at_once_uses_the_refresh_token_once() -> None:
    store = Store({**GIVEN, "access_token": ""})
    used: list[Any] = []

    def renewal(asked: Any) -> Any:
        used.append(asked.sent["refresh_token"])
        return paired(len(used) + 1)

    with serving(get_escrow_list=FINE, refresh=renewal) as vendor:
        connections = [store.connection(vendor) for _ in range(8)]
        barrier = threading.Barrier(len(connections))

        def work(connection: Any) -> None:
            with Client(connection) as client:
                barrier.wait()
                client.get(LIST, {})

        threads = [threading.Thread(target=work, args=(one,)) for one in connections]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert used == ["refresh-1"]
    assert {one.common["access_token"] for one in vendor.asked if "access_token" in one.common} == {"token-2"}


LOST = [Raw(500), Raw(200, b'{"access_', cut=True), Raw(200, b"{}", hang=1.0)]


@pytest.mark.parametrize("lost", LOST, ids=["error", "cut", "timeout"])
def test_renewal_when_its_answer_is_lost_tries_the_old_token_once_more(lost: Raw) -> None:
    store = Store({**GIVEN, "access_token": ""})
    with serving(get_escrow_list=FINE, refresh=[lost, paired(2)]) as vendor:
        ask(vendor, store, timeout=0.3)
    assert [one.sent["refresh_token"] for one in vendor.asked[:2]] == ["refresh-1"] * 2
    assert store.credentials["refresh_token"] == "refresh-2"


@pytest.mark.parametrize("lost", LOST, ids=["error", "cut", "timeout"])
def test_renewal_when_its_answer_is_lost_and_the_token_used_up_needs_the_seller(lost: Raw) -> None:
    store = Store({**GIVEN, "access_token": ""})
    used_up = fails("error_shop_refresh_token", "Your refresh token is error.")
    with (
        serving(get_escrow_list=FINE, refresh=[lost, used_up]) as vendor,
        pytest.raises(Refused, match=r"was lost, and the old ones are used up: .*authorise the shop"),
    ):
        ask(vendor, store, timeout=0.3)
    assert store.credentials["refresh_token"] == "refresh-1"


def test_renewal_when_the_vendor_is_down_is_unavailable_and_keeps_the_token() -> None:
    store = Store({**GIVEN, "access_token": ""})
    with serving(refresh=Raw(503)) as vendor, pytest.raises(Unavailable):
        ask(vendor, store)
    assert len(vendor.asked) == 2
    assert store.credentials["refresh_token"] == "refresh-1"


@pytest.mark.parametrize("pair", [{"error": "", "access_token": "x"}, paired(2) | {"expire_in": "soon"}])
def test_renewal_when_its_answer_lacks_a_token_is_changed(pair: Any) -> None:
    with serving(refresh=pair) as vendor, pytest.raises(Changed, match="lacks access_token"):
        ask(vendor, Store({**GIVEN, "access_token": ""}))


def test_daily_limit_when_reached_waits_for_midnight_in_shopees_zone() -> None:
    late = FixedClock(datetime(2026, 10, 1, 15, 59, 30, tzinfo=UTC))
    store = Store({**GIVEN, "access_expires_at": "1999999999"}, clock=late)
    limit = fails("error_limit", "the daily API call limit")
    with serving(get_escrow_list=limit) as vendor, pytest.raises(Throttled) as caught:
        ask(vendor, store)
    assert caught.value.wait == 30


@pytest.mark.parametrize(
    "answer",
    [
        Raw(500),
        Raw(200, b"{", cut=True),
        Raw(200, b"{}", hang=1.0),
        fails("error_sign", "Wrong sign of token-1 with shpk-test and refresh-1"),
        fails("token-1", "x"),
        fails("invalid_acceess_token", "token-1, token-2"),
    ],
)
def test_secrets_when_calls_fail_are_in_no_log_and_no_exception(answer: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(get_escrow_list=answer, refresh=paired(2)) as vendor, pytest.raises((Unavailable, Refused)) as caught:
        ask(vendor, timeout=0.3)
    signs = [one.common["sign"] for one in vendor.asked]
    found = said(caught.value) + caplog.text
    assert [secret for secret in (*SECRETS, *signs) if secret in found] == []


def test_secrets_when_calls_work_are_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(get_escrow_list=FINE, refresh=paired(2)) as vendor:
        ask(vendor, Store({**GIVEN, "access_token": ""}))
    signs = [one.common["sign"] for one in vendor.asked]
    assert [secret for secret in (*SECRETS, *signs) if secret in caplog.text] == []
