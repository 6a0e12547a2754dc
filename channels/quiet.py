"""Error pages without secrets: what is in variables, in forms and in addresses stays out of them, DEBUG or not.

Django's own filter shows all local variables as soon as DEBUG is on: credentials, whole answers, buyers.
"""

import re
from collections.abc import ItemsView
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class QuietFilter(SafeExceptionReporterFilter):
    """Files, lines and messages are shown, no values."""

    # DATABASE_URL has its password in the middle, and our key lists have names of their own.
    hidden_settings = re.compile(
        "API|AUTH|TOKEN|KEY|SECRET|PASS|SIGNATURE|HTTP_COOKIE|URL|CREDENTIAL|VAULT|HMAC", flags=re.IGNORECASE
    )

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return dict.fromkeys(request.POST, self.cleansed_substitute) if request else {}

    def get_traceback_frame_variables(self, request: HttpRequest, tb_frame: Any) -> ItemsView[str, Any]:
        return {}.items()
