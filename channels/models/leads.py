"""Leads as the CRM tells them, and their deals where it keeps these apart."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from channels.core.kinds import Consent, Phase
from channels.models.facts import Fact


class Lead(Fact):
    """A lead or, with ``is_deal``, a deal. Who it is stands in the page's vault, never here."""

    resource = models.CharField(max_length=60)
    key = models.CharField(_("lead"), max_length=100)
    created_at = models.DateTimeField(_("created"))
    source = models.CharField(_("source"), max_length=200, blank=True)
    medium = models.CharField(_("medium"), max_length=200, blank=True)
    campaign = models.CharField(_("campaign"), max_length=300, blank=True)
    status = models.CharField(_("CRM's words"), max_length=200, blank=True)
    stage = models.CharField(_("stage"), max_length=12, choices=[(one.value, one.value) for one in Phase])
    qualified_at = models.DateTimeField(_("qualified"), null=True)
    opportunity_at = models.DateTimeField(_("opportunity"), null=True)
    won_at = models.DateTimeField(_("won"), null=True)
    lost_at = models.DateTimeField(_("lost"), null=True)
    value = models.DecimalField(_("value"), max_digits=20, decimal_places=6, null=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    order_ref = models.CharField(_("order"), max_length=100, blank=True)
    is_deal = models.BooleanField(_("deal"), default=False)
    deal = models.CharField(max_length=100, blank=True)  # key of the deal that came of it
    lead = models.CharField(max_length=100, blank=True)  # key of the lead that this deal came of
    bot = models.BooleanField(_("bot"), null=True)
    consent = models.CharField(_("consent"), max_length=7, choices=[(one.value, one.value) for one in Consent])

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["store", "resource", "key"], name="lead_once")]
        indexes = [models.Index(fields=["store", "order_ref"], name="lead_by_order")]

    def __str__(self) -> str:
        return self.key
