"""Facts of a made-up world go in by COPY, without pages and without HTTP."""

import pytest

from channels.core.errors import Refused
from channels.load import load_rows, replay_facts
from channels.models import Store
from channels.sandbox.world import make_world
from channels.sandbox.world.facts import rows
from channels.sandbox.world.model import World
from channels.sandbox.world.truth import summarise
from tests.making import make_company
from tests.simulation.facts import differences, found

WORLD: World = make_world("small", 3)


@pytest.mark.django_db
def test_every_market_of_a_world_is_here_exactly() -> None:
    company = make_company()
    for market in WORLD.markets:
        store = Store.objects.create(
            company=company, name=market.name, channel=market.channel, marketplace=market.marketplace,
            currency=market.currency, timezone=market.timezone, cross_border=market.cross_border,
        )  # fmt: skip
        tally = load_rows(store, rows(WORLD, market.code, WORLD.ends_at), "world small 3", WORLD.ends_at)
        assert tally.unreadable == 0
        assert differences(summarise(rows(WORLD, market.code, WORLD.ends_at)), found(store)) == []
    with pytest.raises(Refused, match="cannot be replayed"):
        replay_facts(company.pk, lambda page: None)
