"""Upload → preview → load, as a person does it in the admin."""

import gzip
import io
import zipfile
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from channels.models import Charge, Company, RawPage, Store, UnreadableLine
from channels.source import excerpt

pytestmark = pytest.mark.django_db

UPLOAD = "/admin/channels/rawpage/upload/"
DECIDE = "/admin/channels/rawpage/decide/"
HEADER = (
    "settlement-id settlement-start-date settlement-end-date deposit-date total-amount currency transaction-type "
    "order-id merchant-order-id adjustment-id shipment-id marketplace-name amount-type amount-description amount "
    "fulfillment-id posted-date posted-date-time order-item-code merchant-order-item-id merchant-adjustment-item-id "
    "sku quantity-purchased promotion-id"
).split()


def settlement(
    *lines: tuple[str, str, str], total: str, number: str = "900", order: str = "114-1", sku: str = "A"
) -> bytes:
    """A settlement report: (amount-type, amount-description, amount) of each line."""
    first = {
        "settlement-id": number, "settlement-start-date": "2026-06-16 00:00:00 UTC", "total-amount": total,
        "settlement-end-date": "2026-06-30 23:59:59 UTC", "deposit-date": "2026-07-02 00:00:00 UTC", "currency": "USD",
    }  # fmt: skip
    rows = [first] + [
        {
            "settlement-id": number, "currency": "USD", "transaction-type": "Order", "order-id": order,
            "marketplace-name": "amazon.com", "amount-type": one, "amount-description": word, "amount": amount,
            "posted-date": "2026-06-17", "posted-date-time": "2026-06-17 08:14:22 UTC", "sku": sku,
            "order-item-code": "55", "quantity-purchased": "1", "fulfillment-id": "AFN",
        }
        for one, word, amount in lines
    ]  # fmt: skip
    text = ["\t".join(HEADER), *("\t".join(row.get(name, "") for name in HEADER) for row in rows)]
    return ("\n".join(text) + "\n").encode()


GOOD = settlement(("ItemPrice", "Principal", "100.00"), ("ItemFees", "Commission", "-15.00"), total="85.00")


def store(channel: str = "amazon") -> Store:
    company, _ = Company.objects.get_or_create(name="Maple", defaults={"base_currency": "USD"})
    return Store.objects.create(company=company, name=f"Maple {channel}", channel=channel, currency="USD")


@pytest.fixture
def ada(client: Client) -> Client:
    """A client of a superuser."""
    client.force_login(User.objects.create_superuser("ada"))
    return client


def upload(client: Client, shop: Store, **files: bytes) -> Any:
    uploads = [SimpleUploadedFile(name.replace("__", "."), body) for name, body in files.items()]
    return client.post(UPLOAD, {"place": f"store-{shop.pk}", "files": uploads}, follow=True)


def text_of(answer: Any) -> str:
    return " ".join(unescape(answer.content.decode()).split())


