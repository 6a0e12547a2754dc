"""Every error answers ``{"code", "detail"}``: the code is stable, the detail is in the reader's language."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler


def answer(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: a wrong request also lists its ``problems``, each with its parameter."""
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    response = exception_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return response
    problems = list(_problems(error.get_full_details()))
    if isinstance(error, exceptions.ValidationError):
        code = problems[0]["code"] if len({problem["code"] for problem in problems}) == 1 else "invalid"
        response.data = {"code": code, "detail": _sentence(problems), "problems": problems}
    else:
        response.data = {"code": problems[0]["code"], "detail": problems[0]["detail"]}
    return response


def _problems(details: Any, parameter: str | None = None) -> Iterator[dict[str, str | None]]:
    if isinstance(details, list):
        for detail in details:
            yield from _problems(detail, parameter)
    elif set(details) == {"message", "code"} and isinstance(details["code"], str):
        yield {"parameter": parameter, "code": details["code"], "detail": details["message"]}
    else:
        for name, detail in details.items():
            yield from _problems(detail, None if name == "non_field_errors" else name)


def _sentence(problems: list[dict[str, str | None]]) -> str:
    parts = [f"{item['parameter']}: {item['detail']}" if item["parameter"] else item["detail"] for item in problems]
    return " ".join(part for part in parts if part) or _("The request cannot be understood.")
