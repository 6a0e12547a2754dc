"""What a seller planned is what then happened in his world."""

import json
from datetime import date

from channels.sandbox.world.model import World
from channels.sandbox.world.planned import planned


def test_each_event_is_told_with_its_channels_regions_and_days(demo: World) -> None:
    found = {one["kind"]: one for one in json.loads(json.dumps(planned(demo)))}
    assert sorted(found) == ["brand_campaign", "delisting", "launch", "switchback"]
    launch, gone = found["launch"], found["delisting"]
    assert (launch["country"], launch["affecting"], launch["affected"]) == ("US", "amazon", "shopify")
    assert (launch["starts_on"], launch["ends_on"], launch["drawn"]) == ("2026-03-23", None, False)
    assert (gone["regions"], gone["ends_on"]) == (["AZ", "CO", "IN", "NJ", "OH"], "2026-11-02")


def test_a_schedule_has_each_pair_both_ways(demo: World) -> None:
    switch = next(one for one in planned(demo) if one["kind"] == "switchback")
    assert (switch["country"], switch["drawn"], len(switch["blocks"])) == ("DE", True, 32)
    pairs: dict[str, list[bool]] = {}
    for block in switch["blocks"]:
        pairs.setdefault(block["pair"], []).append(block["on"])
        assert (date.fromisoformat(block["end"]) - date.fromisoformat(block["start"])).days == 7
    assert {tuple(sorted(of)) for of in pairs.values()} == {(False, True)}
