from django.db.models import QuerySet

from channels.core.kinds import MEANING, Kind, Stage
from reconciliation.models import LedgerEntry
from reports.api.parameters import Choice, Choices, FilterSet, Id, Ids, Instant, Since, Until, Words, YesNo

BASES = ("ordered", "shipped", "posted", "released", "deposited")
FROM, BEFORE = "From this day on (YYYY-MM-DD).", "Before this day (YYYY-MM-DD): the day itself is not in."


class LedgerFilter(FilterSet):
    company = Ids("company", help_text="Ids, separated by commas.")
    store = Ids("earning_store", help_text="Ids of the stores whose sale it serves.")
    paying_store = Ids("paying_store", help_text="Ids of the stores whose payout it is part of.")
    channel = Words("earning_store__channel", help_text="Channels of the stores, separated by commas.")
    source = Words("source", help_text="The resources that post, or cogs, allocation, tax.")
    stage = Choices([stage.value for stage in Stage], field_name="stage", help_text="How sure it is.")
    kind = Choices({kind.value: MEANING[kind] for kind in Kind}, field_name="kind", help_text="What the money is.")
    order = Words("order_ref", help_text="Order numbers of the channel, separated by commas.")
    sku = Words("sku", help_text="The channel's SKUs, separated by commas.")
    payout = Words("payout", help_text="Settlement or payout ids of the channel, separated by commas.")
    currency = Words("currency", help_text="Currencies of the amount, separated by commas.")
    page = Ids("page", help_text="Ids of the raw pages that the entries were read from.")
    reversal = YesNo(field_name="reversal", help_text="Entries that take back another; leave out for both.")
    ordered_since = Since("ordered_on", help_text=FROM)
    ordered_until = Until("ordered_on", help_text=BEFORE)
    shipped_since = Since("shipped_on", help_text=FROM)
    shipped_until = Until("shipped_on", help_text=BEFORE)
    posted_since = Since("posted_on", help_text=FROM)
    posted_until = Until("posted_on", help_text=BEFORE)
    released_since = Since("released_on", help_text=FROM)
    released_until = Until("released_on", help_text=BEFORE)
    deposited_since = Since("deposited_on", help_text=FROM)
    deposited_until = Until("deposited_on", help_text=BEFORE)
    booked_since = Since("booked_on", help_text=FROM)
    booked_until = Until("booked_on", help_text=BEFORE)
    undated = Choice(
        BASES,
        method="without_date",
        help_text="Entries that lack this date; they are in no period of it, and in every total.",
    )
    as_of = Instant("recorded_at", "lte", help_text="The ledger as it stood at this time: recorded until then.")
    updated_since = Instant("recorded_at", "gte", help_text="Recorded at this time or later.")
    after_id = Id("id", "gt", help_text="Entries with a higher id: nothing that was posted since is missed.")

    class Meta:
        model = LedgerEntry
        fields: list[str] = []

    def without_date(self, entries: QuerySet, name: str, value: str) -> QuerySet:
        return entries.filter(**{f"{value}_on__isnull": True})
