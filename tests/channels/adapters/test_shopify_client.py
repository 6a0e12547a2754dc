"""What the client makes of every reply of Shopify, and what it never does."""

import gzip
import io
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

from channels.adapters.shopify.client import Client
from channels.adapters.shopify.documents import ORDERS, SCOPES
from channels.adapters.shopify.replies import Denied, TooCostly
from channels.core.errors import Changed, Refused, Throttled, Unavailable
from tests.channels.adapters.shopify_loopback import Asked, Loopback, Reply, Store, data, error, shop, store

SCOPED = data({"currentAppInstallation": {"accessScopes": []}})


def ask(loopback: Loopback, behind: Store | None = None, document: str = SCOPES) -> bytes:
    with Client((behind or store()).connection(loopback.endpoint, timeout=0.2)) as client:
        return client.ask(document, {}).body


def test_an_answer_is_kept_as_it_came_and_its_cost_is_learnt() -> None:
    behind = store()
    with shop(SCOPED) as loopback, Client(behind.connection(loopback.endpoint)) as client:
        said = client.ask(SCOPES, {}, points=7)
    assert said.body == SCOPED.body
    assert said.headers["x-shopify-api-version"] == "2026-10"
    assert (behind.taken, behind.learnt) == ([("graphql", 7)], [("graphql", 100.0, 1900.0)])
    [asked] = loopback.asked
    assert (asked.path, asked.token) == ("/admin/api/2026-10/graphql.json", "shpat_first")


def test_a_document_takes_what_it_was_charged_the_last_time() -> None:
    behind = store()
    with shop(SCOPED, SCOPED) as loopback, Client(behind.connection(loopback.endpoint)) as client:
        for _ in range(2):
            client.ask(SCOPES, {}, points=7)
    assert behind.taken == [("graphql", 7), ("graphql", 10)]


def test_shopifys_own_call_gives_the_text() -> None:
    with shop(SCOPED) as loopback, Client(store().connection(loopback.endpoint)) as client:
        assert client.execute(SCOPES) == SCOPED.body.decode()


def test_a_packed_answer_is_unpacked() -> None:
    packed = Reply(gzip.compress(SCOPED.body), headers={"Content-Encoding": "gzip"})
    with shop(packed) as loopback:
        assert ask(loopback) == SCOPED.body


def test_throttled_twice_waits_for_the_missing_points_each_time() -> None:
    behind = store()
    with shop(error("THROTTLED"), error("THROTTLED", available=850), SCOPED) as loopback:
        for wait in (8.0, 0.5):
            with pytest.raises(Throttled) as caught:
                ask(loopback, behind)
            assert caught.value.wait == wait
        assert ask(loopback, behind) == SCOPED.body
    assert behind.learnt == [("graphql", 100.0, 100.0), ("graphql", 100.0, 850.0), ("graphql", 100.0, 1900.0)]


@pytest.mark.parametrize(
    ("headers", "wait"), [({"Retry-After": "3.0"}, 3.0), ({}, 2.0), ({"Retry-After": "Sun, 22 Nov"}, 2.0)]
)
def test_too_many_requests_say_how_long_to_wait(headers: dict[str, str], wait: float) -> None:
    with shop(Reply(b"slow down", 429, headers)) as loopback, pytest.raises(Throttled) as caught:
        ask(loopback)
    assert caught.value.wait == wait


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"", 500),
        Reply(b"", 502),
        Reply(b"<html>", 504),
        Reply(b"", 200),
        Reply(b"<html>sorry</html>", 200),
        Reply(SCOPED.body, cut=30),
        Reply(SCOPED.body[:30]),
        Reply(SCOPED.body, headers={"Content-Encoding": "gzip"}),
        Reply(hang=True),
        error("INTERNAL_SERVER_ERROR"),
    ],
)
def test_what_is_no_answer_is_tried_again(reply: Reply) -> None:
    with shop(reply) as loopback, pytest.raises(Unavailable):
        ask(loopback)


def test_nobody_there_is_tried_again() -> None:
    with shop() as loopback:
        pass
    with pytest.raises(Unavailable):
        ask(loopback)


