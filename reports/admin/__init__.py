"""The admin of what it means: the contribution page, the cost methods and the first page."""

from channels.admin_site import extra_page
from reports.admin.acceptances import AcceptanceAdmin
from reports.admin.attribution import attribution_view
from reports.admin.brand import brand_view
from reports.admin.campaigns import campaigns_view
from reports.admin.contribution import contribution_view
from reports.admin.conversions import ConversionAccountAdmin, SentConversionAdmin
from reports.admin.costs import costs_view
from reports.admin.customers import customers_view
from reports.admin.decisions import adds_view, card_view
from reports.admin.events import EventAdmin, ExperimentAdmin
from reports.admin.goals import GoalAdmin
from reports.admin.kpis import kpis_view
from reports.admin.leads import leads_view
from reports.admin.posting import post_view
from reports.admin.targets import TargetAdmin

extra_page("contribution/", contribution_view, "contribution")
extra_page("costs/", costs_view, "costs")
extra_page("adds/", adds_view, "adds")
extra_page("adds/<int:pk>/", card_view, "card")
extra_page("kpis/", kpis_view, "kpis")
extra_page("brand/", brand_view, "brand")
extra_page("campaigns/", campaigns_view, "campaigns")
extra_page("customer-value/", customers_view, "customer_value")
extra_page("attribution/", attribution_view, "attribution")
extra_page("leads/", leads_view, "leads")
extra_page("post/", post_view, "post")

__all__ = [
    "AcceptanceAdmin",
    "ConversionAccountAdmin",
    "EventAdmin",
    "ExperimentAdmin",
    "GoalAdmin",
    "SentConversionAdmin",
    "TargetAdmin",
    "adds_view",
    "attribution_view",
    "brand_view",
    "campaigns_view",
    "card_view",
    "contribution_view",
    "costs_view",
    "customers_view",
    "kpis_view",
    "leads_view",
    "post_view",
]
