"""Facts: what the pages say, in our types. All are derived and can be built again from the archive."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from channels.core.kinds import Kind, Role, Stage
from channels.models.pages import RawPage
from channels.models.stores import Store


class Fact(models.Model):
    """What every fact keeps: its store, its source and when we knew; ``load`` rises with every change."""

    store = models.ForeignKey(Store, models.PROTECT, related_name="+", verbose_name=_("store"))
    page = models.ForeignKey(RawPage, models.PROTECT, related_name="+", verbose_name=_("page"), db_index=False)
    place = models.IntegerField(_("line"))
    recorded_at = models.DateTimeField(_("recorded"))
    load = models.BigIntegerField(editable=False)

    class Meta:
        abstract = True


class Order(Fact):
    """An order as its channel tells it."""

    resource = models.CharField(max_length=60)
    ref = models.CharField(_("order"), max_length=100)
    name = models.CharField(_("name"), max_length=100, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    status = models.CharField(_("status"), max_length=60, blank=True)
    cancelled = models.BooleanField(_("cancelled"), default=False)
    ordered_at = models.DateTimeField(_("ordered"))
    shipped_at = models.DateTimeField(_("shipped"), null=True)
    updated_at = models.DateTimeField(_("updated"), null=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    state = models.CharField(_("state"), max_length=100, blank=True, db_default="")
    city = models.CharField(_("city"), max_length=100, blank=True, db_default="")
    sales_channel = models.CharField(_("sold on"), max_length=60, blank=True)
    is_mirror = models.BooleanField(_("copy of another channel's order"), default=False)
    mirror_of = models.CharField(_("original"), max_length=100, blank=True)
    serves = models.CharField(_("ships for"), max_length=100, blank=True)
    business = models.BooleanField(_("business"), default=False)
    replaces = models.CharField(_("replaces"), max_length=100, blank=True, db_default="")

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-ordered_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["store", "ref"], name="order_once")]
        indexes = [
            models.Index(fields=["store", "name"], name="order_by_name"),
            models.Index(fields=["load"], name="order_by_load"),
            models.Index(fields=["ordered_at", "id"], name="order_by_time"),
        ]

    def __str__(self) -> str:
        return self.name or self.ref


class OrderItem(models.Model):
    """One order line."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="items", verbose_name=_("order"))
    key = models.CharField(max_length=150)
    sku = models.CharField(_("SKU"), max_length=150, blank=True)
    title = models.CharField(_("title"), max_length=300, blank=True)
    quantity = models.IntegerField(_("units"))
    listing = models.CharField(max_length=40, blank=True, db_default="")  # the channel's own id, such as an ASIN

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = [models.UniqueConstraint(fields=["order", "key"], name="order_item_once")]

    def __str__(self) -> str:
        return f"{self.sku} × {self.quantity}"


class Charge(Fact):
    """One money line of a page. Plus is money to the seller. A newer version of its document may withdraw it."""

    resource = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    document = models.CharField(max_length=150)
    role = models.CharField(max_length=10, choices=[(role.value, role.value) for role in Role])
    stage = models.CharField(max_length=10, choices=[(stage.value, stage.value) for stage in Stage])
    kind = models.CharField(_("kind"), max_length=20, choices=[(kind.value, kind.value) for kind in Kind])
    label = models.CharField(_("channel's words"), max_length=300)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    currency = models.CharField(_("currency"), max_length=3)
    order_ref = models.CharField(_("order"), max_length=100, blank=True)
    order_name = models.CharField(max_length=100, blank=True, db_default="")  # as the page names it, such as #1001
    sku = models.CharField(_("SKU"), max_length=150, blank=True)
    quantity = models.IntegerField(_("units"), default=0)
    posted_at = models.DateTimeField(_("posted"), null=True)
    shipped_at = models.DateTimeField(_("shipped"), null=True)
    released_at = models.DateTimeField(_("released"), null=True)
    deposited_at = models.DateTimeField(_("deposited"), null=True)
    payout = models.CharField(_("payout"), max_length=100, blank=True)
    serves = models.CharField(_("ships for"), max_length=100, blank=True)
    withdrawn = models.BooleanField(default=False, db_default=False)
    revised = models.BooleanField(default=False, db_default=False)  # changed since it was first read

    class Meta:
        verbose_name = _("money line")
        verbose_name_plural = _("money lines")
        constraints = [models.UniqueConstraint(fields=["store", "resource", "key"], name="charge_once")]
        indexes = [
            models.Index(fields=["store", "resource", "document"], name="charge_by_document"),
            models.Index(fields=["store", "order_ref"], name="charge_by_order"),
            models.Index(fields=["load"], name="charge_by_load"),
            # Few of Amazon's lines are of these roles, and posting looks for them at every run.
            models.Index(
                fields=["store", "order_ref"],
                name="charge_told_by_order",
                condition=~models.Q(role__in=[Role.DIRECT.value, Role.COMPARE.value]),
            ),
        ]


