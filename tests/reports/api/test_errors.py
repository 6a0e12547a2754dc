import pytest
from django.test import Client

from tests.reports.api.making import make_client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "detail"),
    [
        ("en", "Authentication credentials were not provided."),
        ("zh-CN", "身份认证信息未提供。"),
        ("zh-Hans", "身份认证信息未提供。"),
        ("fr", "Authentication credentials were not provided."),
    ],
)
def test_code_stays_and_detail_speaks_the_readers_language(client: Client, language: str, detail: str) -> None:
    reply = client.get("/api/v1/ledger/", headers={"accept-language": language})
    assert (reply.status_code, reply.json()) == (401, {"code": "not_authenticated", "detail": detail})


def test_our_own_details_are_translated_too() -> None:
    reader, zh = make_client("channels.store"), {"accept-language": "zh-CN"}
    reply = reader.get("/api/v1/stores/?store=&ordering=name", headers=zh).json()
    assert reply["problems"] == [{"parameter": "store", "code": "empty_parameter", "detail": "为空；请省略该参数。"}]
    ledger = make_client("reconciliation.ledgerentry").get("/api/v1/ledger/?as_of=yesterday", headers=zh).json()
    assert ledger["detail"] == "as_of: 时间请带时区，例如 2026-01-31T23:59:59Z。"


def test_several_problems_are_all_listed() -> None:
    reply = make_client("reconciliation.ledgerentry").get("/api/v1/ledger/?kind=none&posted_since=x&company=1")
    assert reply.json() == {
        "code": "invalid",
        "detail": (
            "kind: Select a valid choice. none is not one of the available choices. "
            "posted_since: Write a day as YYYY-MM-DD."
        ),
        "problems": [
            {
                "parameter": "kind",
                "code": "invalid_choice",
                "detail": "Select a valid choice. none is not one of the available choices.",
            },
            {"parameter": "posted_since", "code": "invalid", "detail": "Write a day as YYYY-MM-DD."},
        ],
    }


def test_unknown_parameter_is_answered_with_the_known_ones() -> None:
    reply = make_client("channels.store").get("/api/v1/stores/?chanel=amazon")
    names = "channel, company, currency, cursor, format, ordering, page_size, store"
    detail = f"There is no such parameter here; there are: {names}."
    assert reply.json() == {
        "code": "unknown_parameter",
        "detail": f"chanel: {detail}",
        "problems": [{"parameter": "chanel", "code": "unknown_parameter", "detail": detail}],
    }


def test_a_wrong_csv_export_is_answered_in_json() -> None:
    reply = make_client("channels.store").get(
        "/api/v1/stores/?format=csv&chanel=amazon", headers={"accept": "text/csv"}
    )
    assert (reply.status_code, reply["Content-Type"]) == (400, "application/json")


def test_broken_body_is_a_parse_error(client: Client) -> None:
    reply = client.post("/api/v1/login/", "{", content_type="application/json")
    assert (reply.status_code, reply.json()["code"]) == (400, "parse_error")