@pytest.mark.parametrize("status", [402, 404, 423, 301])
def test_what_a_person_must_mend_is_refused(status: int) -> None:
    with shop(Reply(b"{}", status)) as loopback, pytest.raises(Refused):
        ask(loopback)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(b"[]"), "no JSON object"),
        (Reply(b"{}"), "neither data nor errors"),
        (Reply(b"{}", 400), "status 400"),
        (error("undefinedField", "Field 'x' doesn't exist"), "doesn't exist"),
        (Reply(b'{"errors": "odd"}'), "odd"),
        (Reply(SCOPED.body, headers={"X-Shopify-API-Version": "2027-01"}), "2027-01.*2026-10"),
        (
            data({"orders": {}}, search=[{"query": "updatedat:x", "warnings": [{"message": "Invalid search field"}]}]),
            "Invalid search field",
        ),
    ],
)
def test_another_shape_stops_the_store(reply: Reply, said: str) -> None:
    with shop(reply) as loopback, pytest.raises(Changed, match=said):
        ask(loopback)


def test_a_search_without_warnings_is_an_answer() -> None:
    with shop(data({"orders": {}}, search=[{"query": "updated_at:x", "parsed": {}}])) as loopback:
        ask(loopback)


def test_a_query_that_is_too_costly_is_told_apart() -> None:
    with shop(error("MAX_COST_EXCEEDED", "Query cost is 2052")) as loopback, pytest.raises(TooCostly):
        ask(loopback)


CLIENT = {"client_id": "abc", "client_secret": "shpss_secret"}
GRANT = Reply(b'{"access_token": "shpat_second", "scope": "read_orders", "expires_in": 86399}')


def test_a_token_that_ran_out_is_renewed_once_and_stored() -> None:
    behind = store(**CLIENT)
    with shop(Reply(b"", 401), GRANT, SCOPED) as loopback:
        assert ask(loopback, behind) == SCOPED.body
    assert behind.credentials["access_token"] == "shpat_second"
    assert [asked.token for asked in loopback.asked] == ["shpat_first", "", "shpat_second"]
    assert loopback.asked[1].path == "/admin/oauth/access_token"
    assert set(loopback.asked[1].payload.split("&")) == {
        "grant_type=client_credentials", "client_id=abc", "client_secret=shpss_secret", "shop=harbor-leaf.myshopify.com",
    }  # fmt: skip


def test_a_token_that_another_process_renewed_is_taken() -> None:
    behind = store(**CLIENT)
    with shop(Reply(b"", 401), SCOPED) as loopback:
        connection = behind.connection(loopback.endpoint)
        behind.credentials = {**behind.credentials, "access_token": "shpat_other"}
        with Client(connection) as client:
            client.ask(SCOPES, {})
    assert [asked.token for asked in loopback.asked] == ["shpat_first", "shpat_other"]


def test_a_store_without_a_token_gets_one_first() -> None:
    with shop(GRANT, SCOPED) as loopback:
        ask(loopback, store(**CLIENT, access_token=""))
    assert [asked.token for asked in loopback.asked] == ["", "shpat_second"]


def test_a_token_that_is_refused_without_means_to_renew_stops_the_store() -> None:
    with shop(Reply(b"", 401)) as loopback, pytest.raises(Refused, match="no client id"):
        ask(loopback)


@pytest.mark.parametrize(
    "replies",
    [
        (Reply(b"", 403), GRANT, Reply(b"", 403), GRANT, Reply(b"", 403)),
        (Reply(b"", 401), Reply(b'{"error": "shop_not_permitted"}', 400)),
        (Reply(b"", 401), Reply(b'{"access_token": "x", "scope": ""}')),
    ],
)
def test_a_renewal_that_does_not_help_stops_the_store(replies: tuple[Reply, ...]) -> None:
    with shop(*replies) as loopback, pytest.raises(Refused):
        ask(loopback, store(**CLIENT))


