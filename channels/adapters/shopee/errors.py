"""What the vendor's error words mean for a pull: wait, try again, or a person must act.

Sources: the error lists of the API reference (crawl of 2026-08-17) and its list of common errors. An error comes with
HTTP 200 as well as with 4xx; its word may carry the name of a service before it (``common.error_auth``).
"""

from datetime import UTC, datetime, timedelta, timezone

from channels.core.errors import Refused, Throttled, Unavailable

HASTE = 5.0  # seconds; the vendor never says how long
_SHOPEE_DAY = timezone(timedelta(hours=8))  # the daily limit of calls starts anew at 00:00 there

STALE_TOKEN = frozenset({"invalid_acceess_token", "invalid_access_token"})  # the first is the vendor's own spelling

_LATER = frozenset({
    "error_server", "error_network", "error_inner", "error_data", "internal_error_server", "error_unknown",
    "income_error_server", "get_item_error_server", "order_error_server", "return_info_error_server",
    "decoded_failed_error", "error_exception",
})  # fmt: skip

_AUTHORISE = "authorise the shop for this app again, and enter its new tokens at the store"
_ADVICE = {
    "error_sign": "check the partner key at the store",
    "error_auth": _AUTHORISE,
    **dict.fromkeys(STALE_TOKEN, _AUTHORISE),
    "shop_no_linked": _AUTHORISE,
    "merchant_no_linked": _AUTHORISE,
    "partner_shop_no_link": _AUTHORISE,
    "shop_access_expired": _AUTHORISE,
    "merchant_access_expired": _AUTHORISE,
    "refresh_token_expired": _AUTHORISE,
    "error_shop_refresh_token": _AUTHORISE,
    "error_merchant_refresh_token": _AUTHORISE,
    "invalid_partner_id": "check the partner id at the store",
    "source_ip_undeclared": "declare the address of this server in the app's IP list in Shopee's console",
    "error_partner_key_expired": "set a new live partner key in Shopee's console, and enter it at the store",
    "error_api_permission": "this type of app may not ask for it: apply for it at Shopee, or switch the resource off",
    "error_ashop_api_permission": "an affiliate (SIP) shop may not ask for it: pull its primary shop instead",
    "error_api_call_restricted": "Shopee has restricted the app; see its console",
    "error_kyc_auth": "complete the seller registration in Seller Centre",
    "partner_frozen": "Shopee has frozen the app's owner; ask Shopee",
    "shop_banned": "Shopee has banned the shop; pulling goes on once it is restored",
}


def bare(error: str) -> str:
    """The word without the service before it."""
    return error.rsplit(".", 1)[-1] if error.startswith("common.") else error


def stale(error: str, message: str) -> bool:
    """Whether the access token is what the vendor minds, so that a renewal may help."""
    return bare(error) in STALE_TOKEN or (bare(error) == "error_auth" and "access_token" in message)


def hasty(error: str) -> str:
    """Which bucket the vendor says is empty: "shop", "app", or "" where it says nothing of haste."""
    if error == "ads.rate_limit.exceed_partner_api":
        return "app"
    return "shop" if bare(error) == "error_rate_limit" or error.startswith("ads.rate_limit.") else ""


def reaction(call: str, error: str, message: str, now: datetime) -> Exception:
    """The exception that an error word is: Throttled, Unavailable, or Refused with what to do about it."""
    word, said = bare(error), f"Shopee answers {call} with {error}: {message or 'no message'}"
    if hasty(error):
        return Throttled(HASTE)
    if word == "error_limit" and "daily" in message.lower():
        return Throttled(_until_tomorrow(now))
    if word in _LATER or word == "error_limit" or "try again later" in message.lower():
        return Unavailable(said)
    if word == "error_param" and "timestamp" in message.lower() and "expired" in message.lower():
        return Unavailable(f"{said}; set this machine's clock: it may differ from Shopee's by five minutes at most")
    advice = _ADVICE.get(word)
    return Refused(f"{said}; {advice}" if advice else said)


def _until_tomorrow(now: datetime) -> float:
    here = now.astimezone(_SHOPEE_DAY)
    midnight = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight.astimezone(UTC) - now).total_seconds()
