"""What an event changed and what chance changes, before either is turned into κ or money."""

from dataclasses import dataclass

import numpy as np

from reports.analysis.comparison import Comparison
from reports.analysis.inversion import Span, ratios
from reports.analysis.panel import Series
from reports.analysis.placebos import Contrast, contrasts, inflation, placebos_of, scales, shifts

PARTED = 0.05  # p of the trend before below which even regions drawn by lot are also compared without their trends


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Contrasts of the treated (one row), plain and detrended, and of placebos with the ``scale`` of each.

    Placebos are plain, and detrended too where the interval is the union of the two (``both``). ``trend_p`` ranks the
    slope of the gap before among the placebos'. ``foreseen`` is half the width that the weeks before promised.
    """

    made: Comparison
    own: tuple[Contrast, Contrast]
    placebos: tuple[Contrast, ...]
    scale: tuple[Series, ...]
    trend_p: float
    foreseen: float

    @property
    def both(self) -> bool:
        return len(self.placebos) > 1

    @property
    def wider(self) -> float:
        return inflation(int(self.made.controls.sum()), int(self.made.treated.sum()))

    @property
    def volume(self) -> float:
        """Weekly orders of the affected channel in the treated regions before."""
        return float(self.made.affected[self.made.treated][:, : self.made.before].sum(axis=0).mean())

    @property
    def exposure(self) -> float:
        """What the event added to the affecting channel, by order of the affected before; < 0 where it took away."""
        return float(self.own[0].affecting[0])

    def value(self, name: str, sign: int) -> float:
        """``sign`` × the change of ``name`` for each order that the event added to the affecting channel."""
        return sign * float(getattr(self.own[0], name)[0]) / self.exposure

    def spans(self, name: str, sign: int) -> list[Span]:
        """Values that chance does not contradict: plain, and detrended where the union is taken."""
        found = []
        for own, placebos, scale in zip(self.own, self.placebos, self.scale, strict=False):
            sold = np.zeros_like(scale) if self.made.launched else placebos.affecting * scale
            moved = -sign * float(getattr(own, name)[0])
            found.append(
                ratios(moved, float(own.affecting[0]), -sign * getattr(placebos, name) * scale, sold, self.wider)
            )
        return found


def measure(made: Comparison, random_rollout: bool, seed: int, foreseen: float) -> Measured:
    """Both contrasts with their placebos."""
    pair = shifts(made, made.before, made.horizon)
    own = tuple(contrasts(one, made.treated[None, :], made.controls[None, :], made.launched) for one in pair)
    placebos = [placebos_of(made, seed)]
    scale = [scales(placebos[0], own[0])]
    trend_p = rank(float(own[0].slope[0]), placebos[0].slope * scale[0])
    if not random_rollout or trend_p < PARTED:
        placebos.append(placebos_of(made, seed, detrended=True))
        scale.append(scales(placebos[1], own[1]))
    return Measured(made, (own[0], own[1]), tuple(placebos), tuple(scale), trend_p, foreseen)


def rank(value: float, draws: Series) -> float:
    """The share of values as far from 0, the value itself among them."""
    return float((1 + (np.abs(draws) >= abs(value)).sum()) / (1 + len(draws)))
