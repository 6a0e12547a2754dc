import json
from datetime import timedelta
from pathlib import Path

import pytest

from channels.sandbox.amazon import RATES
from channels.sandbox.amazon.limits import Buckets
from channels.sandbox.wire import Faults, Request
from tests.channels.sandbox.amazon_world import SHIPPED, START, US, Caller, body_of, day, refusal


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    buckets = Buckets()
    at = [buckets.take("app", "seller", "searchOrders", START) for _ in range(21)]
    assert at == [True] * 20 + [False]
    # One token comes back every 178.6 seconds; a request may come a second early, but not every time.
    assert not buckets.take("app", "seller", "searchOrders", START + timedelta(seconds=177))
    assert buckets.take("app", "seller", "searchOrders", START + timedelta(seconds=178))
    assert not buckets.take("app", "seller", "searchOrders", START + timedelta(seconds=2 * 177))
    assert buckets.take("app", "seller", "searchOrders", START + timedelta(seconds=2 * 178.6))
    assert not buckets.take("app", "seller", "searchOrders", START + timedelta(seconds=2 * 178.6 + 1))
    # Others have their own, and none holds more than its burst.
    assert buckets.take("app", "other", "searchOrders", START)
    assert buckets.take("app", "seller", "getOrder", START)
    later = START + timedelta(days=9)
    assert [buckets.take("app", "seller", "searchOrders", later) for _ in range(21)] == at


def test_the_rates_are_amazons_defaults() -> None:
    assert RATES["searchOrders"] == (0.0056, 20)
    assert RATES["listTransactions"] == (0.5, 10)
    assert RATES["getReports"] == (0.0222, 10)


def test_an_empty_bucket_answers_429_and_is_counted(tmp_path: Path) -> None:
    caller = Caller(tmp_path)
    replies = [caller.orders(createdAfter=START.isoformat()) for _ in range(21)]

    assert [reply.status for reply in replies] == [200] * 20 + [429]
    assert replies[0].headers["x-amzn-RateLimit-Limit"] == "0.0056"
    assert json.loads(replies[-1].body)["errors"][0]["code"] == "QuotaExceeded"
    assert (caller.traffic.calls["amazon.searchOrders"], caller.traffic.throttled["amazon.searchOrders"]) == (21, 1)
    caller.clock.sleep(179)
    assert caller.orders(createdAfter=START.isoformat()).status == 200


def test_a_token_lives_an_hour_and_belongs_to_a_seller(tmp_path: Path) -> None:
    caller = Caller(tmp_path)
    caller.renews = False
    given = json.loads(caller.login().body)
    assert (given["token_type"], given["expires_in"], given["refresh_token"]) == (
        "bearer",
        3600,
        f"Atzr|sandbox-{US.seller}",
    )
    assert caller.orders(createdAfter=START.isoformat()).status == 200
    caller.clock.sleep(3601)
    late = caller.orders(createdAfter=START.isoformat())
    assert refusal(late) == (403, "Unauthorized")
    assert json.loads(late.body)["errors"][0]["details"] == "The access token you provided has expired."


def test_a_token_outlives_the_sandbox(tmp_path: Path) -> None:
    first = Caller(tmp_path)
    first.orders(createdAfter=START.isoformat())
    second = Caller(tmp_path)
    second.token = first.token
    assert second.orders(createdAfter=START.isoformat()).status == 200


@pytest.mark.parametrize(
    ("given", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"refresh_token": "Atzr|nobody"}, 400, "invalid_grant"),
    ],
)
def test_login_refuses_what_is_wrong(tmp_path: Path, given: dict[str, str], status: int, error: str) -> None:
    reply = Caller(tmp_path).login(**given)
    assert (reply.status, json.loads(reply.body)["error"]) == (status, error)


@pytest.mark.parametrize("headers", [{}, {"x-amz-access-token": "Atza|made.up"}])
def test_without_a_token_nothing_is_told(tmp_path: Path, headers: dict[str, str]) -> None:
    request = Request("GET", f"/orders/2026-01-01/orders/{SHIPPED.ref}", (), headers, b"")
    assert refusal(Caller(tmp_path).vendor.answer(request)) == (403, "Unauthorized")


