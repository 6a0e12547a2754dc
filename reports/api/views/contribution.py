from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from channels.models import Company, Store
from reconciliation.models import LedgerEntry
from reports.api.filters.contribution import ContributionFilter
from reports.api.pagination import refuse
from reports.api.parameters import check_parameters, understood
from reports.api.serializers.contribution import ContributionAnswerSerializer
from reports.api.streaming import Export, in_batches
from reports.api.views.resource import FORMAT, Reading, export_as_of, export_filters, export_format
from reports.exports import CONTRIBUTION_TEXT, contribution_columns, contribution_record
from reports.queries import Question, contribution

EXAMPLE = {
    "meta": {
        "export": "contribution", "tiers": "cm_v1", "as_of": "2026-02-06T03:00:00+00:00",
        "filters": "by=channel&since=2026-01-01&until=2026-02-01",
    },
    "results": [
        {
            "channel": "amazon", "period": "2026-01-01", "currency": "USD", "net_revenue": "8120.00",
            "cm1": "5010.40", "cm2": "2230.15", "cm3a": "1610.15", "cm3b": "1610.15", "units": 412, "orders": 391,
            "cost_coverage": "0.9950", "fx_coverage": "1.0000", "mapping_coverage": "1.0000",
            "settled_share": "0.8712",
        }
    ],
}  # fmt: skip


class ContributionView(Reading, GenericViewSet):
    """Net revenue and margins of channels, stores or products, by period: one row for each of them and currency."""

    queryset = LedgerEntry.objects.none()
    serializer_class = ContributionAnswerSerializer
    filterset_class = ContributionFilter
    pagination_class = None

    @extend_schema(
        parameters=[FORMAT],
        responses={
            (200, "application/json"): ContributionAnswerSerializer(many=False),
            (200, "text/csv"): OpenApiTypes.STR,
        },
        examples=[OpenApiExample("January", value=EXAMPLE, response_only=True, media_type="application/json")],
    )
    def list(self, request: Request) -> Any:
        check_parameters(request.query_params, {*ContributionFilter.base_filters, "format"})
        form, question = export_format(request), asked(request)
        records = [contribution_record(line, question.by) for line in contribution(question)]
        columns = contribution_columns(question.by)
        export = Export("contribution", export_filters(request), export_as_of(request), columns, CONTRIBUTION_TEXT)
        if form:
            return export.response(form, in_batches(records))
        return Response({"meta": export.meta(), "results": records})


def asked(request: Request) -> Question:
    """The question that the parameters ask; ValidationError names the parameter that does not fit."""
    given = understood(ContributionFilter(request.query_params, queryset=LedgerEntry.objects.none()))
    stores, channels = given.pop("store", []), given.pop("channel", [])
    company = int(given["company"]) if "company" in given else None
    if company is None and given.get("by") != "company" and Company.objects.count() > 1:
        raise refuse("company", _("There are several companies: choose one, or ask by=company."))
    given["company"] = company
    if stores or channels:
        given["stores"] = _stores(company, stores, channels)
    return Question(**given)


def _stores(company: int | None, ids: list[Any], channels: list[str]) -> tuple[int, ...]:
    """The stores that are meant. None at all is an error: an empty choice would mean every store."""
    stores = Store.objects.all() if company is None else Store.objects.filter(company=company)
    if ids:
        stores = stores.filter(pk__in=ids)
    if channels:
        stores = stores.filter(channel__in=channels)
    found = tuple(stores.order_by("pk").values_list("pk", flat=True))
    if not found:
        raise refuse("store" if ids else "channel", _("There is no such store."))
    return found