class Payout(Fact):
    """A statement that must add up: a settlement, a payout, a wallet day."""

    resource = models.CharField(max_length=60)
    ref = models.CharField(_("payout"), max_length=100)
    currency = models.CharField(_("currency"), max_length=3)
    stated = models.DecimalField(_("stated"), max_digits=20, decimal_places=6)
    opening = models.DecimalField(_("opening"), max_digits=20, decimal_places=6, null=True)
    closing = models.DecimalField(_("closing"), max_digits=20, decimal_places=6, null=True)
    starts_at = models.DateTimeField(_("from"), null=True)
    ends_at = models.DateTimeField(_("until"), null=True)
    deposited_at = models.DateTimeField(_("deposited"), null=True)
    status = models.CharField(_("status"), max_length=40, blank=True)
    bank_reference = models.CharField(_("bank reference"), max_length=100, blank=True)
    paid_amount = models.DecimalField(_("paid"), max_digits=20, decimal_places=6, null=True)
    paid_currency = models.CharField(_("paid in"), max_length=3, blank=True)
    itemised = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        ordering = ["-ends_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["store", "ref"], name="payout_once")]
        indexes = [models.Index(fields=["load"], name="payout_by_load")]

    def __str__(self) -> str:
        return self.ref


class AdSpend(Fact):
    """Advertising of a day or range, as the network counts it. ``spend`` is a positive cost."""

    resource = models.CharField(max_length=60)
    key = models.CharField(max_length=300)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    currency = models.CharField(_("currency"), max_length=3)
    spend = models.DecimalField(_("spend"), max_digits=20, decimal_places=6)
    campaign = models.CharField(_("campaign"), max_length=300, blank=True)
    ad_group = models.CharField(_("ad group"), max_length=300, blank=True)
    targeting = models.CharField(_("targeting"), max_length=500, blank=True)
    match_type = models.CharField(_("match type"), max_length=60, blank=True)
    search_term = models.CharField(_("search term"), max_length=500, blank=True)
    sku = models.CharField(_("SKU"), max_length=150, blank=True)
    impressions = models.BigIntegerField(_("impressions"), default=0)
    clicks = models.BigIntegerField(_("clicks"), default=0)
    orders = models.IntegerField(_("orders"), default=0)
    units = models.IntegerField(_("units"), default=0)
    sales = models.DecimalField(_("attributed sales"), max_digits=20, decimal_places=6, default=0)

    class Meta:
        verbose_name = _("advertising")
        verbose_name_plural = _("advertising")
        ordering = ["-starts_on", "-spend"]
        constraints = [models.UniqueConstraint(fields=["store", "resource", "key"], name="ad_spend_once")]
        indexes = [models.Index(fields=["load"], name="ad_spend_by_load")]


class SearchStat(Fact):
    """Search statistics of one query and product in a period, as counts."""

    resource = models.CharField(max_length=60)
    key = models.CharField(max_length=600)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    query = models.CharField(_("query"), max_length=500)
    asin = models.CharField(_("product"), max_length=40, blank=True)
    volume = models.BigIntegerField(_("volume"), null=True)
    rank = models.BigIntegerField(_("rank"), null=True)
    impressions = models.BigIntegerField(_("impressions"), null=True)
    impressions_total = models.BigIntegerField(_("impressions in all"), null=True)
    clicks = models.BigIntegerField(_("clicks"), null=True)
    clicks_total = models.BigIntegerField(_("clicks in all"), null=True)
    cart_adds = models.BigIntegerField(_("cart adds"), null=True)
    cart_adds_total = models.BigIntegerField(_("cart adds in all"), null=True)
    purchases = models.BigIntegerField(_("purchases"), null=True)
    purchases_total = models.BigIntegerField(_("purchases in all"), null=True)

    class Meta:
        verbose_name = _("search statistic")
        verbose_name_plural = _("search statistics")
        ordering = ["-starts_on", "query"]
        constraints = [models.UniqueConstraint(fields=["store", "resource", "key"], name="search_stat_once")]


class Disbursement(Fact):
    """What the channel says it sent to the bank: another view of a payout, compared with it and never posted."""

    resource = models.CharField(max_length=60)
    ref = models.CharField(_("number"), max_length=150)
    currency = models.CharField(_("currency"), max_length=3)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=6)
    opening = models.DecimalField(_("opening"), max_digits=20, decimal_places=6, null=True)
    starts_at = models.DateTimeField(_("from"), null=True)
    ends_at = models.DateTimeField(_("until"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    status = models.CharField(_("status"), max_length=60, blank=True)
    trace = models.CharField(_("bank reference"), max_length=100, blank=True)
    account_tail = models.CharField(_("account"), max_length=20, blank=True)
    paid_amount = models.DecimalField(_("paid"), max_digits=20, decimal_places=6, null=True)
    paid_currency = models.CharField(_("paid in"), max_length=3, blank=True)

    class Meta:
        verbose_name = _("disbursement")
        verbose_name_plural = _("disbursements")
        ordering = ["-ends_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["store", "resource", "ref"], name="disbursement_once")]

    def __str__(self) -> str:
        return self.ref


class RepeatPurchase(Fact):
    """How many of a product's buyers in a period had bought before, as the channel counts them."""

    resource = models.CharField(max_length=60)
    key = models.CharField(max_length=150)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    asin = models.CharField(_("product"), max_length=40)
    orders = models.BigIntegerField(_("orders"))
    customers = models.BigIntegerField(_("customers"))
    repeat_customers = models.BigIntegerField(_("repeat customers"))
    currency = models.CharField(_("currency"), max_length=3)
    sales = models.DecimalField(_("sales"), max_digits=20, decimal_places=6)
    repeat_sales = models.DecimalField(_("repeat sales"), max_digits=20, decimal_places=6)

    class Meta:
        verbose_name = _("repeat purchases")
        verbose_name_plural = _("repeat purchases")
        ordering = ["-starts_on", "asin"]
        constraints = [models.UniqueConstraint(fields=["store", "resource", "key"], name="repeat_once")]


class Visit(Fact):
    """A visit to the own site before an order: the path of a buyer, as the shop's own counting tells it."""

    resource = models.CharField(max_length=60)
    key = models.CharField(max_length=150)
    order_ref = models.CharField(_("order"), max_length=100)
    position = models.IntegerField(_("position"))
    visits = models.IntegerField(_("visits in all"), default=0)
    occurred_at = models.DateTimeField(_("time"))
    is_first = models.BooleanField(_("first"), default=False)
    is_last = models.BooleanField(_("last"), default=False)
    source = models.CharField(_("source"), max_length=200, blank=True)
    source_type = models.CharField(_("kind of source"), max_length=60, blank=True)
    referrer = models.CharField(_("came from"), max_length=500, blank=True)
    landing = models.CharField(_("landing page"), max_length=500, blank=True)
    utm_source = models.CharField(max_length=200, blank=True)
    utm_medium = models.CharField(max_length=200, blank=True)
    utm_campaign = models.CharField(_("campaign"), max_length=300, blank=True)
    utm_content = models.CharField(max_length=300, blank=True)
    utm_term = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-occurred_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["store", "resource", "key"], name="visit_once")]
        indexes = [models.Index(fields=["store", "order_ref"], name="visit_by_order")]


class GivenOrder(Fact):
    """An order number of this store that a customer gave elsewhere. What he told beside it is in the page's vault."""

    resource = models.CharField(max_length=60)
    key = models.CharField(max_length=150)
    order_ref = models.CharField(_("order"), max_length=100)
    form = models.CharField(_("form"), max_length=100, blank=True)
    given_on = models.DateField(_("given on"), null=True)

    class Meta:
        verbose_name = _("order number given by a customer")
        verbose_name_plural = _("order numbers given by customers")
        ordering = ["-given_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["store", "resource", "key"], name="given_once")]
        indexes = [models.Index(fields=["store", "order_ref"], name="given_by_order")]
