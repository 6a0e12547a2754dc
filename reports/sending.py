"""Conversions of the books on their way to the accounts of their stores: each once, what failed again and later."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from channels.core.errors import Refused
from channels.endpoints import allowed_endpoint
from reports.booked_leads import booked
from reports.conversions.sending import NETWORKS, UNDER_REVIEW, Answered, Fate, Network, Prepared, Wire
from reports.models import ConversionAccount, SentConversion

_WAITS = [timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4), timedelta(hours=16)]
MOST_TRIES = len(_WAITS) + 1
LOST = timedelta(minutes=30)  # after which what is being sent by nobody any more is not known to have arrived
_PATIENCE, _LONGEST = 20.0, 300.0  # seconds for an answer, and for all that an account is told in one go
_REVIEWED, _MOST_REVIEWS = timedelta(days=7), 50  # how long and how many requests are asked after
_State = SentConversion.State


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an account would be told now, and why other conversions of its store would not."""

    due: list[Prepared]
    left_out: Counter[str] = field(default_factory=Counter)
    unread: int = 0  # pages of leads

    @property
    def stages(self) -> dict[str, int]:
        return dict(Counter(one.stage for one in self.due))


def outlook(account: ConversionAccount, now: datetime) -> Outlook:
    """Raises Refused where the account cannot be used."""
    network, left_out = _usable(account), Counter[str]()
    books = booked(account.store.company, now.date(), account.calling_code)
    leads = books.by_store.get(account.store_id, [])
    known = {one.mark: one for one in account.conversions.all()}
    due = []
    for one in network.prepared(leads, now, left_out, account.credentials or {}):
        if one.at < account.since:
            left_out["before the account's day"] += 1
        elif reason := _not_now(known.get(one.mark), now):
            left_out[reason] += 1
        else:
            due.append(one)
    return Outlook(due, left_out, books.unread)


def send(account: ConversionAccount, now: datetime) -> Counter[str]:
    """Tell the account's network what is due; how many conversions came to each fate.

    Raises Refused where sending is off, here or for all, or the account cannot be used.
    """
    if not settings.SEND_CONVERSIONS:
        raise Refused("conversions are not sent: set PLUMBLINE_SEND_CONVERSIONS=true")
    if not account.is_on:
        raise Refused("the account is off")
    network, base = _usable(account), allowed_endpoint(account.endpoint)
    _give_up_lost(account, network, now)
    due = outlook(account, now).due
    _let_go(account, due, now)
    fates = Counter[str]()
    with Wire(min(settings.PULL_TIMEOUT, _PATIENCE), _LONGEST) as wire:
        for start in range(0, len(due), network.most):
            before = fates.total() - fates[_State.LATER]
            claimed = _claim(account, due[start : start + network.most], now)
            for answered in network.send(wire, base, account.credentials or {}, claimed) if claimed else ():
                fates[_settle(account, answered, now)] += 1
            if claimed and fates.total() - fates[_State.LATER] == before:  # nothing gets through
                break
        _review(account, network, wire, base, now)
    return fates


def _review(account: ConversionAccount, network: Network, wire: Wire, base: str, now: datetime) -> None:
    """Ask what became of requests that were taken to be looked at later."""
    since = account.conversions.filter(state=_State.SENT, said__startswith=UNDER_REVIEW, tried_at__gt=now - _REVIEWED)
    said = sorted(set(since.values_list("said", flat=True)))[:_MOST_REVIEWS]
    if network.review is None or not said:
        return
    for one in network.review(wire, base, account.credentials or {}, said):
        account.conversions.filter(said=one.before).update(state=_State(one.fate.value), said=one.said)


def _usable(account: ConversionAccount) -> Network:
    network = NETWORKS[account.network]
    if wrong := network.wrong(account.credentials or {}):
        raise Refused(f"the account's credentials are missing or wrong: {', '.join(wrong)}")
    return network


def _not_now(before: SentConversion | None, now: datetime) -> str:
    if before is None or (before.state == _State.LATER and before.next_try_at and before.next_try_at <= now):
        return ""
    return {_State.SENT: "sent", _State.LATER: "waits for its next try", _State.SENDING: "being sent"}.get(
        _State(before.state), "given up"
    )


def _claim(account: ConversionAccount, several: list[Prepared], now: datetime) -> list[Prepared]:
    """Those that nobody else sends meanwhile, on record before anything leaves."""
    with transaction.atomic():
        ConversionAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
        known = {one.mark: one for one in account.conversions.filter(mark__in=[one.mark for one in several])}
        mine = [one for one in several if not _not_now(known.get(one.mark), now)]
        again = [known[one.mark].pk for one in mine if one.mark in known]
        SentConversion.objects.filter(pk__in=again).update(state=_State.SENDING, tried_at=now, next_try_at=None)
        SentConversion.objects.bulk_create(
            SentConversion(
                account=account, mark=one.mark, lead=one.lead.split("|", 2)[-1], stage=one.stage, happened_at=one.at,
                tried_at=now,
            )
            for one in mine
            if one.mark not in known
        )  # fmt: skip
    return mine


def _settle(account: ConversionAccount, answered: Answered, now: datetime) -> str:
    one = account.conversions.get(mark=answered.mark)
    one.tries += answered.tried
    one.state, one.said, one.next_try_at = _State(answered.fate.value), answered.said[:200], None
    if not answered.tried:
        one.next_try_at = now
    elif answered.fate is Fate.LATER and one.tries < MOST_TRIES:
        one.next_try_at = now + _WAITS[one.tries - 1]
    elif answered.fate is Fate.LATER:
        one.state = _State.REFUSED
    one.save(update_fields=["tries", "state", "said", "next_try_at"])
    return one.state


def _let_go(account: ConversionAccount, due: list[Prepared], now: datetime) -> None:
    """What waited for its next try and may no longer be told: consent went meanwhile, or it grew too old."""
    waiting = account.conversions.filter(state=_State.LATER, next_try_at__lte=now)
    gone = waiting.exclude(mark__in=[one.mark for one in due])
    gone.update(state=_State.REFUSED, next_try_at=None, said="no longer to be told")


def _give_up_lost(account: ConversionAccount, network: Network, now: datetime) -> None:
    """What a process that died was sending: again where the network knows what comes twice, else never."""
    lost = account.conversions.filter(state=_State.SENDING, tried_at__lt=now - LOST)
    if network.knows_again:
        lost.update(state=_State.LATER, next_try_at=now, said="interrupted", tries=F("tries") + 1)
    else:
        lost.update(state=_State.UNSURE, said="interrupted")
