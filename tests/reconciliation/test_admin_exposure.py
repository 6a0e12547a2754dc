"""The pages of brand search: versions of the lexicon, proposals, classes, and the weeks with what is not known."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import translation

from channels.models import Company, Store
from reconciliation.expose import expose
from reconciliation.lexicons import current, propose_terms
from reconciliation.models import Lexicon, TermProposal
from tests.making import make_company, make_store
from tests.reconciliation.searching import SATURDAY, SUNDAY, WEEK, ads, lexicon, order, page_of, searches, visit

pytestmark = pytest.mark.django_db
PAGE = "/admin/brand-search/"


@pytest.fixture
def client() -> Client:
    person = Client()
    person.force_login(User.objects.create_superuser("boss", password="x"))
    return person


@pytest.fixture
def store() -> Store:
    """Two weeks with a report and one between them without; one order in each."""
    found = make_store(marketplace="ATVPDKIKX0DER")
    page = page_of(found)
    for number in range(3):
        order(page, str(number), "A", on=SUNDAY + WEEK * number)
    for week in (WEEK * 0, WEEK * 2):
        given = {"starts_on": SUNDAY + week, "ends_on": SATURDAY + week, "asin": "B0A", "volume": 4321, "clicks": 5}
        searches(page, [
            {"query": "<b>mapelton</b>", "clicks_total": 10, "purchases": 1, "purchases_total": 4} | given,
            {"query": "kettle", "clicks_total": 500, "purchases": 0, "purchases_total": 90} | given,
        ])  # fmt: skip
    ads(page, [{"clicks": 77, "currency": "USD"}], "google.ads")
    return found


def terms(*texts: str, company: Company, **more: str) -> dict[str, Any]:
    data = {"company": company.pk, "note": "", "terms-TOTAL_FORMS": len(texts), "terms-INITIAL_FORMS": 0, **more}
    for number, text in enumerate(texts):
        data |= {f"terms-{number}-text": text, f"terms-{number}-kind": "brand", f"terms-{number}-language": ""}
    return data


def test_empty_says_what_to_do_next(client: Client) -> None:
    assert "/admin/reconciliation/lexicon/add/" in client.get(PAGE).content.decode()
    company = make_company()
    assert "/admin/reconciliation/lexicon/add/" in client.get(PAGE).content.decode()
    lexicon(company)
    assert "is not in use yet" in client.get(PAGE).content.decode()
    expose(company)
    assert "nothing to class yet" in client.get(PAGE).content.decode()


def test_weeks_without_a_report_are_seen_as_unknown(client: Client, store: Store) -> None:
    lexicon(store.company)
    expose(store.company)
    page = client.get(PAGE).content.decode()
    assert page.count("no report: unknown") == 1
    assert page.count('fill="url(#untold)"') == 1
    assert "25.0 %" in page  # own purchases of everybody's
    assert "77" in page
    assert "passed through" in page.lower()
    assert "lexicon v1" not in page.lower()
    for asked in (
        "?where=shopee:XX",
        "?where=::",
        "?company=999999999999",
        "?product=nothing",
        "?since=2027-01-01",
        "?measure=x",
    ):
        assert client.get(PAGE + asked).status_code == 200


def test_a_query_is_tried_and_escaped(client: Client, store: Store) -> None:
    lexicon(store.company)
    expose(store.company)
    page = client.get(PAGE, {"query": "<script>mapleton"}).content.decode()
    assert "<script>mapleton" not in page
    assert "a brand term stands in it" in page
    queries = client.get("/admin/reconciliation/queryclass/").content.decode()
    assert "<b>mapelton" not in queries
    assert "typing error" in queries


def test_saving_makes_a_version_and_keeps_the_old_one(client: Client, store: Store) -> None:
    company = store.company
    client.post("/admin/reconciliation/lexicon/add/", terms("Mapleton", company=company))
    first = current(company)
    assert first is not None
    assert [one.text for one in first.terms.all()] == ["Mapleton"]
    expose(company)
    kept = first.terms.get()
    given = terms("Mapleton", "Ahornstadt", company=company) | {"terms-INITIAL_FORMS": 1, "terms-0-id": kept.pk, "terms-0-lexicon": first.pk}  # fmt: skip
    answer = client.post(f"/admin/reconciliation/lexicon/{first.pk}/change/", given)
    second = current(company)
    assert second is not None
    assert (second.number, answer.status_code) == (2, 302)
    assert answer.headers["Location"] == f"/admin/reconciliation/lexicon/{second.pk}/change/"
    assert [one.text for one in first.terms.all()] == ["Mapleton"]
    assert sorted(one.text for one in second.terms.all()) == ["Ahornstadt", "Mapleton"]
    shown = client.get(f"/admin/reconciliation/lexicon/{second.pk}/change/").content.decode()
    assert "+ Ahornstadt" in shown
    old = client.get(f"/admin/reconciliation/lexicon/{first.pk}/change/").content.decode()
    assert 'name="_save"' not in old
    same = given | {"terms-TOTAL_FORMS": 1, "terms-0-lexicon": second.pk, "terms-0-id": second.terms.get(text="Mapleton").pk,
                    "terms-0-text": "Mapleton"}  # fmt: skip
    same |= {"terms-TOTAL_FORMS": 2, "terms-1-text": "Ahornstadt", "terms-1-id": second.terms.get(text="Ahornstadt").pk,
             "terms-1-lexicon": second.pk, "terms-INITIAL_FORMS": 2}  # fmt: skip
    client.post(f"/admin/reconciliation/lexicon/{second.pk}/change/", same)
    assert Lexicon.objects.count() == 2


@pytest.mark.parametrize("text", ["m", "the", "茶"])
def test_a_term_that_would_match_everything_is_refused_with_its_reason(client: Client, store: Store, text: str) -> None:
    page = client.post("/admin/reconciliation/lexicon/add/", terms(text, company=store.company)).content.decode()
    assert "it would match" in page or "any query may hold" in page
    assert not Lexicon.objects.exists()


def test_proposals_are_looked_for_confirmed_and_rejected_together(client: Client, store: Store) -> None:
    lexicon(store.company)
    searches(page_of(store, 2), [{"query": "mapeltonn cup", "asin": "B0A", "volume": 70}])
    found = client.get("/admin/reconciliation/termproposal/look", follow=True).content.decode()
    assert "written like Mapleton" in found
    assert "<b>mapelton" not in found
    chosen = {one.text: one.pk for one in TermProposal.objects.all()}
    address = "/admin/reconciliation/termproposal/"
    client.post(address, {"action": "confirm", "_selected_action": [chosen["mapelton"]]})
    client.post(address, {"action": "reject", "_selected_action": [chosen["mapeltonn"]]})
    newest = current(store.company)
    assert newest is not None
    assert {one.text for one in newest.terms.all()} == {"Mapleton", "mapelton"}
    assert {one.text: one.state for one in TermProposal.objects.all()} == {
        "mapelton": "confirmed",
        "mapeltonn": "rejected",
    }
    assert not propose_terms(store.company)


def test_who_may_only_look_changes_nothing(store: Store) -> None:
    person = Client()
    viewer = User.objects.create_user("viewer", is_staff=True)
    person.force_login(viewer)
    assert person.get(PAGE).status_code == 403
    viewer.user_permissions.set(Permission.objects.filter(codename__in=["view_exposure", "view_termproposal"]))
    lexicon(store.company)
    propose_terms(store.company)
    assert person.get(PAGE).status_code == 200
    one = TermProposal.objects.get(text="mapelton")
    person.post("/admin/reconciliation/termproposal/", {"action": "confirm", "_selected_action": [one.pk]})
    one.refresh_from_db()
    assert (one.state, Lexicon.objects.count()) == ("proposed", 1)
    assert person.get("/admin/reconciliation/termproposal/look/").status_code == 403


def test_pages_speak_chinese(client: Client, store: Store) -> None:
    lexicon(store.company)
    visit(page_of(store, 2), "0", source="direct")
    expose(store.company)
    with translation.override("zh-hans"):
        page = client.get(PAGE, headers={"accept-language": "zh-hans"}).content.decode()
    assert "多少订单经过品牌搜索" in page
    assert "无报告：未知" in page