def test_an_unknown_path_is_not_ours(tmp_path: Path) -> None:
    assert refusal(Caller(tmp_path).get("/orders/v0/orders")) == (403, "Unauthorized")


# Faults of one answer


def test_broken_answers_come_in_several_shapes_and_are_counted(tmp_path: Path) -> None:
    caller = Caller(tmp_path, faults=Faults(["error"], rate=0.5, seed=1))
    caller.token = _token(tmp_path)
    seen = set()
    for _ in range(60):
        caller.clock.sleep(2)
        reply = caller.get(f"/orders/2026-01-01/orders/{SHIPPED.ref}")
        seen.add((reply.status, reply.body[:6]))
    assert seen == {(200, b'{"orde'), (500, b'{"erro'), (502, b""), (503, b""), (504, b"<html>")}
    assert 10 < caller.faults.struck["error"] < 50


def _token(folder: Path) -> str:
    sound = Caller(folder / "sound")
    sound.orders(createdAfter=START.isoformat())
    return sound.token


def test_a_throttled_answer_by_fault_is_no_refusal_by_the_bucket(tmp_path: Path) -> None:
    caller = Caller(tmp_path, faults=Faults(["throttle"], rate=1))
    assert refusal(caller.orders(createdAfter=START.isoformat())) == (429, "QuotaExceeded")
    assert (caller.faults.struck["throttle"], dict(caller.traffic.throttled)) == (1, {})


def test_a_token_that_ran_out_stays_so_until_a_new_one(tmp_path: Path) -> None:
    caller = Caller(tmp_path, faults=Faults(["expired_token"], rate=1))
    assert refusal(caller.orders(createdAfter=START.isoformat())) == (403, "Unauthorized")
    caller.faults.rate = 0
    assert refusal(caller.orders(createdAfter=START.isoformat())) == (403, "Unauthorized")
    caller.token = ""
    assert caller.orders(createdAfter=START.isoformat()).status == 200


def test_time_outs_and_cuts_are_asked_of_the_server(tmp_path: Path) -> None:
    hanging = Caller(tmp_path / "a", faults=Faults(["timeout"], rate=1))
    cut = Caller(tmp_path / "b", faults=Faults(["cut"], rate=1))
    hanging.token = cut.token = _token(tmp_path)
    assert hanging.orders(createdAfter=START.isoformat()).hang > 60
    reply = cut.orders(createdAfter=START.isoformat())
    assert reply.cut_after == len(reply.body) // 2


def test_a_type_changes_on_some_answers_only(tmp_path: Path) -> None:
    caller = Caller(tmp_path, faults=Faults(["changed_type"], rate=0.4, seed=2))
    seen = {_types(caller) for _ in range(18)}
    assert ("list", "int", "str") in seen
    assert len(seen) > 1


def _types(caller: Caller) -> tuple[str, ...]:
    query = {"createdAfter": START.isoformat(), "createdBefore": day(0.6).isoformat(), "includedData": "PROCEEDS"}
    orders = body_of(caller.orders(**query))["orders"]
    if isinstance(orders, dict):
        return ("dict",)
    item = orders[0]["orderItems"][0]
    amount = item["proceeds"]["proceedsTotal"]["amount"]
    return type(orders).__name__, type(item["quantityOrdered"]).__name__, type(amount).__name__


def test_brand_analytics_has_a_daily_number_beside(tmp_path: Path) -> None:
    caller = Caller(tmp_path)
    statuses = []
    for _ in range(21):
        caller.clock.sleep(60)
        reply = caller.post(
            "/reports/2021-06-30/reports", reportType="GET_BRAND_ANALYTICS_REPEAT_PURCHASE_REPORT",
            marketplaceIds=[US.marketplace],
        )  # fmt: skip
        statuses.append(reply.status)
    assert statuses == [202] * 20 + [429]
    assert dict(caller.traffic.throttled) == {"amazon.report.brand_analytics": 1}