def said(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def decide(client: Client, decision: str, *pages: RawPage) -> Any:
    return client.post(DECIDE, {"decision": decision, "page": [page.pk for page in pages]}, follow=True)


def test_an_upload_is_shown_before_anything_is_loaded(ada: Client) -> None:
    answer = upload(ada, store(), june__txt=GOOD)
    (one,) = answer.context["previews"]
    assert (one.title, one.rows, one.known) == (
        "Amazon settlement report V2", [("money lines", 2), ("statements", 1)], False,
    )  # fmt: skip
    assert [(row.payout, row.stated, row.lines, row.residual) for row in one.statements] == [
        ("900", Decimal(85), Decimal(85), Decimal(0))
    ]
    assert (RawPage.objects.get().state, Charge.objects.count()) == ("pending", 0)


def test_loading_from_the_preview_brings_the_lines(ada: Client) -> None:
    upload(ada, store(), june__txt=GOOD)
    answer = decide(ada, "load", RawPage.objects.get())
    assert (RawPage.objects.get().state, Charge.objects.count()) == ("loaded", 2)
    loaded, follows = said(answer)
    assert (loaded, 'within a minute; to do it at once, go to: <a class="pl-link" href="/admin/">' in follows) == (
        "june.txt is loaded.", True,
    )  # fmt: skip


def test_discarding_keeps_the_page_and_loads_nothing(ada: Client) -> None:
    upload(ada, store(), june__txt=GOOD)
    decide(ada, "discard", RawPage.objects.get())
    assert (RawPage.objects.get().state, Charge.objects.count()) == ("discarded", 0)


def test_several_files_and_archives_have_a_preview_each(ada: Client) -> None:
    other = GOOD.replace(b"900", b"901")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("reports/july.txt", GOOD.replace(b"900", b"902"))
    answer = upload(ada, store(), june__txt=GOOD, late__txt__gz=gzip.compress(other), all__zip=packed.getvalue())
    assert [str(one.page) for one in answer.context["previews"]] == ["june.txt", "late.txt", "july.txt"]
    decide(ada, "load", *RawPage.objects.all())
    assert Charge.objects.count() == 6


def test_a_file_that_is_here_says_so(ada: Client) -> None:
    shop = store()
    upload(ada, shop, june__txt=GOOD)
    answer = upload(ada, shop, june__txt=GOOD)
    assert [(one.known, one.page.state) for one in answer.context["previews"]] == [(True, "pending")]
    assert RawPage.objects.count() == 1


def test_a_file_of_no_known_format_is_refused_in_plain_words(ada: Client) -> None:
    answer = upload(ada, store(), notes__csv=b"what,when\nlunch,noon\n")
    assert said(answer) == [
        "notes.csv was not taken: No known format starts with: what, when. The README lists what can be imported."
    ]
    assert RawPage.objects.count() == 0


def test_a_refusal_is_said_in_chinese(ada: Client) -> None:
    ada.cookies["django_language"] = "zh-hans"
    assert said(upload(ada, store(), empty__csv=b" \n")) == ["未接收 empty.csv：文件为空。"]


def test_a_file_for_another_channel_is_refused(ada: Client) -> None:
    answer = upload(ada, store("shopify"), june__txt=GOOD)
    why = "This is Amazon settlement report V2, but the store is on Shopify; upload it to a store on Amazon."
    assert said(answer) == [f"june.txt was not taken: {why}"]


def test_the_store_stays_chosen_after_a_refusal(ada: Client) -> None:
    shop = store()
    answer = upload(ada, shop, empty__csv=b" ")
    assert answer.context["form"].initial == {"place": f"store-{shop.pk}"}


def test_one_bad_file_does_not_stop_the_good_ones(ada: Client) -> None:
    answer = upload(ada, store(), bad__csv=b"what,when\n1,2\n", june__txt=GOOD)
    assert [str(one.page) for one in answer.context["previews"]] == ["june.txt"]


def test_the_preview_shows_residual_unknown_words_and_bad_lines(ada: Client) -> None:
    lines = [("ItemPrice", "Principal", "100.00"), ("ItemFees", "MoonTax", "-1.50"), ("ItemFees", "Commission", "?")]
    (one,) = upload(ada, store(), june__txt=settlement(*lines, total="90.00")).context["previews"]
    assert [row.residual for row in one.statements] == [Decimal("-8.50")]
    assert [amount for _label, amount in one.unmapped] == [Decimal("-1.50")]
    assert (one.unreadable, [problem["line"] for problem in one.problems]) == (1, [5])


def conflict(ada: Client) -> RawPage:
    """A statement that is loaded, and comes again with another total."""
    shop = store()
    upload(ada, shop, june__txt=GOOD)
    decide(ada, "load", RawPage.objects.get())
    changed = settlement(("ItemPrice", "Principal", "100.00"), ("ItemFees", "Commission", "-12.00"), total="88.00")
    upload(ada, shop, again__txt=changed)
    page = RawPage.objects.get(name="again.txt")
    decide(ada, "load", page)
    page.refresh_from_db()
    return page


def test_a_changed_statement_waits_and_says_what_differs(ada: Client) -> None:
    page = conflict(ada)
    shown = text_of(ada.get(reverse("admin:channels_rawpage_change", args=[page.pk])))
    assert (page.state, "Statement 900 is here already, from june.txt" in shown) == ("waiting", True)
    assert Charge.objects.filter(label__contains="Commission").get().amount == Decimal(-15)


def test_accepting_a_changed_statement_replaces_the_lines(ada: Client) -> None:
    page = conflict(ada)
    decide(ada, "accept", page)
    page.refresh_from_db()
    assert (page.state, str(page.accepted_by)) == ("loaded", "ada")
    live = Charge.objects.filter(label__contains="Commission", withdrawn=False)
    assert [charge.amount for charge in live] == [Decimal(-12)]


def test_a_loaded_page_can_neither_be_accepted_nor_discarded(ada: Client) -> None:
    upload(ada, store(), june__txt=GOOD)
    page = RawPage.objects.get()
    decide(ada, "load", page)
    told = [said(decide(ada, decision, page)) for decision in ("accept", "discard", "load")]
    assert told == [["june.txt is in the state “Loaded” by now; nothing was changed."]] * 3
    assert Charge.objects.count() == 2


def test_deciding_takes_a_post(ada: Client) -> None:
    assert ada.get(DECIDE).status_code == 405


def test_a_decision_does_not_lead_to_another_site(ada: Client) -> None:
    answer = ada.post(DECIDE, {"decision": "load", "next": "https://elsewhere.example/"})
    assert answer["Location"] == reverse("admin:channels_rawpage_changelist")


def test_a_decision_needs_the_csrf_token() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("eve"))
    assert client.post(DECIDE, {"decision": "discard"}).status_code == 403


