"""K6 and K7: clicks and impressions are not value."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from reports.analysis.kpi.flag import Flag, Rule
from reports.analysis.kpi.slopes import Slope, regression
from reports.analysis.proportions import wilson
from reports.analysis.said import Said

Floats = NDArray[np.float64]

WEEKS = 13
GREW = 0.2
_FEWEST_ROWS = 4

K6 = Rule(
    "K6",
    Said("A click costs money and is worth only what comes of it: eye-catching advertising may draw the wrong people."),
    Said("Compare the contribution per 1,000 impressions."),
)
K7 = Rule(
    "K7",
    Said("Reach that moves neither brand searches nor contribution is vanity."),
    Said("Hold the impressions where they are, or test a region without them, and look at contribution."),
)


def value_per_mille(impressions: Floats, clicks: Floats, conversions: Floats, aov: Floats, margin: Floats) -> Floats:
    """Contribution of 1,000 impressions = 1000 · CTR · CVR · AOV · margin, in the currency of ``aov``.

    NaN without impressions. ``margin`` is the share of the order value that is contribution; may be negative.
    """
    worth = 1000 * conversions * np.where(conversions > 0, aov * margin, 0.0)
    worth = np.where(clicks > 0, worth, 0.0)
    return np.asarray(np.divide(worth, impressions, out=np.full(len(worth), np.nan), where=impressions > 0))


def clicks_without_value(
    names: Sequence[str], impressions: Floats, clicks: Floats, conversions: Floats, aov: Floats, margin: Floats,
    bounces: Floats | None = None,
) -> Flag:  # fmt: skip
    """K6, over campaigns or creatives: many clicks of surely little value; ``bounces`` are clicks that left at once.

    ``aov`` is the order value, of which ``margin`` is contribution; where nothing was sold, that of the others holds.
    """
    if (clicks > impressions).any() or (conversions > clicks).any() or (conversions < 0).any():
        raise ValueError("Conversions are of clicks, and clicks of impressions")
    kept = np.flatnonzero((impressions > 0) & (clicks > 0))
    if len(kept) < _FEWEST_ROWS:
        said = {"rows": len(kept), "least": _FEWEST_ROWS}
        return K6.cannot_tell(Said("{rows} rows have clicks; at least {least} are needed.", said))
    worth = value_per_mille(impressions, clicks, conversions, aov, margin)[kept]
    rate = clicks[kept] / impressions[kept]
    drawn = (rate >= np.quantile(rate, 0.75)) & (rate > np.median(rate)) & (worth < np.median(worth))
    sold = conversions[kept] > 0
    each = np.where(sold, (aov * margin)[kept], np.median((aov * margin)[kept][sold]) if sold.any() else 0.0)
    drawn &= _at_most(conversions[kept], impressions[kept], each) < np.median(worth)
    figures = {"median_value_per_mille": float(np.median(worth)), "drawn": float(drawn.sum())}
    left = _leave_at_once(clicks[kept], conversions[kept], None if bounces is None else bounces[kept])
    figures["left"] = float(left.sum())
    if drawn.any():
        one = kept[np.flatnonzero(drawn)[0]]
        figures |= {"click_rate": float(clicks[one] / impressions[one]), "value_per_mille": float(worth[drawn][0])}
        return K6.fires(Said("{name} is among the most clicked, yet brings less by impression than most others.",
                             {"name": names[one]}), figures)  # fmt: skip
    if left.any():
        one = kept[np.flatnonzero(left)[0]]
        return K6.fires(Said("Visitors of {name} leave at once and buy less often than others.", {"name": names[one]}),
                        figures)  # fmt: skip
    return K6.passes(figures)


def _at_most(conversions: Floats, impressions: Floats, each: Floats) -> Floats:
    """The upper end of the contribution of 1,000 impressions, by Wilson's interval of conversions by impression."""
    ends = np.array([wilson(won, seen) for won, seen in zip(conversions, impressions, strict=True)])
    return np.asarray((1000 * ends * each[:, None]).max(axis=1))


def _leave_at_once(clicks: Floats, conversions: Floats, bounces: Floats | None) -> NDArray[np.bool_]:
    """Bounce rate in the top quarter, and a conversion rate whose upper end is below that of all."""
    if bounces is None:
        return np.zeros(len(clicks), bool)
    rate, all_of = bounces / clicks, conversions.sum() / clicks.sum()
    high = np.array([wilson(won, tried)[1] for won, tried in zip(conversions, clicks, strict=True)])
    return np.asarray((rate >= np.quantile(rate, 0.75)) & (rate > np.median(rate)) & (high < all_of), bool)


def vanity(impressions: Floats, brand_searches: Floats, contribution: Floats) -> Flag:
    """K7, over the last 13 weeks: impressions grew by a fifth and neither searches nor contribution moved with them."""
    seen = impressions[-WEEKS:]
    if len(seen) < WEEKS or not (np.isfinite(seen) & (seen > 0)).all():
        return K7.cannot_tell(Said("Fewer than {weeks} weeks of impressions are known.", {"weeks": WEEKS}))
    grew = float(seen[-4:].mean() / seen[:4].mean() - 1)
    figures = {"impressions_grew": grew}
    if grew < GREW:
        return K7.passes(figures)
    moved = {
        "searches": elasticity(seen, brand_searches[-WEEKS:]),
        "contribution": elasticity(seen, contribution[-WEEKS:]),
    }
    if any(one is None for one in moved.values()):
        return K7.cannot_tell(Said("Brand searches or contribution of these weeks are not known."), figures)
    figures |= _ends(moved)
    if any(one is not None and one.low > 0 for one in moved.values()):
        return K7.passes(figures)
    said = {"grew": round(100 * grew)}
    return K7.fires(Said("Impressions grew by {grew} %; neither brand searches nor contribution followed.", said),
                    figures)  # fmt: skip


def elasticity(impressions: Floats, of: Floats) -> Slope | None:
    """Share of its mean size by which ``of`` changes with 1 % of impressions, by 1 %; ``of`` may be negative."""
    size = float(np.nanmean(np.abs(of))) if np.isfinite(of).any() else 0.0
    return regression(np.log(impressions), of / size) if size else None


def _ends(moved: Mapping[str, Slope | None]) -> dict[str, float]:
    return {
        f"{name}_{end}": getattr(one, end) for name, one in moved.items() if one for end in ("value", "low", "high")
    }
