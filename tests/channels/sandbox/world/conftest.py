"""The large world takes seconds to make: one for all tests."""

import pytest

from channels.sandbox.world import make_world
from channels.sandbox.world.model import World


@pytest.fixture(scope="session")
def demo() -> World:
    return make_world("demo", 7)
