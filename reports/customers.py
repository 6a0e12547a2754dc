"""Customers in the books: what it costs to win them, what they bring, and who comes again."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from channels.models import Company
from reports.acquisition import calibration, cost_told, incremental, last, recall_of, won, won_by_channel
from reports.analysis import weekly
from reports.analysis.estimate import Answer, CannotTell
from reports.analysis.kpi.stored import kept as figure_kept
from reports.analysis.lifetime.acquired import Recall, cac
from reports.analysis.lifetime.body import (
    Lives,
    ahead_answers,
    cohort_rows,
    keeping_said,
    lives_of,
    repeat_told,
    value_answers,
    values_by_channel,
)
from reports.analysis.lifetime.keeping import keeping
from reports.analysis.lifetime.payback import TOO_FEW, Matured, by_cost, matured, of_a_year, payback
from reports.analysis.lifetime.told import huge
from reports.analysis.stored import fingerprint, pair
from reports.customer_figures import NO_PERSONS, Found, figures
from reports.figures import advertised, through
from reports.models import Report
from reports.questions import SEED, Question, Told
from reports.unidentified import unidentified
from reports.weeks import Books

METHOD = "orders of known persons"


def ask_customers(company: Company, of: Books) -> Question | None:
    """Body and answers: see ``told``."""
    if not of.weeks:
        return None
    recall, tests, others = recall_of(company, of), calibration(company), unidentified(company, of)

    def ask() -> Told:
        return told(of, recall, tests, others)

    data = {
        "books": fingerprint(of), "recall": fingerprint(recall), "experiments": fingerprint(tests or [], tests is None),
        "unidentified": fingerprint(others),
    }  # fmt: skip
    return Question(Report.Kind.CUSTOMERS, "all", through(of), METHOD, data, ask)


def told(
    of: Books, recall: Recall | None, tests: Sequence[Mapping[str, Any]] | None, others: Sequence[Mapping[str, Any]]
) -> Told:  # fmt: skip
    """All that the report says; without known buyers why, and what the channels count themselves.

    Body: ``known`` and ``hidden`` channels, ``cohorts`` (by month of the first order: customers, and by month since how
    many bought, contribution by customer so far, and whether the month is over), ``repeat`` (share who came again by
    days, with its band), ``by_channel`` (values at 3, 6, 12 and 24 months by the channel of the first order),
    ``notes``, ``payback`` (see ``payback``), ``cost`` (see ``acquisition.cost_told``), ``ahead`` and ``unidentified``.
    Answers: ltv_3, ltv_6, ltv_12, ltv_24, cac, ltv_cac, "ltv_cac CHANNEL", "incremental CHANNEL", purchases_ahead and
    value_ahead.
    """
    kept = keeping(of.keeping - of.hidden_keeping, of.buyers.begins, of.buyers.begun)
    common: dict[str, Any] = {
        "currency": of.currency, "known": list(of.known), "hidden": list(of.hidden), "unidentified": list(others),
        "from": of.weeks[0].isoformat(),
    }  # fmt: skip
    if not of.known:
        made = figures(of, Found(recall, kept, {}))
        return Told({}, {
            **common, "figures": {one.kpi.code: figure_kept(one) for one in made}, "reason_said": pair(NO_PERSONS),
        })  # fmt: skip
    lives = lives_of(of.buyers, of.orders, of.cm2 + of.keeping - of.hidden_keeping, kept, of.currency)
    old = matured(lives.of, of.buyers.begins, of.buyers.weeks)
    answers = _answers(of, recall, lives, old, tests)
    ahead, expected = ahead_answers(lives)
    answers |= expected
    paid = None
    if old and advertised(of):
        paid = payback(old, last(won(of, recall), old.weeks), kept, f"{of.currency}/customer")
    made = figures(of, Found(recall, kept, answers, paid, of_a_year(old, kept)))
    return Told(answers, {
        **common, "customers": len(lives.of), "cohorts": cohort_rows(lives), "repeat": repeat_told(lives.of),
        "by_channel": values_by_channel(lives), "keeping_said": pair(keeping_said(kept, of.currency)),
        "notes": [{"text_said": pair(one)} for one in huge(lives.of.money, of.currency)],
        "keeping": {"spent": kept.spent, "nobody": kept.nobody,
                    "hidden": weekly.known_sum(of.hidden_keeping, len(of.weeks))},
        "payback": paid, "cost": cost_told(of, recall), "ahead": ahead,
        "figures": {one.kpi.code: figure_kept(one) for one in made},
    })  # fmt: skip


def _answers(
    of: Books, recall: Recall | None, lives: Lives, old: Matured | None, tests: Sequence[Mapping[str, Any]] | None
) -> dict[str, Answer]:  # fmt: skip
    answers = value_answers(lives)
    if not advertised(of):
        return answers
    whole, channels = won(of, recall), won_by_channel(of, recall)
    answers["cac"] = cac(last(whole), f"{of.currency}/customer")
    if old is None:
        answers["ltv_cac"] = CannotTell(TOO_FEW, unit="ratio")
    else:
        answers["ltv_cac"] = by_cost(old, last(whole, old.weeks), lives.kept, SEED)
        for name, one in channels.items() if len(channels) > 1 else ():
            mine = replace(old, of=old.of.of(name))
            answers[f"ltv_cac {name}"] = by_cost(mine, last(one, old.weeks), lives.kept, SEED)
    return answers | {f"incremental {name}".strip(): one for name, one in incremental(tests, of).items()}
