"""Listings that are one product, and variants that are not."""

import random

import pytest

from reconciliation.identity.products import Listing, ProductMatch, gtin, propose_products
from reconciliation.identity.traits import contradict, traits

AMAZON, SHOPEE, SHOPIFY = 1, 2, 3


def pairs(*listings: Listing) -> list[tuple[str, str, str]]:
    return [(one.listing.sku, one.product, one.evidence) for one in propose_products(listings, {})]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Matcha powder 500 ml", "Matcha powder 250 ml"), ("Matcha 0.5 l", "Matcha 250ml"), ("Tea 1kg", "Tea 500 g"),
        ("Soap pack of 2", "Soap"), ("Soap 2-pack", "Soap 3 pack"), ("Soap 2er-Pack", "Soap"), ("肥皂 2件", "肥皂"), ("Soap x2", "Soap x 3"),
        ("Soap twin pack", "Soap"), ("Cotton tee black", "Cotton tee white"), ("纯棉T恤 黑色", "纯棉T恤 白色"), ("Tee black", "Tee schwarz blau"),
        ("Tee M", "Tee L"), ("Tee XL", "Tee XXL"), ("Headphones WH-1000XM4", "Headphones WH-1000XM5"),
        ("Case for phone 13", "Case for phone 14"), ("Buds", "Buds Pro"), ("Buds", "Buds case"), ("Shoe left", "Shoe right"),
        ("Men's jacket", "Women's jacket"), ("Power bank 10000mAh", "Power bank 10400 mAh"), ("Cable 1 m", "Cable 2 m"),
        ("SSD 512GB", "SSD 1TB"), ('Monitor 24"', "Monitor 27 inch"),
    ],
)  # fmt: skip
def test_variants_contradict_each_other(one: str, other: str) -> None:
    assert contradict(traits(one), traits(other))
    assert contradict(traits(other), traits(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bottle 16 fl oz", "Bottle 473 ml"), ("Tea 1 kg", "Tea 1000g"), ("Ruler 12 inch (30 cm)", "Ruler 30cm"), ("Tee black", "Tee schwarz"),
        ("Tee Black", "T-Shirt"), ("Kettle 1.5 l", "Kettle 1,5L"), ("纯棉T恤 黑色", "black cotton tee"), ("Soap pack of 2", "Soap 2 pcs"),
        ("Tee XXL", "Tee 2XL"), ("WH-1000XM4 black", "WH1000XM4"), ("", ""),
    ],
)  # fmt: skip
def test_same_variant_said_otherwise_does_not(one: str, other: str) -> None:
    assert not contradict(traits(one), traits(other))


def test_same_number_comes_before_titles_and_the_best_sold_names_the_product() -> None:
    found = propose_products(
        [
            Listing(AMAZON, "TEE-BLK-M", "Bamboo tee black M", units=90), Listing(SHOPIFY, "tee_blk_m", "Bamboo T black", units=5),
            Listing(SHOPEE, "SP-77", "竹纤维T恤", "4006381333931", 7), Listing(SHOPIFY, "mug", "Mug", "04006381333931", 9),
        ], {},
    )  # fmt: skip
    assert [(one.listing.sku, one.product, one.evidence, one.score) for one in found] == [
        ("SP-77", "mug", "gtin", 1.0), ("tee_blk_m", "TEE-BLK-M", "sku", 1.0),
    ]  # fmt: skip


def test_similar_title_of_another_store_is_proposed() -> None:
    listing = Listing(SHOPIFY, "77", "Bamboo Tee, Black, M", units=3)
    known: dict[tuple[int | None, str], str] = {(AMAZON, "A-1"): "bamboo-tee-black-m"}
    found = propose_products([Listing(AMAZON, "A-1", "Plumbline Bamboo Tee Black M", units=1), listing], known)
    assert found == [
        ProductMatch(listing, "bamboo-tee-black-m", "Plumbline Bamboo Tee Black M", "title", found[0].score)
    ]
    assert 0.75 <= found[0].score <= 1


