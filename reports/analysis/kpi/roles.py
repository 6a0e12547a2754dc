"""The figures of the role pages (facts/measurement.md §5.1), from plain sums by week.

Weekly arrays end with the last whole week, one value a week without gaps, money in one currency at order-day rates,
NaN where not known; costs are positive. Figures are of the last 13 weeks unless said otherwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reports.analysis.estimate import Answer, Bounds, CannotTell, Estimate
from reports.analysis.kpi.figure import (
    NOT_KNOWN,
    SPANS,
    WINDOW,
    Kpi,
    answer_kpi,
    changes,
    nothing,
    ratio_kpi,
    share_kpi,
)
from reports.analysis.kpi.flag import Flag
from reports.analysis.kpi.names import NAMES
from reports.analysis.kpi.samples import too_few
from reports.analysis.leads.rates import Rate
from reports.analysis.said import Said
from reports.analysis.survival import Curve

Floats = NDArray[np.float64]

RIPE = 0.2  # a mean G from which on a week counts


# What the owner sees: growth and profit


def attributed_revenue(revenue: Mapping[str, Floats], currency: str, flags: Sequence[Flag] = ()) -> Kpi:
    """Weekly revenue of advertising by model; the ends are the lowest and the highest model's."""
    known = {model: of for model, of in revenue.items() if len(of) and np.isfinite(of[-WINDOW:]).all()}
    sums = {model: float(of[-WINDOW:].sum()) for model, of in known.items()}
    if not sums:
        return nothing("attributed_revenue", currency, NOT_KNOWN, dict.fromkeys(SPANS), flags)
    weeks = min(map(len, known.values()))
    middle = np.median([of[-weeks:] for of in known.values()], axis=0)
    return Kpi(
        "attributed_revenue", float(np.median(list(sums.values()))), min(sums.values()), max(sums.values()),
        float(len(sums)), 1.0, currency, changes(middle), tuple(flags), NAMES["attributed_revenue"],
    )  # fmt: skip


def contribution(cm3: Floats, currency: str, taken: Answer | None = None, flags: Sequence[Flag] = ()) -> Kpi:
    """Weekly CM3; ``taken`` is κ · N_B · m_A of the same 13 weeks, in money, where cannibalisation was measured.

    Where it has bounds only, so has the figure.
    """
    value = float(cm3[-WINDOW:].sum())
    if not np.isfinite(value) or not len(cm3):
        return nothing("contribution", currency, NOT_KNOWN, changes(cm3), flags)
    middle: float | None = value
    low = high = value
    said = Said("Contribution after advertising; what channels took from each other is not taken off.")
    if isinstance(taken, Estimate | Bounds):
        middle = value - taken.value if isinstance(taken, Estimate) else None
        low, high, said = value - taken.high, value - taken.low, NAMES["contribution"]
    return Kpi(
        "contribution", middle, low, high, float(min(len(cm3), WINDOW)), 1.0, currency, changes(cm3), tuple(flags), said
    )


def cac(spend: Floats, new_customers: Floats, currency: str, maturity: float = 1.0, flags: Sequence[Flag] = ()) -> Kpi:
    """Advertising, agency, creative, discounts for new customers and referral fees, by customer new to the company.

    New customers after recall correction; for the incremental one, attributed new customers × incremental share.
    """
    return ratio_kpi("cac", spend, new_customers, f"{currency}/customer", maturity, flags)


def ltv12(answer: Answer, maturity: float, flags: Sequence[Flag] = ()) -> Kpi:
    """``answer`` of the cohorts, in money by customer; ``maturity`` is the share of them that is 12 months old."""
    return answer_kpi("ltv12", answer, maturity, flags=flags)


def ltv_cac(answer: Answer, maturity: float, payback_month: int | None, flags: Sequence[Flag] = ()) -> Kpi:
    """LTV by CAC of the same cohorts; ``payback_month`` is the first whose cumulative contribution covers CAC."""
    text = Said("Contribution of a customer by what it cost to win them; not paid back yet.")
    if payback_month is not None:
        text = Said("Contribution of a customer by what it cost to win them; paid back in month {month}.",
                    {"month": payback_month})  # fmt: skip
    return answer_kpi("ltv_cac", answer, maturity, flags=flags, text=text)


def retention(retained: Floats, size: Floats, month: int, maturity: float, flags: Sequence[Flag] = ()) -> Kpi:
    """R(month): by the week of the cohort, how many ordered in that month, closed for all, and how many there are."""
    made = share_kpi("retention", retained, size, maturity, flags)
    return made if made.value is None else replace(made, text=Said(NAMES["retention"].template, {"month": month}))


