"""What customers cost to win, from the books: to the company, by channel, and what experiments say of it."""

import math
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from channels.models import Company
from reconciliation.labels import known_recall
from reports.analysis import customers, weekly
from reports.analysis.estimate import Answer, Bounds, CannotTell, Estimate
from reports.analysis.kpi.figure import WINDOW
from reports.analysis.lifetime.acquired import CERTAIN, Recall, Won, added, cac, plain_cac
from reports.analysis.said import Said
from reports.analysis.weekly import Floats
from reports.models import Report
from reports.weeks import KNOWN, Books

METHOD = "spend by attributed new customers times the experiment's factor"
NO_EXPERIMENT = Said("No experiment says how many of the orders that a channel is credited with it brought.")
NO_JOURNEYS = Said("No visits before orders are in the books: nothing is credited to a channel.")
TEST = Said(
    "A campaign in a third of the regions, or on/off blocks, chosen by lots, with “advertised through” entered."
)


def recall_of(company: Company, of: Books) -> Recall | None:
    """Of second accounts; certain where all known buyers are of one channel, None where nobody knows."""
    if len(of.known) < 2:
        return CERTAIN
    told = known_recall(company)
    if told.point is None or told.low is None or told.high is None or not told.point > 0:
        return None
    low, high = min(told.low, told.point), max(told.high, told.point)
    return Recall(told.point, max(low, 0.01), min(high, 1.0), told.pairs)


def won(of: Books, recall: Recall | None) -> Won:
    """To the company, on channels whose buyers are known."""
    matched = added(of.matched.values(), len(of.weeks))
    return Won(of.advertising - of.hidden_advertising, new_customers(of), matched, recall)


def new_customers(of: Books) -> Floats:
    """By week of the first order; NaN where too few orders have a person."""
    return weekly.where(customers.new_customers(of.buyers), of.told, KNOWN)


def won_by_channel(of: Books, recall: Recall | None) -> dict[str, Won]:
    """By the channel of the first order, with the advertising of its stores."""
    none = added((), len(of.weeks))
    new = customers.new_by_channel(of.buyers)
    return {
        name: Won(of.spent.get(name, none), weekly.where(new.get(name, none), of.told, KNOWN),
                  of.matched.get(name, none), recall)
        for name in of.known
    }  # fmt: skip


def last(of: Won, weeks: slice = slice(-WINDOW, None)) -> Won:
    return Won(of.spend[weeks], of.new[weeks], of.matched[weeks], of.recall)


def company_cost(of: Books, recall: Recall | None) -> dict[str, Any]:
    """Of the last 13 weeks: what a customer new to the company cost, with its ends, and what it rests on."""
    return _row(last(won(of, recall)), of.currency)


def cost_told(of: Books, recall: Recall | None) -> dict[str, Any]:
    """Of the last 13 weeks, as JSON: ``advertising`` adds up to the ledger's, ``by_channel`` to what is known."""
    whole = last(won(of, recall))
    return {
        "weeks": len(whole.spend), "from": of.weeks[-WINDOW:][0].isoformat(), "unit": f"{of.currency}/customer",
        "recall": None if recall is None else
            {"value": recall.value, "low": recall.low, "high": recall.high, "pairs": recall.pairs},
        "advertising": _spending(of, whole), "company": _row(whole, of.currency),
        "by_channel": [{"channel": name, **_row(last(one), of.currency)}
                       for name, one in won_by_channel(of, recall).items()],
        "of_no_channel": _of_no_channel(of, whole),
        "hidden": [{"channel": name, "spend": _sum(of.hidden_spent[name]) if name in of.hidden_spent else 0.0}
                   for name in of.hidden],
        "shared": _shared(of, whole),
    }  # fmt: skip


def _of_no_channel(of: Books, whole: Won) -> float:
    """Advertising of the weeks counted that is no known channel's: ``counted`` is this and the channels'."""
    others = added((series for name, series in of.spent.items() if name not in of.known), len(of.weeks))
    return float(others[-WINDOW:][whole.whole].sum())


def _spending(of: Books, whole: Won) -> dict[str, Any]:
    """``counted`` + ``left_out`` (weeks of which too few buyers are known) + ``hidden`` = ``ledger``."""
    unknown = sum(math.isnan(one) for one in of.advertising[-WINDOW:])
    counted = float(whole.known.spend.sum())
    return {
        "ledger": _sum(of.advertising), "counted": counted, "hidden": _sum(of.hidden_advertising),
        "left_out": _sum(whole.spend) - counted, "unknown_weeks": unknown,
    }  # fmt: skip


