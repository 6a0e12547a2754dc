"""Pulling: windows of time and what they brought, buckets of quota, what came in by push, signs of life."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from channels.models.pages import RawPage
from channels.models.stores import Store


class SyncWindow(models.Model):
    """A half-open period of one resource of a store. Green is proof that all of it is here.

    ready → working → green | red; red is tried again at ``not_before``; a green window whose vendor may still change
    its mind becomes ready again at ``again_at``. Every try from the beginning is another ``attempt``.
    """

    class State(models.TextChoices):
        READY = "ready", _("Ready")
        WORKING = "working", _("Working")
        GREEN = "green", _("Complete")
        RED = "red", _("Incomplete")

    store = models.ForeignKey(Store, models.PROTECT, related_name="windows", verbose_name=_("store"))
    resource = models.CharField(_("resource"), max_length=60)
    route = models.CharField(_("route"), max_length=30)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.READY)
    reason = models.TextField(_("reason"), blank=True)
    cursor = models.TextField(blank=True)  # where the chain goes on; moves with the data of the page before
    attempt = models.IntegerField(_("attempt"), default=1)
    failures = models.IntegerField(_("failures in a row"), default=0)
    pages = models.IntegerField(_("pages"), default=0)  # of this attempt, as are the counts below
    rows = models.IntegerField(_("rows"), default=0)  # rows made of them
    records = models.IntegerField(_("records"), default=0)  # records in them, by the adapter's count
    expected = models.IntegerField(_("expected"), null=True)  # records by the vendor's count
    unreadable = models.IntegerField(_("unreadable"), default=0)
    empties = models.IntegerField(default=0)  # closes in a row without a row
    not_before = models.DateTimeField(_("next try"), null=True)
    again_at = models.DateTimeField(_("read again"), null=True)
    worker = models.CharField(max_length=80, blank=True)
    closed_at = models.DateTimeField(_("complete since"), null=True)

    class Meta:
        verbose_name = _("window")
        verbose_name_plural = _("windows")
        ordering = ["-ends_at", "store", "resource"]
        constraints = [
            models.UniqueConstraint(fields=["store", "resource", "starts_at"], name="window_once"),
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="window_has_length"),
        ]
        indexes = [
            models.Index(fields=["state", "not_before"], name="window_by_state"),
            models.Index(fields=["store", "resource", "ends_at"], name="window_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.store} {self.resource} {self.starts_at:%Y-%m-%d %H:%M}–{self.ends_at:%Y-%m-%d %H:%M}"


class Fetch(models.Model):
    """One answer of a window's chain: archived first, read next. It says which request brought a page, and when."""

    window = models.ForeignKey(SyncWindow, models.CASCADE, related_name="fetches", verbose_name=_("window"))
    attempt = models.IntegerField(_("attempt"))
    number = models.IntegerField(_("number"))  # in the chain of the attempt, from 1
    page = models.ForeignKey(RawPage, models.PROTECT, related_name="fetches", verbose_name=_("page"))
    resume = models.TextField(blank=True)
    closed = models.BooleanField(default=False)
    records = models.IntegerField(_("records"), default=0)
    expected = models.IntegerField(null=True)
    fetched_at = models.DateTimeField(_("received"))
    loaded = models.BooleanField(_("loaded"), default=False)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["window", "attempt", "number"]
        constraints = [models.UniqueConstraint(fields=["window", "attempt", "number"], name="fetch_once")]


class Bucket(models.Model):
    """Tokens of an operation that an application may use for a seller; one row for all workers on all machines."""

    channel = models.CharField(_("channel"), max_length=30)
    application = models.CharField(max_length=64)  # a digest where the vendor's own id is secret
    seller = models.CharField(max_length=64, blank=True)  # empty: one bucket for all sellers
    operation = models.CharField(_("operation"), max_length=80)
    per_second = models.FloatField(_("tokens a second"))
    burst = models.FloatField(_("at most"))
    tokens = models.FloatField(_("left"))
    updated_at = models.DateTimeField(_("updated"))
    taken = models.BigIntegerField(_("calls"), default=0)
    throttled = models.BigIntegerField(_("refused for haste"), default=0)

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        ordering = ["channel", "operation"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "application", "seller", "operation"], name="bucket_once")
        ]


class Delivery(models.Model):
    """A message that a vendor pushed: sealed whole, since it holds personal data, and only a reason to read again."""

    store = models.ForeignKey(
        Store, models.PROTECT, null=True, blank=True, related_name="deliveries", verbose_name=_("store")
    )
    channel = models.CharField(_("channel"), max_length=30)
    key = models.CharField(max_length=200)  # the vendor's id of the message, else a digest of what tells it apart
    topic = models.CharField(_("topic"), max_length=100, blank=True)
    received_at = models.DateTimeField(_("received"))
    verified = models.BooleanField(_("signature right"), default=True)
    times = models.IntegerField(_("times received"), default=1)
    sealed = models.BinaryField(default=bytes)
    purge_on = models.DateField(_("purged on"))
    awaited = ArrayField(models.CharField(max_length=60), default=list, db_default=[])  # resources still to be read
    handled_at = models.DateTimeField(_("handled"), null=True)
    outcome = models.CharField(_("outcome"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "store", "key"], name="delivery_once", nulls_distinct=False)
        ]
        indexes = [models.Index(fields=["purge_on"], name="delivery_by_purge")]


class Heartbeat(models.Model):
    """When a part of the program last showed that it works."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()
    said = models.CharField(max_length=300, blank=True)
