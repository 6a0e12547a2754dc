"""Who bought: keyed tokens of buyers, accounts, the links between them and the people behind them.

No column here holds personal data in clear. Tokens are keyed hashes: still personal data, so they expire.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from channels.models import Company, RawPage, Store
from reconciliation.models.judgement import LinkModel


def _token() -> "models.BigIntegerField[int | None, int | None]":
    return models.BigIntegerField(null=True)


def _tokens() -> "ArrayField[list[int], list[int]]":
    return ArrayField(models.BigIntegerField(), default=list, db_default=[])


class BuyerSignal(models.Model):
    """Tokens of the buyer of one order: a primary fact, kept through a replay until it expires.

    The columns of tokens are ``reconciliation.identity.signals.SCALARS`` and ``LISTS``; each is null or empty where
    the store's signal policy or the channel gave nothing. ``part`` tells a gift's recipient (1) from the customer (0).
    """

    class Origin(models.TextChoices):
        CHANNEL = "channel", _("From the channel")
        CUSTOMER = "customer", _("Given by the customer elsewhere")

    store = models.ForeignKey(Store, models.PROTECT, related_name="signals", verbose_name=_("store"))
    order_ref = models.CharField(_("order"), max_length=100)
    part = models.SmallIntegerField(default=0)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.CHANNEL)
    page = models.ForeignKey(RawPage, models.PROTECT, null=True, related_name="+", db_index=False)
    place = models.IntegerField(default=0)
    account = models.BigIntegerField()  # token of the channel's own id of the buyer, else of the order
    known_buyer = models.BooleanField(default=False)  # the account is the channel's id of the buyer, not just an order
    matching = models.BooleanField(default=True)  # False: the policy lets it serve inside its channel only
    key_version = models.SmallIntegerField()
    obtained_at = models.DateTimeField(_("received"))
    expires_on = models.DateField(_("expires"))
    email = _token()
    mailbox = _token()
    handle = _token()
    username = _token()
    alias = _token()
    phone = _token()
    phone_tail = _token()
    name = _token()
    sound = _token()
    mask = _token()
    mask_other = _token()
    mask_own = _token()
    address = _token()
    numbers = _token()
    postcode = _token()
    city = _token()
    state = _token()
    words = _tokens()
    sounds = _tokens()
    near = _tokens()
    called = _tokens()
    initialled = _tokens()
    street = _tokens()
    street_near = _tokens()
    place_near = _tokens()
    name_masked = models.BooleanField(default=False)
    country = models.CharField(_("country"), max_length=2, blank=True)

    class Meta:
        verbose_name = _("buyer's tokens")
        verbose_name_plural = _("buyers' tokens")
        constraints = [models.UniqueConstraint(fields=["store", "order_ref", "part", "origin"], name="signal_once")]
        indexes = [
            models.Index(fields=["account"], name="signal_by_account"),
            models.Index(fields=["expires_on"], name="signal_by_expiry"),
            *(
                models.Index(fields=[name], name=f"signal_by_{name}", condition=models.Q(**{f"{name}__isnull": False}))
                for name in ("mailbox", "phone", "name")
            ),
        ]


class Customer(models.Model):
    """A person, as far as known. The id is that of the oldest account's birth, so rebuilds give the same again.

    ``merged_into`` is where an id that was given out before leads to now.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    company = models.ForeignKey(Company, models.PROTECT, related_name="customers", verbose_name=_("company"))
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, related_name="merged", verbose_name=_("merged into")
    )
    changed_at = models.DateTimeField(_("changed"), null=True)

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")

    def __str__(self) -> str:
        return str(self.id)[:8]


