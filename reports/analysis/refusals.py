"""Whether a design can answer, decided before its outcome is looked at: afterwards it would choose among results.

What is looked at: weeks before the event, counts, attestations, and where the affecting channel sold. Its orders after
a launch are the exposure, not the outcome; what an event added to a channel that existed is not looked at.
"""

from dataclasses import replace

import numpy as np
from scipy.special import ndtri

from reports.analysis import event as kinds
from reports.analysis.comparison import EXISTED, Comparison
from reports.analysis.event import NOTHING_ELSE_CHANGED, Event
from reports.analysis.placebos import LEVEL, Contrast, contrasts, foreseen, inflation, scales, shifts, upper
from reports.analysis.said import Said
from reports.analysis.weights import Mask

CONTROLS = 8
BEFORE = 20
AFTER = 6
RATIO = 0.15  # orders of the affecting channel by one of the affected: less moves too little
HALF = 0.3  # the largest half-width that is worth an answer
CONTAMINATED = 0.1


def not_an_event(event: Event) -> Said | None:
    """What makes the event no case for regions beside regions, whatever the panel."""
    if event.kind == kinds.SWITCHBACK:
        return Said("On/off blocks are answered from their own schedule.")
    if event.kind == kinds.CAMPAIGN:
        return Said("A brand campaign moves both channels; its halo is another question.")
    if NOTHING_ELSE_CHANGED not in event.attests:
        return Said("Nobody attests that nothing else changed in these regions at the time.")
    return None


def clean(made: Comparison) -> Comparison:
    """Without the controls where a launched channel came to sell a tenth as much, by order before, as here."""
    return made.only(made.treated | (exposures(made) <= CONTAMINATED)) if made.launched else made


def exposures(made: Comparison) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """By region: how much the affecting channel's orders changed by order before, as a share of that of the treated.

    Where it sold before, it is the change beyond that of all such controls together and beyond chance (Poisson, 90 %):
    a channel that was there all along grows and wavers with its demand, and that exposes nobody to the event.
    """
    level = made.affected[:, : made.before].mean(axis=1)
    before, after = made.affecting[:, : made.before].mean(axis=1), made.affecting[:, made.after].mean(axis=1)
    there = made.controls & (before > EXISTED * after)
    growth = float(after[there].sum() / before[there].sum()) if there.any() else 1.0
    moved = after - np.where(there, growth, 1.0) * before
    chance = ndtri((1 + LEVEL) / 2) * np.sqrt(after / made.horizon + growth**2 * before / made.before)
    moved = np.where(there, np.maximum(np.abs(moved) - chance, 0.0), moved)
    own = moved[made.treated].sum() / level[made.treated].sum()
    share: np.ndarray[tuple[int], np.dtype[np.float64]] = np.abs(moved / np.where(level > 0, level, np.inf) / own)
    return share


def refused(made: Comparison, controls: int) -> Said | None:
    """Why the design cannot answer. ``controls`` counts those before contaminated ones were taken away."""
    return _too_few(made, controls) or too_little(ratio(made)) or _contaminated(made)


def _too_few(made: Comparison, before_cleaning: int) -> Said | None:
    left = int(made.controls.sum())
    if left < CONTROLS <= before_cleaning:
        return Said(
            "The channel came to the control regions too: {left} of {all} stayed free of it, {least} are needed.",
            {"left": left, "all": before_cleaning, "least": CONTROLS},
        )
    if left < CONTROLS:
        return Said("{left} control regions are too few; {least} are needed.", {"left": left, "least": CONTROLS})
    if made.treated.sum() == 1 and (left + 1) * (1 - LEVEL) < 1:
        return Said("One region beside {left} controls gives no interval of 90 %.", {"left": left})
    if made.before < BEFORE:
        return Said("{weeks} weeks before the event are too few; {least} are needed.",
                    {"weeks": made.before, "least": BEFORE})  # fmt: skip
    if made.horizon < AFTER:
        return Said("{weeks} weeks after the event are too few; {least} are needed.",
                    {"weeks": made.horizon, "least": AFTER})  # fmt: skip
    return None


def ratio(made: Comparison) -> float:
    """Orders of the affecting channel by one of the affected before: after a launch, before any other event."""
    period = made.after if made.launched else slice(0, made.before)
    sold = made.affecting[made.treated][:, period].sum(axis=0).mean()
    return float(sold / made.affected[made.treated][:, : made.before].sum(axis=0).mean())


def too_little(share: float) -> Said | None:
    """Whether the affecting channel has too few orders by one of the affected."""
    if share < RATIO:
        return Said(
            "The channel that changed has {share} orders by one of the other; below {least} nothing can be seen.",
            {"share": round(share, 2), "least": RATIO},
        )
    return None


def _contaminated(made: Comparison) -> Said | None:
    """Of a channel that existed: its orders by one of the other channel in the controls, beyond their usual ways."""
    if made.launched:
        return None
    both = [one[made.controls].sum(axis=0) for one in (made.affecting, made.affected)]
    usual = both[0][: made.before].sum() / both[1][: made.before].sum()
    moved = both[0][made.after].sum() / max(1.0, both[1][made.after].sum()) / usual - 1
    width = min(made.horizon, max(1, made.before // 3))
    sums = [np.convolve(one[: made.before], np.ones(width), "valid") for one in both]
    wandered = float(np.abs(sums[0] / np.maximum(1.0, sums[1]) / usual - 1).max())
    if abs(moved) > max(CONTAMINATED, 1.5 * wandered):
        return Said("The channel changed by {percent} % in the control regions too.", {"percent": round(100 * moved)})
    return None


def too_wide(half: float) -> Said | None:
    """``half`` is what the weeks before promise."""
    if half > HALF:
        return Said(
            "Before the event these regions wandered so far apart that the error would be ±{half}, more than ±{most}.",
            {"half": round(half, 2), "most": HALF},
        )
    return None


def helped(made: Comparison, seed: int) -> tuple[Comparison, float]:
    """With the category's index only where it narrows what the weeks before promise; and that half-width."""
    without = replace(made, category=None)
    half = half_foreseen(without, seed)
    if made.category is None or (with_index := half_foreseen(made, seed)) >= half:
        return without, half
    return made, with_index


def half_foreseen(made: Comparison, seed: int) -> float:
    """Half the width of κ's interval that the weeks before promise, without the detrended twin."""
    own: Contrast = contrasts(shifts(made, made.before, made.horizon)[0], _row(made.treated), _row(made.controls),
                              made.launched)  # fmt: skip
    placebos = foreseen(made, seed)
    reach = float(upper(placebos.affected * scales(placebos, own)))
    return reach * inflation(int(made.controls.sum()), int(made.treated.sum())) / ratio(made)


def _row(mask: Mask) -> Mask:
    return mask[None, :]
