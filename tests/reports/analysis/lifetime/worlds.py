"""Customers who buy as BG/NBD says, and whose shop changes beyond it."""

import numpy as np

from reports.analysis.lifetime.ahead import Bought


def shop(seed: int, customers: int = 4_000, weeks: int = 78, *, swing: float = 0.0, leave: bool = True) -> Bought:
    """Acquired through two thirds of the weeks. ``swing`` is by how much the rate of purchases wanders, as a share."""
    random = np.random.default_rng(seed)
    begun = random.integers(0, 7 * weeks * 2 // 3, customers)
    rate = random.gamma(0.6, 1 / 6.0, customers) / 7  # a day
    leaves = random.beta(0.8, 2.5, customers) if leave else np.zeros(customers)
    wander = 1 + swing * np.sin(2 * np.pi * np.arange(7 * weeks) / (7 * 52) + random.uniform(0, 2 * np.pi))
    alive = np.ones(customers, bool)
    who, when = [np.arange(customers)], [begun]
    for day in range(7 * weeks):
        alive &= ~((day == begun) & (random.random(customers) < leaves))
        buys = np.flatnonzero(alive & (day > begun) & (random.random(customers) < rate * wander[day]))
        alive[buys] = random.random(len(buys)) >= leaves[buys]
        who.append(buys)
        when.append(np.full(len(buys), day))
    customer, day_of = np.concatenate(who), np.concatenate(when)
    mean = random.gamma(6.0, 5.0, customers)
    return Bought(customer.astype(np.int64), 730_000 + day_of.astype(np.int64), random.gamma(4.0, mean[customer] / 4.0))
