"""Intervals of shares that hold also where counts are small."""

from reconciliation.identity.calibration import Z90
from reconciliation.identity.calibration import wilson as of_share

__all__ = ["Z90", "wilson"]


def wilson(successes: float, trials: float, z: float = Z90) -> tuple[float, float]:
    """Wilson's score interval of a share, 90 % as it stands; (0, 1) where nothing was tried."""
    return of_share(successes / trials if trials > 0 else 0.0, trials, z)
