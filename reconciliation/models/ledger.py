"""The ledger, what disagrees with it, and what people decide about it."""

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from channels.core.kinds import Kind, Stage
from channels.models import Company, RawPage, Store
from channels.models.stores import CURRENCY


class LedgerEntry(models.Model):
    """A money fact, once. Append-only: a changed fact is reversed and posted anew with the next revision.

    ``paying_store`` is whose payout it is part of (conservation), ``earning_store`` whose sale it serves
    (contribution); without one it is the company's. Days are the store's own.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    paying_store = models.ForeignKey(
        Store, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("paying store")
    )
    earning_store = models.ForeignKey(
        Store, models.PROTECT, null=True, related_name="+", db_index=False, verbose_name=_("earning store")
    )
    source = models.CharField(_("source"), max_length=60)  # the resource that posts, or cogs, allocation, tax
    key = models.CharField(max_length=300)  # of the fact, within store and source
    part = models.SmallIntegerField(default=0)
    stage = models.CharField(_("stage"), max_length=10, choices=[(stage.value, stage.value) for stage in Stage])
    kind = models.CharField(_("kind"), max_length=20, choices=[(kind.value, kind.value) for kind in Kind])
    label = models.CharField(_("channel's words"), max_length=300)
    order_ref = models.CharField(_("order"), max_length=100, blank=True)
    sku = models.CharField(_("SKU"), max_length=150, blank=True)
    quantity = models.IntegerField(_("units"), default=0)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    currency = models.CharField(_("currency"), max_length=3)
    base_amount = models.DecimalField(_("base amount"), max_digits=20, decimal_places=6, null=True)
    rate = models.DecimalField(_("rate"), max_digits=30, decimal_places=20, null=True)
    rate_source = models.CharField(_("rate source"), max_length=60, blank=True)
    rate_on = models.DateField(_("rate of"), null=True)
    ordered_on = models.DateField(_("ordered"), null=True)
    shipped_on = models.DateField(_("shipped"), null=True)
    posted_on = models.DateField(_("posted"), null=True)
    released_on = models.DateField(_("released"), null=True)
    deposited_on = models.DateField(_("deposited"), null=True)
    payout = models.CharField(_("payout"), max_length=100, blank=True)
    page = models.ForeignKey(RawPage, models.PROTECT, null=True, related_name="+", db_index=False)
    place = models.IntegerField(_("line"), default=0)
    revision = models.SmallIntegerField(default=1)
    reversal = models.BooleanField(_("reversal"), default=False)  # takes back the same revision
    recorded_at = models.DateTimeField(_("recorded"))
    booked_on = models.DateField(_("booked on"), null=True)  # the first open day

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger")
        ordering = ["-posted_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["paying_store", "source", "key", "part", "stage", "revision", "reversal"],
                name="entry_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=models.Q(revision__gte=1), name="entry_revision_from_one"),
            models.CheckConstraint(
                condition=models.Q(base_amount__isnull=False) | models.Q(rate__isnull=True), name="entry_rate_has_base"
            ),
        ]
        indexes = [
            models.Index(fields=["company", "posted_on", "id"], name="entry_by_day"),
            models.Index(fields=["paying_store", "order_ref"], name="entry_by_order"),
            models.Index(fields=["paying_store", "payout"], name="entry_by_payout"),
            # Counting orders reads this index alone, whatever the basis.
            models.Index(
                fields=["company", "earning_store", "order_ref"],
                include=[
                    "ordered_on",
                    "shipped_on",
                    "posted_on",
                    "released_on",
                    "deposited_on",
                    "sku",
                    "quantity",
                    "recorded_at",
                ],
                condition=models.Q(kind=Kind.REVENUE.value) & ~models.Q(quantity=0),
                name="entry_sale_by_order",
            ),
        ]


class Discrepancy(models.Model):
    """Something that does not agree, with its money. Computed anew at every settling; resolutions are kept apart."""

    class Cause(models.TextChoices):
        RESIDUAL = "residual", _("Statement does not add up")
        CONFLICT = "conflict", _("Statement came again with other content")
        UNMAPPED = "unmapped", _("Unknown words")
        MIRROR = "mirror", _("Copied order without its original")
        UNSERVED = "unserved", _("Fulfilment fee without its sale")
        TAX = "tax", _("Tax collected and withheld do not cancel")
        RESERVE = "reserve", _("Reserve does not carry over")
        RELEASE = "release", _("Paid out is not what the order earned")
        UNREADABLE = "unreadable", _("Unreadable lines")
        UNTIED = "untied", _("Payout without its lines")

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    store = models.ForeignKey(Store, models.PROTECT, null=True, related_name="+", verbose_name=_("store"))
    cause = models.CharField(_("cause"), max_length=20, choices=Cause.choices)
    key = models.CharField(max_length=300)
    payout = models.CharField(_("payout"), max_length=100, blank=True)
    order_ref = models.CharField(_("order"), max_length=100, blank=True)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    count = models.IntegerField(_("lines"), default=1)
    detail = models.TextField(_("detail"), blank=True)
    page = models.ForeignKey(RawPage, models.PROTECT, null=True, related_name="+", verbose_name=_("page"))
    since = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("discrepancy")
        verbose_name_plural = _("discrepancies")
        ordering = ["since", "pk"]
        constraints = [models.UniqueConstraint(fields=["company", "cause", "key"], name="discrepancy_once")]

    def __str__(self) -> str:
        return f"{self.get_cause_display()} {self.payout or self.order_ref}"


class Resolution(models.Model):
    """A person's word on a discrepancy. It holds while the amount stays what it was."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    cause = models.CharField(_("cause"), max_length=20, choices=Discrepancy.Cause.choices)
    key = models.CharField(max_length=300)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    note = models.TextField(_("note"))
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name=_("by"))
    resolved_at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("resolution")
        verbose_name_plural = _("resolutions")
        ordering = ["-resolved_at"]
        indexes = [models.Index(fields=["company", "cause", "key"], name="resolution_by_key")]


