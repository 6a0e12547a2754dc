"""K8, K9 and K17: orders that advertising or a marketplace is credited with and did not bring."""

from collections.abc import Mapping

import numpy as np

from reports.analysis.estimate import Answer, Bounds, CannotTell, Estimate
from reports.analysis.kpi.flag import Flag, Rule
from reports.analysis.kpi.ratios import ratio_band
from reports.analysis.proportions import wilson
from reports.analysis.said import Said
from reports.analysis.weekly import Floats

WITHOUT_RIVALS = (0.01, 0.04)  # of clicks on an own brand's ads that the ads bring (Simonov, Nosko and Rao 2018)
WITH_RIVALS = (0.18, 0.42)
MOST_UNKNOWN = 0.05
WORTH_SAYING = 0.1
CLASSES = ("brand", "non_brand", "unknown")
CREDITED = "κ / κ*"
_FEWEST = 10

K8 = Rule(
    "K8",
    Said(
        "Who searches for the brand would mostly have come anyway: such orders make advertising look better than it is."
    ),
    Said("Look at brand and non-brand apart, and at the return with brand orders at what experiments found."),
)
K9 = Rule(
    "K9",
    Said("While much is unclassified, brand and non-brand can be moved about at will."),
    Said("Enter the brand's words and classify the rest before comparing."),
)
K17 = Rule(
    "K17",
    Said("A marketplace's report counts orders that it took from the own shop, and keeps the customer."),
    Said("Look at incremental contribution, at the share of brand queries, and at how many buyers are known."),
)


def adjusted(roas: float, brand_share: float, incremental: float) -> float:
    """ROAS where only this share of brand orders was brought by advertising: ROAS · (1 − b + b·λ)."""
    return roas * (1 - brand_share + brand_share * incremental)


def brand_booked_as_paid(
    sales: float, spend: float, conversions: float, brand_conversions: float, break_even: float = 1.0,
    unknown_conversions: float = 0.0,
) -> Flag:  # fmt: skip
    """K8: whether the return on ad spend clears ``break_even`` only with brand orders counted in full.

    ``break_even`` is 1 / contribution margin before advertising; 1 asks no more than that sales pay the spend. Unknown
    conversions may be of the brand: ``brand_share_high`` and the lower ends of the returns count them as such.
    """
    most = brand_conversions + unknown_conversions
    if not 0 <= brand_conversions <= most <= conversions * (1 + 1e-9):
        raise ValueError("Brand and unknown conversions are part of the conversions")
    if spend <= 0 or not conversions:
        return K8.cannot_tell(Said("Without spend and conversions there is no return."))
    most = min(most, conversions)
    roas, brand, likely = sales / spend, brand_conversions / conversions, most / conversions
    low, high = wilson(brand_conversions, conversions)[0], wilson(most, conversions)[1]
    figures = {"roas": roas, "brand_share": brand, "brand_share_low": low, "brand_share_high": high}
    for name, prior in (("without_rivals", WITHOUT_RIVALS), ("with_rivals", WITH_RIVALS)):
        figures |= {f"{name}_low": adjusted(roas, likely, prior[0]), f"{name}_high": adjusted(roas, brand, prior[1])}
    if conversions < _FEWEST:
        return K8.cannot_tell(Said("{n} conversions are too few.", {"n": round(conversions)}), figures)
    if roas < break_even or figures["without_rivals_low"] >= break_even:
        return K8.passes(figures)
    if adjusted(roas, brand, WITHOUT_RIVALS[0]) >= break_even:
        said = Said("Of {share} % of the conversions it is not known what was searched.",
                    {"share": round(100 * (likely - brand))})  # fmt: skip
        return K8.cannot_tell(said, figures)
    return K8.fires(_fewer(figures), figures)


def _fewer(figures: Mapping[str, float]) -> Said:
    return Said(
        "Of the conversions behind a return of {roas}, {share} % are of the brand: it is at most {without} where "
        "no rival bids on the brand, at most {with} where one does.",
        {"roas": round(figures["roas"], 2), "share": round(100 * figures["brand_share"]),
         "without": round(figures["without_rivals_high"], 2), "with": round(figures["with_rivals_high"], 2)},
    )  # fmt: skip


