"""Amazon's notifications: taken from a queue, kept before they leave it, for the stores that they speak of."""

import json
from collections import deque
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django_q.models import Schedule

from channels import tasks
from channels.core.errors import Refused, Unavailable
from channels.models import Delivery, Store
from channels.notifications import Note, connect, poll, poll_all, queues, read
from channels.vault import unsealed
from tests.making import make_company, make_store

pytestmark = pytest.mark.django_db
URL = "https://sqs.us-east-1.amazonaws.com/1/plumbline"
CHANGE = {
    "NotificationVersion": "1.0", "NotificationType": "ORDER_CHANGE", "EventTime": "2026-11-01T00:00:00Z",
    "Payload": {"OrderChangeNotification": {
        "SellerId": "A1", "AmazonOrderId": "114-0000001-0000001",
        "Summary": {"MarketplaceId": "ATVPDKIKX0DER", "DestinationPostalCode": "98765"},
    }},
    "NotificationMetadata": {"NotificationId": "n1"},
}  # fmt: skip
FINISHED = {
    "notificationVersion": "2020-09-04", "notificationType": "REPORT_PROCESSING_FINISHED",
    "payload": {"reportProcessingFinishedNotification": {
        "sellerId": "A1", "reportId": "5", "reportType": "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2",
        "processingStatus": "DONE",
    }},
    "notificationMetadata": {"notificationId": "n2"},
}  # fmt: skip


class Waiting:
    """A queue with messages in it, as boto3's client shows it."""

    def __init__(self, *documents: Any) -> None:
        self.waiting = deque(
            {"MessageId": f"m{at}", "ReceiptHandle": f"r{at}", "Body": one if isinstance(one, str) else json.dumps(one)}
            for at, one in enumerate(documents, 1)
        )
        self.deleted: list[str] = []

    def receive_message(self, **asked: Any) -> Mapping[str, Any]:
        assert (asked["QueueUrl"], asked["MaxNumberOfMessages"]) == (URL, 10)
        messages = [self.waiting.popleft() for _ in range(min(10, len(self.waiting)))]
        return {"Messages": messages} if messages else {}

    def delete_message(self, **asked: Any) -> None:
        self.deleted.append(asked["ReceiptHandle"])


def seller(**given: Any) -> Store:
    credentials = {"sqs_queue_url": URL, "seller_id": "A1", "aws_secret_access_key": "aws-secret"}
    return make_store(**{"marketplace": "ATVPDKIKX0DER", "credentials": credentials, **given})


def test_what_waits_is_kept_sealed_and_leaves_the_queue() -> None:
    store, queue = seller(), Waiting(CHANGE, FINISHED)
    assert poll([store], queue) == 2
    kept = list(Delivery.objects.order_by("key"))
    assert [(one.store, one.key, one.topic, one.verified) for one in kept] == [
        (store, "n1", "ORDER_CHANGE", True), (store, "n2", "REPORT_PROCESSING_FINISHED", True),
    ]  # fmt: skip
    assert json.loads(unsealed(kept[0].sealed)) == CHANGE
    assert queue.deleted == ["r1", "r2"]


def test_more_than_one_round_is_taken_and_the_same_twice_counts_once() -> None:
    store, queue = seller(), Waiting(*[CHANGE] * 12)
    assert poll([store], queue) == 12
    assert (Delivery.objects.get().times, len(queue.deleted)) == (12, 12)


def test_a_message_goes_to_the_stores_that_it_speaks_of() -> None:
    us = seller()
    ca = seller(company=us.company, name="Maple CA", marketplace="A2EUQ1WTGCTBG2", currency="CAD")
    poll([us, ca], Waiting(CHANGE, FINISHED))
    assert list(Delivery.objects.order_by("key", "store__name").values_list("key", "store__name")) == [
        ("n1", "Maple US"), ("n2", "Maple CA"), ("n2", "Maple US"),
    ]  # fmt: skip


def test_a_message_that_is_none_is_kept_and_does_not_stop_the_others() -> None:
    store, queue = seller(), Waiting("<html>", CHANGE)
    assert poll([store], queue) == 2
    assert list(Delivery.objects.order_by("key").values_list("key", "topic")) == [
        ("m1", "unparseable"), ("n1", "ORDER_CHANGE"),
    ]  # fmt: skip


def test_a_message_that_cannot_be_kept_stays_in_the_queue(settings: Any) -> None:
    store, queue = seller(), Waiting(CHANGE)
    settings.VAULT_KEYS = []
    with pytest.raises(ImproperlyConfigured):
        poll([store], queue)
    assert queue.deleted == []


def test_a_queue_that_does_not_answer_says_so_without_its_secrets() -> None:
    class Broken(Waiting):
        def receive_message(self, **asked: Any) -> Mapping[str, Any]:
            raise OSError("aws-secret leaked by the library")

    with pytest.raises(Unavailable) as error:
        poll([seller()], Broken())
    assert str(error.value) == "the notification queue does not answer: OSError"


def test_stores_are_grouped_by_queue() -> None:
    company = make_company()
    us, ca = seller(company=company), seller(company=company, name="Maple CA")
    seller(company=company, name="Maple MX", credentials={"sqs_queue_url": "other"})
    make_store(company, "Files only")
    assert {url: [one.name for one in stores] for url, stores in queues().items()} == {
        URL: [us.name, ca.name], "other": ["Maple MX"],
    }  # fmt: skip


def test_missing_settings_are_named_and_so_is_boto3() -> None:
    with pytest.raises(Refused, match="needs aws_access_key_id, aws_region; set them"):
        connect({"aws_secret_access_key": "s"})
    if find_spec("boto3"):
        pytest.skip("boto3 is installed")
    with pytest.raises(Refused, match="pip install boto3"):
        connect({"aws_access_key_id": "i", "aws_secret_access_key": "s", "aws_region": "us-east-1"})
    assert poll_all() == "no store has a queue"
    seller()
    assert poll_all().startswith("Maple US: the notification queue needs aws_access_key_id")


def test_the_scheduler_asks_every_two_minutes_which_without_a_queue_is_one_query(
    django_assert_num_queries: Any,
) -> None:
    schedule = Schedule.objects.get(name="notifications")
    assert (schedule.func, schedule.schedule_type, schedule.minutes) == ("channels.tasks.poll_notifications", "I", 2)
    make_store()
    with django_assert_num_queries(1):
        assert tasks.poll_notifications() == "no store has a queue"


@pytest.mark.parametrize(
    ("body", "note"),
    [
        (json.dumps(CHANGE), Note("n1", "ORDER_CHANGE", "A1", "ATVPDKIKX0DER")),
        (json.dumps({"Type": "Notification", "Message": json.dumps(CHANGE)}),
         Note("n1", "ORDER_CHANGE", "A1", "ATVPDKIKX0DER")),
        (json.dumps(FINISHED), Note("n2", "REPORT_PROCESSING_FINISHED", "A1", "",
                                    "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2")),
        ('{"NotificationType": "TRANSACTION_UPDATE", "Payload": null}', Note("", "TRANSACTION_UPDATE")),
        ("[1]", None), ("{}", None), ("null", None), ("<html>", None), ('{"Message": "text"}', None),
    ],
)  # fmt: skip
def test_either_letter_case_is_read(body: str, note: Note | None) -> None:
    assert read(body.encode()) == note
