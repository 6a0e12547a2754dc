"""An endpoint of a store's own is a sandbox on this machine, where the setting allows it, or it is refused."""

from typing import Any

import pytest

from channels.core.errors import Refused
from channels.endpoints import allowed_endpoint


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:8100/", "http://[::1]:8100", "http://localhost:8100", ""])
def test_this_machine_is_taken_where_it_is_allowed(settings: Any, endpoint: str) -> None:
    settings.ALLOW_LOOPBACK_ENDPOINTS = True
    assert allowed_endpoint(endpoint) == endpoint.rstrip("/")


def test_this_machine_is_refused_where_it_is_not_allowed(settings: Any) -> None:
    settings.ALLOW_LOOPBACK_ENDPOINTS = False
    with pytest.raises(Refused, match="PLUMBLINE_ALLOW_LOOPBACK_ENDPOINTS=true"):
        allowed_endpoint("http://127.0.0.1:8100")


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://0.0.0.0:8100", "http://127.0.0.1@evil.example", "http://evil.example/127.0.0.1",
        "http://127.0.0.1.evil.example", "http://localhost.evil.example", "https://evil.example#127.0.0.1",
        "http://evil.example\\@127.0.0.1", "http://[::]:8100", "http://10.0.0.1", "ftp://127.0.0.1", "127.0.0.1:8100",
    ],
)  # fmt: skip
def test_another_machine_is_refused_however_it_is_written(settings: Any, endpoint: str) -> None:
    settings.ALLOW_LOOPBACK_ENDPOINTS = True
    with pytest.raises(Refused, match="a sandbox runs on this machine"):
        allowed_endpoint(endpoint)
