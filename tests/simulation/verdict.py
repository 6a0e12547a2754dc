"""What is wrong with how a life ended."""

from channels.core.clock import RealClock
from channels.models import Order, Store, SyncWindow
from channels.sandbox import amazon
from channels.sandbox.shopee import Shopee
from channels.sandbox.shopify import roots
from channels.sandbox.wire import Faults, Traffic
from channels.sandbox.world.truth import summary
from tests.simulation.facts import differences, found
from tests.simulation.life import Life
from tests.simulation.scanning import leaks


def problems(life: Life, stores: list[Store], *, withheld_for_good: bool = False, admin: bool = False) -> list[str]:
    """In lines for people; empty where every fact is the truth's, every window complete and nothing leaked."""
    said = list(life.bugs)
    red = SyncWindow.objects.exclude(state=SyncWindow.State.GREEN).select_related("store")
    if withheld_for_good:
        return said + _withheld(life, stores) + leaks(life, admin=admin)
    said += [f"{window}: {window.state}: {window.reason}" for window in red[:10]]
    for market, store in zip(life.world.markets, stores, strict=True):
        truth = summary(life.world, market.code, life.ended_at)
        said += [f"{market.code}: {one}" for one in differences(truth, found(store))]
    return said + leaks(life, admin=admin)


def _withheld(life: Life, stores: list[Store]) -> list[str]:
    """A record that never comes: some window of its store is incomplete for it, and has never been complete."""
    said = []
    for ref, store in zip(withheld(life), stores, strict=True):
        orders = SyncWindow.objects.filter(store=store, resource=f"{store.channel}.orders")
        red = orders.exclude(state=SyncWindow.State.GREEN)
        if Order.objects.filter(store=store, ref=ref).exists():
            said.append(f"{store}: {ref} was withheld, and is here")
        if not red.exists():
            said.append(f"{store}: {ref} was withheld, and every window is complete")
        said += [f"{one}: was complete once without {ref}" for one in red.filter(closed_at__isnull=False)]
    return said


def withheld(life: Life) -> list[str]:
    """The order that the sandbox never gives out, of each market."""
    world, clock = life.world, RealClock()
    shopee = Shopee(world, clock, Faults(), Traffic()).withheld
    found: list[str] = []
    for market in world.markets:
        if market.channel == "amazon":
            order = amazon.withheld(world, market.seller)
        elif market.channel == "shopify":
            order = roots.withheld(world.of(market.code))
        else:
            found.append(shopee[market.code])
            continue
        assert order is not None
        found.append(order.ref)
    return found
