from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from health_check.views import HealthCheckView

admin.autodiscover()

READY = [
    "health_check.checks.Database", "channels.health.Cluster", "channels.health.Queue", "channels.health.Archive",
]  # fmt: skip

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", include("reports.api.urls")),
    path("webhooks/", include("channels.urls")),
    path(
        "health/",
        HealthCheckView.as_view(checks=[*READY, "channels.health.Pulls", "reconciliation.health.Promises"]),
        name="health",
    ),
    path("health/live/", HealthCheckView.as_view(checks=[]), name="live"),
    path("health/ready/", HealthCheckView.as_view(checks=READY), name="ready"),
]
