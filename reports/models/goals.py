"""What a company goes for; the figures that its roles see follow from it."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from channels.models import Company


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Goal(models.Model):
    """It counts from its day on until it is taken away; its history stays."""

    class Choice(models.TextChoices):
        AWARENESS = "awareness", _("Awareness")
        PROFIT = "profit", _("Profit")
        GROWTH = "growth", _("Growth")
        RETENTION = "retention", _("Retention")

    company = models.ForeignKey(Company, models.PROTECT, related_name="goals", verbose_name=_("company"))
    goal = models.CharField(_("goal"), max_length=12, choices=Choice.choices)
    since = models.DateField(_("since"))
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("set by")
    )

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering = ["company", "since", "goal"]
        constraints = [models.UniqueConstraint(fields=["company", "goal"], name="goal_once")]

    def __str__(self) -> str:
        return f"{self.company}: {self.get_goal_display()}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Target(models.Model):
    """A figure's aim in its own unit, shares as 0–1. Whether more or less is better follows from the figure."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="targets", verbose_name=_("company"))
    figure = models.CharField(_("figure"), max_length=40)  # its code in reports.analysis.kpi.names
    value = models.DecimalField(_("aim"), max_digits=20, decimal_places=6)
    since = models.DateField(_("since"))
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("set by")
    )

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["company", "figure", "since"]
        constraints = [models.UniqueConstraint(fields=["company", "figure", "since"], name="target_once")]

    def __str__(self) -> str:
        return f"{self.company}: {self.figure} {self.value:f}"
