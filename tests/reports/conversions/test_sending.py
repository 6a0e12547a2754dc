"""Each network is asked as it documents, and its answers are told conversion by conversion, without what was sent."""

import logging
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from reports.conversions.sending import NETWORKS, Answered, Fate, Network, Prepared, Wire
from reports.conversions.sending.wire import Unsent
from tests.reports.conversions.loopback import Asked, Reply, network
from tests.reports.conversions.making import CLICK, CLIENT, NOW, leads, row

SECRET = "s3cr3t-value"
GIVEN: dict[str, dict[str, str]] = {
    "ga4": {"measurement_id": "G-ABC123", "api_secret": SECRET},
    "meta": {"dataset_id": "1234567890", "access_token": SECRET},
    "google_ads": {
        "customer_id": "123-456-7890", "client_id": "app", "client_secret": SECRET, "refresh_token": SECRET,
        "qualified_action": "11", "won_action": "22",
    },
    "uploads": {
        "customer_id": "123-456-7890", "developer_token": SECRET, "client_id": "app", "client_secret": SECRET,
        "refresh_token": SECRET, "qualified_action": "11", "won_action": "22",
    },
}  # fmt: skip


def network_of(to: str) -> Network:
    return NETWORKS["google_ads" if to == "uploads" else to]


def made(to: str, tmp_path: Path, *lines: str) -> list[Prepared]:
    return list(network_of(to).prepared(leads(tmp_path, *(lines or (row(),))), NOW, Counter(), GIVEN[to]))


def send(to: str, base: str, several: list[Prepared], timeout: float = 5) -> list[Answered]:
    with Wire(timeout) as wire:
        return list(network_of(to).send(wire, base, GIVEN[to], several))


def fates(answers: list[Answered]) -> list[tuple[str, str]]:
    return [(one.fate.value, one.said) for one in answers]


def granting(answer: Any) -> Any:
    """A Google that gives tokens."""

    def told(asked: Asked) -> Reply:
        return Reply({"access_token": "ya29.short", "expires_in": 3599}) if asked.path == "/token" else answer(asked)

    return told


def test_analytics_is_asked_to_check_an_event_before_it_counts_it(tmp_path: Path) -> None:
    def answer(asked: Asked) -> Reply:
        return Reply({"validationMessages": []}) if asked.path.startswith("/debug") else Reply(b"", 204)

    with network(answer) as google:
        found = send("ga4", google.endpoint, made("ga4", tmp_path))
    assert fates(found) == [("sent", ""), ("sent", "")]
    assert google.paths == ["/debug/mp/collect", "/mp/collect"] * 2
    first = google.asked[1]
    assert first.query == {"measurement_id": ["G-ABC123"], "api_secret": [SECRET]}
    assert (first.body["client_id"], first.body["events"][0]["name"]) == (CLIENT, "qualify_lead")
    assert google.asked[0].body == first.body


def test_an_event_that_analytics_finds_wrong_is_not_sent_and_its_words_are_not_kept(tmp_path: Path) -> None:
    wrong = {
        "fieldPath": "events[0].name", "description": f"of client {CLIENT}", "validationCode": "NAME_INVALID",
    }  # fmt: skip
    with network(lambda _: Reply({"validationMessages": [wrong, {"fieldPath": "a b", "validationCode": 7}]})) as google:
        found = send("ga4", google.endpoint, made("ga4", tmp_path)[:1])
    assert fates(found) == [("refused", "NAME_INVALID events[0].name, 7 ?")]
    assert google.paths == ["/debug/mp/collect"]


