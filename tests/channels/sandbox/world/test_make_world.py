"""Worlds are the same for the same seed, everywhere."""

import os
import subprocess
import sys

import pytest

from channels.sandbox.world import make_world
from channels.sandbox.world.chance import Chance, exp
from channels.sandbox.world.model import Market
from channels.sandbox.world.truth import digest

# Changes with every change to the generator; what matters is that all machines and Python versions agree on it.
SMALL_1 = "77374a4ed8091a2610271a2ced5d36ec6c85a64588f18627bdf3c46bfe3e8725"


def test_digest_is_known() -> None:
    assert digest(make_world("small", 1)) == SMALL_1


def test_digest_differs_by_seed() -> None:
    assert len({digest(make_world("small", seed)) for seed in range(4)}) == 4


@pytest.mark.parametrize("hash_seed", ["0", "77"])
def test_digest_is_the_same_in_another_process(hash_seed: str) -> None:
    code = (
        "from channels.sandbox.world import make_world; from channels.sandbox.world.truth import digest; "
        "print(digest(make_world('small', 1)))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": hash_seed}, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert found.stdout.strip() == SMALL_1


def test_unknown_name_is_refused() -> None:
    with pytest.raises(KeyError):
        make_world("huge", 1)


def test_small_world_has_its_markets_and_size() -> None:
    world = make_world("small", 1)
    assert world.markets == (
        Market(
            "amazon.us", "amazon", "ATVPDKIKX0DER", "Harbor & Leaf Amazon US", "USD", "America/Los_Angeles", "US",
            "A2HARBORLEAF01",
        ),
        Market(
            "amazon.de", "amazon", "A1PA6795UKMFR9", "Harbor & Leaf Amazon DE", "EUR", "Europe/Berlin", "DE",
            "A2HARBORLEAF02", prices_include_tax=True,
        ),
        Market(
            "shopify", "shopify", "harborandleaf.myshopify.com", "Harbor & Leaf", "USD", "America/New_York", "US",
            "harborandleaf.myshopify.com",
        ),
        Market(
            "shopee.sg", "shopee", "SG", "Harbor & Leaf Shopee SG", "SGD", "Asia/Singapore", "SG", "220010001",
            prices_include_tax=True,
        ),
        Market(
            "shopee.my", "shopee", "MY", "Harbor & Leaf Shopee MY", "MYR", "Asia/Kuala_Lumpur", "MY", "220010002",
            cross_border=True, prices_include_tax=True,
        ),
    )  # fmt: skip
    assert len(world.products) == 12
    assert 120 < len(world.orders) < 260
    assert (world.ends_at - world.starts_at).days == 42


def test_exp_is_near_enough() -> None:
    assert [round(exp(x), 9) for x in (0.0, 1.0, -1.0, -16.0)] == [1.0, 2.718281828, 0.367879441, 0.000000113]


def test_poisson_has_its_mean() -> None:
    chance = Chance("test", 1)
    draws = [chance.poisson(23.5) for _ in range(4000)]
    assert abs(sum(draws) / 4000 - 23.5) < 0.4
