"""Leads come in as JSON: a page of their own like any file, whole or not at all."""

import io
from datetime import UTC, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from channels.core.errors import Refused
from channels.core.reading import parse_json
from channels.load import load
from channels.models import RawPage, Store
from channels.receive import Received, receive
from channels.refusals import in_words
from reports.api.access import Answer, MayAdd
from reports.api.parameters import check_parameters
from reports.api.serializers.leads import MOST, LeadSerializer, TakenSerializer
from reports.api.serializers.pages import ErrorSerializer
from reports.api.views.pages import NotTaken, WholeBody, asked_store, copy_body

LIMIT = 4_000_000  # bytes of a body: a thousand leads with all their fields are far below
_SHOWN = 20  # problems
EXAMPLE = [
    {
        "lead": "L-1001", "created_at": "2026-06-02T09:14:00+02:00", "source": "google", "medium": "cpc",
        "campaign": "spring-brass", "stage": "won", "qualified_at": "2026-06-03", "won_at": "2026-07-01",
        "value": "4200.00", "currency": "EUR", "order": "1001", "consent": "yes", "email": "ada.testa@example.org",
        "gclid": "Cj0KCQjw_made-up_1",
    }
]  # fmt: skip


class LeadView(Answer):
    """Takes one lead or a list of them."""

    queryset = RawPage.objects.none()
    permission_classes = [MayAdd]
    parser_classes = [WholeBody]
    throttle_scope = "uploads"

    @extend_schema(
        description=(
            "One lead as a JSON object, or a list of at most 1,000; all of them are taken or none. A lead that comes "
            "again is brought up to date: send it whole each time. The same body again is 200 and changes nothing. "
            "Personal fields go into the encrypted vault and stand nowhere else. 400 names each field that makes no "
            "sense, as `3.created_at` for that of the third lead."
        ),
        parameters=[OpenApiParameter("store", str, required=True, description="Name or id of the leads' store.")],
        request={"application/json": LeadSerializer(many=True)},
        responses={201: TakenSerializer, 200: TakenSerializer, 400: ErrorSerializer, 413: ErrorSerializer},
        examples=[
            OpenApiExample("leads", value=EXAMPLE, request_only=True),
            OpenApiExample(
                "taken", value={"page": 31, "leads": 1, "known": False}, response_only=True, status_codes=["201"]
            ),
        ],
    )
    def post(self, request: Request) -> Response:
        check_parameters(request.query_params, ("store",))
        store, now = asked_store(request), datetime.now(UTC)
        with io.BytesIO() as body:
            copy_body(request, body, LIMIT)
            leads = _checked(body.getvalue(), store, now)
            try:
                received = _take(store, body, now)
            except Refused as refused:
                raise NotTaken(in_words(str(refused))) from refused
        answer = {"page": received.page.pk, "leads": leads, "known": received.known}
        return Response(answer, status=200 if received.known else 201)


def _checked(body: bytes, store: Store, now: datetime) -> int:
    """How many leads there are, where each field of each makes sense. What a field holds is never told."""
    try:
        sent = parse_json(body.decode())
    except (UnicodeDecodeError, Refused):
        raise ValidationError(_("The body is no JSON in UTF-8."), "malformed") from None
    leads = sent if isinstance(sent, list) else [sent]
    if not 1 <= len(leads) <= MOST:
        told = _("Send 1 to %(most)s leads at once.") % {"most": f"{MOST:,}"}
        raise ValidationError(told, "max_length" if leads else "empty")
    fields = LeadSerializer(context={"zone": ZoneInfo(store.timezone), "now": now})
    problems: dict[str, Any] = {}
    for number, lead in enumerate(leads, 1):
        at = f"{number}." if isinstance(sent, list) else ""
        problems |= {f"{at}{name}": said for name, said in _problems(lead, fields).items()}
        if len(problems) >= _SHOWN:
            break
    if problems:
        raise ValidationError(dict(list(problems.items())[:_SHOWN]))
    return len(leads)


def _problems(lead: Any, fields: LeadSerializer) -> dict[str, Any]:
    if not isinstance(lead, dict):
        return {"lead": [ErrorDetail(_("A lead is a JSON object."), "invalid")]}
    found: dict[str, Any] = {}
    try:
        fields.run_validation(lead)
    except ValidationError as error:
        found = dict(cast(dict[str, Any], error.detail))
    if unknown := sorted(lead.keys() - fields.fields.keys()):
        # Its name is told only where it looks like one: it may hold anything.
        named = unknown[0] if unknown[0].isidentifier() and len(unknown[0]) <= 40 else "?"
        found[named] = [ErrorDetail(_("There is no such field."), "unknown_field")]
    return found


@transaction.atomic
def _take(store: Store, body: io.BytesIO, now: datetime) -> Received:
    """The page of the leads, loaded. Raises Refused where one of them cannot be kept, and keeps none then."""
    received = receive(store.company, store, body, "leads.json", now, media_type="application/json")
    if received.page.state == RawPage.State.PENDING:
        tally = load(received.page)
        if tally.problems:
            raise Refused(f"record {tally.problems[0].place}: {tally.problems[0].reason}")
    return received
