"""Products, their costs and exchange rates: from the seller's sheets and public files, or typed in (no page)."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from channels.models.pages import RawPage
from channels.models.stores import CURRENCY, Company, Store

POSITIVE = MinValueValidator(Decimal("0.000001"))
NOT_NEGATIVE = MinValueValidator(Decimal(0))


class Entered(models.Model):
    """What people enter, by sheet or by hand; a row without a page was typed in."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    page = models.ForeignKey(RawPage, models.PROTECT, null=True, blank=True, editable=False, related_name="+")
    place = models.IntegerField(default=0, editable=False)
    recorded_at = models.DateTimeField(_("recorded"), auto_now_add=False, editable=False)
    load = models.BigIntegerField(default=0, editable=False)

    class Meta:
        abstract = True


class Sku(Entered):
    """A channel's SKU is this product. Without a store it holds for every store of the company."""

    store = models.ForeignKey(Store, models.PROTECT, null=True, blank=True, verbose_name=_("store"))
    sku = models.CharField(_("SKU"), max_length=150)
    product = models.CharField(_("product"), max_length=150)
    title = models.CharField(_("title"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("SKU")
        verbose_name_plural = _("SKU map")
        ordering = ["product", "sku"]
        constraints = [
            models.UniqueConstraint(fields=["company", "store", "sku"], name="sku_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.sku} → {self.product}"


class StockReceipt(Entered):
    """Units received, or in stock at the opening. ``landed`` is added cost per unit, by component."""

    key = models.CharField(max_length=200)
    product = models.CharField(_("product"), max_length=150)
    received_on = models.DateField(_("received on"))
    quantity = models.DecimalField(_("units"), max_digits=20, decimal_places=6, validators=[POSITIVE])
    unit_cost = models.DecimalField(_("unit cost"), max_digits=20, decimal_places=6, validators=[NOT_NEGATIVE])
    landed = models.JSONField(_("landed components"), default=dict, blank=True)
    currency = models.CharField(_("currency"), max_length=3, validators=[CURRENCY])
    opening = models.BooleanField(_("opening stock"), default=False)

    class Meta:
        verbose_name = _("stock receipt")
        verbose_name_plural = _("stock receipts")
        ordering = ["-received_on", "product"]
        constraints = [
            models.UniqueConstraint(fields=["company", "key"], name="stock_receipt_once"),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, unit_cost__gte=0), name="stock_receipt_is_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.received_on}"


class UnitCost(Entered):
    """A product's unit cost from a day on, for sellers who keep no stock ledger."""

    product = models.CharField(_("product"), max_length=150)
    starts_on = models.DateField(_("from"))
    unit_cost = models.DecimalField(_("unit cost"), max_digits=20, decimal_places=6, validators=[NOT_NEGATIVE])
    currency = models.CharField(_("currency"), max_length=3, validators=[CURRENCY])

    class Meta:
        verbose_name = _("unit cost")
        verbose_name_plural = _("unit costs")
        ordering = ["product", "-starts_on"]
        constraints = [
            models.UniqueConstraint(fields=["company", "product", "starts_on"], name="unit_cost_once"),
            models.CheckConstraint(condition=models.Q(unit_cost__gte=0), name="unit_cost_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.starts_on}"


class ExchangeRate(Entered):
    """One unit of ``base`` is ``rate`` units of ``quote`` on the day, by the source."""

    on = models.DateField(_("day"))
    base = models.CharField(_("from"), max_length=3, validators=[CURRENCY])
    quote = models.CharField(_("to"), max_length=3, validators=[CURRENCY])
    rate = models.DecimalField(_("rate"), max_digits=20, decimal_places=10)
    source = models.CharField(_("source"), max_length=60)

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["-on", "base", "quote"]
        constraints = [
            models.UniqueConstraint(fields=["company", "on", "base", "quote", "source"], name="exchange_rate_once"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="exchange_rate_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.base}/{self.quote} {self.on}"