def repeat_share(repeat: Floats, revenue: Floats, flags: Sequence[Flag] = ()) -> Kpi:
    """Revenue from customers who had bought before, of all; what has no known customer counts to all."""
    return ratio_kpi("repeat_share", repeat, revenue, "share", flags=flags)


def mer(revenue: Floats, spend: Floats, flags: Sequence[Flag] = ()) -> Kpi:
    return ratio_kpi("mer", revenue, spend, "ratio", flags=flags)


# What the marketing lead sees: what creates demand


def non_brand_share(non_brand: Floats, total: Floats, flags: Sequence[Flag] = ()) -> Kpi:
    """Of contribution (or spend, orders, clicks); the total is brand + non-brand + unknown."""
    return ratio_kpi("non_brand_share", non_brand, total, "share", flags=flags)


def demand_capture(captured: Floats, spend: Floats, flags: Sequence[Flag] = ()) -> Kpi:
    """Spend on brand searches and retargeting, of all."""
    return ratio_kpi("demand_capture", captured, spend, "share", flags=flags)


def cost_per_opportunity(
    spend: Floats, opportunities: Floats, ripe: Floats, currency: str, flags: Sequence[Flag] = ()
) -> Kpi:
    """By the week of the lead: spend, opportunities so far, and the mean G of that week's leads (0–1).

    A week's opportunities so far stand for opportunities / G; weeks with G < .2 are too young and are left out.
    """
    return _matured("cost_per_opportunity", spend, opportunities, ripe, f"{currency}/opportunity", flags)


def _matured(code: str, spend: Floats, done: Floats, ripe: Floats, unit: str, flags: Sequence[Flag]) -> Kpi:
    old = ripe >= RIPE
    expected = np.divide(done, ripe, out=np.full(len(done), np.nan), where=old)
    known = ripe[-WINDOW:][np.isfinite(ripe[-WINDOW:])]
    return ratio_kpi(code, spend, expected, unit, float(known.mean()) if len(known) else 0.0, flags)


def customer_quality(contribution_90: Floats, new_customers: Floats, currency: str, flags: Sequence[Flag] = ()) -> Kpi:
    """By the week of the first order, cohorts older than 90 days only: their contribution in 90 days."""
    return ratio_kpi("customer_quality", contribution_90, new_customers, f"{currency}/customer", flags=flags)


def attribution_spread(shares: Mapping[str, Floats], flags: Sequence[Flag] = ()) -> Kpi:
    """Weekly shares of one channel by model: largest less smallest of the mean shares; no interval of chance."""
    known = {model: of for model, of in shares.items() if len(of) and np.isfinite(of[-WINDOW:]).all()}
    means = {model: float(of[-WINDOW:].mean()) for model, of in known.items()}
    if len(means) < 2:
        return nothing("attribution_spread", "share", Said("There is but one model."), dict.fromkeys(SPANS), flags)
    weeks = min(len(shares[model]) for model in means)
    weekly = np.ptp([shares[model][-weeks:] for model in means], axis=0)
    spread = max(means.values()) - min(means.values())
    return Kpi(
        "attribution_spread", spread, None, None, float(len(means)), 1.0, "share", changes(weekly), tuple(flags),
        NAMES["attribution_spread"],
    )  # fmt: skip


def refund_rate(refunds: Floats, sales: Floats, flags: Sequence[Flag] = ()) -> Kpi:
    """By the week of the order, weeks whose time for returns is over: refunds of gross sales, both positive."""
    return ratio_kpi("refund_rate", refunds, sales, "share", flags=flags)


def halo_share(answer: Answer, flags: Sequence[Flag] = ()) -> Kpi:
    """ΔB / (ΔA + ΔB) of a brand campaign in some regions (``analysis.halo``)."""
    return answer_kpi("halo_share", answer, flags=flags)


def funnel(cm3: Floats, entered: Floats, unit: str, flags: Sequence[Flag] = ()) -> Kpi:
    """Contribution by session or lead; ``unit`` such as "USD/session". Stage rates are ``share_kpi``'s."""
    return ratio_kpi("funnel", cm3, entered, unit, flags=flags)


def cannibalisation(kappa: Answer, flags: Sequence[Flag] = ()) -> Kpi:
    return answer_kpi("cannibalisation", kappa, flags=flags)


# What the operator of a shop sees: what to do next


