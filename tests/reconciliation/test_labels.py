"""Labels: what the sample teaches, how little a wrong one moves, and pairs that customers made known."""

import math
import random
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User

from channels.core.errors import Refused
from channels.models import Company, Store
from reconciliation import labels
from reconciliation.identity.calibration import ENOUGH, Calibration, of_json
from reconciliation.knowing import import_pairs
from reconciliation.models import BuyerSignal, CustomerLink, LinkModel, PairLabel
from tests.making import make_company, make_store, shopify_orders, take_in
from tests.reconciliation.test_decide import buyers, run

pytestmark = pytest.mark.django_db
WEIGHTS = range(-12, 25)  # bits


@pytest.fixture
def store() -> Store:
    return make_store(make_company(), "Own site", channel="shopify", marketplace="maple.myshopify.com")


def answered(company: Company, *, wrong: float | None = None, many: int = 300) -> Calibration:
    """The calibration by labels of which one, at so many bits, may be wrong."""
    chance, made = random.Random(1), []
    for number in range(many):
        bits = chance.uniform(-8, 16)
        same = chance.random() < 1 / (1 + 2 ** -(bits - 1))
        made.append((number, bits, same))
    if wrong is not None:
        made.append((many, wrong, wrong < 0))
    PairLabel.objects.filter(company=company).delete()
    LinkModel.objects.filter(company=company).delete()
    PairLabel.objects.bulk_create(
        PairLabel(company=company, origin="sample", left_key=number, right_key=number + 1, inclusion=0.2,
                  raw=1 / (1 + 2.0**-bits), same=same, drawn_at=datetime.now(UTC))
        for number, bits, same in made
    )  # fmt: skip
    return of_json(labels.recalibrate(company).calibration)


@pytest.mark.parametrize("wrong", [-20.0, -12.0, 12.0, 20.0, 40.0])
def test_a_poisoned_label_hardly_moves_what_is_told(wrong: float) -> None:
    company = make_company()
    clean = answered(company)
    assert clean.labels == 300
    poisoned = answered(company, wrong=wrong)
    moved = max(abs(clean.apply(bits) - poisoned.apply(bits)) for bits in WEIGHTS)
    assert moved < 0.02
    assert poisoned.apply(20) > 0.99
    assert poisoned.apply(-10) < 0.01


def test_calibrating_again_by_the_same_labels_makes_no_version() -> None:
    company = make_company()
    answered(company)
    first = labels.recalibrate(company)
    assert labels.recalibrate(company) == first
    assert LinkModel.objects.filter(company=company).count() == 2  # the shipped one and the calibrated one


def test_answers_that_are_taken_back_teach_nothing() -> None:
    company, user = make_company(), User.objects.create_user("ada")
    answered(company, many=40)
    for label in PairLabel.objects.all():
        labels.answer(label, user, same=None)
    LinkModel.objects.filter(company=company).delete()
    assert labels.recalibrate(company).labels == 0


def test_the_same_seed_draws_the_same_pairs_once(store: Store) -> None:
    buyers(store, 20)
    drawn = labels.draw_sample(store.company, 8, seed=1)
    pairs = set(PairLabel.objects.values_list("left_key", "right_key"))
    assert drawn == len(pairs) >= 8
    assert labels.draw_sample(store.company, 8, seed=1) == 0
    assert set(PairLabel.objects.values_list("left_key", "right_key")) == pairs
    assert all(0 < one <= 1 for one in PairLabel.objects.values_list("inclusion", flat=True))
    with pytest.raises(Refused, match="1 to 1,000"):
        labels.draw_sample(store.company, 0, seed=1)


def test_a_company_without_links_has_an_empty_sample() -> None:
    assert labels.draw_sample(make_company(), 10, seed=1) == 0


def table(*lines: str, head: str = "store,order,other store,other order") -> bytes:
    return ("\ufeff" + "\r\n".join((head, *lines)) + "\r\n").encode()


def test_known_pairs_measure_what_is_found_from_enough_on(store: Store) -> None:
    buyers(store, 6)
    found = import_pairs(store.company, table(
        "Own site,#1000,OWN SITE,1001", "Own site,1001,Own site,1000", "Own site,1000,Own site,1004",
        "Own site,1000,Own site,9999", "Elsewhere,1000,Own site,1001",
    ))  # fmt: skip
    assert (found.new, found.unknown) == (2, [5, 6])
    assert import_pairs(store.company, table("Own site,1000,Own site,1001")).new == 0
    recall = labels.known_recall(store.company)
    assert (recall.pairs, recall.point) == (2, None)
    assert str(ENOUGH) in recall.reason
    first = CustomerLink.objects.filter(state="auto").select_related("left", "right")[0]
    labels.know(store.company, [(first.left.key, -number) for number in range(1, ENOUGH)])
    recall = labels.known_recall(store.company)
    assert recall.point is not None
    assert math.isclose(recall.point, 1 / (ENOUGH + 1))  # one of all is linked


def test_a_table_that_is_none_is_refused_in_words(store: Store) -> None:
    with pytest.raises(Refused, match="no column other store, other order"):
        import_pairs(store.company, table(head="store,order"))
    with pytest.raises(Refused, match="UTF-8"):
        import_pairs(store.company, b"\xff\xfe\x00")
    with pytest.raises(Refused, match="cannot be read at line"):
        import_pairs(store.company, table('a,b,c,"d"e'))
    with pytest.raises(Refused, match="more than"):
        import_pairs(store.company, table(*["a,1,b,2"] * 20_001))
    with pytest.raises(Refused, match="no column"):
        import_pairs(store.company, b"")
    short = import_pairs(store.company, table("Own site"))
    assert (short.new, short.unknown) == (0, [2])


def test_known_pairs_are_of_one_company(store: Store) -> None:
    buyers(store, 2)
    other = make_store(make_company("Birch"), "Birch site", channel="shopify", marketplace="birch.myshopify.com")
    take_in(other, shopify_orders({"Name": "#1000"}))
    run(other.company)
    found = import_pairs(other.company, table("Own site,1000,Own site,1001"))
    assert (found.new, found.unknown) == (0, [2])
    assert BuyerSignal.objects.count() == 3


def test_a_pair_that_two_drawings_might_have_drawn_stands_for_fewer(store: Store) -> None:
    buyers(store, 40)
    links = CustomerLink.objects.filter(raw__isnull=False).count()
    labels.draw_sample(store.company, 4, seed=1)
    first = dict(PairLabel.objects.values_list("stratum", "inclusion"))
    labels.draw_sample(store.company, 4, seed=1)
    assert dict(PairLabel.objects.values_list("stratum", "inclusion")) == first  # the same drawing
    while labels.draw_sample(store.company, 4, seed=PairLabel.objects.count() + 1) == 0:
        pass
    second = PairLabel.objects.values_list("stratum", "inclusion").order_by().distinct()
    assert len(second) == len(first)  # one for each stratum
    assert any(first[stratum] < inclusion <= 1 for stratum, inclusion in second)
    for seed in range(100, 140):
        labels.draw_sample(store.company, links, seed=seed)
    assert {label.inclusion for label in PairLabel.objects.all()} == {1.0}


def test_labels_teach_by_what_their_pairs_weigh_now(store: Store) -> None:
    buyers(store, 40)
    labels.draw_sample(store.company, 40, seed=1)
    PairLabel.objects.update(same=True, raw=1e-9)
    made = labels.recalibrate(store.company)
    PairLabel.objects.update(raw=0.5)
    LinkModel.objects.filter(pk=made.pk).delete()
    assert labels.recalibrate(store.company).calibration == made.calibration