class Account(models.Model):
    """A buyer inside one channel: the channel's own id of him, or a single order where it gives none."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    channel = models.CharField(_("channel"), max_length=30)
    key = models.BigIntegerField()  # BuyerSignal.account
    known_buyer = models.BooleanField(default=False)
    country = models.CharField(_("country"), max_length=2, blank=True)
    first_at = models.DateTimeField(_("first order"))
    last_at = models.DateTimeField(_("last order"))
    orders = models.IntegerField(_("orders"), default=0)
    business = models.BooleanField(_("business"), default=False)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="accounts")
    touched_at = models.DateTimeField(null=True)  # its tokens changed since it was last linked

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["first_at", "key"]
        constraints = [models.UniqueConstraint(fields=["company", "key"], name="account_once")]
        indexes = [
            models.Index(fields=["company", "touched_at"], name="account_by_touch"),
            models.Index(fields=["company", "channel", "country"], name="account_by_market"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.key & 0xFFFF_FFFF:08x}"


class AccountAlias(models.Model):
    """A key that an account has under another version of the key of tokens; the account keeps the one it had first.

    So people, decisions and labels survive a rotation. Primary, as decisions are: kept through a replay.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False)
    key = models.BigIntegerField()
    account = models.BigIntegerField()  # Account.key

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "key"], name="account_alias_once")]
        indexes = [models.Index(fields=["account"], name="alias_by_account")]


class MatchRun(models.Model):
    """One matching: what it found, and how far it is while it works."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    full = models.BooleanField(_("full rebuild"), default=False)
    exact = models.BooleanField(_("exact links only"), default=False)
    engine = models.CharField(_("engine"), max_length=10, default="duckdb")
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    step = models.CharField(_("step"), max_length=60, blank=True)
    done = models.BigIntegerField(_("done"), default=0)
    total = models.BigIntegerField(_("of"), default=0)
    counts = models.JSONField(_("counts"), default=dict)
    drift = models.FloatField(_("drift"), null=True)  # share of accounts that a rebuild put elsewhere
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("matching")
        verbose_name_plural = _("matchings")
        ordering = ["-started_at", "-pk"]


class Matched(models.Model):
    """How far the matching has read a company: pages by load, decisions by number, the exact links of orders."""

    company = models.OneToOneField(Company, models.CASCADE, related_name="matched")
    load = models.BigIntegerField(default=0)
    decision = models.IntegerField(default=0)
    rebuilt_at = models.DateTimeField(null=True)
    resident = models.CharField(max_length=32, blank=True)  # names the folder of the records kept beside the database


class CustomerLink(models.Model):
    """Evidence that two accounts are one person. ``probability`` is calibrated; ``weight`` is in bits.

    ``levels``: [{"what": comparison, "level": its label, "weight": bits}] for the waterfall, without any clear value.
    """

    class State(models.TextChoices):
        AUTO = "auto", _("Linked")
        REVIEW = "review", _("To review")
        ESTIMATE = "estimate", _("Counts in estimates only")
        CONFIRMED = "confirmed", _("Confirmed")
        REJECTED = "rejected", _("Rejected")

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False, verbose_name=_("company"))
    left = models.ForeignKey(Account, models.CASCADE, related_name="+", verbose_name=_("account"))
    right = models.ForeignKey(Account, models.CASCADE, related_name="+", verbose_name=_("other account"))
    tier = models.SmallIntegerField(_("tier"))  # 0 id, 1 deterministic, 2 probabilistic
    rule = models.CharField(_("rule"), max_length=40, blank=True)  # of tier 1
    weight = models.FloatField(_("weight"), null=True)
    raw = models.FloatField(_("uncalibrated probability"), null=True)
    probability = models.FloatField(_("probability"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    refused = models.CharField(_("refused by"), max_length=60, blank=True)  # the constraint that it would break
    levels = models.JSONField(_("reasons"), default=list)
    model = models.ForeignKey(LinkModel, models.PROTECT, null=True, related_name="+", verbose_name=_("model"))
    effect = models.FloatField(default=0)  # how much the answer may move a published number; the queue's order
    found_at = models.DateTimeField(_("found"))

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["-probability", "pk"]
        constraints = [models.UniqueConstraint(fields=["left", "right"], name="link_once")]
        indexes = [
            models.Index(fields=["company", "state", "-effect"], name="link_queue"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"
