import http.client
import json
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from channels.core.clock import SharedClock
from channels.sandbox.server import Running, serve
from channels.sandbox.wire import Faults, Reply, Request
from tests.channels.sandbox.amazon_world import START, make_test_world


class Scripted:
    """A vendor that answers what the path says."""

    def answer(self, request: Request) -> Reply:
        if request.path == "/cut":
            return Reply(body=b"x" * 1000, media_type="text/plain", cut_after=400)
        if request.path == "/hang":
            return Reply(body=b"late", hang=30)
        if request.path == "/bug":
            raise RuntimeError("made for a test")
        seen = [
            request.method,
            request.path,
            request.query,
            request.headers.get("x-own"),
            request.body.decode(),
            request.base,
        ]
        return Reply(201, json.dumps(seen).encode(), {"x-said": "yes"})


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    clock = SharedClock(tmp_path / "clock")
    clock.set(START)
    with serve(make_test_world(), clock=clock, faults=Faults()) as running:
        running.app._vendors["shopify"] = Scripted()
        yield running


def test_a_request_reaches_its_vendor_and_the_reply_comes_back_whole(running: Running) -> None:
    reply = httpx.post(f"{running.base}/shopify/a/b?x=1&x=2&y=", headers={"X-Own": "z"}, content=b"body")

    assert (reply.status_code, reply.headers["x-said"], reply.headers["content-type"]) == (
        201,
        "yes",
        "application/json",
    )
    assert reply.json() == ["POST", "/a/b", [["x", "1"], ["x", "2"], ["y", ""]], "z", "body", f"{running.base}/shopify"]


def test_a_cut_reply_breaks_the_line_in_the_middle_of_the_body(running: Running) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="peer closed connection"):
        httpx.get(f"{running.base}/shopify/cut")

    host, port = running.base.removeprefix("http://").split(":")
    line = http.client.HTTPConnection(host, int(port))
    line.request("GET", "/shopify/cut")
    reply = line.getresponse()
    with pytest.raises(http.client.IncompleteRead) as broken:
        reply.read()
    line.close()
    assert (reply.headers["Content-Length"], len(broken.value.partial)) == ("1000", 400)


def test_a_line_that_was_cut_does_not_harm_the_next(running: Running) -> None:
    with httpx.Client(base_url=running.base) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            client.get("/shopify/cut")
        assert client.get("/shopify/a").status_code == 201


def test_a_hanging_reply_outlasts_the_client(running: Running) -> None:
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{running.base}/shopify/hang", timeout=0.2)


def test_closing_ends_what_hangs(tmp_path: Path) -> None:
    running = serve(make_test_world(), clock=SharedClock(tmp_path / "clock"))
    running.app._vendors["shopify"] = Scripted()
    host, port = running.base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as line:
        line.sendall(b"GET /shopify/hang HTTP/1.1\r\nHost: x\r\n\r\n")
        started = time.monotonic()
        running.close()
    assert time.monotonic() - started < 15
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{running.base}/sandbox/clock")


def test_a_channel_that_is_not_served_answers_501_and_an_unknown_path_404(running: Running) -> None:
    running.app._vendors["shopee"] = None
    assert httpx.get(f"{running.base}/shopee/api/v2/x").status_code == 501
    assert httpx.get(f"{running.base}/etsy").status_code == 404
    assert httpx.get(f"{running.base}/sandbox/truth").status_code == 404


def test_a_bug_of_the_sandbox_is_told_apart_from_a_fault(running: Running) -> None:
    assert httpx.get(f"{running.base}/shopify/bug").status_code == 500
    assert running.bugs == ["GET /shopify/bug: RuntimeError('made for a test')"]


def test_the_clock_is_told_and_moved_on(running: Running) -> None:
    url = f"{running.base}/sandbox/clock"

    def now() -> datetime:
        return datetime.fromisoformat(httpx.get(url).json()["now"])

    assert now() - START < timedelta(minutes=1)
    httpx.post(url, json={"advance": 86400})
    assert timedelta(days=1) <= now() - START < timedelta(days=1, minutes=1)
    httpx.post(url, json={"to": "2026-09-01T00:00:00+00:00"})
    assert now() - datetime(2026, 9, 1, tzinfo=UTC) < timedelta(minutes=1)
    assert httpx.post(url, json={"forward": 1}).status_code == 400


def test_real_time_is_not_moved() -> None:
    with serve(make_test_world()) as running:
        assert httpx.post(f"{running.base}/sandbox/clock", json={"advance": 1}).status_code == 409


def test_traffic_shows_calls_refusals_and_faults(running: Running) -> None:
    running.traffic.called("amazon.getOrder")
    running.traffic.refused("amazon.getOrder")
    assert httpx.get(f"{running.base}/sandbox/traffic").json() == {
        "calls": {"amazon.getOrder": 1}, "throttled": {"amazon.getOrder": 1}, "faults": {},
    }  # fmt: skip


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.5", "example.com", "::"])
def test_it_stays_on_loopback(address: str) -> None:
    with pytest.raises(ValueError, match="is not loopback"):
        serve(make_test_world(), address)