def cvr(orders: Floats, sessions: Floats, flags: Sequence[Flag] = ()) -> Kpi:
    return share_kpi("cvr", orders, sessions, flags=flags)


def stocked_cvr(orders: Floats, sessions: Floats, flags: Sequence[Flag] = ()) -> Kpi:
    """Orders and sessions of days when the product was in stock."""
    return share_kpi("stocked_cvr", orders, sessions, flags=flags)


def cpa(spend: Floats, orders: Floats, currency: str, flags: Sequence[Flag] = ()) -> Kpi:
    """By order; with new customers' orders alone it is the new-customer CPA. K2 with it."""
    return _with_count(ratio_kpi("cpa", spend, orders, f"{currency}/order", flags=flags))


def aov(net_revenue: Floats, orders: Floats, currency: str, flags: Sequence[Flag] = ()) -> Kpi:
    return ratio_kpi("aov", net_revenue, orders, f"{currency}/order", flags=flags)


def purchase_frequency(orders: Floats, customers: Floats, flags: Sequence[Flag] = ()) -> Kpi:
    """By week, 12 months up to it: orders, and customers who ordered. No interval: the windows overlap."""
    made = ratio_kpi("purchase_frequency", orders[-1:], customers[-1:], "orders/customer", flags=flags)
    return replace(made, trend=changes(orders, customers))


def value_per_mille(cm3: Floats, impressions: Floats, currency: str, flags: Sequence[Flag] = ()) -> Kpi:
    return ratio_kpi("value_per_mille", cm3, impressions / 1000, f"{currency}/1000", flags=flags)


def tacos(spend: Floats, sales: Floats, flags: Sequence[Flag] = ()) -> Kpi:
    return ratio_kpi("tacos", spend, sales, "share", flags=flags)


def acos(spend: Floats, attributed_sales: Floats, flags: Sequence[Flag] = ()) -> Kpi:
    return ratio_kpi("acos", spend, attributed_sales, "share", flags=flags)


def _with_count(made: Kpi) -> Kpi:
    return replace(made, flags=(*made.flags, too_few(made.denominator))) if made.denominator else made


# What the operator of services sees


def qualified_cpl(spend: Floats, qualified: Floats, ripe: Floats, currency: str, flags: Sequence[Flag] = ()) -> Kpi:
    """As ``cost_per_opportunity``, of qualified leads."""
    return _matured("qualified_cpl", spend, qualified, ripe, f"{currency}/qualified lead", flags)


def rate(code: str, made: Rate, trend: Mapping[int, float | None] | None = None, flags: Sequence[Flag] = ()) -> Kpi:
    """ "qualification_rate" or "lead_to_customer", weighted by maturity (``leads.rates.rates``), bots left out, K2."""
    if made.mature <= 0:
        return nothing(code, "share", Said("No lead has had time yet."), dict.fromkeys(SPANS), flags)
    return Kpi(
        code, made.value, made.low, made.high, made.mature, made.maturity, "share", trend or dict.fromkeys(SPANS),
        (*flags, too_few(made.won, max(made.mature, made.won))), NAMES[code],
    )  # fmt: skip


def cycle_length(curve: Curve, flags: Sequence[Flag] = ()) -> Kpi:
    """``leads.rates.waiting``: its median, in days."""
    value, low, high = curve.quantile(0.5)
    if not np.isfinite(value):
        why = CannotTell(Said("No lead was won yet."), unit="days")
        return answer_kpi("cycle_length", why, flags=flags)
    return Kpi(
        "cycle_length", value, low, high if np.isfinite(high) else None, float(curve.n), 1.0, "days",
        dict.fromkeys(SPANS), tuple(flags), NAMES["cycle_length"],
    )  # fmt: skip


def bot_share(flagged: Floats, leads: Floats, flags: Sequence[Flag] = ()) -> Kpi:
    """Without K2: that few are flagged is no lack of data; K5 is its rule."""
    return replace(share_kpi("bot_share", flagged, leads), flags=tuple(flags))


def revenue_per_lead(
    revenue: Floats, people: Floats, currency: str, maturity: float, flags: Sequence[Flag] = ()
) -> Kpi:
    """By the week of the lead: revenue so far, and leads that are no bots, each by the share of its time it has had."""
    return ratio_kpi("revenue_per_lead", revenue, people, f"{currency}/lead", maturity, flags)


def closed_loop(known: Floats, leads: Floats, flags: Sequence[Flag] = ()) -> Kpi:
    """By the week of the lead: leads that are young or have a last status, and all (K15)."""
    return share_kpi("closed_loop", known, leads, flags=flags)