def ratio_ends(top: Floats, bottom: Floats) -> dict[str, float | None] | None:
    """Σ top / Σ bottom of the weeks that are known with its interval, such as cost per order; None by nothing."""
    known = np.isfinite(top) & np.isfinite(bottom)
    above, below = top[known], bottom[known]
    if below.sum() <= 0:
        return None
    band = ratio_band(above, below)
    low, high = (band.low, band.high) if band else (None, None)
    return {"value": float(above.sum() / below.sum()), "low": low, "high": high}


def unclassified(spend: Mapping[str, float], conversions: Mapping[str, float]) -> Flag:
    """K9: whether more than 5 % of spend or conversions is neither "brand" nor "non_brand" but "unknown"."""
    figures: dict[str, float] = {}
    for name, of in (("spend", spend), ("conversions", conversions)):
        if set(of) - set(CLASSES) or any(value < 0 for value in of.values()):
            raise ValueError(f"{name} of {', '.join(CLASSES)}, each at least 0")
        if total := sum(of.values()):
            figures |= {f"{name}_{one}": of.get(one, 0.0) / total for one in CLASSES}
    unknown = [figures[name] for name in ("spend_unknown", "conversions_unknown") if name in figures]
    if not unknown:
        return K9.cannot_tell(Said("There is neither spend nor a conversion."))
    if max(unknown) <= MOST_UNKNOWN + 1e-12:
        return K9.passes(figures)
    said = {"share": round(100 * max(unknown), 1)}
    return K9.fires(
        Said("{share} % is neither brand nor non-brand: figures that set one beside the other are held back.", said),
        figures,
    )


def credited(kappa: Answer, break_even: Answer) -> Answer:
    """O_B = 1 − incremental / reported contribution of the marketplace B = κ / κ*.

    κ is the share of B's orders taken from the own shop, κ* = m_B / m_A. Ends by all four corners, so at least 90 %.
    """
    if isinstance(kappa, CannotTell):
        return kappa
    if isinstance(break_even, CannotTell):
        return break_even
    if break_even.low <= 0:
        return CannotTell(Said("The marketplace may earn nothing by order: there is no credit to share."))
    corners = [share / even for share in (kappa.low, kappa.high) for even in (break_even.low, break_even.high)]
    low, high = min(corners), max(corners)
    if isinstance(kappa, Estimate) and isinstance(break_even, Estimate):
        return Estimate(kappa.value / break_even.value, low, high, kappa.level, "share", kappa.n, CREDITED)
    return Bounds(low, high, "share", kappa.n, CREDITED)


def over_credit(
    kappa: Answer, break_even: Answer, brand_purchases: float = 0, purchases: float = 0, unknown_buyers: float = 0,
    buyers: float = 0,
) -> Flag:  # fmt: skip
    """K17: ``credited``. Beside it the share of purchases after brand queries (Search Query Performance), and of buyers
    without usable identity.
    """
    figures: dict[str, float] = {}
    if purchases > 0:
        figures["brand_query_share"] = brand_purchases / purchases
    if buyers > 0:
        figures["relationship_loss"] = unknown_buyers / buyers
    found = credited(kappa, break_even)
    if isinstance(found, CannotTell):
        return K17.cannot_tell(found.reason, figures)
    figures |= {"low": found.low, "high": found.high}
    if isinstance(found, Estimate):
        figures["over_credit"] = found.value
    if found.low > 0 and found.high > WORTH_SAYING:
        said = {"low": round(100 * found.low), "high": round(100 * found.high)}
        return K17.fires(
            Said("Between {low} % and {high} % of the contribution that the marketplace reports was not brought by it.",
                 said), figures,
        )  # fmt: skip
    if found.high <= WORTH_SAYING:
        return K17.passes(figures)
    return K17.cannot_tell(Said("It cannot be told whether the marketplace took orders from the own shop."), figures)
