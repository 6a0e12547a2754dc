"""Labels in the admin: drawn, answered without being led, calibrated by; the table of how well it holds."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from channels.models import Company
from channels.vault import purge
from reconciliation.admin.matchings import SIZE, points
from reconciliation.identity.calibration import of_json
from reconciliation.link_models import in_use
from reconciliation.models import Account, CustomerLink, LinkModel, PairLabel
from tests.reconciliation.admin_pages import HOSTILE, filled, person, safe, text

pytestmark = pytest.mark.django_db
LIST, MODELS = "/admin/reconciliation/pairlabel/", "/admin/reconciliation/linkmodel/"


@pytest.fixture
def boss() -> Client:
    return person("boss")


@pytest.fixture
def company() -> Company:
    return filled()


def page(label: PairLabel) -> str:
    return f"{LIST}{label.pk}/change/"


def draw(boss: Client, company: Company) -> list[PairLabel]:
    reply = boss.post(f"{LIST}draw/", {"company": company.pk, "size": 10, "seed": 1}, follow=True)
    assert "new in the sample" in text(reply)
    return list(PairLabel.objects.order_by("pk"))


def known(boss: Client, company: Company, *lines: str) -> str:
    body = "\n".join(("store,order,other store,other order", *lines)).encode()
    given = {"company": company.pk, "file": SimpleUploadedFile("known.csv", body)}
    return text(boss.post(f"{LIST}known/", given, follow=True))


def test_an_empty_list_says_what_to_do(boss: Client) -> None:
    shown = text(boss.get(LIST))
    assert "Draw a random sample" in shown
    assert "Draw a sample" in shown
    assert "stands here after the first matching" in text(boss.get(MODELS))


def test_a_drawn_pair_is_shown_without_what_the_matcher_thinks(boss: Client, company: Company) -> None:
    labels = draw(boss, company)
    assert len(labels) == CustomerLink.objects.filter(raw__isnull=False).count()
    everything = text(boss.get(LIST))
    for label in labels:
        shown = text(boss.get(page(label)))
        assert safe(shown)
        assert "Singapore" in shown
        for word in ("robability", "pl-step", "bits", "Same person’s accounts", "one customer now", "To review"):
            assert word not in shown
        assert label.stratum
        assert label.stratum not in shown + everything


def test_answers_lead_from_pair_to_pair(boss: Client, company: Company) -> None:
    first, second, *others = draw(boss, company)
    assert others
    reply = boss.post(f"{LIST}{first.pk}/answer/", {"answer": "same"})
    assert reply["Location"] == page(second)
    boss.post(f"{LIST}{second.pk}/answer/", {"answer": "other"})
    for other in others[1:]:
        boss.post(f"{LIST}{other.pk}/answer/", {"answer": "same"})
    assert "The sample is answered" in text(boss.post(f"{LIST}{others[0].pk}/answer/", {"answer": "same"}, follow=True))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.same, second.same) == (True, False)
    assert first.labelled_by is not None
    assert f"of {len(others) + 2} answered" in text(boss.get(LIST))
    assert boss.post(f"{LIST}{first.pk}/answer/", {"answer": "open"})["Location"] == page(first)
    first.refresh_from_db()
    assert first.same is None
    assert first.labelled_by is None


def test_a_pair_that_is_purged_or_gone_says_so(boss: Client, company: Company) -> None:
    label = draw(boss, company)[0]
    purge(None)
    assert text(boss.get(page(label))).count("Nothing is held of this buyer any more") == 2
    CustomerLink.objects.all().delete()
    Account.objects.filter(key=label.left_key).delete()
    shown = text(boss.get(page(label)))
    assert "One of the accounts is gone" in shown
    assert 'value="same"' not in shown


def test_known_pairs_come_from_a_table(boss: Client, company: Company) -> None:
    said = known(boss, company, "Maple site,1001,Maple site,1003", "Maple site,1001,Maple site,99", f"{HOSTILE},1,a,2")
    assert "1 known pairs are new" in said
    assert "in 2 lines: 3, 4" in said
    assert HOSTILE not in said
    label = PairLabel.objects.get()
    assert (label.origin, label.same) == ("known", True)
    assert safe(text(boss.get(page(label))))
    assert boss.post(f"{LIST}{label.pk}/answer/", {"answer": "other"}).status_code == 404
    wrong = {"company": company.pk, "file": SimpleUploadedFile("known.csv", b"a,b\n1,2\n")}
    assert "has no column store" in text(boss.post(f"{LIST}known/", wrong, follow=True))
    assert boss.post(f"{LIST}known/", {"company": company.pk}).status_code == 302
    assert boss.post(f"{LIST}draw/", {"company": company.pk, "size": 5000, "seed": 1}).status_code == 302
    assert PairLabel.objects.count() == 1


def test_looking_is_not_labelling(company: Company) -> None:
    looker = person("looker", "view_pairlabel", "view_linkmodel")
    label = PairLabel.objects.create(
        company=company, origin="sample", left_key=1, right_key=2, drawn_at=datetime.now(UTC)
    )  # fmt: skip
    assert "Draw a sample" not in text(looker.get(LIST))
    model = in_use(company)
    assert "Calibrate by the labels" not in text(looker.get(f"{MODELS}{model.pk}/change/"))
    posts: list[tuple[str, dict[str, Any]]] = [
        (f"{LIST}draw/", {"company": company.pk, "size": 5, "seed": 1}), (f"{LIST}known/", {}),
        (f"{LIST}{label.pk}/answer/", {"answer": "same"}), (f"{MODELS}{model.pk}/calibrate/", {}),
    ]  # fmt: skip
    assert [looker.post(url, given).status_code for url, given in posts] == [403] * 4
    assert person("boss").get(f"{LIST}draw/").status_code == 403
    label.refresh_from_db()
    assert label.same is None


def answer_many(company: Company) -> None:
    chance = random.Random(2)
    for number in range(120):
        bits = chance.uniform(-6, 12)
        PairLabel.objects.create(
            company=company, origin="sample", left_key=number, right_key=number + 1, inclusion=0.5,
            raw=1 / (1 + 2**-bits), same=chance.random() < 1 / (1 + 2 ** -(bits - 1.5)), drawn_at=datetime.now(UTC),
        )  # fmt: skip


def test_the_model_in_use_publishes_how_well_it_holds(boss: Client, company: Company) -> None:
    before = in_use(company)
    shown = text(boss.get(f"{MODELS}{before.pk}/change/"))
    assert "Not calibrated yet" in shown
    assert "cannot tell: 0 pairs are known, 200 are needed" in shown
    answer_many(company)
    reply = boss.post(f"{MODELS}{before.pk}/calibrate/")
    made = in_use(company)
    assert reply["Location"] == f"{MODELS}{made.pk}/change/"
    assert (made.number, made.labels) == (before.number + 1, 120)
    shown = text(boss.get(reply["Location"]))
    rows = of_json(made.calibration).rows
    assert shown.count("<circle") == len(rows) >= 3
    assert shown.count('class="pl-span90"') == len(rows)
    assert "calibrated by 120 labels" in shown
    old = text(boss.get(f"{MODELS}{before.pk}/change/"))
    assert f"{made} is in use" in old
    assert "Calibrate by the labels" not in old
    again = boss.post(f"{MODELS}{made.pk}/calibrate/", follow=True)
    assert "it stays" in text(again)
    assert LinkModel.objects.filter(company=company).count() == 2


def test_the_chart_stays_in_its_frame(company: Company) -> None:
    answer_many(company)
    for one in points(of_json(in_use(company).calibration).rows):
        assert 0 <= one["top"] <= one["bottom"] <= SIZE
        assert 0 <= one["x"] <= SIZE


def test_the_list_asks_no_more_often_for_more(boss: Client, company: Company) -> None:
    draw(boss, company)
    boss.get(LIST)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as caught:
            boss.get(LIST)
        counts.append(len(caught))
        if len(counts) == 1:
            answer_many(company)
    assert counts[0] == counts[1] <= 25
