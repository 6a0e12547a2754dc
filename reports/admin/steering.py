"""Pages of what roles steer by: each shows the newest report of its kind, for one company."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from channels.models import Company
from reports.admin.decisions import CompanyForm, company_asked
from reports.models import Report

Shown = Callable[[HttpRequest, Report], dict[str, Any]]


def steering_view(kind: str, title: Any, template: str, shown: Shown) -> Callable[[HttpRequest], HttpResponse]:
    """A page of one kind of report; ``shown`` gives what its template needs beside ``report`` and ``company``.

    ``report`` is None where nothing of the kind was built: the template says why, and what brings it.
    """

    def view(request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm("reports.view_report"):
            raise PermissionDenied
        company = company_asked(request)
        report = Report.objects.filter(company=company, kind=kind).order_by("-built_at").first() if company else None
        context = {
            **admin.site.each_context(request), "title": title, "company": company, "report": report,
            "form": CompanyForm(initial={"company": company}), "many_companies": Company.objects.count() > 1,
            "built": Report.objects.filter(company=company, kind=Report.Kind.FIGURES).exists() if company else False,
            **(shown(request, report) if report else {}),
        }  # fmt: skip
        return TemplateResponse(request, template, context)

    view.__name__ = f"{kind}_view"
    return view
