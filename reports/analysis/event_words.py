"""An event from the parts of a JSON object, in the words that people use for them.

affected, affecting, regions (a list or "a;b"), date, type; optional ends (the first day without it), random_rollout
and attests: a list of words, an object of word → true or false, or true for "nothing else changed". A coincident
change that is listed takes that attestation away. Words that are not known are kept and told apart by ``unknown``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from reports.analysis import event as kinds
from reports.analysis.event import ATTESTATIONS, KINDS, NEWCOMERS_SEARCH_BRAND, NOTHING_ELSE_CHANGED, Event

PARTS = {
    "affected": ("affected", "affected_channel"),
    "affecting": ("affecting", "affecting_channel"),
    "regions": ("regions", "region", "treated_regions"),
    "date": ("date", "start", "starts", "start_date"),
    "ends": ("ends", "end", "until", "end_date"),
    "type": ("type", "kind"),
    "random_rollout": ("random_rollout", "random_roll_out"),
    "attests": ("attests", "attestations"),
}
_KINDS = {
    "stockout": kinds.STOCK_OUT, "out_of_stock": kinds.STOCK_OUT, "launched": kinds.LAUNCH,
    "rollout": kinds.LAUNCH, "roll_out": kinds.LAUNCH, "channel_launch": kinds.LAUNCH, "market_entry": kinds.LAUNCH,
    "delist": kinds.DELISTING, "delisted": kinds.DELISTING, "promo": kinds.PROMOTION,
    "ads_pause": kinds.AD_PAUSE, "ad_stop": kinds.AD_PAUSE,
    "price_change": kinds.PRICE, "campaign": kinds.CAMPAIGN, "switch_back": kinds.SWITCHBACK,
}  # fmt: skip
_COINCIDENT = "coincident_change"
_RANDOM, _CHOSEN = "random_rollout", "chosen_rollout"
_CAUSE = r"(change|shock|event|cause|confounder|campaign|promotion|launch)(s|d)?"
_NOTHING = re.compile(  # whatever follows it says where or when
    r"nothing_(else|other)|nothing_changed|no_confound|"
    rf"no_((other|known|coincident|coinciding|simultaneous|concurrent|confounding|further)_)+{_CAUSE}"
)
_SOMETHING = re.compile(rf"something_else|((known|other|coincident|coinciding|simultaneous|concurrent)_)+{_CAUSE}")
_ATTESTED = {
    **dict.fromkeys(
        ("diverted_newcomers_search_the_brand", "diverted_newcomers_search_brand", "newcomers_search_the_brand"),
        NEWCOMERS_SEARCH_BRAND,
    ),
    **dict.fromkeys(("random_roll_out", "rollout_random", "roll_out_random", "randomised_rollout"),
                    _RANDOM),
    **dict.fromkeys(("chosen_roll_out", "rollout_chosen", "roll_out_chosen"), _CHOSEN),
}  # fmt: skip
_OPPOSITE = {_COINCIDENT: NOTHING_ELSE_CHANGED, NOTHING_ELSE_CHANGED: _COINCIDENT, _RANDOM: _CHOSEN, _CHOSEN: _RANDOM}
_YES_NO = {"true": True, "yes": True, "random": True, "false": False, "no": False, "chosen": False}


def event_of(given: Mapping[str, Any]) -> Event:
    """The event that the parts of a JSON object say. Raises ValueError, which names the part."""
    return _event({_word(key): value for key, value in given.items()})


def unknown(event: Event) -> list[str]:
    """Attestations of the event that no rule here knows."""
    return sorted(event.attests - set(ATTESTATIONS))


def iso_day(text: str) -> date:
    """A day as 2026-02-02, 2026-02-02 00:00:00 or 2026-W06 (its Monday). Raises ValueError."""
    day, _, clock = text.strip().replace("T", " ").partition(" ")
    if clock.strip("0:.Z+"):
        raise ValueError(f"{clock!r} is no midnight")
    return date.fromisoformat(day)


def shown(value: object) -> str:
    """A value for a message: short, quoted, on one line."""
    text = str(value)
    return repr(text if len(text) <= 40 else f"{text[:40]}…")


def _event(given: Mapping[str, Any]) -> Event:
    random, attests = _attested(given)
    rollout = _part(given, "random_rollout")
    chosen = random if rollout is None else _yes(rollout)
    if random is not None and random != chosen:
        raise ValueError("random_rollout and attests disagree on whether lots chose the regions")
    starts, until = _day("date", _needed(given, "date")), _part(given, "ends")
    ends = None if until is None else _day("ends", until)
    if ends is not None and ends <= starts:
        raise ValueError(f"ends {ends} is not after {starts}")
    affected, affecting = (_text(one, _needed(given, one)) for one in ("affected", "affecting"))
    if affected == affecting:
        raise ValueError(f"affected and affecting are both {shown(affected)}; they are two channels")
    return Event(
        affected, affecting, _regions(_needed(given, "regions")), starts, _kind(_needed(given, "type")),
        ends=ends, random_rollout=bool(chosen), attests=attests,
    )  # fmt: skip


def _part(given: Mapping[str, Any], name: str) -> Any:
    found = [given[one] for one in PARTS[name] if given.get(one) is not None]
    if any(one != found[0] for one in found):
        raise ValueError(f"{name} is said twice, differently")
    return found[0] if found else None


def _needed(given: Mapping[str, Any], name: str) -> Any:
    value = _part(given, name)
    if value is None or value == "":
        raise ValueError(f"{name} is missing; an event has {', '.join(PARTS)}")
    return value


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise ValueError(f"{name} is a text, not {shown(value)}")
    return str(value).strip()


def _regions(value: Any) -> tuple[str, ...]:
    several = value.split(";") if isinstance(value, str) else value if isinstance(value, list) else [value]
    found = tuple(dict.fromkeys(_text("regions", one) for one in several if one != ""))
    if not found:
        raise ValueError("regions names no region; list those where it happened")
    return found


def _day(name: str, value: Any) -> date:
    try:
        return iso_day(_text(name, value))
    except ValueError as error:
        raise ValueError(f"{name}: {shown(value)} is no day such as 2026-02-02") from error


def _kind(value: Any) -> str:
    word = _word(_text("type", value))
    kind = _KINDS.get(word, word)
    if kind not in KINDS:
        raise ValueError(f"type {shown(value)} is not known; it is one of {', '.join(KINDS)}")
    return kind


def _yes(value: Any) -> bool:
    found = value if isinstance(value, bool) else _YES_NO.get(_word(str(value)))
    if found is None:
        raise ValueError(f"random_rollout is true or false, not {shown(value)}")
    return found


def _attested(given: Mapping[str, Any]) -> tuple[bool | None, frozenset[str]]:
    """Whether lots are attested to have chosen the regions (None: not said), and what else is attested."""
    own = {key: value for key, value in given.items() if _known(key) in (NOTHING_ELSE_CHANGED, _COINCIDENT)}
    words = {*_words(_part(given, "attests")), *_words(own)}
    if {_RANDOM, _CHOSEN} <= words:
        raise ValueError("attests says both that lots and that people chose the regions")
    random = True if _RANDOM in words else False if _CHOSEN in words else None
    dropped = {_COINCIDENT, _RANDOM, _CHOSEN, *([NOTHING_ELSE_CHANGED] if _COINCIDENT in words else [])}
    return random, frozenset(words - dropped)


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        value = _YES_NO.get(_word(value), value) if _word(value) in ("yes", "no", "true", "false") else value
    if value is None or value is False:
        return
    if value is True:
        yield NOTHING_ELSE_CHANGED
    elif isinstance(value, str):
        yield from _listed(value.split(";"))
    elif isinstance(value, list):
        yield from _listed(value)
    elif isinstance(value, dict):
        for key, one in value.items():
            word = _known(key)
            said = _YES_NO.get(_word(one)) if isinstance(one, str) and _word(one) in _YES_NO else bool(one)
            if said or word in _OPPOSITE:
                yield word if said else _OPPOSITE[word]
    else:
        raise ValueError(f"attests is a list of words, an object or true, not {shown(value)}")


def _listed(values: Iterable[Any]) -> Iterator[str]:
    for one in values:
        if not isinstance(one, str):
            raise ValueError(f"attests lists words, not {shown(one)}")
        if one.strip():
            yield _known(one)


def _known(text: str) -> str:
    word = _word(text)
    if _NOTHING.match(word):
        return NOTHING_ELSE_CHANGED
    return _COINCIDENT if _SOMETHING.match(word) else _ATTESTED.get(word, word)


def _word(text: str) -> str:
    return re.sub(r"[\W_]+", "_", text.strip().lower()).strip("_")
