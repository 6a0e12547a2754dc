"""What roles steer by: one question for each subject of a company's books, and the figures that its report brings."""

from collections.abc import Callable

from channels.models import Company
from reports.attributed import ask_attribution
from reports.branded import ask_brand
from reports.campaigns import ask_campaigns
from reports.customers import ask_customers
from reports.figures import ask_figures
from reports.growth import ask_growth
from reports.leads import ask_leads
from reports.models import Report
from reports.questions import Question
from reports.weeks import Books

Asker = Callable[[Company, Books], Question | None]

# A subject of which nothing is in the books asks nothing.
ASKERS: tuple[Asker, ...] = (
    ask_figures, ask_attribution, ask_brand, ask_customers, ask_leads, ask_campaigns, ask_growth,
)  # fmt: skip
KINDS = (
    Report.Kind.FIGURES, Report.Kind.ATTRIBUTION, Report.Kind.BRAND, Report.Kind.CUSTOMERS, Report.Kind.LEADS,
    Report.Kind.CAMPAIGNS, Report.Kind.GROWTH,
)  # fmt: skip
