from reports.analysis.kpi.goals import Role
from reports.api.parameters import Choice, FilterSet, Id
from reports.models import Report


class KpiFilter(FilterSet):
    """The parameters of the question; nothing is filtered here."""

    role = Choice(tuple(one.value for one in Role), help_text="Whose figures. By default owner.")
    company = Id(help_text="Id. May be left out where there is one company.")

    class Meta:
        model = Report
        fields: list[str] = []
