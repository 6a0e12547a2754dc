from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken
from rest_framework.test import APIClient

from tests.reports.api.making import PASSWORD, make_client, make_reader

pytestmark = pytest.mark.django_db
LOGIN, LEDGER = "/api/v1/login/", "/api/v1/ledger/"


def login(client: Client | APIClient, username: str, password: str = PASSWORD) -> dict[str, str]:
    reply = client.post(LOGIN, {"username": username, "password": password})
    assert reply.status_code == 200
    body: dict[str, str] = reply.json()
    return body


def with_token(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def test_token_reads_until_it_is_ended(client: Client) -> None:
    user = make_reader("reconciliation.ledgerentry")
    body = login(client, user.username)
    assert sorted(body) == ["expiry", "token"]
    reader = with_token(body["token"])
    assert [reader.get(LEDGER).status_code, reader.post("/api/v1/logout/").status_code] == [200, 204]
    assert (reader.get(LEDGER).status_code, reader.get(LEDGER).json()["code"]) == (401, "authentication_failed")


def test_logoutall_ends_every_token_of_the_user_only(client: Client) -> None:
    user, other = make_reader("reconciliation.ledgerentry"), make_reader("reconciliation.ledgerentry")
    tokens = [login(client, name)["token"] for name in (user.username, user.username, other.username)]
    assert with_token(tokens[0]).post("/api/v1/logoutall/").status_code == 204
    assert [with_token(token).get(LEDGER).status_code for token in tokens] == [401, 401, 200]


def test_token_is_stored_as_a_hash_and_expires(client: Client, settings: object) -> None:
    user = make_reader("reconciliation.ledgerentry")
    body = login(client, user.username)
    stored = AuthToken.objects.get()
    assert body["token"] not in {stored.digest, stored.token_key}
    left = stored.expiry - timezone.now()
    assert timedelta(days=89) < left < timedelta(days=90)
    AuthToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert with_token(body["token"]).get(LEDGER).status_code == 401


def test_inactive_user_and_wrong_password_get_no_token(client: Client) -> None:
    user = make_reader()
    wrong = client.post(LOGIN, {"username": user.username, "password": "wrong"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "authorization")
    user.is_active = False
    user.save()
    assert client.post(LOGIN, {"username": user.username, "password": PASSWORD}).json() == wrong.json()
    assert client.post(LOGIN, {"username": user.username}).json()["problems"][0]["parameter"] == "password"


def test_token_of_a_user_made_inactive_ends(client: Client) -> None:
    user = make_reader("reconciliation.ledgerentry")
    reader = with_token(login(client, user.username)["token"])
    user.is_active = False
    user.save()
    assert reader.get(LEDGER).status_code == 401


def test_the_eleventh_login_in_a_minute_waits_whatever_address_it_claims(client: Client) -> None:
    replies = [
        client.post(LOGIN, {"username": "x", "password": "y"}, headers={"x-forwarded-for": f"10.0.0.{number}"})
        for number in range(11)
    ]
    assert [reply.status_code for reply in replies] == [400] * 10 + [429]
    assert (replies[-1].json()["code"], int(replies[-1]["Retry-After"]) > 0) == ("throttled", True)


def test_thirty_exports_an_hour_and_pages_go_on() -> None:
    reader = make_client("reconciliation.ledgerentry")
    codes = [reader.get(LEDGER, {"format": "csv"}).status_code for _ in range(31)]
    assert codes == [200] * 30 + [429]
    assert reader.get(LEDGER).status_code == 200
    assert make_client("reconciliation.ledgerentry").get(LEDGER, {"format": "csv"}).status_code == 200


@pytest.mark.parametrize("name", ["contribution", "ledger", "orders", "payouts", "stores", "discrepancies"])
def test_reading_needs_a_user_with_the_permission(client: Client, name: str) -> None:
    assert client.get(f"/api/v1/{name}/").status_code == 401
    assert client.get(f"/api/v1/{name}/")["WWW-Authenticate"] == "Token"
    reply = make_client().get(f"/api/v1/{name}/?nonsense=1")
    assert (reply.status_code, reply.json()["code"]) == (403, "permission_denied")


@pytest.mark.parametrize("name", ["contribution", "ledger", "orders", "payouts", "stores", "discrepancies"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(name: str, method: str) -> None:
    user = make_reader()
    user.is_superuser = True
    user.save()
    client = APIClient()
    client.force_authenticate(user)
    reply = getattr(client, method)(f"/api/v1/{name}/", {}, format="json")
    assert (reply.status_code, reply.json()["code"]) == (405, "method_not_allowed")


def test_answers_are_kept_by_nobody_in_between() -> None:
    reply = make_client("channels.store").get("/api/v1/stores/")
    assert reply["Cache-Control"] == "private, no-store"
