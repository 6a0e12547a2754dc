"""What people decided and labelled about accounts, and the versions of the model that weighs evidence."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from channels.models import Company


class LinkModel(models.Model):
    """A version of the model that weighs evidence: its numbers, and the calibration by labels."""

    company = models.ForeignKey(Company, models.PROTECT, null=True, related_name="+", verbose_name=_("company"))
    number = models.IntegerField(_("version"))
    parameters = models.JSONField(default=dict)  # empty: the one that is shipped
    calibration = models.JSONField(default=dict)  # identity.calibration.Calibration
    labels = models.IntegerField(_("labels"), default=0)
    made_at = models.DateTimeField(_("made"))
    active = models.BooleanField(_("in use"), default=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("linking model")
        verbose_name_plural = _("linking models")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="link_model_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"v{self.number}"


class Decision(models.Model):
    """A person's word about accounts. Append-only and chained by digest: replaying it rebuilds the state.

    ``accounts`` holds account keys as hexadecimal words: a pair for confirm and reject, a list to merge, lists of
    lists to split into. An undo or a second person's word names another decision.
    """

    class Action(models.TextChoices):
        CONFIRM = "confirm", _("Confirm")
        REJECT = "reject", _("Reject")
        MERGE = "merge", _("Merge")
        SPLIT = "split", _("Split")
        UNDO = "undo", _("Undo")
        SECOND = "second", _("Second person agrees")

    company = models.ForeignKey(Company, models.PROTECT, related_name="decisions", verbose_name=_("company"))
    number = models.IntegerField(_("number"))
    action = models.CharField(_("action"), max_length=10, choices=Action.choices)
    accounts = models.JSONField(default=list)
    about = models.ForeignKey("self", models.PROTECT, null=True, related_name="answers", verbose_name=_("about"))
    needs_second = models.BooleanField(_("needs a second person"), default=False)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    at = models.DateTimeField(_("at"))
    digest = models.CharField(max_length=64)  # of this one and the one before

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["company", "number"], name="decision_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.get_action_display()}"


class PairLabel(models.Model):
    """A pair of accounts whose truth is asked for (a random sample) or known without the matcher.

    ``inclusion`` is the probability with which the sample drew it: labels weigh 1 ÷ inclusion. Those with origin
    ``known`` (order numbers or logins that customers gave) measure recall.
    """

    class Origin(models.TextChoices):
        SAMPLE = "sample", _("Random sample")
        KNOWN = "known", _("Known independently")

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    origin = models.CharField(_("origin"), max_length=10, choices=Origin.choices)
    left_key = models.BigIntegerField()
    right_key = models.BigIntegerField()
    stratum = models.CharField(_("stratum"), max_length=40, blank=True)
    inclusion = models.FloatField(_("inclusion probability"), default=1.0)
    weight = models.FloatField(_("weight"), null=True)
    raw = models.FloatField(_("uncalibrated probability"), null=True)
    levels = models.JSONField(default=list)
    same = models.BooleanField(_("one person"), null=True)  # null: not answered yet
    drawn_at = models.DateTimeField(_("drawn"))
    labelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    labelled_at = models.DateTimeField(_("labelled"), null=True)

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["company", "origin", "left_key", "right_key"], name="pair_label_once")
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
