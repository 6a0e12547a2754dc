"""Who bought: keyed tokens of buyers, accounts, the people behind them, and what people decided about that.

No column here holds personal data in clear. Tokens are keyed hashes: still personal data, so they expire.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from channels.models import Company, RawPage, Store


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
    phone = _token()
    phone_tail = _token()
    name = _token()
    sound = _token()
    mask = _token()
    mask_other = _token()
    address = _token()
    numbers = _token()
    postcode = _token()
    city = _token()
    state = _token()
    words = _tokens()
    sounds = _tokens()
    near = _tokens()
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


class Overlap(models.Model):
    """Persons of a month who bought on both channels in a market; null where it cannot be told, with the reason."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    channel = models.CharField(_("channel"), max_length=30)
    other = models.CharField(_("other channel"), max_length=30)
    market = models.CharField(_("market"), max_length=2)
    month = models.DateField(_("month"))
    proven = models.IntegerField(_("proven"), null=True)
    expected = models.FloatField(_("expected"), null=True)
    total = models.FloatField(_("estimated total"), null=True)
    low = models.FloatField(_("low"), null=True)
    high = models.FloatField(_("high"), null=True)
    visible_share = models.FloatField(_("visible share"), null=True)
    at_most = models.IntegerField(_("at most"), null=True)  # buyers of the smaller side: more there cannot be
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    run = models.ForeignKey(MatchRun, models.CASCADE, null=True, related_name="+")

    class Meta:
        verbose_name = _("overlap")
        verbose_name_plural = _("overlap")
        ordering = ["-month", "market", "channel", "other"]
        constraints = [
            models.UniqueConstraint(fields=["company", "channel", "other", "market", "month"], name="overlap_once")
        ]


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


class ProductProposal(models.Model):
    """A store's SKU that seems to be a product sold elsewhere too; confirmed, it becomes a row of the SKU map."""

    class Evidence(models.TextChoices):
        SKU = "sku", _("Same SKU")
        GTIN = "gtin", _("Same GTIN")
        TITLE = "title", _("Similar title")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        CONFIRMED = "confirmed", _("Confirmed")
        REJECTED = "rejected", _("Rejected")

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    sku = models.CharField(_("SKU"), max_length=150)
    title = models.CharField(_("title"), max_length=300, blank=True)
    product = models.CharField(_("product"), max_length=150)
    product_title = models.CharField(max_length=300, blank=True)
    evidence = models.CharField(_("evidence"), max_length=10, choices=Evidence.choices)
    score = models.FloatField(_("similarity"), default=1.0)
    units = models.IntegerField(_("units sold"), default=0)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PROPOSED)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        verbose_name = _("product proposal")
        verbose_name_plural = _("product proposals")
        ordering = ["state", "-units", "sku"]
        constraints = [models.UniqueConstraint(fields=["store", "sku", "product"], name="product_proposal_once")]
