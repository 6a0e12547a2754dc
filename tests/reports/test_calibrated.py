"""An event that names the channel which carried it meets what models give that channel in its days and regions."""

from typing import Any

import numpy as np
import pytest

from channels.models import Company
from reports.analysis import event as kinds
from reports.analysis.panel import Panel
from reports.attributed import ask_attribution
from reports.build import build_steering
from reports.models import Event, Report
from reports.questions import plain_event, plain_panel
from reports.weeks import books
from tests.making import NOON
from tests.reports.selling import week
from tests.reports.visiting import make_visited

pytestmark = pytest.mark.django_db
WEEKS, BEFORE = 32, 26
STATES = ("CA", "NV", "AZ", *(f"S{n}" for n in range(12)))


@pytest.fixture
def company() -> Company:
    return make_visited(WEEKS)


def _event(company: Company, **fields: Any) -> Event:
    given: dict[str, Any] = {
        "kind": "brand_campaign", "country": "US", "affecting": "amazon", "affected": "shopify",
        "regions": ["CA", "NV"], "starts_on": week(BEFORE), "state": "confirmed", "nothing_else_changed": True,
        "carried_by": "Meta / ads ", **fields,
    }  # fmt: skip
    return Event.objects.create(company=company, **given)


def _report(event: Event, data: dict[str, Any], kind: str = "halo", answers: list[Any] | None = None) -> None:
    Report.objects.create(
        company=event.company, kind=kind, subject="US", event=event, inputs=f"i{event.pk}", through=week(WEEKS),
        built_at=NOON, answers=answers or [], body={}, data=data, seed=1,
    )  # fmt: skip


def _halo(event: Event, lift: float = 20) -> None:
    generator = np.random.default_rng(3)
    orders = {name: generator.poisson(40.0, (len(STATES), WEEKS)).astype(float) for name in ("shopify", "amazon")}
    orders["shopify"][:2, BEFORE:] += lift
    panel = Panel(tuple(week(n) for n in range(WEEKS)), STATES, orders)
    plain = kinds.Event(
        "shopify", "amazon", ("CA", "NV"), week(BEFORE), kinds.CAMPAIGN,
        attests=frozenset({kinds.NOTHING_ELSE_CHANGED}),
    )  # fmt: skip
    _report(event, {"panel": plain_panel(panel), "event": plain_event(plain)})


def _calibration(company: Company) -> list[dict[str, Any]]:
    asked = ask_attribution(company, books(company))
    assert asked is not None
    return list(asked.ask().body["calibration"])


def test_the_factor_is_what_was_brought_by_what_each_model_credits(company: Company) -> None:
    _halo(_event(company))
    asked = ask_attribution(company, books(company))
    assert asked is not None
    body = asked.ask().body
    (one,) = body["calibration"]
    assert (one["channel"], one["regions"], one["reason_said"]) == ("meta / ads", ["CA", "NV"], None)
    assert body["conclusions_said"][-1][0].startswith("In its test {channel} brought")
    brought, low, high = one["brought"]
    assert low < 20 * 2 * (WEEKS - BEFORE) < high
    first, last = one["models"]["first"], one["models"]["last"]
    assert first["credited"] == 2 * (WEEKS - BEFORE)
    assert first["factor"]["value"] == pytest.approx(brought / first["credited"])
    assert first["orders"][0] == pytest.approx(2 * 13 * first["factor"]["value"])
    assert first["before_ads"][0] == pytest.approx(13 * first["orders"][0])
    assert (last["credited"], last["factor"]["type"], last["orders"]) == (0, "cannot_tell", None)


def test_what_was_not_tested_says_what_would_tell(company: Company) -> None:
    _halo(_event(company))
    build_steering(company)
    report = Report.objects.get(company=company, kind="attribution")
    answers = {one["name"]: one for one in report.answers}
    assert answers["factor google / ads"]["type"] == "cannot_tell"
    assert "by lots" in answers["factor google / ads"]["reason"]
    assert answers["factor meta / ads first"]["type"] == "estimate"
    assert "factor meta / ads" not in answers
    assert build_steering(company).failed == []
    assert Report.objects.get(company=company, kind="attribution").pk == report.pk


def test_orders_of_other_places_are_not_credited(company: Company) -> None:
    event = _event(company, country="DE")
    _halo(event)
    (one,) = _calibration(company)
    assert one["models"]["first"]["credited"] == 0


def test_an_event_that_is_not_confirmed_or_names_no_channel_calibrates_nothing(company: Company) -> None:
    _halo(_event(company, state="proposed"))
    _halo(_event(company, carried_by="", starts_on=week(BEFORE - 1)))
    _halo(_event(company, kind="price", starts_on=week(BEFORE - 2)))
    assert _calibration(company) == []


def test_an_event_without_an_analysis_says_so(company: Company) -> None:
    _event(company)
    refused = _event(company, kind="switchback", starts_on=week(3))
    _report(refused, {"refused": "no"}, "switchback", [
        {"name": "kappa", "type": "cannot_tell", "detail": {}, "said": {"reason": ["No schedule was registered.", {}]}},
    ])  # fmt: skip
    reasons = [one["reason_said"][0] for one in _calibration(company)]
    assert reasons == ["No schedule was registered.", "The event was not analysed yet."]


def test_blocks_credit_the_days_that_were_on(company: Company) -> None:
    event = _event(company, kind="switchback", regions=[], starts_on=week(10))
    blocks = [
        {"on": n % 2 == 0, "starts": f"{week(10 + n)}T00:00:00", "ends": f"{week(11 + n)}T00:00:00"} for n in range(10)
    ]
    _report(event, {}, "switchback", [
        {"name": "kappa", "type": "estimate", "detail": {"blocks": blocks, "cleared": [[0, 3], [0, 4], [1, 2], [0, 3],
                                                                                      [0, 3]]}},
    ])  # fmt: skip
    (one,) = _calibration(company)
    assert one["brought"][0] == 16
    assert one["models"]["first"]["credited"] == 2 * 5
