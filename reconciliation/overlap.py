"""Overlap: persons who bought on two channels in a market and month, as far as that can be told."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import combinations

from django.db import transaction

from channels.models import Company
from reconciliation.bought import Buyers, Cross, Shown, buyers, crosses, gather_bought
from reconciliation.identity.overlap import Estimate, Group, Pair, estimate
from reconciliation.identity.visibility import Family, Side
from reconciliation.labels import known_recall
from reconciliation.locks import matching_lock
from reconciliation.models import CustomerLink, LinkModel, MatchRun, Overlap

FLOOR = 0.01  # links below count nowhere
LABELS = 200  # labels from which on the calibration is taken to hold
_DOUBT, _UNLABELLED = 0.03, 0.1  # relative standard error of the sum of probabilities, with labels and without
_CLEAR = 0.05  # of a channel's accounts: where fewer show a contact in clear, user names stand for it

Key = tuple[str, str, str, date]


def measure_overlap(company: Company) -> int:
    """Estimate every pair of channels in every market and month anew; the number of estimates.

    Safe to repeat: the same links give the same numbers. What can no longer be told is null, with its reason. While the
    company is matched it waits: half of the links would be told as all.
    """
    with matching_lock(company, wait=True), transaction.atomic():
        gather_bought(company)
        there = {(one.channel, one.market, one.month): one for one in buyers()}
        linked: dict[Key, list[Cross]] = defaultdict(list)
        for cross in crosses(FLOOR):
            linked[cross.channel, cross.other, cross.market, cross.month].append(cross)
        run = MatchRun.objects.filter(company=company, finished_at__isnull=False, error="").first()
        known, doubt = _recall(company), _doubt(company)
        Overlap.objects.filter(company=company).delete()
        rows = [
            _row(company, key, there, estimate(_group(key, there, linked.get(key, []), known, doubt)), run)
            for key in _keys(there)
        ]
        Overlap.objects.bulk_create(rows, batch_size=1_000)
    return len(rows)


def _keys(there: Iterable[tuple[str, str, date]]) -> list[Key]:
    channels: dict[tuple[str, date], list[str]] = defaultdict(list)
    for channel, market, month in there:
        channels[market, month].append(channel)
    return [
        (one, other, market, month)
        for (market, month), names in sorted(channels.items())
        for one, other in combinations(sorted(names), 2)
    ]


def _group(
    key: Key, there: dict[tuple[str, str, date], Buyers], links: list[Cross],
    known: tuple[float, float, float] | None, doubt: float,
) -> Group:  # fmt: skip
    channel, other, market, month = key
    left, right = there[channel, market, month], there[other, market, month]
    clear = all(one.contact >= _CLEAR * one.accounts for one in (left, right))
    numbers: dict[str, int] = {}
    persons = {}
    for link in links:
        for account, person in ((link.left, link.left_person), (link.right, link.right_person)):
            # A customer of both channels would be one number on both sides: sides are told apart.
            name = f"{person}/{account == link.left}"
            persons[account] = numbers.setdefault(name, -1 - len(numbers))
    pairs = [
        Pair(
            one.left, one.right, 1.0 if one.state == CustomerLink.State.CONFIRMED else one.probability,
            _family(one.speaks, clear=clear), _family(one.left_shows, clear=clear),
            _family(one.right_shows, clear=clear),
            proven=one.state == CustomerLink.State.CONFIRMED
            or (one.tier < 2 and one.state == CustomerLink.State.AUTO),
        )
        for one in links
    ]  # fmt: skip
    return Group(pairs, _side(left, clear=clear), _side(right, clear=clear), persons, known, doubt)


def _family(shown: Shown, *, clear: bool) -> Family:
    contact = shown.contact if clear else shown.alias
    return (Family.CONTACT if contact else Family.NOTHING) | (Family.PLACE if shown.place else Family.NOTHING)


def _side(of: Buyers, *, clear: bool) -> Side:
    """Orders of nobody's account are buyers who show nothing."""
    contact, both = (of.contact, of.contact_and_place) if clear else (of.alias, of.alias_and_place)
    return Side(of.accounts + of.unseen, contact, of.place, both)


def _recall(company: Company) -> tuple[float, float, float] | None:
    """How much of what customers gave away themselves the matcher finds without it."""
    found = known_recall(company)
    if found.point is None or found.low is None or found.high is None or found.low <= 0:
        return None
    return found.point, found.low, found.high


def _doubt(company: Company) -> float:
    model = LinkModel.objects.filter(company=company, active=True).order_by("-number").first()
    return _DOUBT if model is not None and model.labels >= LABELS else _UNLABELLED


def _row(
    company: Company, key: Key, there: dict[tuple[str, str, date], Buyers], found: Estimate, run: MatchRun | None
) -> Overlap:
    channel, other, market, month = key
    sides = (there[channel, market, month], there[other, market, month])
    return Overlap(
        company=company, channel=channel, other=other, market=market, month=month,
        proven=found.proven, expected=found.expected, total=found.total, low=found.low,
        high=found.high, visible_share=found.visible_share, reason=found.reason[:300], run=run,
        at_most=min(one.accounts + one.unseen for one in sides),
    )  # fmt: skip
