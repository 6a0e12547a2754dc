from reconciliation.models import LedgerEntry
from reports.api.parameters import Choice, Day, FilterSet, Id, Ids, Instant, Words
from reports.queries import BASES, BY, CURRENCIES, PERIODS


class ContributionFilter(FilterSet):
    """The parameters of the question; nothing is filtered here."""

    company = Id(help_text="Id. May be left out where there is one company.")
    by = Choice(BY, help_text="What a row is. By default channel.")
    period = Choice(PERIODS, help_text="By default month.")
    basis = Choice(BASES, help_text="The date that decides the period. By default posted.")
    currency = Choice(CURRENCIES, help_text="The company's base currency (default), or each amount in its own.")
    since = Day(help_text="From this day on (YYYY-MM-DD). Undated money is left out.")
    until = Day(help_text="Before this day (YYYY-MM-DD): the day itself is not in. Undated money is left out.")
    store = Ids(help_text="Ids of the stores whose sales count, separated by commas. Unallocated money is left out.")
    channel = Words(help_text="Their channels, separated by commas. Unallocated money is left out.")
    as_of = Instant(help_text="As the ledger stood at this time: what was recorded until then.")

    class Meta:
        model = LedgerEntry
        fields: list[str] = []