@pytest.mark.parametrize(
    ("check", "count", "fate"),
    [
        (Reply(b"<html>", 200), Reply(), "later"), (Reply({}, 503), Reply(), "later"), (Reply(broken=True), Reply(), "later"),
        (Reply({"validationMessages": []}), Reply(b"", 503), "later"),
        (Reply({"validationMessages": []}), Reply(b"", 429), "later"),
        (Reply({"validationMessages": []}), Reply(b"", 413), "refused"),
        (Reply({"validationMessages": []}), Reply(broken=True), "unsure"),
    ],
    ids=["no JSON", "check down", "check broken", "down", "too many", "too large", "no answer"],
)  # fmt: skip
def test_what_may_have_been_counted_is_told_from_what_was_not(
    tmp_path: Path, check: Reply, count: Reply, fate: str
) -> None:
    with network(lambda asked: check if asked.path.startswith("/debug") else count) as google:
        assert [one.fate.value for one in send("ga4", google.endpoint, made("ga4", tmp_path)[:1])] == [fate]


def test_meta_takes_all_in_one_request(tmp_path: Path) -> None:
    with network(lambda asked: Reply({"events_received": len(asked.body["data"]), "fbtrace_id": "A"})) as meta:
        found = send("meta", meta.endpoint, made("meta", tmp_path, row("1"), row("2")))
    assert fates(found) == [("sent", "")] * 4
    [asked] = meta.asked
    assert (asked.path, asked.query, asked.body["access_token"]) == ("/v25.0/1234567890/events", {}, SECRET)
    assert asked.body["data"][0]["event_name"] == "Qualified Lead"


def test_meta_s_request_is_halved_until_the_bad_event_stands_alone(tmp_path: Path) -> None:
    several = made("meta", tmp_path, *(row(str(number)) for number in range(8)))
    bad = several[5].mark

    def answer(asked: Asked) -> Reply:
        if any(one["event_id"] == bad for one in asked.body["data"]):
            said = {"message": f"bad {CLICK}", "type": "OAuthException", "code": 100, "error_subcode": 2804050}
            return Reply({"error": said}, 400)
        return Reply({"events_received": len(asked.body["data"])})

    with network(answer) as meta:
        found = send("meta", meta.endpoint, several)
    assert [one.mark for one in found] == [one.mark for one in several]
    assert [(one.mark, one.said) for one in found if one.fate is not Fate.SENT] == [(bad, "status 400 100/2804050")]
    assert len(meta.asked) == 9


@pytest.mark.parametrize(
    ("reply", "fate", "said"),
    [
        (Reply({"error": {"code": 190, "error_subcode": 463}}, 400), "later", "status 400 190/463"),
        (Reply({"error": {"code": 2, "is_transient": True}}, 500), "later", "status 500 2"),
        (Reply({"error": {"code": 613}}, 400), "later", "status 400 613"),
        (Reply({"error": {"code": 803}}, 404), "refused", "status 404 803"),
        (Reply({"error": "odd"}, 400), "refused", "status 400"),
        (Reply({"events_received": 1}), "later", "1 of 2 received"),
        (Reply({"events_received": {"a": 1}}), "later", "? of 2 received"),
        (Reply(b"[]"), "later", "None of 2 received"),
        (Reply(broken=True), "later", "RemoteProtocolError"),
    ],
    ids=["token", "transient", "too often", "no dataset", "odd error", "one", "no number", "no object", "broken"],
)  # fmt: skip
def test_meta_s_other_answers(tmp_path: Path, reply: Reply, fate: str, said: str) -> None:
    with network(lambda _: reply) as meta:
        assert fates(send("meta", meta.endpoint, made("meta", tmp_path))) == [(fate, said)] * 2


def test_google_ads_is_asked_with_a_fresh_token(tmp_path: Path) -> None:
    with network(
        granting(lambda asked: Reply({"results": [{"orderId": "x"}] * len(asked.body["conversions"])}))
    ) as ads:
        found = send("uploads", ads.endpoint, made("uploads", tmp_path))
    assert fates(found) == [("sent", ""), ("sent", "")]
    token, upload = ads.asked
    assert token.body["grant_type"] == ["refresh_token"]
    assert upload.path == "/v26/customers/1234567890:uploadClickConversions"
    assert (upload.headers["authorization"], upload.headers["developer-token"]) == ("Bearer ya29.short", SECRET)
    assert "login-customer-id" not in upload.headers
    assert upload.body["partialFailure"] is True
    won = upload.body["conversions"][1]
    assert won["conversionAction"] == "customers/1234567890/conversionActions/22"
    assert (won["conversionDateTime"], won["conversionValue"], won["currencyCode"], won["gclid"]) == (
        "2026-10-30 12:00:00+00:00", 420.5, "EUR", CLICK,
    )  # fmt: skip
    assert won["consent"] == {"adUserData": "GRANTED", "adPersonalization": "GRANTED"}
    assert [list(one) for one in won["userIdentifiers"]] == [["hashedEmail"], ["hashedPhoneNumber"]]


