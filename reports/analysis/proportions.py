"""Intervals of shares that hold also where counts are small."""

import math

Z90 = 1.6448536269514722


def wilson(successes: float, trials: float, z: float = Z90) -> tuple[float, float]:
    """Wilson's score interval of a share, 90 % as it stands; (0, 1) where nothing was tried."""
    if trials <= 0:
        return 0.0, 1.0
    share = successes / trials
    centre = share + z * z / (2 * trials)
    spread = z * math.sqrt(max(share * (1 - share), 0.0) / trials + z * z / (4 * trials * trials))
    whole = 1 + z * z / trials
    return max(0.0, (centre - spread) / whole), min(1.0, (centre + spread) / whole)