def reader(client: Client, *codenames: str) -> Client:
    user = User.objects.create_user("ben", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    return client


def test_without_the_right_nothing_can_be_uploaded(client: Client) -> None:
    ben = reader(client, "view_rawpage")
    assert ben.get(UPLOAD).status_code == 403
    assert upload(ben, store(), june__txt=GOOD).status_code == 403
    assert RawPage.objects.count() == 0


def test_without_the_right_nothing_can_be_loaded(client: Client, ada: Client) -> None:
    upload(ada, store(), june__txt=GOOD)
    page = RawPage.objects.get()
    ben = reader(Client(), "view_rawpage")
    assert decide(ben, "load", page).status_code == 403
    shown = ben.get(reverse("admin:channels_rawpage_change", args=[page.pk]))
    assert (shown.status_code, 'name="decision"' in shown.content.decode()) == (200, False)


def test_without_the_right_no_page_is_shown(client: Client, ada: Client) -> None:
    upload(ada, store(), june__txt=GOOD)
    pk = RawPage.objects.get().pk
    ben = reader(Client())
    views = ("change", "source")
    answers = [ben.get(reverse(f"admin:channels_rawpage_{view}", args=[pk])).status_code for view in views]
    assert [*answers, ben.get(reverse("admin:channels_rawpage_preview"), {"page": pk}).status_code] == [403, 403, 403]


def test_names_and_words_of_a_file_are_text_not_markup(ada: Client) -> None:
    script = "<script>alert(1)</script>"
    body = settlement(("ItemPrice", "Principal", "1.00"), ("ItemFees", script, "1.00"), total="2.00", sku=script)
    (one,) = upload(ada, store(), **{"<script>x<__script>.txt": body}).context["previews"]
    decide(ada, "load", one.page)
    addresses = [
        reverse("admin:channels_rawpage_changelist"),
        reverse("admin:channels_rawpage_change", args=[one.page.pk]),
        reverse("admin:channels_rawpage_source", args=[one.page.pk]) + "?line=4",
        reverse("admin:channels_payout_changelist"),
    ]
    pages = [ada.get(address).content.decode() for address in addresses]
    assert [script in page or "<script>x" in page for page in pages] == [False] * 4
    assert "&lt;script&gt;alert(1)" in pages[2]


def test_the_source_view_shows_the_line_it_is_asked_for(ada: Client) -> None:
    upload(ada, store(), june__txt=GOOD)
    page = RawPage.objects.get()
    answer = ada.get(reverse("admin:channels_rawpage_source", args=[page.pk]), {"line": 4})
    shown = answer.context["excerpt"]
    assert dict(shown.cells)["amount-description"] == "Commission"
    assert [number for number, _cells in shown.records] == [2, 3, 4]
    assert b'<tr id="here"><td class="pl-n">4</td>' in answer.content


@pytest.mark.parametrize("line", ["0", "-1", "99", "x", "99999999999999999999", ""])
def test_the_source_view_takes_any_line(ada: Client, line: str) -> None:
    upload(ada, store(), june__txt=GOOD)
    url = reverse("admin:channels_rawpage_source", args=[RawPage.objects.get().pk])
    assert ada.get(url, {"line": line}).status_code == 200


def test_an_excerpt_reads_no_further_than_it_shows(ada: Client) -> None:
    many = [("ItemPrice", "Principal", "1.00")] * 500
    upload(ada, store(), june__txt=settlement(*many, total="500.00"))
    shown = excerpt(RawPage.objects.get(), 100)
    assert ([number for number, _cells in shown.records], shown.more) == (list(range(88, 113)), True)


def test_the_list_takes_the_same_queries_for_more_pages(
    ada: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    shop = store()
    for number in range(8):
        upload(ada, shop, june__txt=GOOD.replace(b"900", b"91%d" % number))
    with django_assert_max_num_queries(8):
        answer = ada.get(reverse("admin:channels_rawpage_changelist"))
    assert answer.status_code == 200


def test_nobody_deletes_or_edits_a_page(ada: Client) -> None:
    upload(ada, store(), june__txt=GOOD)
    pk = RawPage.objects.get().pk
    assert ada.post(reverse("admin:channels_rawpage_delete", args=[pk]), {"post": "yes"}).status_code == 403
    assert ada.post(reverse("admin:channels_rawpage_change", args=[pk]), {"name": "x"}).status_code == 404
    assert RawPage.objects.get().name == "june.txt"


def test_unreadable_lines_link_to_their_line(ada: Client) -> None:
    upload(ada, store(), june__txt=settlement(("ItemPrice", "Principal", "?"), total="0.00"))
    page = RawPage.objects.get()
    decide(ada, "load", page)
    assert [line.place for line in UnreadableLine.objects.all()] == [3]
    shown = ada.get(reverse("admin:channels_unreadableline_changelist")).content.decode()
    assert f"/admin/channels/rawpage/{page.pk}/source/?line=3#here" in shown
