"""Harbor & Leaf: what it sells, and the people who buy. All of it is made up."""

from decimal import Decimal

from channels.core.money import quantum, round_minor
from channels.sandbox.world.chance import Chance, summed
from channels.sandbox.world.model import Person, Product
from channels.sandbox.world.places import Region
from channels.sandbox.world.plan import RATES, Plan

_GOODS = (  # code, title, list price in USD from … to, query
    ("KETTLE", "Gooseneck Kettle", 59, 99, "gooseneck kettle"),
    ("SENCHA", "Sencha Green Tea", 12, 29, "sencha loose leaf tea"),
    ("MATCHA", "Ceremonial Matcha", 19, 45, "ceremonial matcha powder"),
    ("CUP", "Double-wall Glass Cup", 15, 35, "double wall glass cup"),
    ("POT", "Glass Teapot", 25, 49, "glass teapot with infuser"),
    ("WHISK", "Bamboo Whisk", 9, 19, "bamboo matcha whisk"),
    ("OOLONG", "Roasted Oolong", 14, 32, "roasted oolong tea"),
    ("TRAY", "Acacia Tea Tray", 29, 69, "wooden tea tray"),
    ("CADDY", "Airtight Tea Caddy", 12, 26, "airtight tea tin"),
    ("FILTER", "Paper Tea Filters", 7, 14, "paper tea filter bags"),
    ("SCALE", "Brewing Scale", 24, 49, "tea scale with timer"),
    ("GIFT", "Tea Gift Box", 29, 79, "tea gift set"),
)
_COLOURS = ("Sage", "Ivory", "Slate", "Amber", "Rose", "Ink", "Moss", "Sand", "Clay", "Mist")


def query_of(product: Product) -> str:
    """What people who do not know the brand type to find it."""
    return _GOODS[(product.number - 1) % len(_GOODS)][4]


def products(plan: Plan, seed: int) -> tuple[Product, ...]:
    chance = Chance(plan.name, seed, "products")
    return tuple(_product(number, plan, chance) for number in range(1, plan.products + 1))


def _product(number: int, plan: Plan, chance: Chance) -> Product:
    code, title, low, high, _ = _GOODS[(number - 1) % len(_GOODS)]
    series = (number - 1) // len(_GOODS)
    usd = Decimal(chance.between(low, high)) - Decimal("0.10")
    sku = f"HL-{code}-{series + 1:02}"
    prices = {}
    for selling in plan.sellings:
        currency = selling.market.currency
        price = round_minor(usd * Decimal(selling.price), currency)
        # Prices people see end in .90; yen in tens.
        prices[selling.market.code] = price // 1 + Decimal("0.90") if quantum(currency) < 1 else price // 10 * 10
    renamed: dict[str, str] = {}
    if number % 5 == 0:
        renamed = {code: f"{sku}-FBA" for code in prices if code in ("amazon.us", "amazon.de")}
    cost = round_minor(usd * RATES["USD"] * Decimal(chance.between(22, 38)) / 100, plan.base_currency)
    return Product(
        number, sku, f"B0HL{number:06}", _gtin(number), f"{title} {_COLOURS[series % 10]} No. {series + 1}", cost,
        prices, renamed,
    )  # fmt: skip


def _gtin(number: int) -> str:
    """Thirteen digits with their check digit; 200… is for use inside a shop, so it is nobody's."""
    digits = f"200{number:09}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def popularity(count: int) -> list[float]:
    """Cumulative weights of the products: a few sell most."""
    return summed([1 / (rank + 4) for rank in range(count)])


_FIRST = (
    "Ada Bram Cleo Dario Edda Finn Greta Hugo Iris Joel Kaia Linus Mira Nico Orla Piet Quinn Rosa Sven Thea Ugo Vera "
    "Willa Xeno Yara Zeno Alma Boris Celia Dov Elin Fritz Gwen Heidi Ivo Juna Kito Lena Milo Nadia"
).split()
_ONE = "Bran Cald Dren Elm Farn Gorm Hald Ister Jarn Keld Lorn Morr Nald Orst Pell Quar Rast Sold Tarn Wend".split()
_TWO = "a e i o u ami ero ilo ona uri".split()
_THREE = "by dal fors gard ham kin lund mere nock quist rode shaw stad thorpe vale wick wold worth yard zell".split()
_STREETS = "Lantern Wharf Kettle Saffron Heron Juniper Pewter Willow Copper Thistle".split()
_DOMAINS = ("example.com", "example.org", "example.net", "mail.test", "post.test")
_CALLING = {"US": "1", "DE": "49", "AT": "43", "GB": "44", "JP": "81", "SG": "65", "MY": "60"}
_SURNAMES = len(_ONE) * len(_TWO) * len(_THREE)


def person(number: int, region: Region, chance: Chance) -> Person:
    """Name, e-mail address, telephone and street are each different for everyone; postcodes are not."""
    # 2,473 is prime to the number of surnames, so neighbours differ; a second round has other first names.
    mixed, again = number * 2473 % _SURNAMES, number // _SURNAMES
    last = _ONE[mixed % 20] + _TWO[mixed // 20 % 10] + _THREE[mixed // 200]
    first = _FIRST[(number + again * 7) % len(_FIRST)]
    digits = [str(chance.below(10)) if mark == "#" else mark for mark in region.postcode]
    return Person(
        number=number,
        name=f"{first} {last}",
        email=f"{first}.{last}.{number}@{_DOMAINS[number % len(_DOMAINS)]}".lower(),
        phone=f"+{_CALLING[region.country]}555{number:07}",
        street=f"{number} {_STREETS[number % len(_STREETS)]} {last} Row",
        postcode="".join(digits),
        city=chance.pick(region.cities),
        state=region.state,
        country=region.country,
    )