def failure(*told: tuple[int | None, str]) -> dict[str, Any]:
    errors = [
        {
            "errorCode": {"conversionUploadError": word}, "message": f"about {CLICK}", "trigger": {"stringValue": CLICK},
            "location": {"fieldPathElements": [{"fieldName": "conversions", "index": at}, {"fieldName": "gclid"}]}
            if at is not None
            else {},
        }
        for at, word in told
    ]  # fmt: skip
    return {"code": 3, "message": "Multiple errors", "details": [{"@type": "…GoogleAdsFailure", "errors": errors}]}


def test_google_ads_tells_which_of_a_request_it_did_not_take(tmp_path: Path) -> None:
    several = made("uploads", tmp_path, row("1"), row("2"), row("3"))
    told = failure(
        (0, "UNPARSEABLE_GCLID"), (1, "ORDER_ID_ALREADY_IN_USE"), (3, "TOO_RECENT_EVENT"), (4, "X Y"), (0, "Z")
    )
    document = {"partialFailureError": told, "results": [{}, {}, {"gclid": CLICK}, {}, {}, {}]}
    with network(granting(lambda _: Reply(document))) as ads:
        found = send("uploads", ads.endpoint, several)
    assert fates(found) == [
        ("refused", "UNPARSEABLE_GCLID, Z"), ("sent", "ORDER_ID_ALREADY_IN_USE"), ("sent", ""),
        ("later", "TOO_RECENT_EVENT"), ("refused", "?"), ("later", "no result"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("token", "reply", "fate", "said"),
    [
        (Reply({"error": "invalid_grant"}, 400), Reply(), "later", "no access token: status 400 invalid_grant"),
        (Reply({"access_token": ""}), Reply(), "later", "no access token: status 200"),
        (Reply({"access_token": "a"}), Reply({"error": failure((None, "USER_PERMISSION_DENIED"))}, 403), "later",
         "status 403 USER_PERMISSION_DENIED"),
        (Reply({"access_token": "a"}), Reply({"error": failure((None, "PARTIAL_FAILURE_MODE_REQUIRED"))}, 400), "later",
         "status 400 PARTIAL_FAILURE_MODE_REQUIRED"),
        (Reply({"access_token": "a"}), Reply({"partialFailureError": failure((None, "ODD"))}), "later", "ODD"),
        (Reply({"access_token": "a"}), Reply({"partialFailureError": {"details": [7, {"errors": "x"}]}}), "later", "no result"),
        (Reply({"access_token": "a"}), Reply(broken=True), "later", "RemoteProtocolError"),
    ],
    ids=["no grant", "empty token", "no permission", "wrong request", "no place", "odd details", "broken"],
)  # fmt: skip
def test_google_ads_other_answers(tmp_path: Path, token: Reply, reply: Reply, fate: str, said: str) -> None:
    with network(lambda asked: token if asked.path == "/token" else reply) as ads:
        assert fates(send("uploads", ads.endpoint, made("uploads", tmp_path))) == [(fate, said)] * 2


def test_the_data_manager_takes_conversions_without_a_developer_token(tmp_path: Path) -> None:
    with network(granting(lambda _: Reply({"requestId": "126365e1-16d0"}))) as google:
        found = send("google_ads", google.endpoint, made("google_ads", tmp_path))
    assert fates(found) == [("sent", "request 126365e1-16d0")] * 2
    _, ingest = google.asked
    assert (ingest.path, ingest.headers["authorization"]) == ("/v1/events:ingest", "Bearer ya29.short")
    assert "developer-token" not in ingest.headers
    account = {"accountType": "GOOGLE_ADS", "accountId": "1234567890"}
    assert ingest.body["destinations"] == [
        {"reference": "qualified", "operatingAccount": account, "productDestinationId": "11"},
        {"reference": "won", "operatingAccount": account, "productDestinationId": "22"},
    ]
    won = ingest.body["events"][1]
    assert (ingest.body["encoding"], won["destinationReferences"], won["adIdentifiers"]) == (
        "HEX",
        ["won"],
        {"gclid": CLICK},
    )
    assert (won["eventTimestamp"], won["conversionValue"], won["currency"]) == ("2026-10-30T12:00:00Z", 420.5, "EUR")
    assert won["consent"] == {"adUserData": "CONSENT_GRANTED", "adPersonalization": "CONSENT_GRANTED"}
    assert [(list(one), len(next(iter(one.values())))) for one in won["userData"]["userIdentifiers"]] == [
        (["emailAddress"], 64), (["phoneNumber"], 64),
    ]  # fmt: skip


def violations(*told: tuple[str, str]) -> Reply:
    fields = [{"field": field, "description": f"bad {CLICK}", "reason": reason} for field, reason in told]
    return Reply({"error": {"code": 400, "status": "INVALID_ARGUMENT", "details": [{"fieldViolations": fields}]}}, 400)


def test_what_the_data_manager_finds_wrong_is_left_out_and_the_rest_sent_once_more(tmp_path: Path) -> None:
    several = made("google_ads", tmp_path, row("1"), row("2"))
    bad = several[2].body["transactionId"]

    def answer(asked: Asked) -> Reply:
        if any(event["transactionId"] == bad for event in asked.body["events"]):
            return violations(("events.events[2].event_timestamp", "INVALID_FORMAT"), ("events.events[2]", "x y"))
        return Reply({"requestId": "r-2"})

    with network(granting(answer)) as google:
        found = {one.mark: (one.fate.value, one.said) for one in send("google_ads", google.endpoint, several)}
    assert found[several[2].mark] == ("refused", "INVALID_FORMAT, ?")
    assert [found[several[at].mark] for at in (0, 1, 3)] == [("sent", "request r-2")] * 3
    assert google.paths == ["/token", "/v1/events:ingest", "/v1/events:ingest"]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (violations(("destinations[0].product_destination_id", "INVALID_DESTINATION")),
         "status 400 INVALID_ARGUMENT, INVALID_DESTINATION"),
        (Reply({"error": {"status": "PERMISSION_DENIED", "details": [{"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}}, 403),
         "status 403 PERMISSION_DENIED, ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
        (Reply({"error": {"status": "RESOURCE_EXHAUSTED"}}, 429), "status 429 RESOURCE_EXHAUSTED"),
        (Reply({}), "status 200"), (Reply({"error": {"details": [3]}}, 400), "status 400"), (Reply(broken=True), "RemoteProtocolError"),
    ],
    ids=["destination", "scope", "too many", "no request", "odd", "broken"],
)  # fmt: skip
def test_what_is_no_record_s_fault_is_tried_again(tmp_path: Path, reply: Reply, said: str) -> None:
    with network(granting(lambda _: reply)) as google:
        assert fates(send("google_ads", google.endpoint, made("google_ads", tmp_path))) == [("later", said)] * 2


@pytest.mark.parametrize(
    ("told", "fate", "said"),
    [
        ([{"requestStatus": "SUCCESS"}], "sent", "SUCCESS"),
        ([{"requestStatus": "SUCCESS"}, {"requestStatus": "PARTIAL_SUCCESS", "errorInfo": {
            "errorCounts": [{"recordCount": "3", "reason": "PROCESSING_ERROR_REASON_INVALID_GCLID"}]}}],
         "sent", "PARTIAL_SUCCESS/SUCCESS, PROCESSING_ERROR_REASON_INVALID_GCLID 3"),
        ([{"requestStatus": "FAILED", "errorInfo": "odd"}], "refused", "FAILED"),
        ([{"requestStatus": "SUCCESS"}, {"requestStatus": "PROCESSING"}], "", ""), ([], "", ""), ("odd", "", ""),
    ],
    ids=["all", "some", "none", "not yet", "nothing", "odd"],
)  # fmt: skip
def test_what_became_of_a_request_is_asked_later(told: Any, fate: str, said: str) -> None:
    review = NETWORKS["google_ads"].review
    assert review
    with network(granting(lambda _: Reply({"requestStatusPerDestination": told}))) as google, Wire(5) as wire:
        found = [
            (one.before, one.fate.value, one.said)
            for one in review(wire, google.endpoint, GIVEN["google_ads"], ["request r-2"])
        ]
    assert found == ([("request r-2", fate, said)] if fate else [])
    assert google.asked[1].query == {"requestId": ["r-2"]}


def test_a_stage_without_a_conversion_action_is_left_out_and_counted(tmp_path: Path) -> None:
    left_out = Counter[str]()
    given = {name: value for name, value in GIVEN["google_ads"].items() if name != "won_action"}
    found = NETWORKS["google_ads"].prepared(leads(tmp_path, row()), NOW, left_out, given)
    assert [one.stage for one in found] == ["qualified"]
    assert left_out == {"no conversion action for it": 1}


@pytest.mark.parametrize("to", sorted(GIVEN))
def test_who_cannot_be_reached_is_tried_again_and_nothing_of_it_is_told(
    tmp_path: Path, to: str, caplog: pytest.LogCaptureFixture
) -> None:
    with network(lambda _: Reply()) as gone:
        base = gone.endpoint
    with caplog.at_level(logging.DEBUG):
        found = send(to, base, made(to, tmp_path), timeout=2)
    assert {one.fate for one in found} == {Fate.LATER}
    told = caplog.text + str(found)
    assert [word for word in (SECRET, CLICK, CLIENT, "Ada", base) if word in told] == []


@pytest.mark.parametrize("to", sorted(GIVEN))
def test_nothing_that_names_a_person_is_sent_in_clear(tmp_path: Path, to: str) -> None:
    several = made(to, tmp_path, row("1"), row("2", "no", email="bo@example.org", phone="", gclid="", client_id="9.9",
                                              fbc="", facebook_lead=""))  # fmt: skip
    told = str([one.body for one in several]).lower()
    assert len(several) == 2
    assert [
        word for word in ("ada", "testa", "5550101", "9.9") if word in told.replace("aduserdata", "").replace("ad_", "")
    ] == []


def test_a_wire_without_a_network_says_so() -> None:
    with Wire(1) as wire, pytest.raises(Unsent):
        wire.post("ftp://127.0.0.1/", json={})


@pytest.mark.parametrize(
    ("to", "change", "wrong"),
    [
        ("ga4", {}, []), ("meta", {}, []), ("google_ads", {}, []),
        ("ga4", {"api_secret": ""}, ["api_secret"]), ("ga4", {"measurement_id": "UA-1"}, ["measurement_id"]),
        ("meta", {"dataset_id": "12/../34567"}, ["dataset_id"]), ("meta", {"pixel": "1"}, ["pixel"]),
        ("uploads", {}, []), ("google_ads", {"refresh_token": ""}, ["refresh_token"]),
        ("google_ads", {"developer_token": "a\r\nX: b"}, ["developer_token"]),
        ("google_ads", {"won_action": "customers/1"}, ["won_action"]),
        ("google_ads", {"refresh_token": "näh"}, ["refresh_token"]),
    ],
    ids=lambda one: "-".join(one) if isinstance(one, dict | list) else one,
)  # fmt: skip
def test_credentials_that_look_like_none_are_named(to: str, change: dict[str, str], wrong: list[str]) -> None:
    assert network_of(to).wrong({**GIVEN[to], **change}) == wrong