@pytest.mark.parametrize("reply", [Reply(b"", 503), Reply(b""), Reply(b"<html>")])
def test_a_renewal_that_breaks_is_tried_again(reply: Reply) -> None:
    behind = store(**CLIENT)
    with shop(Reply(b"", 401), reply) as loopback, pytest.raises(Unavailable):
        ask(loopback, behind)
    assert behind.credentials["access_token"] == "shpat_first"


DENIED = error(
    "ACCESS_DENIED", "This app is not approved to use the displayName field.",
    path=["orders", "nodes", 0, "customer", "displayName"],
)  # fmt: skip


def test_buyers_fields_that_are_withheld_are_asked_for_no_more() -> None:
    with (
        shop(DENIED, data({"orders": {}}), data({"orders": {}})) as loopback,
        Client(store(personal="yes").connection(loopback.endpoint)) as client,
    ):
        client.ask(ORDERS, {})
        client.ask(ORDERS, {})
    assert ["displayName" in asked.payload["query"] for asked in loopback.asked] == [True, False, False]


def test_buyers_fields_are_not_asked_for_unless_the_store_says_so() -> None:
    with shop(data({"orders": {}})) as loopback:
        ask(loopback, document=ORDERS)
    assert "displayName" not in loopback.asked[0].payload["query"]


def test_another_field_that_is_withheld_stops_the_store_and_is_named() -> None:
    denied = error(
        "ACCESS_DENIED", path=["shopifyPaymentsAccount", "payouts"],
        extensions={"requiredAccess": "the `read_shopify_payments` access scope."},
    )  # fmt: skip
    with (
        shop(denied) as loopback,
        pytest.raises(Denied, match=r"shopifyPaymentsAccount\.payouts: it needs the `read_shopify_payments`"),
    ):
        ask(loopback, store(personal="yes"))


def test_a_name_that_is_no_shop_gets_no_token() -> None:
    with pytest.raises(Refused, match="no shop"):
        Client(store(shop="harbor-leaf.myshopify.com.example.org").connection(""))
    with Client(store(shop="Harbor-Leaf.myshopify.com").connection("")) as client:
        assert client.endpoint == "https://harbor-leaf.myshopify.com/admin/api/2026-10/graphql.json"


def test_two_shops_in_eight_threads_never_mix_their_tokens() -> None:
    def reply(asked: Asked) -> Reply:
        return data({"token": asked.token})

    with shop(*[reply] * 80) as loopback:

        def work(number: int) -> set[str]:
            token = f"shpat_{number % 2}"
            with Client(store(access_token=token).connection(loopback.endpoint)) as client:
                return {token, *(str(client.ask(SCOPES, {}).data["token"]) for _ in range(10))}

        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(work, range(8))) == [{"shpat_0"}, {"shpat_1"}] * 4


def test_logs_and_output_hold_no_token(caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    with shop(Reply(b"", 401), GRANT, Reply(b"no", 400), Reply(b"file")) as loopback:
        with pytest.raises(Changed):
            ask(loopback, store(**CLIENT))
        with Client(store().connection(loopback.endpoint)) as client:
            client.download(f"{loopback.endpoint}/file?signature=sesame", io.BytesIO())
    said = caplog.text + "".join(capsys.readouterr())
    assert [secret for secret in ("shpat_", "shpss_", "sesame") if secret in said] == []


def test_a_download_sends_no_token_and_comes_whole() -> None:
    out = io.BytesIO()
    with (
        shop(Reply(b"line\n"), Reply(b"line\n", cut=2), Reply(b"", 404), Reply(b"", 503)) as loopback,
        Client(store().connection(loopback.endpoint, timeout=0.5)) as client,
    ):
        assert client.download(f"{loopback.endpoint}/file", out) == 5
        for _ in range(3):
            with pytest.raises(Unavailable):
                client.download(f"{loopback.endpoint}/file", io.BytesIO())
        with pytest.raises(Changed, match="not https"):
            client.download("http://elsewhere.example/file", io.BytesIO())
    assert out.getvalue() == b"line\n"
    assert {asked.token for asked in loopback.asked} == {""}
