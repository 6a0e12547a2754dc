from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from channels.purging import also


class ReconciliationConfig(AppConfig):
    name = "reconciliation"
    verbose_name = _("Reconciliation")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        also("reconciliation.privacy.purge")
