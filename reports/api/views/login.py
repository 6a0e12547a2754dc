from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from knox.views import LoginView as KnoxLogin
from knox.views import LogoutAllView as KnoxLogoutAll
from knox.views import LogoutView as KnoxLogout
from rest_framework.authtoken.serializers import AuthTokenSerializer
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from reports.api.access import Answer
from reports.api.serializers.login import TokenSerializer

TOKEN = {"token": "plumb_0123456789…", "expiry": "2026-05-01T08:00:00Z"}


class LoginView(Answer, KnoxLogin):
    """A token for a name and a password. It is stored as a hash and ends by itself."""

    authentication_classes = ()
    permission_classes = [AllowAny]
    throttle_scope = "login"

    @extend_schema(
        request=AuthTokenSerializer,
        responses=TokenSerializer,
        auth=[],
        examples=[OpenApiExample("a token", value=TOKEN, response_only=True)],
    )
    def post(self, request: Request, format: str | None = None) -> Response:  # noqa: A002 - knox's name
        serializer = AuthTokenSerializer(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        request.user = serializer.validated_data["user"]
        response: Response = super().post(request, format)
        return response


class LogoutView(Answer, KnoxLogout):
    """Ends the token that the request comes with."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, format: Any = None) -> Response:  # noqa: A002 - knox's name
        response: Response = super().post(request, format)
        return response


class LogoutAllView(Answer, KnoxLogoutAll):
    """Ends all tokens of the user."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, format: Any = None) -> Response:  # noqa: A002 - knox's name
        response: Response = super().post(request, format)
        return response
