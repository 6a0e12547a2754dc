"""What was computed, with all that anyone needs to compute it again. Derived: the same inputs give the same report."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from channels.models import Company
from reports.models.events import Event


class Report(models.Model):
    """One answer of one analysis. ``inputs`` is the digest of everything it read; a known one is not computed again.

    ``subject`` is the question within the kind, such as "US amazon→shopify"; "all" is the company. ``answers`` has
    records (see ``analysis.estimate``), ``body`` what the page draws, ``data`` what the answer follows from.
    """

    class Kind(models.TextChoices):
        # by country: what channels take and add
        BREAK_EVEN = "break_even", _("break-even")
        CANNIBALIZATION = "cannibalization", _("cannibalization")
        SWITCHBACK = "switchback", _("on/off test")
        HALO = "halo", _("brand halo")
        BOUNDS = "bounds", _("bounds without an event")
        INCREMENTAL = "incremental", _("incremental contribution")
        # of the whole company: what roles steer by
        FIGURES = "figures", _("figures of the ledger")
        ATTRIBUTION = "attribution", _("attribution")
        BRAND = "brand", _("brand and non-brand")
        CUSTOMERS = "customers", _("customers")
        LEADS = "leads", _("leads")
        CAMPAIGNS = "campaigns", _("campaigns and visits")
        GROWTH = "growth", _("growth")

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    subject = models.CharField(_("question"), max_length=200)
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="reports", verbose_name=_("event"))
    through = models.DateField(_("data through"))
    inputs = models.CharField(_("digest of its inputs"), max_length=64)
    method = models.CharField(_("method"), max_length=60)  # with its version
    seed = models.BigIntegerField(_("seed"))
    answers = models.JSONField(_("answers"))
    body = models.JSONField(default=dict)
    data = models.JSONField(default=dict)
    built_at = models.DateTimeField(_("built"))

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["company", "kind", "subject", "-built_at"]
        constraints = [models.UniqueConstraint(fields=["company", "kind", "subject", "inputs"], name="report_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.subject}"
