"""Buckets give no more than the vendor allows, to however many workers."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from channels import buckets
from channels.core.transport import Rate
from channels.models import Bucket

NOW = datetime(2026, 9, 1, tzinfo=UTC)
OWNER = buckets.Owner.of("depot", "app", "seller")
RATE = Rate(per_second=1.0, burst=10.0)


def take(at: float = 0.0, cost: float = 1.0, owner: buckets.Owner = OWNER, rate: Rate = RATE) -> float:
    return buckets.take(owner, "list", rate, cost, NOW + timedelta(seconds=at))


@pytest.mark.django_db
def test_a_full_bucket_gives_its_burst_less_what_is_kept_back_then_asks_to_wait() -> None:
    assert [take() for _ in range(9)] == [0.0] * 9
    wait = take()
    assert wait == pytest.approx(1 / 0.97, rel=1e-6)
    assert take(at=wait * 0.99) > 0
    assert take(at=wait * 1.001) == 0.0


@pytest.mark.django_db
def test_a_cost_beyond_the_burst_takes_the_whole_bucket() -> None:
    assert take(cost=50) == 0.0
    assert take(cost=1) > 0


@pytest.mark.django_db
def test_sellers_have_buckets_of_their_own_unless_they_are_shared() -> None:
    other = buckets.Owner.of("depot", "app", "another")
    shared = Rate(1.0, 2.0, shared=True)
    assert (take(cost=9), take(cost=9, owner=other)) == (0.0, 0.0)
    assert buckets.take(OWNER, "app", shared, 1.8, NOW) == 0.0
    assert buckets.take(other, "app", shared, 1.0, NOW) > 0


@pytest.mark.django_db
def test_what_the_vendor_says_is_followed() -> None:
    take(cost=9)
    buckets.learn(OWNER, "list", RATE, 2.0, None, NOW)
    assert take(cost=1) == pytest.approx(1 / (2 * 0.97), rel=1e-6)
    buckets.learn(OWNER, "list", RATE, None, 8.0, NOW)
    assert Bucket.objects.get(operation="list").tokens == pytest.approx(8.0 - 9.0 * 0.25)
    buckets.learn(OWNER, "list", RATE, None, 0.0, NOW)
    assert Bucket.objects.get(operation="list").tokens == 0.0


@pytest.mark.django_db
def test_a_pace_that_would_stop_all_asking_is_not_believed() -> None:
    take(cost=9)
    buckets.learn(OWNER, "list", RATE, 1e-9, None, NOW)
    assert take(cost=1) == pytest.approx(100 / 0.97, rel=1e-6)


@pytest.mark.django_db
def test_a_clock_that_is_behind_another_workers_gives_nothing_twice() -> None:
    assert take(at=5, cost=9) == 0.0
    assert take(at=0, cost=9) > 0
    assert take(at=5, cost=1) > 0


@pytest.mark.django_db
def test_ids_of_applications_and_sellers_are_not_kept_in_clear() -> None:
    buckets.take(buckets.Owner.of("depot", "amzn1.secret", "MERCHANT"), "list", RATE, 1, NOW)
    kept = Bucket.objects.values_list("application", "seller").get()
    assert "amzn1.secret" not in kept
    assert "MERCHANT" not in kept


@pytest.mark.django_db(transaction=True)
def test_eight_workers_at_once_get_what_one_would() -> None:
    given: list[float] = []

    def work() -> None:
        try:
            given.extend(take() for _ in range(5))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert (len(given), given.count(0.0)) == (40, 9)
