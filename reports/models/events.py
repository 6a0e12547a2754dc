"""What changed a channel, as found in the data or entered, and the experiments registered before they began."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from channels.models import Company
from channels.models.stores import CURRENCY


@pghistory.track()
class Event(models.Model):
    """Input: found ones are proposals until a person confirms them. ``regions`` are states of ``country``."""

    class Kind(models.TextChoices):
        LAUNCH = "launch", _("launch")
        DELISTING = "delisting", _("delisting")
        STOCK_OUT = "stock_out", _("stock-out")
        PROMOTION = "promotion", _("promotion")
        AD_PAUSE = "ad_pause", _("advertising paused")
        PRICE = "price", _("price change")
        BRAND_CAMPAIGN = "brand_campaign", _("brand campaign")
        SWITCHBACK = "switchback", _("on/off blocks")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        CONFIRMED = "confirmed", _("confirmed")
        REJECTED = "rejected", _("rejected")

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    country = models.CharField(_("country"), max_length=2)
    affecting = models.CharField(_("channel that changed"), max_length=40)
    affected = models.CharField(_("channel that may have been affected"), max_length=40)
    regions = models.JSONField(_("regions"), default=list, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(
        _("until"), null=True, blank=True, help_text=_("The first day after it; empty: it lasts.")
    )
    random_rollout = models.BooleanField(
        _("regions were drawn by lot"), default=False, help_text=_("Not where people chose them, for whatever reason."),
    )  # fmt: skip
    nothing_else_changed = models.BooleanField(
        _("nothing else changed in these regions at the time"), default=False,
        help_text=_("Prices, campaigns, other launches, weather. Without this no figure is given."),
    )  # fmt: skip
    carried_by = models.CharField(
        _("advertised through"), max_length=100, blank=True, db_default="",
        help_text=_("The channel of the attribution page that carried the campaign: what it caused is set beside what "
                    "models give to it."),
    )  # fmt: skip
    note = models.TextField(_("note"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PROPOSED)
    found_by = models.CharField(_("found by"), max_length=60, blank=True)  # the rule, where it was found in the data
    evidence = models.JSONField(_("evidence"), default=dict, blank=True)
    entered_at = models.DateTimeField(_("entered"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "country", "affecting", "affected", "starts_on", "regions"],
                name="event_once",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=models.F("starts_on")),
                name="event_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.affecting} {self.country} {self.starts_on}"


@pghistory.track()
class Experiment(models.Model):
    """A planned event, registered before it begins; what was registered is not changed afterwards.

    ``blocks`` of a switchback: [{"block", "start", "end", "pair", "on"}, …] with half-open days, drawn from ``seed``.
    """

    event = models.OneToOneField(Event, models.PROTECT, related_name="experiment", verbose_name=_("event"))
    hypothesis = models.TextField(_("hypothesis"))
    horizon_weeks = models.IntegerField(_("weeks to look at"))
    stops_on = models.DateField(_("stops on"))
    cost = models.DecimalField(_("cost"), max_digits=20, decimal_places=6)
    currency = models.CharField(_("currency"), max_length=3, validators=[CURRENCY])
    seed = models.BigIntegerField(_("seed"), default=0)
    blocks = models.JSONField(_("blocks"), default=list, blank=True)
    registered_at = models.DateTimeField(_("registered"), auto_now_add=True)
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("registered by")
    )

    class Meta:
        verbose_name = _("experiment")
        verbose_name_plural = _("experiments")
        ordering = ["-registered_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(horizon_weeks__gte=1), name="experiment_horizon"),
            models.CheckConstraint(condition=models.Q(cost__gte=0), name="experiment_cost"),
        ]

    def __str__(self) -> str:
        return str(self.event)
