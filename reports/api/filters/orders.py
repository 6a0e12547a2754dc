from django.db.models import Exists, OuterRef, QuerySet

from channels.models import Order, OrderItem
from reports.api.parameters import FilterSet, Ids, Instant, StoreSince, StoreUntil, Words, YesNo

FROM = "From this day on (YYYY-MM-DD), in the store's time zone."
BEFORE = "Before this day (YYYY-MM-DD), in the store's time zone: the day itself is not in."


class OrderFilter(FilterSet):
    company = Ids("store__company", help_text="Ids, separated by commas.")
    store = Ids("store", help_text="Ids, separated by commas.")
    channel = Words("store__channel", help_text="Channels, separated by commas.")
    order = Words("ref", help_text="Order numbers of the channel, separated by commas.")
    name = Words("name", help_text="Names that people see, such as #1001, separated by commas.")
    sku = Words("sku", method="with_sku", help_text="Orders with a line of one of these SKUs, separated by commas.")
    status = Words("status", help_text="The channel's own words, separated by commas.")
    currency = Words("currency", help_text="Currencies, separated by commas.")
    country = Words("country", help_text="Countries of the buyers, two letters, separated by commas.")
    cancelled = YesNo(field_name="cancelled", help_text="Leave out for both.")
    mirror = YesNo(field_name="is_mirror", help_text="Copies of another channel's orders; leave out for both.")
    ordered_since = StoreSince("ordered_at", help_text=FROM)
    ordered_until = StoreUntil("ordered_at", help_text=BEFORE)
    shipped_since = StoreSince("shipped_at", help_text=FROM)
    shipped_until = StoreUntil("shipped_at", help_text=BEFORE)
    updated_since = Instant("recorded_at", "gte", help_text="We learned of its last change at this time or later.")

    class Meta:
        model = Order
        fields: list[str] = []

    def with_sku(self, orders: QuerySet, name: str, value: list[str]) -> QuerySet:
        return orders.filter(Exists(OrderItem.objects.filter(order=OuterRef("pk"), sku__in=value)))
