"""K19, K20 and K21: whether a page has too much on it, the wrong figures, or figures from half of the data."""

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from reports.analysis.kpi.flag import Flag, Rule
from reports.analysis.kpi.goals import MOST, Goal, allowed
from reports.analysis.kpi.ranks import correlation
from reports.analysis.said import Said

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

WEEKS = 52
SAME = 0.95
LAGS = 13
PARTS = ("cost", "revenue", "fee", "identity")
_BLOCK = 8  # weeks
_DRAWS = 500

K19 = Rule(
    "K19",
    Said("Each figure more takes attention from those that matter; twins and figures without a link steer nothing."),
    Said("Keep at most seven, one of each pair that moves alike, and only those that contribution follows."),
)
K20 = Rule(
    "K20",
    Said("Figures that do not follow from the goal pull the work elsewhere."),
    Said("Take the figures that the goal asks for, or change the goal."),
)
K21 = Rule(
    "K21",
    Said("Where cost, revenue, fees and identity of a channel do not meet, each team sees its own half of the truth."),
    Said("Connect what is missing before comparing channels."),
)


def crowded(kpis: Mapping[str, Floats], contribution: Floats, seed: int = 0) -> Flag:
    """K19 for a page, weekly figures in the order in which they are to be kept: what to drop says ``to_drop``."""
    dropped = to_drop(kpis, contribution, seed)
    figures = {"kpis": float(len(kpis)), "most": float(MOST), "drop": float(len(dropped))}
    if len(kpis) > MOST:
        said = {"kpis": len(kpis), "most": MOST}
        return K19.fires(Said("There are {kpis} figures on the page; {most} are the most.", said), figures)
    if dropped:
        return K19.fires(Said("These could go: {names}.", {"names": ", ".join(dropped)}), figures)
    if not kpis or min(map(len, (*kpis.values(), contribution))) < WEEKS:
        return K19.cannot_tell(Said("Fewer than {weeks} weeks are known.", {"weeks": WEEKS}), figures)
    return K19.passes(figures)


def to_drop(kpis: Mapping[str, Floats], contribution: Floats, seed: int = 0) -> dict[str, Said]:
    """Which figures could go and why: the later of a pair with |ρ| > .95, and those that contribution never follows.

    Over 52 weeks, all of them known; figures with fewer are kept.
    """
    known = {name: of[-WEEKS:] for name, of in kpis.items() if len(of) >= WEEKS and np.isfinite(of[-WEEKS:]).all()}
    found: dict[str, Said] = {}
    for first, second in combinations(known, 2):
        if first not in found and abs(correlation(known[first], known[second])) > SAME:
            found.setdefault(second, Said("{name} moves like {other}.", {"name": second, "other": first}))
    if len(contribution) >= WEEKS and np.isfinite(contribution[-WEEKS:]).all():
        for name, of in known.items():
            if name not in found and not linked(of, contribution[-WEEKS:], seed):
                found[name] = Said("Contribution does not follow {name} within 13 weeks.", {"name": name})
    return found


def linked(kpi: Floats, contribution: Floats, seed: int = 0) -> bool:
    """Whether contribution follows the figure at some lag of 0–13 weeks.

    The largest |ρ| over all lags, each series without its straight line, against the 90 % point of the same in figures
    drawn anew in circular blocks of 8 weeks: so choosing the best lag is paid for.
    """
    if np.ptp(kpi) == 0 or np.ptp(contribution) == 0:
        return False
    generator = np.random.default_rng(seed)
    figure, money, n = _without_line(kpi), _without_line(contribution), len(kpi)
    starts = generator.integers(0, n, (_DRAWS, -(-n // _BLOCK)))
    places = (starts[:, :, None] + np.arange(_BLOCK)).reshape(_DRAWS, -1)[:, :n] % n
    by_chance = _best(figure[places], money)
    return bool(_best(figure[None, :], money)[0] > np.quantile(by_chance, 0.9))


def _best(figures: Floats, money: Floats) -> Floats:
    """The largest |ρ| of each row with money, 0–13 weeks later."""
    best = np.zeros(len(figures))
    for lag in range(LAGS + 1):
        early, late = figures[:, : figures.shape[1] - lag], money[lag:] - money[lag:].mean()
        early = early - early.mean(axis=1, keepdims=True)
        size = np.sqrt((early**2).sum(axis=1) * (late @ late))
        best = np.maximum(best, np.abs(np.divide(early @ late, size, out=np.zeros(len(early)), where=size > 0)))
    return best


def _without_line(series: Floats) -> Floats:
    weeks = np.arange(len(series)) - (len(series) - 1) / 2
    level = series - series.mean()
    return np.asarray(level - weeks * (level @ weeks) / (weeks @ weeks))


def off_goal(goals: Collection[Goal], codes: Sequence[str]) -> Flag:
    """K20: which figures of a page none of its goals asks for."""
    if not goals:
        return K20.cannot_tell(Said("No goal is entered."))
    off = [code for code in codes if code not in allowed(goals)]
    figures = {"kpis": float(len(codes)), "off": float(len(off))}
    if not off:
        return K20.passes(figures)
    said = {"names": ", ".join(off), "goals": ", ".join(goals)}
    return K20.fires(Said("None of the goals ({goals}) asks for {names}.", said), figures)


def silos(told: Mapping[str, Flags | Sequence[Sequence[bool]]]) -> Flag:
    """K21: whether some channel lacks something on some day; days × (cost, revenue, fee, identity) by channel."""
    present = {name: np.asarray(one, bool) for name, one in told.items()}
    if any(one.ndim != 2 or one.shape[1] != len(PARTS) for one in present.values()):
        raise ValueError(f"Each channel has days × {', '.join(PARTS)}")
    known = {name: one for name, one in present.items() if len(one)}
    if not known:
        return K21.cannot_tell(Said("No day of any channel is known."))
    whole = {name: float(one.all(axis=1).mean()) for name, one in known.items()}
    figures = {"channels": float(np.mean([share == 1 for share in whole.values()])), "lowest": min(whole.values())}
    figures |= {
        part: float(np.mean([one[:, place].mean() for one in known.values()])) for place, part in enumerate(PARTS)
    }
    if figures["channels"] == 1:
        return K21.passes(figures)
    worst = min(whole, key=whole.__getitem__)
    missing = [part for place, part in enumerate(PARTS) if not known[worst][:, place].all()]
    said: dict[str, str | int] = {"channel": worst, "share": int(100 * whole[worst]), "parts": ", ".join(missing)}
    return K21.fires(Said("{channel} is complete on {share} % of days only; it lacks {parts}.", said), figures)
