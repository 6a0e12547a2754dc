"""Persons who buy until they stop (BG/NBD), some of whom move part of their buying to B; nobody planned an event.

Of B's orders some would have been A's: those that A's customers moved, and those of newcomers who would have come to A.
Seen are orders, the persons whose two accounts were matched, how many of 200 known pairs matching finds, and how many
of B's orders began with a search for the brand.
"""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from tests.simulation.measurement.demand import Array

WEEKS = 78
LAUNCHED = 26  # B is there from this week on
WINDOW = 52  # orders are counted from this week on
AUDITED = 200


@dataclass(frozen=True, slots=True)
class Crowd:
    """``heavy`` lets matching find heavy buyers more easily, as it does."""

    customers: int = 8000
    recall: float = 0.6
    searches: bool = True  # the brand's share of searches is known
    heavy: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Crowded:
    """One entry per order: ``person``, ``week`` and whether on B. By person: ``matched``, ``ours`` (on A before the window).

    ``truth`` is the share of B's orders in the window that A lost; ``lost`` and ``searched`` mark orders.
    """

    person: Array
    week: Array
    on_b: Array
    lost: Array
    searched: Array
    matched: Array
    ours: Array
    found: int  # of AUDITED known pairs
    truth: float

    @property
    def counted(self) -> Array:
        inside: Array = self.week >= WINDOW
        return inside

    @property
    def b_orders(self) -> int:
        return int((self.on_b & self.counted).sum())


def crowded(rng: Generator, crowd: Crowd) -> Crowded:
    person, week = _purchases(rng, crowd.customers, rng.uniform(0.5, 1.2), rng.uniform(8, 16))
    moved, more = _moved(rng, person, week, crowd.customers)
    new_person, new_week = _purchases(rng, int(crowd.customers * rng.uniform(0.1, 0.8)), 0.6, 10.0, LAUNCHED)
    diverted = rng.random(new_person.max(initial=0) + 1)[new_person] < rng.uniform(0, 0.3)
    people = np.concatenate([person, person[more], crowd.customers + new_person])
    weeks = np.concatenate([week, week[more], new_week])
    on_b = np.concatenate([moved, np.ones(more.sum() + len(new_week), dtype=bool)])
    lost = np.concatenate([moved, np.zeros(more.sum(), dtype=bool), diverted])
    count = int(people.max()) + 1
    ours = np.bincount(people[~on_b & (weeks < WINDOW)], minlength=count) > 0
    diverted_newcomer = lost & ~ours[people]
    searched = on_b & (diverted_newcomer | (rng.random(len(people)) < rng.uniform(0.1, 0.4)))
    both = ours & (np.bincount(people[on_b], minlength=count) > 0)
    recalls = _recalls(crowd, np.bincount(people, minlength=count), both)
    matched = both & (rng.random(count) < recalls)
    counted = on_b & (weeks >= WINDOW)
    truth = float((lost & counted).sum() / max(1, counted.sum()))
    recall = float(recalls[both].mean()) if both.any() else crowd.recall
    found = int(rng.binomial(AUDITED, recall))
    return Crowded(people, weeks, on_b, lost, searched, matched, ours, found, truth)


def _moved(rng: Generator, person: Array, week: Array, customers: int) -> tuple[Array, Array]:
    """Which of these purchases went to B, and which of the moved were followed by one that A would not have had."""
    adopts = rng.random(customers) < rng.uniform(0.1, 0.4)
    part = rng.beta(2, 2, customers)
    moved = adopts[person] & (week >= LAUNCHED) & (rng.random(len(person)) < part[person])
    return moved, moved & (rng.random(len(person)) < rng.uniform(0, 0.6))


def _recalls(crowd: Crowd, orders: Array, both: Array) -> Array:
    """The chance that a person of both channels is matched: ``recall`` on average."""
    if not crowd.heavy or not both.any():
        return np.full(len(orders), crowd.recall)
    odds = np.log1p(orders) / np.log1p(orders[both]).mean()
    chances: Array = np.clip(crowd.recall * odds, 0, 1)
    return chances


def _purchases(rng: Generator, people: int, shape: float, rate: float, after: int = 0) -> tuple[Array, Array]:
    """Persons and weeks of purchases in WEEKS; everyone's first falls somewhere, half of them in the first quarter."""
    pace = rng.gamma(shape, 1 / rate, people)
    leaves = rng.beta(0.8, 6, people)
    at = after + (WEEKS - after) * rng.beta(0.6, 1.4, people)
    who = np.arange(people)
    persons, weeks = [], []
    while len(who):
        persons.append(who)
        weeks.append(at[who])
        who = who[rng.random(len(who)) >= leaves[who]]
        at[who] += rng.exponential(1 / np.maximum(pace[who], 1e-9))
        who = who[at[who] < WEEKS]
    return np.concatenate(persons), np.concatenate(weeks)
