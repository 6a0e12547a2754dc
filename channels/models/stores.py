"""Companies and their stores."""

import re
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from channels.core.errors import Refused
from channels.core.rows import Shop
from channels.endpoints import allowed_endpoint
from channels.fields import EncryptedJSONField
from channels.refusals import in_words
from channels.signal_rules import refuse_change, refuse_decision

CURRENCY = RegexValidator(re.compile(r"^[A-Z]{3}\Z"), _("a currency is three capital letters, such as EUR"))


def valid_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(_("%(name)s is no IANA time zone, such as Europe/Berlin"), params={"name": name})


@pghistory.track()
class Company(models.Model):
    """A business with its books: everything belongs to one company, and sums are stated in its base currency."""

    class CostMethod(models.TextChoices):
        FIFO = "fifo", _("FIFO")
        MOVING_AVERAGE = "moving_average", _("Moving average")
        MONTH_END_AVERAGE = "month_end_average", _("Month-end average")
        STANDARD = "standard", _("Cost sheet")

    class AllocationKey(models.TextChoices):
        UNALLOCATED = "unallocated", _("Leave unallocated")
        NET_REVENUE = "net_revenue", _("Net revenue")
        UNITS = "units", _("Units")
        ORDERS = "orders", _("Orders")
        EQUAL = "equal", _("Equal parts")

    name = models.CharField(_("name"), max_length=100, unique=True)
    base_currency = models.CharField(_("base currency"), max_length=3, default="USD", validators=[CURRENCY])
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[valid_zone])
    cost_method = models.CharField(
        _("cost method"), max_length=20, choices=CostMethod.choices, default=CostMethod.FIFO,
        help_text=_("The method that posts cost of goods sold; the others are computed for comparison."),
    )  # fmt: skip
    allocation_key = models.CharField(
        _("allocation key"), max_length=20, choices=AllocationKey.choices, default=AllocationKey.UNALLOCATED,
        help_text=_("How shared costs are spread over the stores."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@pghistory.track(exclude=["credentials", "refused"])
class Store(models.Model):
    """A seller's presence on one channel and marketplace or region."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="stores", verbose_name=_("company"))
    name = models.CharField(_("name"), max_length=100, unique=True)
    channel = models.SlugField(_("channel"), max_length=30)
    marketplace = models.CharField(
        _("marketplace"),
        max_length=40,
        blank=True,
        help_text=_("Amazon marketplace id, Shopee region or Shopify domain."),
    )
    currency = models.CharField(_("currency"), max_length=3, validators=[CURRENCY])
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[valid_zone])
    cross_border = models.BooleanField(
        _("cross-border shop"), default=False, help_text=_("A Shopee shop that is paid out abroad.")
    )
    prices_include_tax = models.BooleanField(
        _("prices include tax"), default=False,
        help_text=_("The seller owes tax out of the prices; set the rates below."),
    )  # fmt: skip
    ads_by_card = models.BooleanField(
        _("ads paid by card"), default=False,
        help_text=_("Advertising is not billed inside the settlement: the ads report posts it."),
    )  # fmt: skip
    go_live = models.DateField(_("go-live date"), null=True, blank=True)
    opening_reserve = models.DecimalField(_("opening reserve"), max_digits=20, decimal_places=6, default=0)
    opening_deferred = models.DecimalField(_("opening deferred money"), max_digits=20, decimal_places=6, default=0)
    signal_policy = models.JSONField(_("signal policy"), default=dict, blank=True)
    endpoint = models.CharField(
        _("endpoint"), max_length=200, blank=True,
        help_text=_("Of a sandbox on this machine; empty for the vendor's own."),
    )  # fmt: skip
    pulls = models.BooleanField(
        _("pulls"), default=True, help_text=_("Keep this store current by itself, where it has credentials.")
    )
    pull_options = models.JSONField(_("what to pull"), default=dict, blank=True)  # since: day; optional: [resource]
    refused = models.TextField(_("refused"), blank=True, editable=False)  # why the vendor no longer answers the store
    credentials = EncryptedJSONField(_("credentials"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("store")
        verbose_name_plural = _("stores")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        try:
            self.endpoint = allowed_endpoint(self.endpoint)
        except Refused as refused:
            raise ValidationError({"endpoint": in_words(str(refused))}) from refused

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def shop(self) -> Shop:
        return Shop(self.channel, self.marketplace, self.currency, self.timezone, self.cross_border)


@pghistory.track()
class StoreTaxRate(models.Model):
    """The tax inside the price for buyers in a country, from a day on."""

    store = models.ForeignKey(Store, models.CASCADE, related_name="tax_rates", verbose_name=_("store"))
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("Empty: every other country."))
    starts_on = models.DateField(_("from"))
    rate = models.DecimalField(_("rate"), max_digits=6, decimal_places=4, help_text=_("0.19 for 19 %"))

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        constraints = [
            models.UniqueConstraint(fields=["store", "country", "starts_on"], name="one_tax_rate_a_day"),
            models.CheckConstraint(condition=models.Q(rate__gte=0, rate__lt=1), name="tax_rate_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.country or '*'} {self.rate}"


@pghistory.track()
class SignalDecision(models.Model):
    """The recorded decision that fields of a store's buyers may become tokens: whose, for what, why, until when.

    It can admit only what the channel's rules leave to a decision (``Adapter.signals``); for what customers gave
    elsewhere (``origin`` customer) any field. Never changed but to be withdrawn.
    """

    class Origin(models.TextChoices):
        CHANNEL = "channel", _("From the channel")
        CUSTOMER = "customer", _("Given by the customer elsewhere")

    class Purpose(models.TextChoices):
        MATCHING = "matching", _("Recognise customers across channels")
        INSIDE = "inside", _("Recognise customers inside the channel")

    store = models.ForeignKey(Store, models.PROTECT, related_name="signal_decisions", verbose_name=_("store"))
    origin = models.CharField(_("whose data"), max_length=10, choices=Origin.choices)
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices, default=Purpose.MATCHING)
    fields = ArrayField(models.CharField(max_length=20), verbose_name=_("fields"))
    basis = models.TextField(_("legal basis"), help_text=_("Why it is lawful: consent, contract, who checked it."))
    token_days = models.PositiveIntegerField(_("days that tokens are kept"), default=365)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"))
    until = models.DateField(_("until"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("signal decision")
        verbose_name_plural = _("signal decisions")
        ordering = ["-decided_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.store}: {', '.join(self.fields)}"

    def save(self, *args: Any, **options: Any) -> None:
        """Whatever way it comes, a decision is one that may be taken; and what was taken is only ever withdrawn."""
        if self._state.adding:
            self.clean()
        elif (before := type(self).objects.filter(pk=self.pk).first()) is not None:
            refuse_change(before, self)
        super().save(*args, **options)

    def clean(self) -> None:
        """Only what the channel's rules leave to a decision, for a time, and for a reason."""
        super().clean()
        refuse_decision(self)
