"""The client: what Amazon answers, what it means, and what never leaves it."""

import gzip
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from channels.adapters.amazon.client import Broken, Client, opened
from channels.adapters.amazon.marketplaces import MARKETPLACES, host_of
from channels.adapters.amazon.replies import Reply
from channels.core.errors import Changed, Refused, Throttled, Unavailable
from tests.channels.adapters.amazon_stub import (
    DE,
    GIVEN,
    LWA,
    US,
    Buckets,
    Stub,
    Time,
    Told,
    amazon,
    connect,
    store_in,
)

ORDERS = "/orders/2026-01-01/orders"
DOCUMENT = "/reports/2021-06-30/documents/D1"
PAGE = {"orders": [], "lastUpdatedBefore": "2026-11-02T00:00:00Z"}


@pytest.fixture
def stub() -> Iterator[Stub]:
    with amazon() as one:
        yield one


def search(client: Client) -> Reply:
    query = {"lastUpdatedAfter": "2026-11-01T00:00:00Z", "marketplaceIds": [US]}
    return client.ask("searchOrders", lambda: client.orders.search_orders(**query))


def errors(code: str, message: str, details: str = "") -> dict[str, Any]:
    return {"errors": [{"code": code, "message": message, "details": details}]}


def test_answer_is_kept_as_it_came_and_read_with_exact_numbers(stub: Stub) -> None:
    body = b'{ "orders": [],\n "amount": 0.10, "big": 12345678901234567.89 }'
    stub.tell(ORDERS, body)
    with opened(connect(stub)) as client:
        reply = search(client)
    assert reply.body == body
    assert reply.document == {"orders": [], "amount": Decimal("0.10"), "big": Decimal("12345678901234567.89")}


@pytest.mark.parametrize(
    ("told", "raised", "said"),
    [
        (Told(b"", 503), Unavailable, "searchOrders: status 503, its body is empty"),
        (Told(b"<html>504 Gateway Time-out</html>", 504, {"Content-Type": "text/html"}), Unavailable,
         "searchOrders: status 504, it says '<html>504 Gateway Time-out</html>'"),
        (Told(errors("InternalFailure", "Try again."), 500), Unavailable, "searchOrders: InternalFailure: Try again."),
        (Told(b"", 200), Unavailable, "searchOrders: Amazon answered without a document: status 200, 0 bytes"),
        (Told(b"<html>Sign in</html>", 200), Unavailable,
         "searchOrders: Amazon answered without a document: status 200, 20 bytes"),
        (Told([], 200), Unavailable, "searchOrders: Amazon answered without a document: status 200, 2 bytes"),
        (Told(b'{"orders": [{"recipient": {"name": "Robin Quill', 200), Unavailable,
         "searchOrders: Amazon answered without a document: status 200, 47 bytes"),
        (Told(errors("Gone", "Not now"), 200), Unavailable, "searchOrders: Gone: Not now"),
        (Told(b"", 302, {"Location": "/elsewhere"}), Unavailable, "searchOrders: status 302, its body is empty"),
        (Told({"message": "Forbidden"}, 403), Unavailable,
         """searchOrders: status 403, it says '{"message": "Forbidden"}'"""),
        (Told(b"", 401), Unavailable, "searchOrders: status 401, its body is empty"),
        (Told(errors("Unauthorized", "Access to requested resource is denied."), 403), Refused,
         ("searchOrders: Unauthorized: Access to requested resource is denied. "
          "Check the application's roles and the seller's authorisation.")),
        (Told(errors("Unauthorized", "Denied.", "The access token you provided has expired."), 403), Unavailable,
         "searchOrders: Unauthorized: Denied.: The access token you provided has expired."),
        (Told(errors("InvalidInput", "Invalid Input"), 400), Changed, "searchOrders: InvalidInput: Invalid Input"),
        (Told(errors("NotFound", "No such thing"), 404), Changed, "searchOrders: NotFound: No such thing"),
        (Told(PAGE, 200, cut=10), Unavailable, "no whole answer from Amazon: RemoteProtocolError"),
        (Told(PAGE, 200, {"Content-Encoding": "gzip"}), Unavailable, "no whole answer from Amazon: DecodingError"),
    ],
    ids=lambda value: f"{value.status}" if isinstance(value, Told) else "",
)  # fmt: skip
def test_failure_is_never_an_empty_answer(stub: Stub, told: Told, raised: type[Exception], said: str) -> None:
    stub.tell(ORDERS, told)
    with opened(connect(stub)) as client, pytest.raises(raised) as caught:
        search(client)
    assert str(caught.value) == said


