"""What links come to: persons of two channels; and products that seem to be one."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from channels.models import Company, Store
from reconciliation.models.identity import MatchRun


class Overlap(models.Model):
    """Persons of a month who bought on both channels in a market; null where it cannot be told, with the reason."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    channel = models.CharField(_("channel"), max_length=30)
    other = models.CharField(_("other channel"), max_length=30)
    market = models.CharField(_("market"), max_length=2)
    month = models.DateField(_("month"))
    proven = models.IntegerField(_("proven"), null=True)
    expected = models.FloatField(_("expected"), null=True)
    total = models.FloatField(_("estimated total"), null=True)
    low = models.FloatField(_("low"), null=True)
    high = models.FloatField(_("high"), null=True)
    visible_share = models.FloatField(_("visible share"), null=True)
    at_most = models.IntegerField(_("at most"), null=True)  # buyers of the smaller side: more there cannot be
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    run = models.ForeignKey(MatchRun, models.CASCADE, null=True, related_name="+")

    class Meta:
        verbose_name = _("overlap")
        verbose_name_plural = _("overlap")
        ordering = ["-month", "market", "channel", "other"]
        constraints = [
            models.UniqueConstraint(fields=["company", "channel", "other", "market", "month"], name="overlap_once")
        ]


class ProductProposal(models.Model):
    """A store's SKU that seems to be a product sold elsewhere too; confirmed, it becomes a row of the SKU map."""

    class Evidence(models.TextChoices):
        SKU = "sku", _("Same SKU")
        GTIN = "gtin", _("Same GTIN")
        TITLE = "title", _("Similar title")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        CONFIRMED = "confirmed", _("Confirmed")
        REJECTED = "rejected", _("Rejected")

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    sku = models.CharField(_("SKU"), max_length=150)
    title = models.CharField(_("title"), max_length=300, blank=True)
    product = models.CharField(_("product"), max_length=150)
    product_title = models.CharField(max_length=300, blank=True)
    evidence = models.CharField(_("evidence"), max_length=10, choices=Evidence.choices)
    score = models.FloatField(_("similarity"), default=1.0)
    units = models.IntegerField(_("units sold"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PROPOSED)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        verbose_name = _("product proposal")
        verbose_name_plural = _("product proposals")
        ordering = ["state", "-units", "sku"]
        constraints = [models.UniqueConstraint(fields=["store", "sku", "product"], name="product_proposal_once")]
