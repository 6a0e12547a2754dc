"""Downloading the reference rates. They come out about 16:00 CET on working days."""

import re

import httpx

from channels.core.errors import Changed, Refused, Throttled, Unavailable

# https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/html/index.en.html
HISTORY = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip"
LIMIT = 20_000_000  # bytes; the archive has about 0.7 million
_TIMEOUT = httpx.Timeout(30, connect=10)
_WAIT = 60.0  # seconds, where the ECB does not say


def fetch(client: httpx.Client) -> bytes:
    """The archive with ``eurofxref-hist.csv`` in it, as it came. Raises Throttled, Unavailable, Refused or Changed."""
    body = bytearray()
    try:
        with client.stream("GET", HISTORY, timeout=_TIMEOUT, follow_redirects=True) as reply:
            _require_ok(reply)
            for chunk in reply.iter_bytes():
                body += chunk
                if len(body) > LIMIT:
                    raise Refused(f"the ECB's file has more than {LIMIT:,} bytes, which is not the file we know")
    except httpx.TooManyRedirects as error:
        raise Refused("the ECB sends us round in circles") from error
    except (httpx.TransportError, httpx.DecodingError) as error:
        raise Unavailable(f"the ECB cannot be reached: {error}") from error
    if not body.startswith(b"PK\x03\x04"):
        raise Changed("the ECB answers with something that is no ZIP file")
    return bytes(body)


def _require_ok(reply: httpx.Response) -> None:
    if reply.status_code == httpx.codes.TOO_MANY_REQUESTS:
        seconds = reply.headers.get("Retry-After", "")  # may also be a date
        raise Throttled(float(seconds) if re.fullmatch(r"\d{1,5}", seconds) else _WAIT)
    if reply.status_code >= 500:
        raise Unavailable(f"the ECB answers {reply.status_code}")
    if reply.status_code != httpx.codes.OK:
        raise Refused(f"the ECB answers {reply.status_code} at {HISTORY}")
