"""What tests of pulls' pages share: windows of the depot at a fixed time, readers of pages."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.test import Client

from channels.models import Store, SyncWindow

START = datetime(2026, 9, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LIST, PULLS = "admin:channels_syncwindow_changelist", "admin:pulls"


def window_of(store: Store, day: int = 0, **fields: Any) -> SyncWindow:
    at = START + day * DAY
    values = {"resource": "depot.orders", "route": "pages", "starts_at": at, "ends_at": at + DAY, **fields}
    if values.get("state") == "green":
        values.setdefault("closed_at", NOW - DAY)
    return SyncWindow.objects.create(store=store, **values)


def bob(*permissions: str) -> Client:
    user = User.objects.create_user("bob", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def text_of(html: bytes) -> str:
    """The words of the main part of a page."""
    body = html.decode().split('id="main"', 1)[-1]
    body = re.sub(r"<script.*?</script>|<style.*?</style>", " ", body, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).replace("&#x27;", "'").split())


def said_to(reply: Any) -> list[str]:
    return [str(one) for one in get_messages(reply.wsgi_request)]
