"""Overlap: persons who bought on two channels in a market and month, as far as that can be told."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from django.db import connection, transaction

from channels.models import Company
from reconciliation.bought import EVER, Buyers, Cross, Shown, accounts, buyers, crosses, gather_bought
from reconciliation.identity.overlap import Estimate, Group, Pair, estimate, persons, seen, together
from reconciliation.identity.sampling import Answer, Worth, worth
from reconciliation.identity.visibility import Family, Side
from reconciliation.labels import known_recall
from reconciliation.link_models import in_use, model_of
from reconciliation.locks import matching_lock
from reconciliation.models import Account, CustomerLink, MatchRun, Overlap, PairLabel

FLOOR = 0.01  # links below count nowhere
LABELS = 200  # answers from which on they say what the sum of probabilities is worth
SURE = 0.9  # links from it on tell how often one person's accounts buy in the same month
_CLEAR = 0.05  # of a channel's accounts: where fewer show a contact in clear, user names stand for it

Key = tuple[str, str, str, date]
Told = tuple[int, int, str, float, bool | None]  # left and right account, stratum, inclusion, answer


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a company's overlaps are estimated from. ``linked`` by month, and all of a market under ``EVER``."""

    buyers: Mapping[tuple[str, str, date], Buyers]
    accounts: Mapping[tuple[str, str], int]  # by channel and market
    linked: Mapping[Key, Sequence[Cross]]
    told: Sequence[Told]
    recall: tuple[float, float, float] | None = None


def measure_overlap(company: Company) -> int:
    """Estimate every pair of channels in every market and month anew; the number of estimates.

    Safe to repeat: the same links give the same numbers. What can no longer be told is null, with its reason. While the
    company is matched it waits: half of the links would be told as all.
    """
    with matching_lock(company, wait=True), transaction.atomic():
        gather_bought(company)
        known = _evidence(company)
        run = MatchRun.objects.filter(company=company, finished_at__isnull=False, error="").first()
        Overlap.objects.filter(company=company).delete()
        rows = [
            _row(company, key, known.buyers, estimate(group), run)
            for pair, keys in _keys(known.buyers).items()
            for key, group in groups(pair, keys, known)
        ]
        Overlap.objects.bulk_create(rows, batch_size=1_000)
    return len(rows)


def _evidence(company: Company) -> Evidence:
    model = model_of(in_use(company))
    linked: dict[Key, list[Cross]] = defaultdict(list)
    for ever in (False, True):
        for cross in crosses(FLOOR, model, ever=ever):
            linked[cross.channel, cross.other, cross.market, cross.month].append(cross)
    there = {(one.channel, one.market, one.month): one for one in buyers()}
    return Evidence(there, accounts(), linked, _told(company), _recall(company))


def _keys(there: Iterable[tuple[str, str, date]]) -> dict[tuple[str, str], list[Key]]:
    """The markets and months of every pair of channels."""
    channels: dict[tuple[str, date], list[str]] = defaultdict(list)
    for channel, market, month in there:
        channels[market, month].append(channel)
    found: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for (market, month), names in sorted(channels.items()):
        for pair in combinations(sorted(names), 2):
            found[pair].append((*pair, market, month))
    return found


def groups(pair: tuple[str, str], keys: Sequence[Key], known: Evidence) -> Iterator[tuple[Key, Group]]:
    """What is known of two channels in each of these markets and months."""
    clear = all(_clear(channel, known) for channel in pair)
    markets = {market: known.linked.get((*pair, market, EVER), ()) for _, _, market, _ in keys}
    trusted = _worth([one for links in markets.values() for one in links], known.told, clear=clear)
    for market, links in markets.items():
        named = _named(links)
        ever = seen(persons([_pair(one, clear=clear) for one in links], named), trusted)
        sure = sum(one.probability >= SURE for one in links)
        for key in keys:
            if key[2] == market:
                group = _group(key, known, sure, clear=clear)
                yield key, replace(group, persons=named, ever=ever, worth=trusted)


def _named(links: Iterable[Cross]) -> dict[int, int]:
    """The number of each account's person."""
    numbers: dict[str, int] = {}
    found = {}
    for link in links:
        for account, person in ((link.left, link.left_person), (link.right, link.right_person)):
            # A customer of both channels would be one number on both sides: sides are told apart.
            name = f"{person}/{account == link.left}"
            found[account] = numbers.setdefault(name, -1 - len(numbers))
    return found