def test_silence_is_a_failure(stub: Stub) -> None:
    stub.tell(ORDERS, Told(PAGE, hang=5))
    with opened(connect(stub, timeout=0.1)) as client, pytest.raises(Unavailable) as caught:
        search(client)
    assert str(caught.value) == "no whole answer from Amazon: ReadTimeout"


def test_nobody_at_the_address_is_a_failure() -> None:
    with amazon() as stub:
        connection = connect(stub)
    with opened(connection) as client, pytest.raises(Unavailable) as caught:
        search(client)
    assert str(caught.value) == "no whole answer from Amazon: ConnectError"


def test_each_request_takes_a_token_first_and_tells_the_rate(stub: Stub) -> None:
    buckets = Buckets()
    stub.tell(ORDERS, Told(PAGE, headers={"x-amzn-RateLimit-Limit": "0.0111"}), Told(PAGE))
    with opened(connect(stub, buckets)) as client:
        search(client)
        search(client)
    assert buckets.taken == ["searchOrders", "searchOrders"]
    assert buckets.learnt == [("searchOrders", 0.0111, None)]


@pytest.mark.parametrize(("header", "rate"), [("0.02", 0.02), ("", None), ("soon", None), ("0", None), ("inf", None)])
def test_throttling_empties_the_bucket_and_waits_for_one_token(stub: Stub, header: str, rate: float | None) -> None:
    buckets = Buckets()
    stub.tell(ORDERS, Told(errors("QuotaExceeded", "Slow"), 429, {"x-amzn-RateLimit-Limit": header} if header else {}))
    with opened(connect(stub, buckets)) as client, pytest.raises(Throttled) as caught:
        search(client)
    assert buckets.learnt == [("searchOrders", rate, 0)]
    assert caught.value.wait == 1 / (rate or 0.0056)


# Access tokens


def test_token_comes_from_the_stores_own_credentials(stub: Stub) -> None:
    stub.tell(ORDERS, PAGE)
    with opened(connect(stub)) as client:
        search(client)
    [login], [asked] = stub.to(LWA), stub.to(ORDERS)
    assert login.form == {
        "grant_type": "refresh_token", "refresh_token": GIVEN["refresh_token"], "client_id": GIVEN["lwa_app_id"],
        "client_secret": GIVEN["lwa_client_secret"],
    }  # fmt: skip
    assert asked.query == {"lastUpdatedAfter": "2026-11-01T00:00:00Z", "marketplaceIds": US}
    assert asked.headers["x-amz-access-token"] == "Atza|harbor-1"
    assert asked.headers["host"] == stub.address.removeprefix("http://")


def test_token_is_kept_between_clients_until_shortly_before_it_ends(stub: Stub) -> None:
    stub.tell(ORDERS, PAGE)
    clock = Time()
    for pause in (0, 3400, 100):
        clock.sleep(pause)
        with opened(connect(stub, clock=clock)) as client:
            search(client)
    assert [one.headers["x-amz-access-token"] for one in stub.to(ORDERS)] == [
        "Atza|harbor-1", "Atza|harbor-1", "Atza|harbor-2",
    ]  # fmt: skip


def test_expired_token_is_renewed_once_and_the_request_repeated(stub: Stub) -> None:
    buckets = Buckets()
    expired = Told(errors("Unauthorized", "Access is denied.", "The access token you provided has expired."), 403)
    stub.tell(ORDERS, expired, PAGE)
    with opened(connect(stub, buckets)) as client:
        assert search(client).document == PAGE
    assert buckets.taken == ["searchOrders", "searchOrders"]
    assert [one.headers["x-amz-access-token"] for one in stub.to(ORDERS)] == ["Atza|harbor-1", "Atza|harbor-2"]


@pytest.mark.parametrize(
    ("told", "raised", "said"),
    [
        (Told({"error": "invalid_grant", "error_description": "The request has an invalid grant parameter"}, 400),
         Refused, ("Login with Amazon refuses this store (invalid_grant: The request has an invalid grant parameter); "
                   "authorise the application again")),
        (Told(b"<html></html>", 200), Unavailable, "Login with Amazon answered with status 200"),
        (Told(b"", 503), Unavailable, "Login with Amazon answered with status 503"),
        (Told({"error": "server_error"}, 500), Unavailable, "Login with Amazon answered with status 500"),
        (Told({"token_type": "bearer"}, 200), Unavailable, "Login with Amazon answered without an access token"),
        (Told({}, 429), Throttled, "throttled for 60 s"),
    ],
)  # fmt: skip
def test_login_that_fails_says_who_must_act(stub: Stub, told: Told, raised: type[Exception], said: str) -> None:
    stub.tell(LWA, told)
    with opened(connect(stub)) as client, pytest.raises(raised) as caught:
        search(client)
    assert str(caught.value) == said


