from reports.api.parameters import Choices, FilterSet, Ids, Instant
from reports.decisions import MEASURED
from reports.models import Report


class EstimateFilter(FilterSet):
    company = Ids("company", help_text="Ids, separated by commas.")
    kind = Choices([one.value for one in MEASURED], field_name="kind", help_text="What is asked.")
    event = Ids("event", help_text="Ids of events, separated by commas.")
    updated_since = Instant("built_at", "gte", help_text="Built at this time or later.")

    class Meta:
        model = Report
        fields: list[str] = []
