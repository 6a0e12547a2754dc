"""What is wrong with how a life ended."""

from channels.models import Store, SyncWindow
from channels.sandbox.world.truth import summary
from tests.simulation.facts import differences, found
from tests.simulation.life import Life
from tests.simulation.scanning import leaks


def problems(life: Life, stores: list[Store], *, withheld: bool = False) -> list[str]:
    """In lines for people; empty where every fact is the truth's, every window complete and nothing leaked."""
    said = list(life.bugs)
    red = SyncWindow.objects.exclude(state=SyncWindow.State.GREEN).select_related("store")
    if withheld:
        return said + _withheld(life, list(red)) + leaks(life)
    said += [f"{window}: {window.state}: {window.reason}" for window in red[:10]]
    for market, store in zip(life.world.markets, stores, strict=True):
        truth = summary(life.world, market.code, life.ended_at)
        said += [f"{market.code}: {one}" for one in differences(truth, found(store))]
    return said + leaks(life)


def _withheld(life: Life, red: list[SyncWindow]) -> list[str]:
    """A page that never comes: its windows are incomplete and never were complete, and say why."""
    if not life.struck.get("withhold"):
        return []  # no chain of this world was long enough
    if not red:
        return ["a page was withheld for good, and every window is complete"]
    return [f"{one}: was complete once, though a page never came" for one in red if one.closed_at and one.attempt == 1]