def test_variants_find_their_own_and_never_another() -> None:
    colours, sizes = ("black", "white", "navy"), ("S", "M", "L")
    amazon = [
        Listing(AMAZON, f"A{c}{s}", f"Plumbline Bamboo Tee for summer, {c}, {s}", units=9)
        for c in colours
        for s in sizes
    ]
    shopify = [Listing(SHOPIFY, f"{n}-{c}-{s}", f"Bamboo tee {s} {c}") for n, c in enumerate(colours) for s in sizes]
    assert sorted(pairs(*amazon, *shopify)) == sorted(
        (one.sku, f"A{c}{s}", "title") for one in shopify for _, c, s in [one.sku.split("-")]
    )


def test_title_that_fits_two_products_as_well_is_not_proposed() -> None:
    assert pairs(
        Listing(AMAZON, "B1", "Bamboo tee black", units=9), Listing(AMAZON, "B2", "Bamboo tee white", units=9), Listing(SHOPIFY, "T", "Bamboo tee"),
    ) == []  # fmt: skip


def test_titles_of_one_store_are_not_joined() -> None:
    assert pairs(Listing(AMAZON, "B100", "Bamboo tee black"), Listing(AMAZON, "B200", "Bamboo tee black")) == []


def test_short_sku_joins_only_when_it_is_the_same_and_mapped_or_rejected_ones_stay() -> None:
    one, other = Listing(AMAZON, "A-1", "Kettle", units=9), Listing(SHOPIFY, "a1", "Lamp")
    assert pairs(one, other) == []
    one, other = Listing(AMAZON, "KET-1", "Kettle", units=9), Listing(SHOPIFY, "ket1", "Kettle")
    assert propose_products([one, other], {(SHOPIFY, "ket1"): "kettle"})[0].product == "kettle"
    assert propose_products([one, other], {(None, "KET-1"): "k", (SHOPIFY, "ket1"): "kettle"}) == []
    assert propose_products([one, other], {}, [(SHOPIFY, "ket1", "KET-1")]) == []


def test_same_sku_is_proposed_once_and_not_again_when_confirmed() -> None:
    both = [Listing(AMAZON, "KET-1", "Kettle", units=9), Listing(SHOPIFY, "KET-1", "Kettle")]
    assert [(one.listing.store, one.product) for one in propose_products(both, {})] == [(SHOPIFY, "KET-1")]
    assert propose_products(both, {(SHOPIFY, "KET-1"): "KET-1"}) == []


def test_same_sku_with_contradicting_titles_is_shown_as_doubtful() -> None:
    [found] = propose_products(
        [Listing(AMAZON, "1001", "Soap 500 ml", units=2), Listing(SHOPIFY, "1001", "Soap 250 ml")], {}
    )
    assert (found.evidence, found.score) == ("sku", 0.5)


@pytest.mark.parametrize(
    ("number", "found"),
    [("4006381333931", "04006381333931"), ("036000291452", "00036000291452"), ("96385074", "00000096385074"),
     ("4006381333932", ""), ("0000000000000", ""), ("", ""), ("B08N5WRWNW", ""), ("٤٠٠٦٣٨١٣٣٣٩٣١", ""), ("4" * 100_000, "")],
)  # fmt: skip
def test_gtin_needs_its_check_digit(number: str, found: str) -> None:
    assert gtin(number) == found


def test_many_alike_and_hostile_titles_do_not_blow_up() -> None:
    same = [Listing(AMAZON + n % 2, f"S{n:05}", "the same title for every listing") for n in range(3_000)]
    assert propose_products(same, {}) == []
    hostile = [Listing(n % 3, f"H{n}", "9" * 300 + "x" * n) for n in range(50)] + [
        Listing(1, "E", ""),
        Listing(2, "Z", "\u200b"),
    ]
    propose_products(hostile, {})


def test_circles_do_not_come_about() -> None:
    rng = random.Random(3)
    words = "bamboo linen tee mug kettle lamp desk soft warm thin".split()
    listings = [
        Listing(rng.randrange(3), f"K{n:04}", " ".join(rng.sample(words, 4)), units=rng.randrange(5))
        for n in range(400)
    ]
    found = propose_products(listings, {})
    mapped = {(one.listing.store, one.listing.sku): one.product for one in found}
    assert mapped
    proposed = {one.listing.sku for one in found}
    assert not {one.product for one in found} & proposed
