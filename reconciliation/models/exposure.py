"""Who searched for the brand: the lexicon that says so, and what passed through such a search, by its versions."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from channels.models import Company, Store


class Verdict(models.TextChoices):
    BRAND = "brand", _("Brand")
    NON_BRAND = "non_brand", _("Non-brand")
    UNKNOWN = "unknown", _("Unknown")


class Lexicon(models.Model):
    """A version of a company's brand words. Once queries were classed by it, it is never changed again."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="lexicons", verbose_name=_("company"))
    number = models.IntegerField(_("version"))
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    used_at = models.DateTimeField(_("in use since"), null=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("lexicon")
        verbose_name_plural = _("lexicons")
        ordering = ["company", "-number"]
        constraints = [models.UniqueConstraint(fields=["company", "number"], name="lexicon_once")]

    def __str__(self) -> str:
        return f"{self.company} v{self.number}"


class LexiconTerm(models.Model):
    """A word or phrase of a lexicon; ``kind`` is one of ``reconciliation.exposure.lexicon.KINDS``."""

    lexicon = models.ForeignKey(Lexicon, models.CASCADE, related_name="terms", verbose_name=_("lexicon"))
    text = models.CharField(_("term"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20)
    language = models.CharField(_("language"), max_length=10, blank=True)
    distinctive = models.BooleanField(
        _("distinctive"), default=False, help_text=_("A product line that means the brand even where it is not named.")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["kind", "text"]
        constraints = [models.UniqueConstraint(fields=["lexicon", "text", "kind"], name="lexicon_term_once")]

    def __str__(self) -> str:
        return self.text


class TermProposal(models.Model):
    """A word out of the company's own search terms that seems to name the brand, until a person decides."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        CONFIRMED = "confirmed", _("Confirmed")
        REJECTED = "rejected", _("Rejected")

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", verbose_name=_("company"))
    text = models.CharField(_("term"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    count = models.BigIntegerField(_("searches"), default=0)
    nearest = models.CharField(_("nearest term"), max_length=200, blank=True)
    distance = models.IntegerField(_("edits"), null=True)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    examples = models.JSONField(_("examples"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_at = models.DateTimeField(_("proposed"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)

    class Meta:
        verbose_name = _("proposed term")
        verbose_name_plural = _("proposed terms")
        ordering = ["-count", "text"]
        constraints = [models.UniqueConstraint(fields=["company", "text"], name="term_proposal_once")]

    def __str__(self) -> str:
        return self.text


class QueryClass(models.Model):
    """What a query is under a version of the lexicon, and why."""

    lexicon = models.ForeignKey(Lexicon, models.CASCADE, related_name="queries", verbose_name=_("lexicon"))
    query = models.CharField(_("query"), max_length=500)
    verdict = models.CharField(_("class"), max_length=10, choices=Verdict.choices)
    term = models.CharField(_("term"), max_length=200, blank=True)  # of the lexicon, that decided
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("query")
        verbose_name_plural = _("queries by class")
        ordering = ["query"]
        constraints = [models.UniqueConstraint(fields=["lexicon", "query"], name="query_class_once")]

    def __str__(self) -> str:
        return self.query


class Exposure(models.Model):
    """Counts of a source in a period by class. Null is not known, never zero.

    ``product`` is an ASIN or SKU, and "" all of them together, where what repeats on every product (volume and the
    totals of everybody) counts once a query. ``medium`` parts visits by where they came from, and is "" elsewhere.
    ``days`` is of how many days of the period there is a report; 0 is a period of which there is none.
    """

    class Period(models.TextChoices):
        WEEK = "week", _("Week")
        MONTH = "month", _("Month")
        QUARTER = "quarter", _("Quarter")
        RANGE = "range", _("Range")

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False, verbose_name=_("company"))
    lexicon = models.ForeignKey(Lexicon, models.CASCADE, related_name="+", verbose_name=_("lexicon"))
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", db_index=False, verbose_name=_("store"))
    source = models.CharField(_("source"), max_length=60)  # the resource
    medium = models.CharField(_("came by"), max_length=20, blank=True)
    period = models.CharField(_("period"), max_length=10, choices=Period.choices, default=Period.WEEK)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("through"))
    days = models.SmallIntegerField(_("days reported"), default=0)
    market = models.CharField(_("market"), max_length=2, blank=True)
    product = models.CharField(_("product"), max_length=150, blank=True)
    verdict = models.CharField(_("class"), max_length=10, choices=Verdict.choices)
    queries = models.BigIntegerField(_("queries"), null=True)
    volume = models.BigIntegerField(_("searches"), null=True)
    impressions = models.BigIntegerField(_("impressions"), null=True)
    impressions_total = models.BigIntegerField(_("impressions in all"), null=True)
    clicks = models.BigIntegerField(_("clicks"), null=True)
    clicks_total = models.BigIntegerField(_("clicks in all"), null=True)
    cart_adds = models.BigIntegerField(_("cart adds"), null=True)
    cart_adds_total = models.BigIntegerField(_("cart adds in all"), null=True)
    purchases = models.BigIntegerField(_("purchases"), null=True)
    purchases_total = models.BigIntegerField(_("purchases in all"), null=True)
    spend = models.DecimalField(_("spend"), max_digits=20, decimal_places=6, null=True)
    sales = models.DecimalField(_("attributed sales"), max_digits=20, decimal_places=6, null=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)

    class Meta:
        verbose_name = _("exposure")
        verbose_name_plural = _("brand search by week")
        ordering = ["-starts_on", "market", "source", "product", "verdict"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "lexicon", "store", "source", "medium", "starts_on", "ends_on", "market", "product", "verdict",
                    "currency",
                ],
                name="exposure_once",
            )
        ]  # fmt: skip
        indexes = [models.Index(fields=["lexicon", "product", "starts_on"], name="exposure_by_week")]


class OrderExposure(models.Model):
    """Whether an order with known visits passed through a search for the brand, and by what that is known.

    ``verdict`` is of all its visits together, ``last`` of the last one; ``at`` is when the visit that decides it was.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False, verbose_name=_("company"))
    lexicon = models.ForeignKey(Lexicon, models.CASCADE, related_name="+", verbose_name=_("lexicon"))
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    order_ref = models.CharField(_("order"), max_length=100)
    verdict = models.CharField(_("class"), max_length=10, choices=Verdict.choices)
    last = models.CharField(_("last visit"), max_length=10, choices=Verdict.choices)
    evidence = models.CharField(_("evidence"), max_length=20)
    term = models.CharField(_("term"), max_length=300, blank=True)
    visits = models.IntegerField(_("visits"), default=0)
    at = models.DateTimeField(_("visited"), null=True)
    lag_hours = models.FloatField(_("hours before the order"), null=True)

    class Meta:
        verbose_name = _("order's exposure")
        verbose_name_plural = _("brand search by order")
        ordering = ["-at", "order_ref"]
        constraints = [models.UniqueConstraint(fields=["lexicon", "store", "order_ref"], name="order_exposure_once")]


class BrandShare(models.Model):
    """How much of a store's orders and contribution of a week passed through brand search, with its bounds.

    ``orders`` are the ledger's; those that no report covers are unknown and count in ``high`` only. Contribution is
    in the company's base currency; null is not known. ``reasons`` are codes of ``reconciliation.exposure``'s words.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", db_index=False, verbose_name=_("company"))
    lexicon = models.ForeignKey(Lexicon, models.CASCADE, related_name="+", verbose_name=_("lexicon"))
    store = models.ForeignKey(Store, models.PROTECT, related_name="+", db_index=False, verbose_name=_("store"))
    market = models.CharField(_("market"), max_length=2, blank=True)
    period = models.CharField(max_length=10, choices=Exposure.Period.choices, default=Exposure.Period.WEEK)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("through"))
    orders = models.BigIntegerField(_("orders"))
    covered = models.BigIntegerField(_("orders covered"))
    brand = models.BigIntegerField(_("brand"), null=True)  # orders or purchases that the source says
    non_brand = models.BigIntegerField(_("non-brand"), null=True)
    low = models.BigIntegerField(_("at least"))
    high = models.BigIntegerField(_("at most"))
    products = models.IntegerField(_("products sold"), null=True)
    products_covered = models.IntegerField(_("products covered"), null=True)
    contribution = models.DecimalField(_("contribution"), max_digits=20, decimal_places=6, null=True)
    contribution_low = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    contribution_high = models.DecimalField(max_digits=20, decimal_places=6, null=True)
    reasons = models.JSONField(_("reasons"), default=list)

    class Meta:
        verbose_name = _("brand-search share")
        verbose_name_plural = _("brand-search shares")
        ordering = ["starts_on", "store", "market"]
        constraints = [
            models.UniqueConstraint(
                fields=["lexicon", "store", "market", "starts_on", "ends_on"], name="brand_share_once"
            ),
            models.CheckConstraint(
                condition=models.Q(low__gte=0, high__gte=models.F("low"), orders__gte=models.F("high")),
                name="brand_share_bounds",
            ),
        ]


class Exposed(models.Model):
    """How far a company's exposure was read: by which lexicon, of which loads, of which state of the ledger."""

    company = models.OneToOneField(Company, models.CASCADE, related_name="exposed")
    lexicon = models.ForeignKey(Lexicon, models.CASCADE, null=True, related_name="+")
    state = models.CharField(max_length=64, blank=True)  # digest of what was read
    at = models.DateTimeField(null=True)
