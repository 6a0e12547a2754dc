from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from reports.analysis.stored import unpaired
from reports.api.filters.analyses import AnalysisFilter
from reports.api.parameters import check_parameters, understood
from reports.api.serializers.analyses import AnalysisSerializer
from reports.api.views.resource import Reading
from reports.kpis import chinese
from reports.models import Report
from reports.steering import KINDS

_SAID = "_said"
EXAMPLE = {
    "company": 1, "kind": "brand", "through": "2026-11-16", "inputs": "9f2c…", "method": "search terms by the lexicon",
    "built_at": "2026-11-16T03:00:00Z", "answers": [],
    "body": {"figures": {"non_brand_share": {"value": 0.62, "low": 0.58, "text_en": "…", "text_zh": "…"}}},
}  # fmt: skip


class AnalysisView(Reading, GenericViewSet):
    """What role pages rest on: attribution, brand, customers, leads, campaigns, growth, as they were last built.

    ``body`` differs by kind. Its sentences are in English and Chinese: ``…_en`` and ``…_zh``.
    """

    queryset = Report.objects.none()
    serializer_class = AnalysisSerializer
    filterset_class = AnalysisFilter
    pagination_class = None

    @extend_schema(
        responses=AnalysisSerializer(many=True),
        examples=[OpenApiExample("one row", value=EXAMPLE, response_only=True)],
    )
    def list(self, request: Request) -> Any:
        check_parameters(request.query_params, set(AnalysisFilter.base_filters))
        found = Report.objects.filter(kind__in=KINDS).defer("data").order_by("company", "kind")
        understood(filters := AnalysisFilter(request.query_params, queryset=found))
        return Response([record(one) for one in filters.qs])


def record(report: Report) -> dict[str, Any]:
    return {
        "company": report.company_id, "kind": report.kind, "through": report.through, "inputs": report.inputs,
        "method": report.method, "built_at": report.built_at,
        "answers": [spoken(one) for one in report.answers], "body": spoken(report.body),
    }  # fmt: skip


def spoken(value: Any) -> Any:
    """Sentences that are kept as template and values, in both languages."""
    if isinstance(value, list):
        return [spoken(one) for one in value]
    if not isinstance(value, Mapping):
        return value
    found: dict[str, Any] = {}
    for name, one in value.items():
        if not name.endswith(_SAID):
            found[name] = spoken(one)
            continue
        found[f"{name.removesuffix(_SAID)}_en"] = _each(one, str)
        found[f"{name.removesuffix(_SAID)}_zh"] = _each(one, chinese)
    return found


def _each(kept: Any, say: Any) -> Any:
    """One sentence, or a list of them."""
    if not kept:
        return None if kept is None else []
    return say(unpaired(kept)) if isinstance(kept[0], str) else [say(unpaired(one)) for one in kept]
