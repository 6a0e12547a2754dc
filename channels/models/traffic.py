"""Sessions of the own site by where they came from, as an analytics program counts them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from channels.core.kinds import Way
from channels.models.facts import Fact


class Traffic(Fact):
    """Sessions of a source in a period. Levels tell the same sessions in other parts: sum over one of them alone.

    ``spend`` is what the program was told of costs: advertising is in the networks' own reports.
    """

    resource = models.CharField(max_length=60)
    key = models.CharField(max_length=300)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    level = models.CharField(_("broken down by"), max_length=10)  # campaign, source or group
    source = models.CharField(_("source"), max_length=200, blank=True)
    medium = models.CharField(_("medium"), max_length=200, blank=True)
    campaign = models.CharField(_("campaign"), max_length=300, blank=True)
    channel_group = models.CharField(_("channel group"), max_length=100, blank=True)
    way = models.CharField(_("kind of source"), max_length=8, choices=[(one.value, one.value) for one in Way])
    sessions = models.BigIntegerField(_("sessions"))
    engaged = models.BigIntegerField(_("engaged sessions"))
    key_events = models.DecimalField(_("key events"), max_digits=20, decimal_places=6)
    revenue = models.DecimalField(_("revenue"), max_digits=20, decimal_places=6, null=True)
    spend = models.DecimalField(_("spend"), max_digits=20, decimal_places=6, null=True)
    currency = models.CharField(_("currency"), max_length=3)

    class Meta:
        verbose_name = _("traffic")
        verbose_name_plural = _("traffic")
        ordering = ["-starts_on", "-sessions"]
        constraints = [models.UniqueConstraint(fields=["store", "resource", "key"], name="traffic_once")]
