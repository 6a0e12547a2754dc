from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from channels.models import Company
from reports.analysis.kpi.figure import record
from reports.analysis.kpi.flag import Flag
from reports.analysis.kpi.goals import Role
from reports.api.filters.kpis import KpiFilter
from reports.api.pagination import refuse
from reports.api.parameters import check_parameters, understood
from reports.api.serializers.kpis import KpiAnswerSerializer
from reports.api.views.resource import Reading
from reports.kpis import chinese, role_page
from reports.models import Report

EXAMPLE = {
    "meta": {
        "company": 1, "role": "operator", "goals": ["profit"], "currency": "USD", "until": "2026-11-16", "flags": [],
    },
    "results": [{
        "kpi": "cpa", "value": 7.42, "low": 6.9, "high": 7.95, "denominator": 5124.0, "maturity": 1.0,
        "unit": "USD/order", "trend_4w": 0.02, "trend_13w": -0.05, "trend_26w": -0.08, "trend_52w": None, "flags": [],
        "text_en": "Spend by order.", "text_zh": "花费与订单数之比。",
    }],
}  # fmt: skip


class KpiView(Reading, GenericViewSet):
    """The figures by which a role steers, seven at most, with interval, denominator, maturity, trend and checks."""

    queryset = Report.objects.none()
    serializer_class = KpiAnswerSerializer
    filterset_class = KpiFilter
    pagination_class = None

    @extend_schema(
        responses=KpiAnswerSerializer(many=False),
        examples=[OpenApiExample("Operator", value=EXAMPLE, response_only=True)],
    )
    def list(self, request: Request) -> Any:
        check_parameters(request.query_params, set(KpiFilter.base_filters))
        given = understood(KpiFilter(request.query_params, queryset=Report.objects.none()))
        page = role_page(company := _company(given.get("company")), Role(given.get("role", Role.OWNER)))
        meta = {
            "company": company.pk, "role": page.role, "goals": page.goals, "currency": page.currency,
            "until": page.through, "flags": [_flag(one) for one in page.flags],
        }  # fmt: skip
        return Response({"meta": meta, "results": [record(one.kpi, chinese) for one in page.figures]})


def _flag(one: Flag) -> dict[str, Any]:
    sentences = {"wrong": one.wrong, "why": one.why, "instead": one.instead}
    said = {f"{name}_en": str(of) for name, of in sentences.items()}
    said |= {f"{name}_zh": chinese(of) for name, of in sentences.items()}
    return {"rule": one.rule, "fired": one.fired, **said, "figures": dict(one.figures)}


def _company(number: Any) -> Company:
    found = Company.objects.order_by("pk") if number is None else Company.objects.filter(pk=int(number))
    if number is None and found.count() > 1:
        raise refuse("company", _("There are several companies: choose one."))
    company = found.first()
    if company is None:
        raise refuse("company", _("There is no such company."))
    return company
