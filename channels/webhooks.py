"""Pushes of Shopify and Shopee: signature checked on the raw body, kept sealed, answered at once.

https://shopify.dev/docs/apps/build/webhooks/subscribe/https and Shopee's guide "Push Mechanism" (2023-01-16).
"""

import base64
import hashlib
import hmac
import json
import logging
import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from channels.clocks import clock
from channels.core.transport import Credentials
from channels.deliveries import PRIVACY, Message, take_in
from channels.models import Delivery, Store

logger = logging.getLogger(__name__)

LIMIT = 2_000_000  # bytes of a message
UNSIGNED_LIMIT = 64_000  # of one that nobody signed and that is let in all the same; Shopee's have under one thousand
UNSIGNED_MOST = 500  # of those that a store keeps in an hour: anyone can send them
SHPK = "shpk"  # stands before a key as Shopee's console shows it; some apps sign without it

UNINSTALLED = "Shopify says that the app was uninstalled from this shop: install it again and enter its new token"
DEAUTHORISED = "Shopee says that the shop withdrew its authorisation: authorise the app again and enter the new tokens"

# What a topic of Shopify's, or the part before its slash, tells us to read again.
SHOPIFY: dict[str, tuple[str, ...]] = {
    "orders": ("shopify.orders",),
    "refunds": ("shopify.orders",),
    "fulfillments": ("shopify.orders",),
    "order_transactions": ("shopify.orders",),
    "tender_transactions": ("shopify.orders",),
    "disputes": ("shopify.balance",),
}
# https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance; customers/merge joins two customers of a shop.
SHOPIFY_PRIVACY = frozenset({"customers/data_request", "customers/redact", "shop/redact", "customers/merge"})
# Shopee's codes: 3 order status, 4 tracking number.
SHOPEE: dict[int, tuple[str, ...]] = {3: ("shopee.orders",), 4: ("shopee.orders",)}
SHOPEE_DEAUTHORISED = 2


@csrf_exempt
@require_POST
def shopify(request: HttpRequest, store_id: int) -> HttpResponse:
    """One subscription of one shop. 401 for a signature that is not its app's, and nothing is kept then."""
    store = Store.objects.filter(pk=store_id, channel="shopify").first()
    body = _body(request, LIMIT)
    if body is None:
        return HttpResponse(status=413)
    given = request.headers.get("X-Shopify-Hmac-Sha256", "")
    if store is None or not signed_by_shopify(body, given, store.credentials or {}):
        return HttpResponse(status=401)
    topic = request.headers.get("X-Shopify-Topic", "")
    key = request.headers.get("X-Shopify-Webhook-Id") or f"{topic} {hashlib.sha256(body).hexdigest()}"
    take_in(store, shopify_message(key, topic, body))
    return HttpResponse(status=200)


def signed_by_shopify(body: bytes, given: str, credentials: Credentials) -> bool:
    """For an hour after a rotation the old secret may still sign, so there are two."""
    secrets = [credentials.get(name, "") for name in ("client_secret", "client_secret_old")]
    expected = [base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode() for secret in secrets if secret]
    return _among(given, expected)


def shopify_message(key: str, topic: str, body: bytes) -> Message:
    if topic in SHOPIFY_PRIVACY:
        return Message(key, topic, body, outcome=PRIVACY, waits=True)
    if topic == "app/uninstalled":
        return Message(key, topic, body, stops=UNINSTALLED)
    return Message(key, topic, body, resources=SHOPIFY.get(topic.partition("/")[0], ()))


