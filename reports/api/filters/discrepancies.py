from reconciliation.models import Discrepancy
from reports.api.parameters import Choices, FilterSet, Ids, Instant, Words, YesNo


class DiscrepancyFilter(FilterSet):
    company = Ids("company", help_text="Ids, separated by commas.")
    store = Ids("store", help_text="Ids, separated by commas.")
    channel = Words("store__channel", help_text="Channels, separated by commas.")
    cause = Choices(Discrepancy.Cause.values, field_name="cause", help_text="What does not agree.")
    payout = Words("payout", help_text="Settlement or payout ids of the channel, separated by commas.")
    order = Words("order_ref", help_text="Order numbers of the channel, separated by commas.")
    currency = Words("currency", help_text="Currencies, separated by commas.")
    resolved = YesNo(field_name="resolved", help_text="Leave out for both.")
    updated_since = Instant("since", "gte", help_text="There since this time or later.")

    class Meta:
        model = Discrepancy
        fields: list[str] = []