def _sum(of: Floats) -> float:
    return weekly.known_sum(of, WINDOW)


def _row(of: Won, currency: str) -> dict[str, Any]:
    """``new`` as counted, ``corrected`` for second accounts that were not found."""
    known = of.known
    answer = cac(of, f"{currency}/customer")
    low, high = _ends(answer)
    return {
        "spend": float(known.spend.sum()), "new": float(known.new.sum()), "matched": float(known.matched.sum()),
        "corrected": float(known.corrected(of.recall.value).sum()) if of.recall else None,
        "value": plain_cac(of), "low": low, "high": high,
    }  # fmt: skip


def _ends(answer: Answer) -> tuple[float | None, float | None]:
    if isinstance(answer, CannotTell):
        return None, None
    return answer.low, answer.high if math.isfinite(answer.high) else None


def _shared(of: Books, whole: Won) -> dict[str, Any] | None:
    """Brand marketing of the same weeks, and what a customer costs with it; None where none is entered."""
    shared = of.shared[-WINDOW:]
    if not _sum(shared):
        return None
    loaded = Won(whole.spend + shared, whole.new, whole.matched, whole.recall)
    return {"spend": _sum(shared), "value": plain_cac(loaded)}


# What an experiment says


def calibration(company: Company) -> list[dict[str, Any]] | None:
    """What the attribution report says of channels that an experiment measured; None where there is none of it.

    Each with ``spend`` and, by model, [value, low, high] of the orders that it brought in 13 weeks.
    """
    report = Report.objects.filter(company=company, kind=Report.Kind.ATTRIBUTION).defer("data").first()
    if report is None:
        return None
    told = report.body.get("by_model", {}).get("last", [])
    spend = {row["channel"]: row.get("spend") for row in told}
    return [
        {"channel": row["channel"], "spend": spend.get(row["channel"]),
         "orders": {name: one["orders"] for name, one in sorted(row["models"].items()) if one.get("orders")}}
        for row in report.body.get("calibration", [])
    ]  # fmt: skip


def incremental(told: Sequence[Mapping[str, Any]] | None, of: Books) -> dict[str, Answer]:
    """By attribution channel: spend / (orders that it brought · share of orders that were first ones).

    The value is the middle of the models, the ends are the outermost of all. "" where no channel was measured.
    """
    unit = f"{of.currency}/customer"
    if told is None:
        return {"": CannotTell(NO_JOURNEYS, TEST, unit=unit, method=METHOD)}
    rows = [row for row in told if row["orders"] and row["spend"]]
    if not rows:
        return {"": CannotTell(NO_EXPERIMENT, TEST, unit=unit, method=METHOD)}
    share = first_share(of)
    return {str(row["channel"]): _incremental(row, share, unit) for row in rows}


def _incremental(row: Mapping[str, Any], share: float, unit: str) -> Answer:
    values, lows, highs = zip(*row["orders"].values(), strict=True)
    value, low, high = median(values), min(lows), max(highs)
    supposed = Said(
        "Of the orders that it brought as many are of new customers as of all orders of known buyers: {share} %.",
        {"share": round(100 * share, 1)},
    )  # fmt: skip
    if high * share <= 0:
        reason = Said(
            "By the experiment {channel} brought no orders: no customer was won.", {"channel": row["channel"]}
        )
        return CannotTell(reason, unit=unit, method=METHOD)
    if value * share <= 0 or low <= 0:
        return Bounds(row["spend"] / (high * share), math.inf, unit, round(high), METHOD, (supposed,))
    costs = [row["spend"] / (one * share) for one in (high, value, low)]
    return Estimate(costs[1], costs[0], costs[2], 0.9, unit, round(value), METHOD, (supposed,))


def first_share(of: Books) -> float:
    """Of the last 13 weeks' orders of known buyers, the share of first ones; 0 without any."""
    since = of.buyers.begins + 7 * max(of.buyers.weeks - WINDOW, 0)
    recent = of.buyers.day >= since
    many = int(recent.sum())
    new = float(customers.new_customers(of.buyers)[-WINDOW:].sum())
    return min(new / many, 1.0) if many else 0.0
