"""Each channel's contribution three ways, with a verdict: direct, loaded, and less what others lost to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reports import models
from reports.analysis import event as kinds
from reports.analysis.estimate import Answer, CannotTell, Estimate
from reports.analysis.money import Contribution, Margin, contribution, scaled
from reports.analysis.stored import stored
from reports.analysis.verdict import Verdict, verdict
from reports.frames import Frame
from reports.questions import Kind, Question, Told, margins_of, plain_margin

METHOD = "θ by event, else κ or bounds, 1 in all at most; Holm"
# What says how it would be without the channel; a diversion by ads or prices answers another question.
WHOLE = (kinds.LAUNCH, kinds.DELISTING, kinds.STOCK_OUT)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its answers."""

    question: Question
    answers: Mapping[str, Answer]


def incremental(frame: Frame, asked: list[Asked]) -> Question | None:
    """The question of a country, from the answers of its other questions; None where one channel sells alone."""
    margins = {name: one for name, one in margins_of(frame).items() if isinstance(one, Margin)}
    if len(frame.panel.channels) < 2:
        return None
    subject = frame.country
    orders = {name: frame.sold(name, *frame.year) for name in frame.panel.channels}
    effects = {name: _effect(name, asked) for name in frame.panel.channels}
    taken = {name: _taken(name, frame, asked) for name in frame.panel.channels}
    data = {
        "margins": {name: plain_margin(one) for name, one in sorted(margins.items())}, "orders": orders,
        "shared": dict(frame.shared), "year": [day.isoformat() for day in frame.year],
        "effects": {name: [one.question.subject, stored(one.answers["theta"])] for name, one in effects.items() if one},
        "taken": {name: {other: stored(one) for other, one in of.items()} for name, of in taken.items()},
    }  # fmt: skip

    def ask() -> Told:
        found = {
            name: contribution(
                margins[name], orders[name],
                {margins[other]: one for other, one in taken[name].items() if other in margins},
                _theta(effects[name]), frame.shared.get(name),
            )
            for name in margins
        }  # fmt: skip
        return _told(found, orders, effects)

    return Question(Kind.INCREMENTAL, subject, frame.through, METHOD, data, ask)


def _effect(channel: str, asked: list[Asked]) -> Asked | None:
    """The latest event that tells what the channel adds; the latest that was asked where none does."""
    of = [
        one for one in asked
        if one.question.kind == Kind.CANNIBALIZATION and "theta" in one.answers and _event(one).affecting == channel
        and _event(one).kind in WHOLE
    ]  # fmt: skip
    of.sort(key=lambda one: (isinstance(one.answers["theta"], Estimate), _event(one).starts_on, _event(one).pk))
    return of[-1] if of else None


def _event(one: Asked) -> models.Event:
    event = one.question.event
    if event is None:
        raise LookupError(f"{one.question.subject} is of no event")
    return event


def _theta(effect: Asked | None) -> Answer | None:
    theta = effect.answers["theta"] if effect else None
    return theta if isinstance(theta, Estimate) else None


def _taken(channel: str, frame: Frame, asked: list[Asked]) -> dict[str, Answer]:
    """By each other channel its κ: of the latest event that tells it, else its bounds."""
    found: dict[str, Answer] = {}
    for other in frame.panel.channels:
        if other == channel:
            continue
        told = [
            one for one in asked
            if one.question.kind == Kind.CANNIBALIZATION and _event(one).kind in WHOLE
            and (_event(one).affecting, _event(one).affected) == (channel, other)
            and isinstance(one.answers.get("kappa"), Estimate)
        ]  # fmt: skip
        subject = f"{frame.country} {channel}→{other}"
        told = sorted(told, key=lambda one: _event(one).starts_on) or [
            one for one in asked if one.question.kind == Kind.BOUNDS and one.question.subject == subject
        ]
        if told:
            found[other] = told[-1].answers["kappa"]
    return found


def _told(found: Mapping[str, Contribution], orders: Mapping[str, float], effects: Mapping[str, Asked | None]) -> Told:
    answers: dict[str, Answer] = {}
    thetas: dict[str, Answer] = {}
    for name, one in found.items():
        answers[f"{name}/direct"] = one.direct
        if one.loaded is not None:
            answers[f"{name}/loaded"] = one.loaded
        answers[f"{name}/incremental"] = one.incremental
        thetas[name] = _theta(effects[name]) or _per_order(one.incremental, orders[name])
    verdicts = verdict(thetas)
    body = {
        "verdicts": {name: _plain(one) for name, one in verdicts.items()}, "orders": dict(orders),
        "naive": {name: one.direct.value for name, one in found.items()},  # every channel's own dashboard
        "events": {name: one.question.subject for name, one in effects.items() if one},
    }  # fmt: skip
    return Told(answers, body)


def _per_order(answer: Answer, orders: float) -> Answer:
    return answer if isinstance(answer, CannotTell) or not orders else scaled(answer, 1 / orders, answer.unit)


def _plain(one: Verdict) -> dict[str, Any]:
    return {
        "word": one.word, "p": one.p, "said": [one.said.template, dict(one.said.values)],
        "tell": [one.tell.template, dict(one.tell.values)] if one.tell else None,
    }  # fmt: skip
