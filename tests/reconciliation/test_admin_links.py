"""The review: side by side and veiled, with its reasons; an answer leads to the next link."""

import re
from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from channels.models import Company
from channels.vault import purge
from reconciliation.admin.comparing import waterfall
from reconciliation.admin.link_words import COMPARED, CONSTRAINTS, LEVELS, RULES
from reconciliation.identity.linking.exact import EXACT
from reconciliation.identity.linking.model import COMPARISONS
from reconciliation.identity.people import Constraint
from reconciliation.identity.veil import veiled
from reconciliation.match import match
from reconciliation.models import CustomerLink, Decision
from reconciliation.queue import after
from tests.making import make_company, shopify_orders, take_in
from tests.reconciliation.admin_pages import filled, person, safe, shop, text

pytestmark = pytest.mark.django_db
LIST = "/admin/reconciliation/customerlink/"


@pytest.fixture
def boss() -> Client:
    return person("boss")


@pytest.fixture
def queue() -> list[CustomerLink]:
    """Links that wait, as the queue has them."""
    filled()
    links = list(CustomerLink.objects.order_by("pk"))
    for number, link in enumerate(links):
        CustomerLink.objects.filter(pk=link.pk).update(state="review", effect=10 - number)
    return list(CustomerLink.objects.select_related("left", "right", "company").order_by("-effect"))


def page(link: CustomerLink) -> str:
    return f"{LIST}{link.pk}/change/"


def test_every_reason_has_words() -> None:
    assert set(COMPARISONS) <= set(COMPARED)
    assert {level for levels in COMPARISONS.values() for level in levels} <= set(LEVELS)
    assert {one.value for one in Constraint} <= set(CONSTRAINTS)
    assert {one.rule for one in EXACT} <= set(RULES)


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("name", "Ada Byron", "A… B…n"), ("name", "王小明", "王…"), ("name", "山田太郎", "山…郎"), ("name", "A***n", "A…n"),
        ("name", "*", "…"), ("name", "Mary <b>", "M…y …"), ("email", "ada.byron@example.com", "a…n@e…e.com"),
        ("email", "a@b.c", "a…@b….c"), ("email", "nonsense", "n…e"), ("email", "x@host", "x…t"),
        ("phone", "+65 8123 4567", "…67"), ("phone", "******67", "…67"), ("phone", "67", "…"),
        ("postcode", "018956", "…56"), ("postcode", "101", "…"), ("street", "12345 Long Street", "…45 L…g S…t"),
        ("street", "12****", "…"), ("username", "adabyron", "a…n"), ("username", "李", "李…"), ("city", "Hải Phòng", "Hải Phòng"),
        ("country", "SG", "SG"), ("name", "  ", ""), ("state", "New York", "N… Y…k"),
    ],
)  # fmt: skip
def test_values_are_veiled(field: str, value: str, shown: str) -> None:
    assert veiled(field, value) == shown


def test_the_queue_is_ordered_by_what_an_answer_changes(boss: Client, queue: list[CustomerLink]) -> None:
    shown = text(boss.get(LIST))
    places = [shown.index(page(link)) for link in queue]
    assert places == sorted(places)
    assert "/change/" not in text(boss.get(LIST, {"channels": "amazon-amazon"}))
    for asked in ("state=all", "state=nonsense", "channels=x", "by=nonsense", "by=2", "company__id__exact=1", "o=1"):
        assert boss.get(f"{LIST}?{asked}", follow=True).status_code == 200


def test_both_sides_are_seen_veiled_with_their_reasons(boss: Client, queue: list[CustomerLink]) -> None:
    for link in queue:
        shown = text(boss.get(page(link)))
        assert safe(shown)
        assert "A…" in shown
        assert "Singapore" in shown
        bars = waterfall(link)
        assert link.weight is not None
        assert sum(bar.bits for bar in bars[:-1]) == pytest.approx(link.weight)
        assert all(0 <= bar.start <= 100 and bar.start + bar.width <= 100.001 for bar in bars)
        assert shown.count('class="pl-step') == len(bars)
    with translation.override("zh-hans"):
        boss.cookies["django_language"] = "zh-hans"
        assert "这是同一个人吗" in text(boss.get(page(queue[0])))


def test_after_a_purge_the_page_says_that_nothing_is_held(boss: Client, queue: list[CustomerLink]) -> None:
    assert "Nothing is held" not in text(boss.get(page(queue[0])))
    purge(None)
    shown = text(boss.get(page(queue[0])))
    assert shown.count("Nothing is held of this buyer any more") == 2
    assert "Singapore" not in shown
    assert safe(shown)


