"""Pages by key: a page starts behind the last row of the page before, so rows that arrive meanwhile move nothing.

DRF's CursorPagination knows one column and counts ties from there, at most 1000; a day of a ledger has more.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError as Invalid
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from reports.api.parameters import LARGEST

PAGE, LARGEST_PAGE = 100, 1000


def refuse(parameter: str, text: str) -> ValidationError:
    return ValidationError({parameter: [ErrorDetail(text, "invalid")]})


def ordering_of(request: Request, view: Any) -> str:
    """The asked or the view's first ordering, such as ``-posted_on``."""
    ordering = str(request.query_params.get("ordering", view.ordering_fields[0]))
    if ordering not in view.ordering_fields:
        raise refuse("ordering", _("Choose one of: %(names)s.") % {"names": ", ".join(view.ordering_fields)})
    return ordering


def ordered(queryset: QuerySet, ordering: str) -> QuerySet:
    """Rows by the column and then by id, undated ones as PostgreSQL has them: above every date."""
    field, down = ordering.removeprefix("-"), ordering.startswith("-")
    keys = [field] if field == "id" else [field, "id"]
    return queryset.order_by(*(OrderBy(F(key), descending=down) for key in keys))


def behind(queryset: QuerySet, ordering: str, value: Any, pk: int) -> QuerySet:
    """The rows that come after (value, pk) in that ordering."""
    field, down = ordering.removeprefix("-"), ordering.startswith("-")
    step = "lt" if down else "gt"
    tie = Q(**{f"id__{step}": pk})
    if field == "id":
        return queryset.filter(tie)
    if value is None:
        undated = Q(**{f"{field}__isnull": True})
        return queryset.filter((undated & tie) | ~undated if down else undated & tie)
    later = Q(**{f"{field}__{step}": value}) | (Q(**{field: value}) & tie)
    if down:
        return queryset.filter(later, **{f"{field}__lte": value})  # the plain bound is what an index can use
    return queryset.filter(later | Q(**{f"{field}__isnull": True}))


class KeysetPagination(BasePagination):
    """``{"next": URL or null, "results": [...]}``; the view's ``ordering_fields`` say what may be ordered by."""

    parameters = ("cursor", "page_size", "ordering")
    request: Request
    next: str | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        ordering, size = ordering_of(request, view), self._page_size(request)
        if "cursor" in request.query_params:
            queryset = behind(queryset, ordering, *self._position(queryset.model, ordering))
        rows = list(ordered(queryset, ordering)[: size + 1])
        if len(rows) > size:
            last = rows[size - 1]
            self.next = _cursor(ordering, getattr(last, ordering.removeprefix("-")), last.pk)
        return rows[:size]

    def _page_size(self, request: Request) -> int:
        text = str(request.query_params.get("page_size", PAGE))
        if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= LARGEST_PAGE):
            message = _("Write a number from 1 to %(most)s; format=csv and format=json give everything in one stream.")
            raise refuse("page_size", message % {"most": LARGEST_PAGE})
        return int(text)

    def _position(self, model: type[Model], ordering: str) -> tuple[Any, int]:
        try:
            made_for, value, pk = json.loads(urlsafe_b64decode(self.request.query_params["cursor"]))
            if made_for != ordering or type(pk) is not int or not 0 <= pk <= LARGEST:
                raise ValueError(made_for)
            return model._meta.get_field(ordering.removeprefix("-")).to_python(value), pk  # type: ignore[union-attr]
        except (ValueError, TypeError, Invalid) as error:
            text = _("Not a cursor of this list and ordering; take the address from next as it stands.")
            raise refuse("cursor", text) from error

    def get_paginated_response(self, data: Any) -> Response:
        url = self.request.build_absolute_uri()
        following = replace_query_param(url, "cursor", self.next) if self.next else None
        return Response({"next": following, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        following = {
            "type": "string",
            "format": "uri",
            "nullable": True,
            "description": "The next page, or null.",
            "example": "https://plumbline.example/api/v1/…/?cursor=WyItaWQiLCA0NzExXQ==",
        }
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {"next": following, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            _parameter("cursor", {"type": "string"}, "Where the page starts: taken from next, never written by hand."),
            _parameter(
                "page_size",
                {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE},
                "Rows on a page.",
            ),
            _parameter(
                "ordering",
                {"type": "string", "enum": list(view.ordering_fields), "default": view.ordering_fields[0]},
                "Ties are ordered by id. Rows without the date come above every date.",
            ),
        ]


def _cursor(ordering: str, value: Any, pk: int) -> str:
    text = value.isoformat() if isinstance(value, date) else value
    return urlsafe_b64encode(json.dumps([ordering, text, pk]).encode()).decode()


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}
