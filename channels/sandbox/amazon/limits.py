"""Amazon's quotas: one token bucket per application, seller and operation, filled by the sandbox's clock."""

import threading
from datetime import datetime

RATES = {  # operation: (tokens a second, burst); the default usage plans, facts of August 2026
    "searchOrders": (0.0056, 20),
    "getOrder": (0.5, 30),
    "listTransactions": (0.5, 10),
    "listFinancialEventGroups": (0.5, 30),
    "createReport": (0.0167, 15),
    "getReport": (2, 15),
    "getReports": (0.0222, 10),
    "getReportDocument": (0.0167, 15),
    # Brand Analytics reports beside createReport: about 20 a day for a seller, observed and not documented.
    "report.brand_analytics": (20 / 86_400, 20),
}
BRAND_ANALYTICS = "report.brand_analytics"


_ON_THE_WAY = 1.0  # seconds by which two requests can come closer together than they were sent


class Buckets:
    """All buckets, full at the start. Safe for threads.

    A request may come a moment early, since one before it took longer on its way; what it takes early is owed, so no
    more than the rate is given in the long run.
    """

    def __init__(self) -> None:
        self._left: dict[tuple[str, str, str], tuple[float, datetime]] = {}
        self._lock = threading.Lock()

    def take(self, application: str, seller: str, operation: str, now: datetime) -> bool:
        """Take a token; False where there is none."""
        per_second, burst = RATES[operation]
        key = (application, seller, operation)
        with self._lock:
            left, at = self._left.get(key, (float(burst), now))
            # Processes read one clock, but their answers can cross: time never goes back here.
            left = min(float(burst), left + max(0.0, (now - at).total_seconds()) * per_second)
            taken = left + min(0.5, _ON_THE_WAY * per_second) >= 1
            self._left[key] = (left - taken, max(at, now))
        return taken
