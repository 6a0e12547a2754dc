"""Where conversions of a store's leads are sent, and what became of each."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from channels.fields import EncryptedJSONField
from channels.models import Store


class ConversionAccount(models.Model):
    """A store's account at a network that takes conversions. Sends only while it is on, and so is the setting for all.

    What happened before ``since`` is not sent: it may have been told otherwise.
    """

    class Network(models.TextChoices):
        GA4 = "ga4", _("Google Analytics 4")
        GOOGLE_ADS = "google_ads", _("Google Ads")
        META = "meta", _("Meta")

    store = models.ForeignKey(Store, models.PROTECT, related_name="conversion_accounts", verbose_name=_("store"))
    network = models.CharField(_("network"), max_length=12, choices=Network.choices)
    credentials = EncryptedJSONField(null=True, editable=False)
    endpoint = models.CharField(max_length=200, blank=True, editable=False)  # of a sandbox on this machine
    is_on = models.BooleanField(_("sends"), default=False)
    since = models.DateTimeField(_("since"))
    calling_code = models.CharField(_("calling code"), max_length=3, blank=True)  # of numbers without one

    class Meta:
        verbose_name = _("conversion account")
        verbose_name_plural = _("conversion accounts")
        ordering = ["store", "network"]
        constraints = [models.UniqueConstraint(fields=["store", "network"], name="conversion_account_once")]

    def __str__(self) -> str:
        return f"{self.store}: {self.get_network_display()}"


class SentConversion(models.Model):
    """A conversion on its way, once for each account. ``said`` are codes of the network, never what was sent."""

    class State(models.TextChoices):
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        LATER = "later", _("To be tried again")
        REFUSED = "refused", _("Not taken")
        UNSURE = "unsure", _("Not known whether it arrived")

    account = models.ForeignKey(
        ConversionAccount, models.CASCADE, related_name="conversions", verbose_name=_("conversion account")
    )
    mark = models.CharField(max_length=32)
    lead = models.CharField(_("lead"), max_length=100)  # the CRM's number
    stage = models.CharField(_("stage"), max_length=12)
    happened_at = models.DateTimeField(_("happened"))
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.SENDING)
    tries = models.IntegerField(_("tries"), default=0)
    tried_at = models.DateTimeField(_("tried"))
    next_try_at = models.DateTimeField(_("next try"), null=True)
    said = models.CharField(_("answer"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("sent conversion")
        verbose_name_plural = _("sent conversions")
        ordering = ["-tried_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["account", "mark"], name="conversion_once")]

    def __str__(self) -> str:
        return f"{self.lead}: {self.stage}"
