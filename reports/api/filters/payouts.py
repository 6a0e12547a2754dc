from channels.models import Payout
from reports.api.filters.orders import BEFORE, FROM
from reports.api.parameters import FilterSet, Ids, Instant, StoreSince, StoreUntil, Words


class PayoutFilter(FilterSet):
    company = Ids("store__company", help_text="Ids, separated by commas.")
    store = Ids("store", help_text="Ids, separated by commas.")
    channel = Words("store__channel", help_text="Channels, separated by commas.")
    payout = Words("ref", help_text="Settlement or payout ids of the channel, separated by commas.")
    currency = Words("currency", help_text="Currencies, separated by commas.")
    status = Words("status", help_text="The channel's own words, separated by commas.")
    ended_since = StoreSince("ends_at", help_text=FROM)
    ended_until = StoreUntil("ends_at", help_text=BEFORE)
    deposited_since = StoreSince("deposited_at", help_text=FROM)
    deposited_until = StoreUntil("deposited_at", help_text=BEFORE)
    updated_since = Instant("recorded_at", "gte", help_text="We learned of its last change at this time or later.")

    class Meta:
        model = Payout
        fields: list[str] = []
