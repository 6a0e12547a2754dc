from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView
from rest_framework.routers import SimpleRouter

from reports.api.views.analyses import AnalysisView
from reports.api.views.contribution import ContributionView
from reports.api.views.discrepancies import DiscrepancyView
from reports.api.views.estimates import EstimateView
from reports.api.views.kpis import KpiView
from reports.api.views.leads import LeadView
from reports.api.views.ledger import LedgerView
from reports.api.views.login import LoginView, LogoutAllView, LogoutView
from reports.api.views.orders import OrderView
from reports.api.views.pages import PageView
from reports.api.views.payouts import PayoutView
from reports.api.views.stores import StoreView

router = SimpleRouter()
router.register("analyses", AnalysisView, "analyses")
router.register("contribution", ContributionView, "contribution")
router.register("kpis", KpiView, "kpis")
router.register("ledger", LedgerView, "ledger")
router.register("orders", OrderView, "orders")
router.register("payouts", PayoutView, "payouts")
router.register("stores", StoreView, "stores")
router.register("discrepancies", DiscrepancyView, "discrepancies")
router.register("estimates", EstimateView, "estimates")

urlpatterns = [
    path("leads/", LeadView.as_view(), name="leads"),
    path("login/", LoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("logoutall/", LogoutAllView.as_view(), name="logoutall"),
    path("pages/", PageView.as_view(), name="pages"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    *router.urls,
]