def test_many_sellers_in_threads_use_their_own_tokens_and_log_in_once(stub: Stub) -> None:
    sellers, together = 12, Barrier(24)
    stub.tell(LWA, lambda asked: Told({"access_token": f"of {asked.form['refresh_token']}", "expires_in": 3600}))
    stub.tell(ORDERS, lambda asked: Told({**PAGE, "seen": asked.headers["x-amz-access-token"]}))

    def one(seller: int) -> str:
        together.wait(10)
        with opened(connect(stub, given={"refresh_token": f"Atzr|{seller}"})) as client:
            return str(search(client).document["seen"])

    with ThreadPoolExecutor(24) as pool:
        seen = list(pool.map(one, [*range(sellers), *range(sellers)]))
    assert seen == [f"of Atzr|{seller}" for seller in [*range(sellers), *range(sellers)]]
    assert len(stub.to(LWA)) == sellers


def test_same_token_of_another_application_is_another_login(stub: Stub) -> None:
    stub.tell(ORDERS, PAGE)
    for application in ("app-1", "app-2"):
        with opened(connect(stub, given={"lwa_app_id": application})) as client:
            search(client)
    assert [one.form["client_id"] for one in stub.to(LWA)] == ["app-1", "app-2"]


# Nothing from the environment, nothing into a log

ELSEWHERE = {
    "SP_API_REFRESH_TOKEN": "Atzr|of-somebody-else", "LWA_APP_ID": "other-app", "LWA_CLIENT_SECRET": "other-secret",
    "SP_API_DEFAULT_MARKETPLACE": "JP", "AWS_ENV": "SANDBOX", "HTTP_PROXY": "http://127.0.0.1:9",
    "http_proxy": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9",
}  # fmt: skip


def test_environment_and_files_of_the_package_do_nothing(
    stub: Stub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in ELSEWHERE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "python-sp-api").mkdir()
    (tmp_path / "python-sp-api/credentials.yml").write_text("default:\n  refresh_token: other\n  lwa_app_id: other\n")
    stub.tell(ORDERS, PAGE)
    with opened(connect(stub)) as client:
        search(client)
    [login], [asked] = stub.to(LWA), stub.to(ORDERS)
    assert login.form["refresh_token"] == GIVEN["refresh_token"]
    assert login.form["client_id"] == GIVEN["lwa_app_id"]
    assert asked.query["marketplaceIds"] == US


def test_nonsense_in_the_environment_does_not_stop_the_import() -> None:
    nonsense = {"SP_API_DEFAULT_MARKETPLACE": "MOON", "AWS_ENV": "MOON", "SP_API_AUTH_CACHE_SIZE": "many"}
    code = "import channels.adapters.amazon.sdk, os; print(os.environ['AWS_ENV'])"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **nonsense}, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("MOON\n", "")


