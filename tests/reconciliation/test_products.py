"""Product proposals out of what stores sold, and what people decide about them."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from channels.models import Company, Order, OrderItem, Sku, Store
from reconciliation.cost import product_map
from reconciliation.models import ProductProposal
from reconciliation.products import confirm, listings, propose_products, reject
from tests.making import NOON, make_company, make_store, orders, take_in

pytestmark = pytest.mark.django_db

LIST = "/admin/reconciliation/productproposal/"


def sell(store: Store, sku: str, title: str, quantity: str = "1", status: str = "Shipped") -> None:
    """An order of one line, as a file tells it."""
    number = f"114-{Order.objects.count() + 1:07}-0000001"
    line = {"amazon-order-id": number, "sku": sku, "product-name": title, "quantity": quantity, "order-status": status,
            "item-status": status}  # fmt: skip
    take_in(store, orders(line))


@pytest.fixture
def company() -> Company:
    company = make_company()
    here, there = make_store(company), make_store(company, "Maple CA")
    sell(here, "TEE-BLK", "Plumbline Bamboo Tee Black", "5")
    sell(there, "tee_blk", "Bamboo Tee Black")
    sell(here, "LAMP-1", "Sunrise Desk Lamp 40 cm", "3")
    sell(there, "99-17", "Desk Lamp Sunrise, 40cm")
    return company


@pytest.fixture
def ada() -> User:
    return User.objects.create_superuser("ada")


def opened(company: Company) -> list[tuple[str, str, str, int, str]]:
    rows = ProductProposal.objects.filter(company=company).order_by("sku")
    return [(one.sku, one.product, one.evidence, one.units, one.state) for one in rows]


def test_proposals_are_made_from_what_was_sold(company: Company) -> None:
    assert propose_products(company) == 2
    assert opened(company) == [
        ("99-17", "LAMP-1", "title", 1, "proposed"), ("tee_blk", "TEE-BLK", "sku", 1, "proposed"),
    ]  # fmt: skip
    keys = set(ProductProposal.objects.values_list("pk", flat=True))
    sell(Store.objects.get(name="Maple CA"), "tee_blk", "Bamboo Tee Black", "4")
    assert propose_products(company) == 2
    assert set(ProductProposal.objects.values_list("pk", flat=True)) == keys
    assert opened(company)[1] == ("tee_blk", "TEE-BLK", "sku", 5, "proposed")


def test_proposal_that_no_longer_holds_goes(company: Company) -> None:
    propose_products(company)
    OrderItem.objects.filter(sku="99-17").update(title="Kettle")
    assert propose_products(company) == 1
    assert [one[0] for one in opened(company)] == ["tee_blk"]


def test_cancelled_orders_sold_nothing_and_copies_are_no_listing(company: Company) -> None:
    store = Store.objects.get(name="Maple CA")
    sell(store, "GONE-1", "Kettle", "4", "Cancelled")
    assert {one.sku: one.units for one in listings(company)}["GONE-1"] == 0
    Order.objects.filter(items__sku="GONE-1").update(is_mirror=True)
    assert "GONE-1" not in {one.sku for one in listings(company)}


def test_confirmed_proposal_is_in_the_map_and_the_next_ones_follow_it(company: Company, ada: User) -> None:
    propose_products(company)
    assert confirm(ProductProposal.objects.filter(sku="tee_blk"), ada).count == 1
    store = Store.objects.get(name="Maple CA")
    assert product_map(company) == {(store.pk, "tee_blk"): "TEE-BLK"}
    assert propose_products(company) == 1
    one = ProductProposal.objects.get(sku="tee_blk")
    assert (one.state, one.decided_by) == ("confirmed", ada)
    assert confirm([one], ada).count == 0


def test_rejected_proposal_is_not_made_again(company: Company, ada: User) -> None:
    propose_products(company)
    assert reject(ProductProposal.objects.all(), ada).count == 2
    assert propose_products(company) == 0
    assert not Sku.objects.exists()


def test_map_that_says_otherwise_by_now_is_not_overwritten(company: Company, ada: User) -> None:
    propose_products(company)
    store = Store.objects.get(name="Maple CA")
    Sku.objects.create(company=company, store=store, sku="tee_blk", product="tee", recorded_at=NOON)
    done = confirm(ProductProposal.objects.all(), ada)
    assert (done.count, [one.sku for one in done.mapped_otherwise]) == (1, ["tee_blk"])
    assert Sku.objects.get(sku="tee_blk").product == "tee"


def test_nothing_is_proposed_for_another_company(company: Company) -> None:
    other = make_company("Oak")
    sell(make_store(other, "Oak US"), "TEE-BLK", "Plumbline Bamboo Tee Black")
    assert propose_products(other) == 0
    assert not ProductProposal.objects.exists()


def test_proposals_are_looked_for_and_confirmed_in_the_admin(company: Company, ada: User, client: Client) -> None:
    client.force_login(ada)
    answer = client.get(f"{LIST}look/", follow=True)
    assert "2 products are proposed." in answer.content.decode()
    assert "Desk Lamp Sunrise, 40cm" in answer.content.decode()
    keys = list(ProductProposal.objects.values_list("pk", flat=True))
    answer = client.post(LIST, {"action": "confirm", "_selected_action": keys}, follow=True)
    assert "2 proposals are decided." in answer.content.decode()
    assert Sku.objects.count() == 2
    answer = client.get(LIST, headers={"accept-language": "zh-hans"})
    assert "SKU 相同" in answer.content.decode()


def test_who_may_not_map_skus_may_not_decide(company: Company, client: Client) -> None:
    propose_products(company)
    bob = User.objects.create_user("bob", is_staff=True)
    bob.user_permissions.add(Permission.objects.get(codename="view_productproposal"))
    client.force_login(bob)
    assert "Confirm: into the SKU map" not in client.get(LIST).content.decode()
    assert client.get(f"{LIST}look/").status_code == 403
    keys = list(ProductProposal.objects.values_list("pk", flat=True))
    client.post(LIST, {"action": "confirm", "_selected_action": keys})
    assert not Sku.objects.exists()


def test_lines_without_a_sku_are_left_out(company: Company) -> None:
    OrderItem.objects.filter(sku="99-17").update(sku="")
    assert propose_products(company) == 1
