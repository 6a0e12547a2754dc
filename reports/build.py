"""Build the reports of a company: what is asked of its ledger, answered where its inputs are new."""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from channels.models import Company
from reports.analysis.estimate import Answer
from reports.analysis.stored import plain, restored, stored
from reports.frames import Frame, frames
from reports.incremental import Asked, incremental
from reports.models import Report
from reports.questions import SEED, Question, Told, questions
from reports.steering import ASKERS, KINDS
from reports.weeks import books

VERSION = 4  # rises with what changes an answer to the same data
logger = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]  # done, of all, what was done last


@dataclass(slots=True)
class Built:
    """``known`` have the same inputs as before: nothing was computed. ``failed``: (question, error) of the others."""

    built: int = 0
    known: int = 0
    dropped: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


def build(company: Company, progress: Progress | None = None) -> Built:
    """Every report of the company. Safe to repeat: equal inputs compute nothing; what is no longer asked is dropped.

    An error holds up no other report; the one that stood before stays.
    """
    outcome = Built()
    with _turn(company):
        _measure(company, outcome, progress)
        _steer(company, outcome, progress)
    return outcome


def build_measured(company: Company) -> Built:
    """The reports on what channels take and add alone."""
    outcome = Built()
    with _turn(company):
        _measure(company, outcome, None)
    return outcome


def build_steering(company: Company) -> Built:
    """The reports of role pages alone, from the others as they stand."""
    outcome = Built()
    with _turn(company):
        _steer(company, outcome, None)
    return outcome


def _measure(company: Company, outcome: Built, progress: Progress | None) -> None:
    found = frames(company)
    asked = list(questions(company, found))
    total = len(asked) + sum(len(frame.panel.channels) > 1 for frame in found.values()) + len(ASKERS)
    kept: set[int] = set()
    answered: dict[str, list[Asked]] = {}
    for question in asked:
        if (report := _report(company, question, outcome)) is not None:
            kept.add(report.pk)
            country = question.subject.partition(" ")[0]
            answered.setdefault(country, []).append(Asked(question, _answers(report)))
        _say(progress, outcome, total, question.subject)
    for country, frame in sorted(found.items()):
        if (last := _incremental(company, frame, answered.get(country, []), outcome)) is not None:
            kept.add(last.pk)
            _say(progress, outcome, total, country)
    if not outcome.failed:
        outcome.dropped = _drop(company, kept, steering=False)


def _steer(company: Company, outcome: Built, progress: Progress | None) -> None:
    kept: set[int] = set()
    failed = len(outcome.failed)
    done = outcome.built + outcome.known + failed
    of = books(company)
    for ask in ASKERS:
        try:
            question = ask(company, of)
        except Exception as error:  # noqa: BLE001 - of any type; it is shown, and holds up no other
            _failed(outcome, ask.__name__, error)
            continue
        if question is not None and (report := _report(company, question, outcome)) is not None:
            kept.add(report.pk)
            _say(progress, outcome, done + len(ASKERS), question.kind)
    if len(outcome.failed) == failed:
        outcome.dropped += _drop(company, kept, steering=True)


def _drop(company: Company, kept: set[int], *, steering: bool) -> int:
    old = Report.objects.filter(company=company).exclude(pk__in=kept)
    old = old.filter(kind__in=KINDS) if steering else old.exclude(kind__in=KINDS)
    return old.delete()[0]


def _incremental(company: Company, frame: Frame, asked: list[Asked], outcome: Built) -> Report | None:
    try:
        question = incremental(frame, asked)
    except Exception as error:  # noqa: BLE001 - of any type; it is shown, and holds up no other
        _failed(outcome, f"incremental {frame.country}", error)
        return None
    return _report(company, question, outcome) if question is not None else None


def _report(company: Company, question: Question, outcome: Built) -> Report | None:
    """The question's report, new or as it stands; None where it failed and there was none."""
    event = question.event.pk if question.event else None
    same = Report.objects.filter(company=company, kind=question.kind, subject=question.subject, event=event)
    inputs = digest(question)
    if (known := same.filter(inputs=inputs).first()) is not None:
        outcome.known += 1
        return known
    try:
        with transaction.atomic():
            told = question.ask()
            same.delete()
            made = Report.objects.create(
                company=company, kind=question.kind, subject=question.subject, event=question.event, inputs=inputs,
                through=question.through, method=question.method[:60], seed=SEED, built_at=datetime.now(UTC),
                **_content(question, told),
            )  # fmt: skip
    except Exception as error:  # noqa: BLE001 - as above
        _failed(outcome, question.subject, error)
        return same.first()
    outcome.built += 1
    return made


def _content(question: Question, told: Told) -> dict[str, Any]:
    return {
        "answers": [{"name": name, **stored(answer)} for name, answer in told.answers.items()],
        "body": plain(told.body), "data": {**plain(question.data), "seed": SEED, "version": VERSION},
    }  # fmt: skip


def digest(question: Question) -> str:
    """SHA-256 of everything the answer follows from."""
    parts = [question.kind, question.subject, question.through.isoformat(), question.method, VERSION, SEED]
    parts.append(plain(question.data))
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _answers(report: Report) -> dict[str, Answer]:
    return {one["name"]: restored(one) for one in report.answers}


def _failed(outcome: Built, subject: str, error: Exception) -> None:
    logger.error("The report %s was not built", subject, exc_info=error)
    outcome.failed.append((subject, f"{type(error).__name__}: {error}"))


def _say(progress: Progress | None, outcome: Built, total: int, subject: str) -> None:
    if progress:
        progress(outcome.built + outcome.known + len(outcome.failed), total, subject)


@contextmanager
def _turn(company: Company) -> Iterator[None]:
    """One process builds a company at a time; another waits and then finds everything known."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended('plumbline.build', %s))", [company.pk])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended('plumbline.build', %s))", [company.pk])
