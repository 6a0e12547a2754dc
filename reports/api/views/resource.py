"""A list with filters: as pages, or whole as a stream."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from reports.api.access import Answer, MayView
from reports.api.pagination import KeysetPagination, ordered, ordering_of, refuse
from reports.api.parameters import check_parameters
from reports.api.streaming import Export, snapshot

FORMATS = ("csv", "json")
Columns = tuple[list[str], set[str]]  # all of them, and those that hold words and ids
Batches = Iterator[list[Any]]
FORMAT = OpenApiParameter(
    "format", str, enum=FORMATS, description="Everything that the filters leave, streamed, instead of a page."
)

ID = OpenApiParameter("id", int, OpenApiParameter.PATH, description="Our own id of it, from the list.")


def export_format(request: Request) -> str | None:
    form = request.query_params.get("format")
    if form not in (None, *FORMATS):
        raise refuse("format", _("Choose one of: %(names)s.") % {"names": ", ".join(FORMATS)})
    return form


def export_filters(request: Request) -> str:
    """The question as it was asked, percent-encoded, without what only says how to answer."""
    query = request.query_params.copy()
    for name in ("format", "cursor", "page_size"):
        query.pop(name, None)
    return query.urlencode()


def export_as_of(request: Request) -> str:
    return str(request.query_params.get("as_of") or timezone.now().isoformat(timespec="seconds"))


class Reading(Answer):
    """Something to read; an export counts against another, smaller allowance."""

    permission_classes = [MayView]

    def get_throttles(self) -> list[Any]:
        self.throttle_scope = "exports" if "format" in self.request.query_params else "reads"
        return super().get_throttles()


class Resource(Reading, ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """A resource says its queryset, serializer, filters and orderings; the first ordering is the default."""

    pagination_class = KeysetPagination
    ordering_fields: Sequence[str] = ("id",)
    sums: Sequence[tuple[str, str]] = ()  # (column, its currency column) that an export adds up
    lookup_value_regex = "[0-9]{1,18}"

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        check_parameters(request.query_params, self.parameters())
        queryset = self.filter_queryset(self.get_queryset())
        form = export_format(request)
        if form:
            return self.export(form, ordered(queryset, ordering_of(request, self)))
        page = self.paginate_queryset(queryset)
        assert page is not None  # noqa: S101 - there is a pagination class
        return self.get_paginated_response(self.records(page))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        check_parameters(request.query_params, ())
        return Response(self.records([self.get_object()])[0])

    def parameters(self) -> set[str]:
        filterset: Any = self.filterset_class  # type: ignore[attr-defined]
        return {*filterset.base_filters, *KeysetPagination.parameters, "format"}

    def records(self, rows: Sequence[Any]) -> Sequence[Any]:
        """The rows as they are answered, in pages and streams alike."""
        records: Sequence[Any] = self.get_serializer(rows, many=True).data
        return records

    def flat(self, records: Sequence[Any]) -> Sequence[Mapping[str, Any]]:
        """The records as lines of a CSV file."""
        return records

    def columns(self) -> Columns:
        """The columns of the CSV file."""
        serializer: Any = self.get_serializer()
        fields = serializer.fields
        return list(fields), {name for name, field in fields.items() if _is_text(field)}

    def export(self, form: str, queryset: QuerySet) -> StreamingHttpResponse:
        request = self.request
        columns, text = self.columns()
        export = Export(
            self.basename, export_filters(request), export_as_of(request), columns, frozenset(text), self.sums
        )
        return export.response(form, self._batches(form, queryset))

    def _batches(self, form: str, queryset: QuerySet) -> Batches:
        for rows in snapshot(queryset):
            records = self.records(rows)
            yield list(self.flat(records) if form == "csv" else records)


def _is_text(field: serializers.Field) -> bool:
    return isinstance(field, (serializers.CharField, serializers.ChoiceField, serializers.SerializerMethodField))


def listing(serializer: type[serializers.BaseSerializer], example: Mapping[str, Any]) -> Any:
    """How a list is described: its pages, its streams, and one row as an example."""
    row = OpenApiExample("one row", value=dict(example), response_only=True, media_type="application/json")
    responses = {(200, "application/json"): serializer(many=True), (200, "text/csv"): OpenApiTypes.STR}
    return extend_schema_view(
        list=extend_schema(parameters=[FORMAT], responses=responses, examples=[row]),
        retrieve=extend_schema(parameters=[ID]),
    )
