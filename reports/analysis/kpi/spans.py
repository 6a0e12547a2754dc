"""K10, K12, K16 and K18: what a longer span and the whole say of a figure that looks good."""

import math

import numpy as np
from numpy.typing import NDArray

from reports.analysis.kpi.flag import Flag, Rule
from reports.analysis.kpi.ranks import spearman
from reports.analysis.kpi.slopes import Slope, slope
from reports.analysis.proportions import Z90
from reports.analysis.said import Said

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

LOCAL_WEEKS = 8
EARLY, LATE = 4, 13
FEWEST_BEFORE = 8
LASTS = 0.2
COMFORT_WEEKS = 26
ALWAYS = 0.95
_FEWEST_CAMPAIGNS = 8

K10 = Rule(
    "K10",
    Said("A campaign can get cheaper by taking the easiest orders while the business as a whole earns less."),
    Said("Judge the campaign by total contribution, or switch it off in some regions."),
)
K12 = Rule(
    "K12",
    Said("A spike that leaves nothing behind was borrowed from later or bought with a discount."),
    Said("Look at 13, 26 and 52 weeks before repeating it."),
)
K16 = Rule(
    "K16",
    Said("An algorithm that is paid in forms finds people who fill in forms."),
    Said("Send qualified and won leads back to the advertising platforms, and steer by contribution."),
)
K18 = Rule(
    "K18",
    Said("A figure that is always green while contribution does not grow comforts and steers nothing."),
    Said("Set a goal that can be missed, or take a figure that moves with contribution."),
)
_FEW_WEEKS = Said("There are too few weeks for a slope.")


def local_win(spend: Floats, conversions: Floats, contribution: Floats) -> Flag:
    """K10, over the last 8 weeks: the campaign's cost per conversion falls and total contribution falls, both surely.

    A week without conversions has no cost by conversion and is left out.
    """
    spend, conversions = spend[-LOCAL_WEEKS:], conversions[-LOCAL_WEEKS:]
    cost = np.divide(spend, conversions, out=np.full(len(spend), np.nan), where=conversions > 0)
    campaign, whole = slope(cost), slope(contribution[-LOCAL_WEEKS:])
    if campaign is None or whole is None:
        return K10.cannot_tell(_FEW_WEEKS)
    figures = {**_figures("cost", campaign), **_figures("contribution", whole)}
    if campaign.sign < 0 and whole.sign < 0:
        return K10.fires(
            Said("Local win, global loss: the campaign gets cheaper while total contribution falls."), figures
        )
    return K10.passes(figures)


def spike_without_base(gaps_before: Floats, gaps_after: Floats) -> Flag:
    """K12: whether less than a fifth of the uplift of weeks 1–4 is left in weeks 5–13.

    Weekly gaps of what was sold to what would have been, before and after it began, in one unit.
    """
    if len(gaps_before) < FEWEST_BEFORE:
        return K12.cannot_tell(Said("Fewer than {weeks} weeks before are known.", {"weeks": FEWEST_BEFORE}))
    if len(gaps_after) < LATE:
        return K12.cannot_tell(Said("{weeks} weeks have passed; 13 are needed.", {"weeks": len(gaps_after)}))
    early, late = float(gaps_after[:EARLY].mean()), float(gaps_after[EARLY:LATE].mean())
    noise = Z90 * float(gaps_before.std(ddof=1)) / math.sqrt(EARLY)
    figures = {"early": early, "late": late, "noise": noise}
    if early <= noise:
        return K12.cannot_tell(Said("There was no uplift to speak of in the first four weeks."), figures)
    figures["persistence"] = late / early
    if late / early >= LASTS:
        return K12.passes(figures)
    said = {"share": round(100 * late / early)}
    return K12.fires(Said("Spike without base: {share} % of the uplift is left after week 4.", said), figures)


def proxy_drift(fills: Floats, contribution: Floats, weekly_ratio: Floats, weekly_share: Floats) -> Flag:
    """K16: whether what an algorithm is paid in still stands for contribution.

    Form fills and matured contribution by campaign; by week the contribution per form fill and the share of spend that
    is steered by fills. Fired where the one surely falls while the other rises, or campaigns with more fills surely
    bring less. Interval of Spearman's rho by Fisher's z (Bonett and Wright 2000).
    """
    figures: dict[str, float] = {}
    high = 1.0
    if len(fills) >= _FEWEST_CAMPAIGNS:
        rho = spearman(fills, contribution)
        reach = Z90 * math.sqrt((1 + rho * rho / 2) / (len(fills) - 3))
        middle = math.atanh(max(-0.999999, min(0.999999, rho)))
        high = math.tanh(middle + reach)
        figures |= {"validity": rho, "validity_low": math.tanh(middle - reach), "validity_high": high}
    ratio, share = slope(weekly_ratio), slope(weekly_share)
    if ratio and share:
        figures |= {**_figures("ratio", ratio), **_figures("share", share)}
        if ratio.sign < 0 < share.sign:
            return K16.fires(
                Said("Goodhart drift: a form fill brings less and less while more spend is steered by fills."), figures
            )
    if high < 0:
        return K16.fires(Said("Campaigns with more form fills bring less contribution."), figures)
    return K16.passes(figures) if ratio and share else K16.cannot_tell(_FEW_WEEKS, figures)


def comfort(green: Flags, contribution: Floats) -> Flag:
    """K18, over the last 26 weeks: at goal in 95 % of them while contribution does not rise."""
    green, contribution = green[-COMFORT_WEEKS:], contribution[-COMFORT_WEEKS:]
    whole = slope(contribution)
    if len(green) < COMFORT_WEEKS or whole is None or whole.n < COMFORT_WEEKS:
        return K18.cannot_tell(Said("Fewer than {weeks} weeks are known.", {"weeks": COMFORT_WEEKS}))
    figures = {"green": float(green.mean()), **_figures("contribution", whole)}
    if green.mean() < ALWAYS or whole.value > 0:
        return K18.passes(figures)
    said = {"weeks": int(green.sum()), "all": COMFORT_WEEKS}
    return K18.fires(Said("At goal in {weeks} of {all} weeks while contribution did not rise.", said), figures)


def _figures(name: str, of: Slope) -> dict[str, float]:
    return {f"{name}_slope": of.value, f"{name}_low": of.low, f"{name}_high": of.high}
