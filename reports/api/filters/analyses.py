from reports.api.parameters import Choices, FilterSet, Ids
from reports.models import Report
from reports.steering import KINDS


class AnalysisFilter(FilterSet):
    company = Ids("company", help_text="Ids, separated by commas.")
    kind = Choices([one.value for one in KINDS], field_name="kind", help_text="What is asked.")

    class Meta:
        model = Report
        fields: list[str] = []