def _clear(channel: str, known: Evidence) -> bool:
    """Whether enough of a channel's buyers show a contact in clear."""
    months = [one for (name, _, _), one in known.buyers.items() if name == channel]
    return sum(one.contact for one in months) >= _CLEAR * sum(one.accounts for one in months)


def _group(key: Key, known: Evidence, sure: int, *, clear: bool) -> Group:
    """What is known of the month alone. ``sure``: pairs of all months that are surely one person."""
    channel, other, market, month = key
    one, two = (known.buyers[name, market, month] for name in (channel, other))
    links = known.linked.get(key, ())
    here = sum(link.probability >= SURE for link in links)
    left, right = ((side.accounts, known.accounts.get((side.channel, market), 0)) for side in (one, two))
    return Group(
        [_pair(link, clear=clear) for link in links], _side(one, clear=clear), _side(two, clear=clear),
        recall=known.recall, together=together((here, sure), left, right),
    )  # fmt: skip


def _pair(link: Cross, *, clear: bool) -> Pair:
    confirmed = link.state == CustomerLink.State.CONFIRMED
    return Pair(
        link.left, link.right, 1.0 if confirmed else link.probability, _family(link.speaks, clear=clear),
        _family(link.left_shows, clear=clear), _family(link.right_shows, clear=clear),
        proven=confirmed or (link.tier < 2 and link.state == CustomerLink.State.AUTO),
    )  # fmt: skip


def _worth(ever: Sequence[Cross], told: Sequence[Told], *, clear: bool) -> dict[Family, Worth]:
    """By the families that agree, what the labels make of the links' probabilities."""
    pairs = {(min(one.left, one.right), max(one.left, one.right)): _pair(one, clear=clear) for one in ever}
    families = {pair: one.by & one.left_shows & one.right_shows for pair, one in pairs.items()}
    enough = sum(same is not None for *_, same in told) >= LABELS
    found = {}
    for family in (Family.NOTHING, Family.CONTACT, Family.PLACE, Family.EITHER):
        some = {pair: pairs[pair].p for pair, by in families.items() if by is family}
        answers = [_answer(one, some) for one in told] if enough else []
        found[family] = worth(answers, sum(some.values()), sum(p * (1 - p) for p in some.values()))
    return found


def _answer(told: Told, some: Mapping[tuple[int, int], float]) -> Answer:
    left, right, stratum, inclusion, same = told
    p = some.get((min(left, right), max(left, right)))
    if p is None or same is None:
        return Answer(stratum, inclusion, None if same is None else 0.0)
    return Answer(stratum, inclusion, same - p, p * (1 - p))


def _told(company: Company) -> list[Told]:
    """The labels of the random sample; accounts that are gone are 0, for the pair stood for others all the same."""
    label, account = PairLabel._meta.db_table, Account._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(l.id, 0), coalesce(r.id, 0), p.stratum, p.inclusion, p.same "
            f"FROM {label} p LEFT JOIN {account} l ON l.company_id = p.company_id AND l.key = p.left_key "
            f"LEFT JOIN {account} r ON r.company_id = p.company_id AND r.key = p.right_key "
            "WHERE p.company_id = %s AND p.origin = %s AND p.raw IS NOT NULL ORDER BY p.id",
            [company.pk, PairLabel.Origin.SAMPLE],
        )
        return [(left, right, stratum, inclusion, same) for left, right, stratum, inclusion, same in cursor.fetchall()]


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


def _row(
    company: Company, key: Key, there: Mapping[tuple[str, str, date], Buyers], found: Estimate, run: MatchRun | None
) -> Overlap:
    channel, other, market, month = key
    sides = (there[channel, market, month], there[other, market, month])
    return Overlap(
        company=company, channel=channel, other=other, market=market, month=month,
        proven=found.proven, expected=found.expected, total=found.total, low=found.low,
        high=found.high, visible_share=found.visible_share, reason=found.reason[:300], run=run,
        at_most=min(one.accounts + one.unseen for one in sides),
    )  # fmt: skip