def test_an_answer_is_kept_and_the_next_link_comes(boss: Client, queue: list[CustomerLink]) -> None:
    first, second, third = queue
    answer = boss.post(f"{LIST}{first.pk}/answer/", {"answer": "confirm", "reason": "same <b>parcel"})
    assert answer["Location"] == page(second)
    assert boss.post(f"{LIST}{second.pk}/answer/", {"answer": "skip"})["Location"] == page(third)
    assert boss.post(f"{LIST}{third.pk}/answer/", {"answer": "reject"})["Location"] == page(second)
    last = boss.post(f"{LIST}{second.pk}/answer/", {"answer": "reject"}, follow=True)
    assert "Nothing else waits" in text(last)
    said = list(Decision.objects.order_by("number").values_list("action", "reason"))
    assert said == [("confirm", "same <b>parcel"), ("reject", ""), ("reject", "")]
    shown = text(boss.get(LIST))
    assert shown.count("Answered, for the next matching") == 3
    assert "same <b>parcel" not in text(boss.get("/admin/reconciliation/decision/"))


def test_the_filters_of_the_list_hold_for_the_next_link(boss: Client, queue: list[CustomerLink]) -> None:
    inside = [one for one in queue if one.left.channel == one.right.channel]
    assert len(inside) == 1
    asked = "?_changelist_filters=channels%3Dshopify-shopify"
    reply = boss.post(f"{LIST}{inside[0].pk}/answer/{asked}", {"answer": "skip"})
    assert reply["Location"] == f"{LIST}?channels=shopify-shopify"
    for wrong in ("?_changelist_filters=e%3D1", "?_changelist_filters=nothing__exact%3D1", "?_changelist_filters=%00"):
        assert boss.post(f"{LIST}{queue[0].pk}/answer/{wrong}", {"answer": "skip"}).status_code == 302


def test_looking_is_not_deciding(queue: list[CustomerLink]) -> None:
    looker, nobody = person("looker", "view_customerlink"), person("nobody", "view_store")
    assert "data-key" not in re.sub(
        r"<script.*?</script>|<a [^>]*>", "", text(looker.get(page(queue[0]))), flags=re.DOTALL
    )
    assert looker.post(f"{LIST}{queue[0].pk}/answer/", {"answer": "confirm"}).status_code == 403
    assert nobody.get(page(queue[0])).status_code == 403
    assert nobody.get(LIST).status_code == 403
    boss = Client(enforce_csrf_checks=True)
    boss.force_login(User.objects.create_superuser("boss"))
    assert boss.post(f"{LIST}{queue[0].pk}/answer/", {"answer": "confirm"}).status_code == 403
    assert boss.get(f"{LIST}{queue[0].pk}/answer/").status_code == 405
    assert not Decision.objects.exists()


def test_a_link_that_is_gone_leads_back(boss: Client) -> None:
    assert boss.get(f"{LIST}999/change/")["Location"] == LIST
    assert "Nothing waits for a person" in text(boss.get(LIST))


def test_an_answer_undone_waits_again(queue: list[CustomerLink], boss: Client) -> None:
    boss.post(f"{LIST}{queue[0].pk}/answer/", {"answer": "reject"})
    everything = CustomerLink.objects.all()
    assert after(queue[2], everything) == queue[1]
    boss.post(f"/admin/reconciliation/decision/{Decision.objects.get().pk}/undo/")
    assert after(queue[2], everything) == queue[0]


def test_the_pages_ask_the_database_no_more_often_for_more(boss: Client, queue: list[CustomerLink]) -> None:
    def asked() -> list[list[str]]:
        found = []
        for url in (LIST, page(queue[0])):
            with CaptureQueriesContext(connection) as caught:
                boss.get(url)
            found.append([re.sub(r"\d+", "N", one["sql"])[:200] for one in caught])
        return found

    asked()
    before = asked()
    more(queue[0].company)
    after_more = asked()
    assert [len(found) for found in after_more] == [len(found) for found in before], (before, after_more)
    assert max(map(len, before)) <= 40


def more(company: Company) -> None:
    take_in(shop(company), shopify_orders(*({"Name": f"#{2000 + one}"} for one in range(12))))
    match(company, today=date(2026, 9, 2), only_exact=True)
    CustomerLink.objects.update(state="review")


def test_another_companys_links_are_told_apart(boss: Client, queue: list[CustomerLink]) -> None:
    other = make_company("Birch")
    assert page(queue[0]) not in text(boss.get(LIST, {"company__id__exact": other.pk}))
    assert page(queue[0]) in text(boss.get(LIST, {"company__id__exact": queue[0].company_id}))
