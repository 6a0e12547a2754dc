"""Who may read, and how often."""

from collections.abc import Callable
from typing import Any

from django.utils.cache import patch_cache_control
from rest_framework.negotiation import BaseContentNegotiation, DefaultContentNegotiation
from rest_framework.permissions import DjangoModelPermissions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from reports.api.errors import answer


class MayView(DjangoModelPermissions):
    """Reading needs the view permission of the model that the answer is made of."""

    perms_map = {"GET": ["%(app_label)s.view_%(model_name)s"], "HEAD": ["%(app_label)s.view_%(model_name)s"]}


class MayAdd(DjangoModelPermissions):
    """Sending something needs the permission to add what the answer is made of."""

    perms_map = {"POST": ["%(app_label)s.add_%(model_name)s"]}


class Throttle(ScopedRateThrottle):
    """Requests per user, of anonymous ones per address; counted in Django's cache, so by default in each process."""

    THROTTLE_RATES = {"reads": "600/min", "exports": "30/hour", "login": "10/min", "uploads": "60/min"}

    def get_ident(self, request: Request) -> str:
        """The address of the connection: anyone can write X-Forwarded-For, the server takes it from a trusted proxy."""
        return str(request.META.get("REMOTE_ADDR", ""))


class AlwaysJson(BaseContentNegotiation):
    """An answer is JSON whatever is accepted, errors of a CSV export too; ``format`` is the export's own parameter."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return DefaultContentNegotiation().select_parser(request, parsers)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class Answer(APIView):
    """What all answers have in common: JSON, errors with codes, a throttle, and nobody in between keeps a copy."""

    renderer_classes = [JSONRenderer]
    content_negotiation_class = AlwaysJson
    throttle_classes = [Throttle]
    throttle_scope = "reads"

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        return answer

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        return response
