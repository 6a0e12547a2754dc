from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from reports.api.filters.estimates import EstimateFilter
from reports.api.serializers.estimates import EstimateSerializer
from reports.api.views.resource import Columns, Resource, listing
from reports.decisions import MEASURED
from reports.models import Report

ANSWER = ("name", "type", "value", "low", "high", "unbounded", "level", "unit", "n", "reason")
_WORDS = {"name", "type", "unit", "reason"}
EXAMPLE = {
    "id": 4, "company": 1, "kind": "cannibalization", "subject": "US amazon→shopify launch 2026-03-23 FL, GA, MI",
    "event": 2, "through": "2026-11-09", "inputs": "9f2c…", "method": "event with control regions", "seed": 1,
    "built_at": "2026-11-16T03:00:00Z",
    "answers": [{
        "name": "kappa", "type": "estimate", "value": 0.31, "low": 0.14, "high": 0.47, "unbounded": False, "level": 0.9,
        "unit": "share", "n": 208, "method": "event with control regions", "assumptions": [], "checks": [],
        "reason": None,
    }],
}  # fmt: skip


@listing(EstimateSerializer, EXAMPLE)
class EstimateView(Resource):
    """What was estimated from the ledger: break-even, share taken, halo, incremental contribution.

    A CSV export has a line for each answer.
    """

    queryset = Report.objects.none()
    serializer_class = EstimateSerializer
    filterset_class = EstimateFilter
    ordering_fields = ("id", "-id", "-built_at", "built_at")

    def get_queryset(self) -> QuerySet[Report]:
        return Report.objects.filter(kind__in=MEASURED).defer("body", "data")

    def columns(self) -> Columns:
        columns, text = super().columns()
        return [*columns[:-1], *ANSWER], {*text, *_WORDS} - {"answers"}

    def flat(self, records: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
        return [
            {**record, **{name: answer[name] for name in ANSWER}} for record in records for answer in record["answers"]
        ]