class Run(models.Model):
    """The ledger was brought up to this load, with what was typed in by this instant.

    Kept, so that a replay posts at the same points and ends the same.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="runs")
    load = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["company", "load", "at"], name="run_once")]


class Posted(models.Model):
    """How far the ledger has read the facts of a company."""

    company = models.OneToOneField(Company, models.CASCADE, related_name="posted")
    load = models.BigIntegerField(default=0)
    at = models.DateTimeField(null=True)  # what was typed in after this is new, too
    stores = models.CharField(max_length=64, blank=True)  # fingerprints of the settings that it posted under
    goods = models.CharField(max_length=64, blank=True)


@pghistory.track()
class SharedCost(models.Model):
    """A cost that serves several stores, over a range of days. ``amount`` is a positive cost."""

    class Pool(models.TextChoices):
        SHARED_MARKETING = Kind.SHARED_MARKETING.value, _("Brand marketing")
        RETENTION_MARKETING = Kind.RETENTION_MARKETING.value, _("Retention marketing")
        OVERHEAD = Kind.OVERHEAD.value, _("Overhead")

    company = models.ForeignKey(Company, models.PROTECT, related_name="shared_costs", verbose_name=_("company"))
    name = models.CharField(_("name"), max_length=150)
    pool = models.CharField(_("pool"), max_length=20, choices=Pool.choices, default=Pool.SHARED_MARKETING)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("through"))
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    currency = models.CharField(_("currency"), max_length=3, validators=[CURRENCY])
    allocation_key = models.CharField(
        _("allocation key"), max_length=20, choices=Company.AllocationKey.choices, blank=True,
        help_text=_("Empty: the company's."),
    )  # fmt: skip
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("shared cost")
        verbose_name_plural = _("shared costs")
        ordering = ["-starts_on", "name"]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="shared_cost_days"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="shared_cost_is_positive"),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class ClosedPeriod(models.Model):
    """The books are closed through a day: what arrives later is booked on the next."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="closes", verbose_name=_("company"))
    through = models.DateField(_("closed through"))
    closed_at = models.DateTimeField(_("closed at"), auto_now_add=True)

    class Meta:
        verbose_name = _("closed period")
        verbose_name_plural = _("closed periods")
        ordering = ["-through"]
        constraints = [models.UniqueConstraint(fields=["company", "through"], name="close_once")]

    def __str__(self) -> str:
        return str(self.through)
