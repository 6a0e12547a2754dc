"""What buyers and platforms demand about personal data, and what became of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from channels.models import Store


class PrivacyRequest(models.Model):
    """A buyer's or a platform's demand to tell or to erase personal data, and what was done about it."""

    class Kind(models.TextChoices):
        ERASE = "erase", _("Erase a customer")
        TELL = "tell", _("Tell a customer")
        SHOP = "shop", _("Erase a shop")

    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    kind = models.CharField(_("demand"), max_length=10, choices=Kind.choices)
    subject = models.CharField(max_length=64)  # digest of the message: one demand, however often it comes
    received_at = models.DateTimeField(_("received"))
    due_on = models.DateField(_("due"))
    handled_at = models.DateTimeField(_("handled"), null=True)
    counts = models.JSONField(_("counts"), default=dict)
    accounts = models.JSONField(default=list)  # keys, so that later arrivals of the same buyer stay out
    sealed = models.BinaryField(default=bytes)  # what is told, for the seller to hand over
    purge_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("privacy request")
        verbose_name_plural = _("privacy requests")
        ordering = ["-received_at"]
        constraints = [models.UniqueConstraint(fields=["store", "kind", "subject"], name="privacy_request_once")]
