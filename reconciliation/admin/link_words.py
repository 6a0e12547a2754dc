"""Words of matching for people, in their language: reasons, constraints, steps, and why something is not told."""

import re
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from reconciliation.identity.linking.model import RARITY

COMPARED: dict[str, Any] = {
    "name": _("Name"),
    "name_masked": _("Name, masked"),
    "place": _("Address"),
    "geo": _("Where they live"),
    "phone": _("Telephone"),
    "phone_tail": _("Last digits of the telephone"),
    "email": _("E-mail address"),
    "username": _("User name"),
    RARITY: _("How rare the shared values are, and how rare a match is at all"),
}
LEVELS: dict[str, Any] = {
    "same name": _("same name"),
    "sounds the same": _("sounds the same"),
    "two words shared": _("two words shared"),
    "one shared, another near": _("one word shared, another nearly"),
    "one word contained": _("one name contains the other"),
    "one shared, another sounds alike": _("one word shared, another sounds alike"),
    "one rare word shared": _("one rare word shared"),
    "one word shared": _("one word shared"),
    "two words sound alike": _("two words sound alike"),
    "two words near": _("two words nearly the same"),
    "one word near": _("one word nearly the same"),
    "one word sounds alike": _("one word sounds alike"),
    "no word shared": _("no word shared"),
    "fits, both masked": _("fits, both masked"),
    "mask fits": _("the mask fits"),
    "fits in the other order": _("fits in the other order"),
    "fits, user name of it": _("the mask fits, and the user name is made of the name"),
    "user name of it": _("the user name is made of the name"),
    "fits, user name of an initial": _("the mask fits, and the user name is made of an initial and a name"),
    "user name of an initial": _("the user name is made of an initial and a name"),
    "fits in its own script": _("the mask fits in its own script"),
    "no name in the user name": _("the user name does not hold the name"),
    "contradicts": _("contradicts"),
    "same address": _("same address"),
    "number, street and town": _("same number, street and town"),
    "street and town": _("same street and town"),
    "much of the street and town": _("much of the street, same town"),
    "street and near town": _("same street, town near by"),
    "little of the street and town": _("little of the street, same town"),
    "much of the street, near town": _("much of the street, town near by"),
    "same postcode": _("same postcode"),
    "same city": _("same city"),
    "street elsewhere": _("same street elsewhere"),
    "near town": _("town near by"),
    "same state": _("same state"),
    "same country": _("same country"),
    "other country": _("other country"),
    "same phone": _("same telephone"),
    "other phone": _("other telephone"),
    "same last digits": _("same last digits"),
    "other last digits": _("other last digits"),
    "same mailbox": _("same mailbox"),
    "same name at another provider": _("same name at another provider"),
    "other mailbox": _("other mailbox"),
    "same user name": _("same user name"),
    "name of the mailbox": _("user name is that of the mailbox"),
    "name of the mailbox alone": _("user name is that of the mailbox, no names to compare"),
    "user name of another name": _("the user name is made of another name"),
    "other user name": _("other user name"),
}
RULES: dict[str, Any] = {
    "email": _("same e-mail address"),
    "mailbox": _("same mailbox"),
    "phone": _("same telephone and a name that agrees"),
    "name_address": _("same name and address"),
    "given": _("the customer gave it himself"),
    "decided": _("people’s word alone"),
}
CONSTRAINTS: dict[str, Any] = {
    "apart": _("people said that these are two"),
    "ids": _("two ids of a channel that gives a person one"),
    "contradiction": _("both show a telephone and a name, and neither agrees"),
    "countries": _("different countries, and no mailbox or telephone in common"),
    "accounts": _("more accounts than a person has"),
    "diameter": _("linked only through a chain of others"),
    "hub": _("linked to more others than a person can be"),
}
TIERS: dict[int, Any] = {0: _("id"), 1: _("exact"), 2: _("weighed")}
STEPS: dict[str, Any] = {
    "tokens": _("reading pages"),
    "accounts": _("accounts"),
    "records": _("gathering records"),
    "pairs": _("finding pairs"),
    "weighing": _("weighing"),
    "links": _("writing links"),
    "people": _("joining people"),
    "review": _("ordering the review"),
}
COUNTS: dict[str, Any] = {
    "pages": _("pages"),
    "signals": _("rows of tokens"),
    "unused": _("not admitted"),
    "unreadable": _("unreadable"),
    "accounts": _("accounts"),
    "links_dropped": _("links dropped"),
    "customers": _("customers"),
    "new": _("new"),
    "moved": _("moved"),
    "refused": _("refused by a constraint"),
}
# What the plain code says in English, as a pattern; the groups are put into the words.
_SAID: tuple[tuple[str, Any], ...] = (
    ("choose two accounts or more to merge", _("Choose two accounts or more to merge.")),
    ("choose some of the accounts to split off, and leave some",
     _("Choose some of the accounts to split off, and leave some.")),
    ("an account stands in two of the groups", _("An account stands in two of the groups.")),
    (r"decision (?P<number>\d+) is taken back already", _("Decision %(number)s is taken back already.")),
    (r"decision (?P<number>\d+) needs no second person", _("Decision %(number)s needs no second person.")),
    (r"decision (?P<number>\d+) does not hold any more", _("Decision %(number)s does not hold any more.")),
    (r"decision (?P<number>\d+) has its second person already",
     _("Decision %(number)s has its second person already.")),
    ("the second person must be another one", _("The second person must be another one.")),
    ("the accounts belong to different companies", _("The accounts belong to different companies.")),
    ("a sample has 1 to 1,000 pairs", _("A sample has 1 to 1,000 pairs.")),
    ("the table is not UTF-8 text: save it as CSV UTF-8", _("The table is not UTF-8 text: save it as CSV UTF-8.")),
    ("the table has no column (?P<names>.+)", _("The table has no column %(names)s.")),
    (r"the table has more than (?P<most>[\d,]+) lines: divide it",
     _("The table has more than %(most)s lines: divide it.")),
    (r"the table cannot be read at line (?P<line>\d+): (?P<why>.+)",
     _("The table cannot be read at line %(line)s: %(why)s")),
    (r"calibrated by (?P<labels>[\d,]+) labels", _("calibrated by %(labels)s labels")),
    (r"trained on (?P<records>[\d,]+) records", _("trained on %(records)s records")),
    (r"shipped (?P<version>\S+)", _("shipped with the program: %(version)s")),
    ("not observable", _("not observable: nothing that could be compared is shown")),
    ("cannot tell: only (?P<share>.+) of the buyers could be seen",
     _("cannot tell: only %(share)s of the buyers could be seen")),
    (r"cannot tell: (?P<found>\d+) persons were found by contact and by place, (?P<needed>\d+) are needed",
     _("cannot tell: %(found)s persons were found by contact and by place, %(needed)s are needed")),
    (r"cannot tell: the interval would be ± (?P<half>.+)", _("cannot tell: the interval would be ± %(half)s")),
    ("cannot tell: the interval is too wide", _("cannot tell: the interval is too wide")),
    (r"cannot tell: (?P<found>\d+) known pairs, (?P<needed>\d+) are needed",
     _("cannot tell: %(found)s pairs are known, %(needed)s are needed")),
)  # fmt: skip


def said(text: str) -> str:
    """What the plain code said, in the language of the person; what is not in the table stays as it is."""
    for pattern, words in _SAID:
        if found := re.fullmatch(pattern, text):
            return str(words) % found.groupdict() if found.groupdict() else str(words)
    return text


def why_not(refused: str) -> str:
    """A constraint that a link would break."""
    return str(CONSTRAINTS.get(refused, refused)) if refused else ""


def found_by(tier: int, rule: str) -> str:
    """How a link was found."""
    words = str(TIERS.get(tier, tier))
    return f"{words}: {RULES.get(rule, rule)}" if rule else words


def counted(counts: dict[str, Any]) -> str:
    """What a matching came to; what is nothing is left out."""
    found = [
        f"{COUNTS.get(name, name)} {count:,}" for name, count in counts.items() if count and isinstance(count, int)
    ]
    return ", ".join(found) or gettext("nothing new")