@pytest.mark.parametrize("name", ["refresh_token", "lwa_app_id", "lwa_client_secret"])
def test_incomplete_credentials_are_refused_and_never_filled_up(
    stub: Stub, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for variable, value in ELSEWHERE.items():
        monkeypatch.setenv(variable, value)
    with pytest.raises(Refused) as caught, opened(connect(stub, given={name: ""})):
        pass
    assert str(caught.value) == f"the store lacks {name}"
    assert stub.asked == []


def test_unknown_marketplace_is_refused(stub: Stub) -> None:
    with pytest.raises(Refused) as caught, opened(connect(stub, shop=store_in("Amazon.de", "EUR"))):
        pass
    assert str(caught.value) == "Amazon.de is no marketplace of Amazon; choose the store's own"


def test_no_token_secret_or_signed_address_reaches_a_log(stub: Stub, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in list(logging.root.manager.loggerDict):
        caplog.set_level(logging.DEBUG, name)
    stub.tell(ORDERS, {"orders": [{"orderId": "1", "buyer": {"buyerName": "Lena Beispiel"}}]})
    stub.tell(DOCUMENT, {"reportDocumentId": "D1", "url": f"{stub.address}/bucket/D1?X-Amz-Signature=5ee1ed"})
    stub.tell("/bucket/D1", b"a\tb\n")
    with opened(connect(stub)) as client:
        search(client)
        client.document("D1")
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert caplog.records
    hidden = [GIVEN["refresh_token"], GIVEN["lwa_client_secret"], "Atza|", "5ee1ed", "Lena Beispiel"]
    assert [one for one in hidden if one in said] == []


# Documents


def tell_document(stub: Stub, *answers: Told, **more: Any) -> None:
    stub.tell(DOCUMENT, {"reportDocumentId": "D1", "url": f"{stub.address}/bucket/D1", **more})
    stub.tell("/bucket/D1", *answers)


def fetch(stub: Stub, buckets: Buckets | None = None) -> tuple[bytes, str]:
    with opened(connect(stub, buckets)) as client:
        document = client.document("D1")
        return document.body, document.media_type


EXPIRED = Told(
    b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", 403, {"Content-Type": "application/xml"}
)


def test_document_is_fetched_without_the_token_and_kept_in_its_own_characters(stub: Stub) -> None:
    body = "amazon-order-id\tproduct-name\n1\t抹茶\n".encode("cp932")
    tell_document(stub, Told(body, headers={"Content-Type": "text/plain;charset=Windows-31J"}))
    assert fetch(stub) == (body, "text/plain;charset=Windows-31J")
    [asked] = stub.to("/bucket/D1")
    assert "x-amz-access-token" not in asked.headers


def test_packed_document_is_unpacked(stub: Stub) -> None:
    tell_document(stub, Told(gzip.compress(b"{}")), compressionAlgorithm="GZIP")
    assert fetch(stub)[0] == b"{}"


def test_expired_address_is_asked_for_once_more(stub: Stub) -> None:
    buckets = Buckets()
    tell_document(stub, EXPIRED, Told(b"whole\n"))
    assert fetch(stub, buckets)[0] == b"whole\n"
    assert buckets.taken == ["getReportDocument", "getReportDocument"]


@pytest.mark.parametrize(
    ("told", "packing", "raised", "said"),
    [
        (EXPIRED, None, Unavailable, "the address of the report's document had expired, and the new one had too"),
        (Told(b"<Error/>", 503), None, Unavailable, "the report's document came with status 503"),
        (Told(b"whole document", cut=5), None, Unavailable, "no whole answer from Amazon: RemoteProtocolError"),
        (Told(b"<Error/>", 404), None, Broken, "the document is gone"),
        (Told(b"whole", 206), None, Broken, "only a part of the document came"),
        (Told(gzip.compress(b"x" * 9000)[:30]), "GZIP", Broken, "the packed document ends too early"),
        (Told(b"plain"), "GZIP", Broken,
         "the document cannot be unpacked: Error -3 while decompressing data: incorrect header check"),
        (Told(b"plain"), "ZSTD", Unavailable, "the document is packed in a way unknown here: ZSTD"),
    ],
)  # fmt: skip
def test_document_that_is_not_whole_is_not_taken(
    stub: Stub, told: Told, packing: str | None, raised: type[Exception], said: str
) -> None:
    tell_document(stub, told, compressionAlgorithm=packing)
    with pytest.raises(raised) as caught:
        fetch(stub)
    assert str(caught.value) == said


def test_document_that_amazon_no_longer_knows_is_gone(stub: Stub) -> None:
    stub.tell(DOCUMENT, Told(errors("InvalidInput", "Invalid input"), 400))
    with pytest.raises(Broken) as caught:
        fetch(stub)
    assert str(caught.value) == "the document is gone: getReportDocument: InvalidInput: Invalid input"


def test_hosts_are_by_region() -> None:
    hosts = {name: host_of(one) for one, name in MARKETPLACES.items()}
    assert {hosts[name] for name in ("Amazon.com", "Amazon.ca", "Amazon.com.mx", "Amazon.com.br")} == {
        "https://sellingpartnerapi-na.amazon.com"
    }
    assert {hosts[name] for name in ("Amazon.co.jp", "Amazon.com.au", "Amazon.sg")} == {
        "https://sellingpartnerapi-fe.amazon.com"
    }
    assert host_of(DE) == hosts["Amazon.in"] == hosts["Amazon.com.tr"] == "https://sellingpartnerapi-eu.amazon.com"


def test_marketplace_is_added_nowhere_by_itself(stub: Stub) -> None:
    path = "/finances/2024-06-19/transactions"
    stub.tell(path, {"payload": {"transactions": []}})
    with opened(connect(stub)) as client:
        client.ask(
            "listTransactions", lambda: client.transactions.list_transactions(postedAfter="2026-11-01T00:00:00Z")
        )
    assert [one.query for one in stub.to(path)] == [{"postedAfter": "2026-11-01T00:00:00Z"}]