@csrf_exempt
@require_POST
def shopee(request: HttpRequest, store_id: int | None = None) -> HttpResponse:
    """Pushes of one shop, or of all shops of a partner at one address. Shopee wants 2xx with an empty body.

    A message that no key of the store signed is let in and marked as long as the store's push mode is "log", some
    hundred an hour; in the mode "enforce" it is 401 and nothing is kept. One of a shop that is not here is passed over:
    an error would count against the whole application, which Shopee stops pushing to below 30 % success.
    """
    body = _body(request, LIMIT)
    if body is None:
        return HttpResponse(status=413)
    document = _document(body)
    if document is None:
        return HttpResponse(status=400)
    store = _shopee_store(store_id, document)
    if store is None:
        return HttpResponse(status=200 if store_id is None else 401)
    credentials = store.credentials or {}
    urls = [url for url in (credentials.get("push_url"), request.build_absolute_uri(request.path)) if url]
    verified = signed_by_shopee(body, request.headers.get("Authorization", ""), urls, credentials)
    if not verified:
        if push_mode(store) == "enforce":
            return HttpResponse(status=401)
        if len(body) > UNSIGNED_LIMIT:
            return HttpResponse(status=413)
        logger.warning("a push to store %s has no signature of its keys", store.pk)
        if unsigned_lately(store) >= UNSIGNED_MOST:
            return HttpResponse(status=200)
    take_in(store, shopee_message(document, body, verified=verified))
    return HttpResponse(status=200)


def push_mode(store: Store) -> str:
    said = store.pull_options.get("push_mode") or (store.credentials or {}).get("push_mode")
    return "enforce" if said == "enforce" else "log"


def unsigned_lately(store: Store) -> int:
    since = clock().now() - timedelta(hours=1)
    return Delivery.objects.filter(store=store, verified=False, received_at__gt=since).count()


def signed_by_shopee(body: bytes, given: str, urls: Iterable[str], credentials: Credentials) -> bool:
    """Hex HMAC over ``url|body`` as the guide says, or over the body alone, as one receiver in production has it.

    The key is the partner key or one of ``push_keys``, with its ``shpk`` or without.
    """
    named = [credentials.get("partner_key", ""), *re.split(r"[,\s]+", credentials.get("push_keys", ""))]
    keys = {key for name in named if name for key in (name, name.removeprefix(SHPK)) if key}
    texts = [*(url.encode() + b"|" + body for url in urls), body]
    expected = [hmac.digest(key.encode(), text, "sha256").hex() for key in sorted(keys) for text in texts]
    return _among(given.lower(), expected)


def shopee_message(document: dict[str, Any], body: bytes, *, verified: bool) -> Message:
    data = document.get("data")
    data = data if isinstance(data, dict) else {}
    code = document.get("code")
    when = data.get("update_time") or document.get("timestamp")
    told = [str(one) for one in (code, data.get("ordersn"), data.get("status"), when) if one not in (None, "")]
    key = str(document.get("msg_id") or "") or ("|".join(told) if len(told) > 1 else hashlib.sha256(body).hexdigest())
    topic = str(code) if code is not None else ""
    if code == SHOPEE_DEAUTHORISED:
        return Message(key, topic, body, verified, stops=DEAUTHORISED)
    resources = SHOPEE.get(code, ()) if isinstance(code, int) else ()
    return Message(key, topic, body, verified, resources)


def _shopee_store(store_id: int | None, document: dict[str, Any]) -> Store | None:
    if store_id is not None:
        return Store.objects.filter(pk=store_id, channel="shopee").first()
    shop = str(document.get("shop_id") or "")
    stores = Store.objects.filter(channel="shopee").exclude(credentials__isnull=True).order_by("pk")
    return next((store for store in stores if shop and str(store.credentials.get("shop_id", "")) == shop), None)


def _document(body: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _body(request: HttpRequest, limit: int) -> bytes | None:
    """The raw body; None where it is too large. Nothing of a large one is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return request.body if length.isdecimal() and int(length) <= limit else None


def _among(given: str, expected: list[str]) -> bool:
    """Whether it is one of them, in a time that says nothing of how near it comes; each is looked at."""
    return any([hmac.compare_digest(given.encode(), one.encode()) for one in expected])  # noqa: C419 - no early end
