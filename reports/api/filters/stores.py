from channels.models import Store
from reports.api.parameters import FilterSet, Ids, Words


class StoreFilter(FilterSet):
    company = Ids("company", help_text="Ids, separated by commas.")
    store = Ids("id", help_text="Ids, separated by commas.")
    channel = Words("channel", help_text="Channels, separated by commas.")
    currency = Words("currency", help_text="Currencies, separated by commas.")

    class Meta:
        model = Store
        fields: list[str] = []
