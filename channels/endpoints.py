"""Where a store's requests may go: to the vendor, or – if the setting for it is on – to a sandbox on this machine."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings

from channels.core.errors import Refused


def allowed_endpoint(endpoint: str) -> str:
    """The endpoint without its last slash; "" is the vendor's own.

    Raises Refused where it is not a plain address of this machine, or where such addresses are not allowed: a store's
    credentials go there.
    """
    if not endpoint:
        return ""
    if not getattr(settings, "ALLOW_LOOPBACK_ENDPOINTS", False):
        raise Refused(
            f"the endpoint {endpoint} is refused: endpoints of a sandbox need PLUMBLINE_ALLOW_LOOPBACK_ENDPOINTS=true"
        )
    if not _is_loopback(endpoint):
        raise Refused(
            f"the endpoint {endpoint} is refused: a sandbox runs on this machine, such as http://127.0.0.1:8100"
        )
    return endpoint.rstrip("/")


def _is_loopback(endpoint: str) -> bool:
    try:
        parts = urlsplit(endpoint)
        plain = parts.scheme in ("http", "https") and "@" not in parts.netloc and not parts.query and not parts.fragment
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    if not plain or "\\" in endpoint:
        return False
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
