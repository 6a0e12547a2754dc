"""Amazon's default usage plans (facts of August 2026): token buckets of a seller and application, by operation."""

from channels.core.transport import Rate

BRAND_ANALYTICS = "report.brand_analytics"

RATES = {
    "searchOrders": Rate(0.0056, 20),
    "getOrder": Rate(0.5, 30),
    "listTransactions": Rate(0.5, 10),
    "listFinancialEventGroups": Rate(0.5, 30),
    "createReport": Rate(0.0167, 15),
    "getReport": Rate(2, 15),
    "getReports": Rate(0.0222, 10),
    "getReportDocument": Rate(0.0167, 15),
    # About 20 reports a day for a seller over all applications: not documented, but observed
    # (selling-partner-api-models issues 5240, 5256).
    BRAND_ANALYTICS: Rate(20 / 86_400, 20),
}
