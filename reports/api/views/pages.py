"""Files come in over the API, as they do through the admin and the import command."""

from datetime import UTC, date, datetime
from pathlib import PurePath
from typing import Any, BinaryIO, cast

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import APIException, ErrorDetail, UnsupportedMediaType, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from channels.core.errors import Refused
from channels.load import load
from channels.models import RawPage, Store
from channels.receive import Received, receive
from channels.refusals import in_words
from channels.unpacking import spooled, unpack
from reports.api.access import Answer, MayAdd
from reports.api.parameters import check_parameters
from reports.api.serializers.pages import ErrorSerializer, PageSerializer

LIMIT = 64_000_000  # bytes of a body; larger files go through the import command
PARAMETERS = ("store", "name", "starts_on", "ends_on")
EXAMPLE = {
    "page": 31, "state": "loaded", "resource": "google.ads", "rows": {"advertising rows": 62}, "unreadable": 0,
    "statements": [], "conflict": "",
}  # fmt: skip


class WholeBody(BaseParser):
    """The body is the file, whatever it is called: nothing of it is parsed here."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        return {}


class NotTaken(APIException):
    """A file that cannot be taken, with the reason."""

    status_code = 422
    default_code = "refused"


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"


class PageView(Answer):
    """Takes one file: archives it, knows it by its content, loads it."""

    queryset = RawPage.objects.none()
    permission_classes = [MayAdd]
    parser_classes = [WholeBody]
    throttle_scope = "uploads"

    @extend_schema(
        description=(
            "One file as the raw body, as a channel or network exported it; also packed as .gz, or as .zip with one "
            "file in it. The same file again is 200 and changes nothing. 409: a statement is here already with other "
            "content, and the file waits for a person. 422: it is not taken, and nothing is kept of it."
        ),
        parameters=[
            OpenApiParameter("store", str, required=True, description="Name or id of the store that it belongs to."),
            OpenApiParameter("name", str, required=True, description="What to call the file, such as august.csv."),
            OpenApiParameter("starts_on", date, description="Its first day, for exports that do not say their days."),
            OpenApiParameter("ends_on", date, description="Its last day."),
        ],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={
            201: PageSerializer, 200: PageSerializer, 409: PageSerializer, 413: ErrorSerializer, 422: ErrorSerializer,
        },
        examples=[OpenApiExample("loaded", value=EXAMPLE, response_only=True, status_codes=["201"])],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        check_parameters(request.query_params, PARAMETERS)
        store, said = asked_store(request), _days(request)
        name = PurePath(_required(request, "name")).name
        if (request.content_type or "").startswith("multipart/"):
            raise UnsupportedMediaType("multipart/form-data", detail=_("Send the file itself as the body."))
        with spooled() as body:
            copy_body(request, body, LIMIT)
            try:
                received = _take(store, body, name, said, request.content_type or "")
            except Refused as refused:
                raise NotTaken(in_words(str(refused))) from refused
        return Response(_answer(received.page), status=_status(received))


def _take(store: Store, body: BinaryIO, name: str, said: dict[str, str], media_type: str) -> Received:
    """The page of the one file in the body, loaded. Raises Refused, and keeps nothing then."""
    files = unpack(body, name)
    inner, plain = next(files)
    received = receive(
        store.company, store, plain, PurePath(inner).name, datetime.now(UTC), media_type=media_type[:100], request=said
    )
    try:
        if next(files, None) is not None:
            raise Refused("the archive holds several files; send them one by one")
        if received.page.state == RawPage.State.PENDING:
            load(received.page)
    except Refused:
        if not received.known:
            received.page.delete()
        raise
    return received


def _status(received: Received) -> int:
    if received.page.state == RawPage.State.WAITING:
        return 409
    return 200 if received.known else 201


def _answer(page: RawPage) -> dict[str, Any]:
    return {
        "page": page.pk, "state": page.state, "resource": page.resource, "rows": page.summary.get("rows", {}),
        "unreadable": page.summary.get("unreadable", 0), "statements": page.summary.get("statements", []),
        "conflict": in_words(page.conflict),
    }  # fmt: skip


def copy_body(request: Request, out: BinaryIO, limit: int) -> None:
    """What was sent as it came, of at most so many bytes."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > limit:
        raise TooLarge(_("At most %(most)s bytes; import larger files with the command.") % {"most": f"{limit:,}"})
    stream = cast(BinaryIO | None, request.stream)
    while stream is not None and (chunk := stream.read(1 << 20)):
        out.write(chunk)
    out.seek(0)


def asked_store(request: Request) -> Store:
    """By its name, else by its id."""
    given = _required(request, "store")
    stores = Store.objects.select_related("company")
    found = stores.filter(name=given).first()
    if found is None and given.isdecimal() and len(given) < 19:
        found = stores.filter(pk=int(given)).first()
    if found is None:
        raise ValidationError({"store": [ErrorDetail(_("There is no such store."), "invalid_choice")]})
    return found


def _required(request: Request, name: str) -> str:
    value = request.query_params.get(name, "").strip()
    if not value:
        raise ValidationError({name: [ErrorDetail(_("This parameter is required."), "required")]})
    return value


def _days(request: Request) -> dict[str, str]:
    """The days that were said with the file: both or none, in their order."""
    given = {name: request.query_params[name] for name in ("starts_on", "ends_on") if name in request.query_params}
    for name, text in given.items():
        try:
            given[name] = date.fromisoformat(text).isoformat()
        except ValueError:
            raise ValidationError({name: [ErrorDetail(_("Write a day as YYYY-MM-DD."), "invalid")]}) from None
    if len(given) == 1 or (given and given["ends_on"] < given["starts_on"]):
        raise ValidationError({"ends_on": [ErrorDetail(_("A period needs its first and its last day."), "invalid")]})
    return given
