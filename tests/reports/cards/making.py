"""A card of plain values."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from reports.analysis.breakeven import break_even
from reports.analysis.estimate import Check, Estimate
from reports.analysis.event import Event
from reports.analysis.money import Margin, contribution
from reports.analysis.panel import Panel
from reports.analysis.said import Said
from reports.analysis.verdict import verdict
from reports.cards.card import Card

AMAZON = Margin("amazon", 8.0, 0.1, 500, "USD")
SHOPIFY = Margin("shopify", 15.0, 0.2, 400, "USD")
NAMES = (
    "pre_fit", "placebo_rank", "pre_trend", "leave_one_out", "in_time_placebo", "effective_controls", "contamination",
    "sensitivity", "horizons", "intervention",
)  # fmt: skip
WEEKS = tuple(date(2026, 1, 5) + timedelta(weeks=number) for number in range(4))
PANEL = Panel(
    WEEKS, ("r1", "r2"),
    {"amazon": np.array([[np.nan, np.nan, 3, 0.1 + 0.2], [np.nan] * 4]), "shopify": np.array([[5.0, 4, 1, 1 / 3], [9, 9, np.nan, 8]])},
    {"amazon": np.array([[np.nan, np.nan, -1e-300, 2], [np.nan] * 4]), "shopify": np.full((2, 4), 1e12 / 7)},
    np.array([[1.0, 2, np.nan, 4], [5, 6, 7, 8]]), "USD",
)  # fmt: skip
EVENT = Event(
    "shopify", "amazon", ("r1",), WEEKS[2], "launch", WEEKS[3], True, frozenset({"nothing_else_changed", "moon"})
)


def made(**other: Any) -> Card:
    detail = {
        "weeks": [week.isoformat() for week in WEEKS], "gap": [0.5, -0.5, -2.0, -3.0], "band": [1.0, 1.0, 1.5, 1.5],
        "before": 2, "placebos": [[0.1, -0.2, 1 / 3], [0.3, 0.0, 1e-17]],
    }  # fmt: skip
    share = Estimate(
        0.3, 0.2, 0.4, 0.9, "share", 26, "event with control regions", (Said("Nothing else changed."),),
        tuple(Check(name, None if place % 2 else place > 2, Said("As found: {value}.", {"value": place}), place)
              for place, name in enumerate(NAMES)), detail,
    )  # fmt: skip
    theta = Estimate(3.5, 2.0, 5.0, 0.9, "USD/order", 26, "event with control regions", detail={"p_zero": 0.001})
    card = Card(
        "shopify", "amazon", PANEL, share, break_even(AMAZON, SHOPIFY), verdict({"q": theta})["q"], theta,
        (contribution(AMAZON, 1000, {SHOPIFY: share}, theta, 500.0), contribution(SHOPIFY, 900, {})),
        contribution(AMAZON, 1000, {}).direct, EVENT, 7, "0.1.0",
    )  # fmt: skip
    return replace(card, **other)
