"""Who may ask the sandbox's Shopee, how often, and how tokens turn."""

from datetime import timedelta

import pytest

from channels.sandbox.shopee import Shopee
from tests.channels.sandbox.shopee_asking import DAY, START, Partner, window

LIST = "payment/get_escrow_list"
SENT = {**window(START, START + DAY, "release_time"), "page_no": "1"}
STALE = "invalid_acceess_token"


@pytest.mark.parametrize(
    ("common", "error"),
    [
        ({}, ""),
        ({"partner_id": "7"}, "error_auth"),
        ({"timestamp": "x"}, "error_param"),
        ({"timestamp": str(int((START + 30 * DAY).timestamp()) - 301)}, "error_param"),
        ({"timestamp": str(int((START + 30 * DAY).timestamp()) - 299)}, ""),
        ({"sign": "0" * 64}, "error_sign"),
        ({"access_token": "x"}, STALE),
        ({"shop_id": "900200"}, STALE),
        ({"shop_id": "5"}, STALE),
    ],
)
def test_call_when_something_is_wrong_is_refused_in_shopees_words(common: dict[str, str], error: str) -> None:
    partner = Partner()
    partner.renew()
    assert partner.said("GET", LIST, SENT, **common)["error"] == error


def test_tokens_when_renewed_work_once_and_the_old_access_token_five_minutes_more() -> None:
    partner = Partner(strict=True)
    first = partner.renew(1)
    assert (first["refresh_token"], first["expire_in"]) == ("sandbox-refresh-900100-2", 14_400)
    old = partner.tokens["900100"]
    assert partner.renew(2)["refresh_token"] == "sandbox-refresh-900100-3"
    new = partner.tokens["900100"]
    assert partner.renew(2)["error"] == "error_shop_refresh_token"
    partner.clock.sleep(299)
    assert [partner.said("GET", LIST, SENT, access_token=one)["error"] for one in (old, new)] == ["", ""]
    partner.clock.sleep(2)
    assert [partner.said("GET", LIST, SENT, access_token=one)["error"] for one in (old, new)] == [STALE, ""]
    partner.clock.sleep(4 * 3600)
    assert partner.said("GET", LIST, SENT)["error"] == STALE


def test_tokens_when_the_answer_was_lost_come_again_until_the_new_one_is_used() -> None:
    partner = Partner()
    assert partner.renew(1)["refresh_token"] == partner.renew(1)["refresh_token"] == "sandbox-refresh-900100-2"
    assert partner.said("GET", LIST, SENT)["error"] == ""
    assert partner.renew(1)["error"] == "error_shop_refresh_token"
    assert partner.renew(1, shop="5")["error"] == "error_shop_refresh_token"


def test_tokens_when_the_sandbox_starts_anew_still_work() -> None:
    partner = Partner()
    partner.renew(1)
    partner.renew(2)
    anew = Shopee(partner.world, partner.clock, partner.faults, partner.traffic)
    assert partner.said("GET", LIST, SENT, vendor=anew)["error"] == ""
    assert partner.renew(3, vendor=anew)["refresh_token"] == "sandbox-refresh-900100-4"
    assert partner.renew(1, vendor=anew)["error"] == "error_shop_refresh_token"


def test_calls_when_too_many_are_refused_and_counted_by_shop() -> None:
    partner = Partner()
    partner.renew()
    partner.renew(shop="900200")
    assert [partner.said("GET", LIST, SENT)["error"] for _ in range(11)] == [""] * 10 + ["error_rate_limit"]
    assert partner.said("GET", LIST, SENT, shop="900200")["error"] == ""
    partner.clock.sleep(0.2)
    assert [partner.said("GET", LIST, SENT)["error"] for _ in range(2)] == ["", "error_rate_limit"]
    assert dict(partner.traffic.throttled) == {f"shopee.{LIST}": 2}
    assert partner.traffic.calls[f"shopee.{LIST}"] == 14


@pytest.mark.parametrize(
    ("method", "operation", "sent", "shop", "error"),
    [
        ("GET", "order/get_order_list", window(START, START + 15 * DAY), "900100", ""),
        ("GET", "order/get_order_list", window(START, START + 15 * DAY + timedelta(seconds=1)), "900100", "error_param"),
        ("GET", "order/get_order_list", window(START + DAY, START), "900100", "error_param"),
        (
            "GET", "payment/get_wallet_transaction_list", window(START, START + 16 * DAY, "create_time"), "900100",
            "time_period_too_large",
        ),
        ("GET", "payment/get_payout_info", window(START, START + 16 * DAY, "payout_time"), "900200", "error_param"),
        ("GET", "returns/get_return_list", window(START, START + 16 * DAY, "update_time"), "900100", "error_param"),
        (
            "GET", "payment/get_wallet_transaction_list", window(START, START + DAY, "create_time"), "900200",
            "error_api_permission",
        ),
        ("GET", "payment/get_payout_info", window(START, START + DAY, "payout_time"), "900100", "error_param"),
        ("GET", "order/get_order_detail", {"order_sn_list": ",".join("A" * 51)}, "900100", "error_param"),
        ("GET", "payment/get_escrow_detail_batch", {"order_sn_list": "A"}, "900100", "error_not_found"),
        ("POST", "payment/get_escrow_detail_batch", {"order_sn_list": ["A"] * 51}, "900100", "error_param"),
        ("GET", "payment/get_escrow_detail", {"order_sn": "A"}, "900100", "order_not_found"),
        ("GET", "payment/tell_me", {}, "900100", "error_not_found"),
    ],
)  # fmt: skip
def test_request_when_out_of_bounds_is_refused(
    method: str, operation: str, sent: dict[str, str], shop: str, error: str
) -> None:
    partner = Partner()
    partner.renew(shop=shop)
    more = {"page_size": "100", "page_no": "1", "cursor": "", "time_range_field": "update_time"}
    assert partner.said(method, operation, more | sent, shop)["error"] == error
