"""What a person accepts of a channel's buyers where no data tell it, so that bounds without an event may use it."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from channels.models import Company


@pghistory.track()
class Acceptance(models.Model):
    """It holds from its day until it is withdrawn; it is never deleted, and what was accepted is never changed."""

    class Statement(models.TextChoices):
        NEWCOMERS_SEARCH_BRAND = "newcomers_search_brand", _("newcomers who would have bought there search the brand")

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    country = models.CharField(_("country"), max_length=2)
    affecting = models.CharField(_("channel where they buy"), max_length=40)
    affected = models.CharField(_("channel where they would have bought"), max_length=40)
    statement = models.CharField(
        _("statement"), max_length=40, choices=Statement.choices, default=Statement.NEWCOMERS_SEARCH_BRAND
    )
    note = models.TextField(_("why"), blank=True)
    accepted_at = models.DateTimeField(_("accepted"))
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("withdrawn by")
    )

    class Meta:
        verbose_name = _("acceptance")
        verbose_name_plural = _("acceptances")
        ordering = ["-accepted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "country", "affecting", "affected", "statement"],
                condition=models.Q(withdrawn_at__isnull=True), name="acceptance_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(affecting=models.F("affected")), name="acceptance_of_two_channels"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.country} {self.affecting}→{self.affected}: {self.get_statement_display()}"
