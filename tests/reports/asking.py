"""Reports made by hand, as ``build`` would write them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from channels.models import Company
from reports.analysis.estimate import Answer, CannotTell, Check, Estimate
from reports.analysis.said import Said
from reports.analysis.stored import stored
from reports.models import Report

THROUGH = date(2026, 6, 1)


def estimate(value: float, low: float, high: float, unit: str = "share", **detail: Any) -> Estimate:
    check = Check(
        "pre_trend", True, Said("Among placebos, a trend of the gap before as steep has p = {p}.", {"p": 0.4})
    )
    return Estimate(value, low, high, 0.9, unit, 40, "by hand", checks=(check,), detail=detail)


REFUSED = CannotTell(
    Said("{left} control regions are too few; {least} are needed.", {"left": 3, "least": 8}), unit="share"
)
PLANNED = {
    "regions": 5, "weeks": 17, "width": 0.28, "ratio": 0.8, "reached": True, "tried": [[5, 17, 0.28]], "reason": None,
    "said": [], "switchback": 0.41,
}  # fmt: skip
NARROWEST = PLANNED | {"regions": 18, "weeks": 52, "width": 1.234, "reached": False}
UNPLANNED = PLANNED | {
    "regions": 0, "weeks": 0, "width": None, "reached": False, "tried": [],
    "said": ["{channel} sold nothing in the last {weeks} weeks.", {"channel": "shopify", "weeks": 17}],
}  # fmt: skip


def report(company: Company, kind: str, subject: str, answers: Mapping[str, Answer], **fields: Any) -> Report:
    return Report.objects.create(
        company=company, kind=kind, subject=subject, through=THROUGH, inputs=f"{kind} {subject}", method="by hand",
        seed=1, built_at=datetime(2026, 6, 2, tzinfo=UTC),
        answers=[{"name": name, **stored(one)} for name, one in answers.items()], **fields,
    )  # fmt: skip


def world(company: Company) -> list[Report]:
    """Two channels of one country: break-even, bounds, an event that tells, and what each adds."""
    kind = Report.Kind
    weeks = [f"2026-0{month}-05" for month in range(1, 6)]
    panel = {
        "weeks": weeks, "regions": ["CA", "TX"], "contribution": {}, "currency": "CNY",
        "orders": {"amazon": [[0, 0, 1, 2, None], [0] * 5], "shopify": [[9, 8, 7, 8, 7], [5] * 5]},
    }  # fmt: skip
    event = {
        "affected": "shopify", "affecting": "amazon", "regions": ["CA"], "date": "2026-03-01", "ends": None,
        "type": "launch", "random_rollout": False, "attests": ["nothing_else_changed"],
    }  # fmt: skip
    drawn: dict[str, Any] = {
        "weeks": weeks,
        "gap": [0.1, -0.2, 0, -1, -2],
        "band": [1.0] * 5,
        "before": 2,
        "placebos": [[0.1], [0.2]],
    }
    subject = "US amazon→shopify launch 2026-03-01 CA"
    money = {f"{name}/{one}": estimate(value, value - 50, value + 50, "CNY")
             for name, three in {"amazon": (400, 350, 210), "shopify": (900, 800, 880)}.items()
             for one, value in zip(("direct", "loaded", "incremental"), three, strict=True)}  # fmt: skip
    verdicts = {
        "amazon": {"word": "adds", "p": 0.01, "said": ["adds profit", {}], "tell": None},
        "shopify": {"word": "cannot_tell", "p": None, "said": ["cannot tell", {}], "tell": None},
    }
    body = {
        "verdicts": verdicts, "orders": {"amazon": 40, "shopify": 90}, "naive": {"amazon": 400, "shopify": 900},
        "events": {"amazon": subject},
    }  # fmt: skip
    return [
        report(company, kind.BREAK_EVEN, "US amazon→shopify", {"break_even": estimate(0.5, 0.4, 0.6)}),
        report(company, kind.BREAK_EVEN, "US shopify→amazon", {"break_even": REFUSED}),
        report(company, kind.BOUNDS, "US shopify→amazon", {"kappa": REFUSED}, body={"plan": NARROWEST}),
        report(
            company, kind.CANNIBALIZATION, subject,
            {"kappa": estimate(0.3, 0.1, 0.5, **drawn), "theta": estimate(5, 2, 8, "CNY/order", p_zero=0.01)},
            data={"panel": panel, "event": event}, body={"naive": {}},
        ),
        report(company, kind.INCREMENTAL, "US", money, body=body),
    ]  # fmt: skip
