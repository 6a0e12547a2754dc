"""Thai names as people write them in Latin letters: about the Royal Institute's rules, with ee at a name's end.

Thai leaves vowels out and does not part syllables. The rules here go by runs of consonants that carry no vowel sign:
one between vowels closes the syllable before it, two are a syllable of their own with o. That is right for most names.
"""

import re
from functools import lru_cache

THAI = re.compile(r"[\u0e01-\u0e4e]+")
_SILENT = re.compile(r"[\u0e01-\u0e2e][\u0e34\u0e38]?\u0e4c")  # a consonant under thanthakhat
_MUTE = re.compile("([นรม])[ทตธดก]\\|")  # of two consonants before a silent one only the first is heard
_MARKS = re.compile(r"[\u0e47-\u0e4b\u0e4c-\u0e4e\u0e2f\u0e46]")  # tones, shortening, repetition
_INITIAL = {"อ": ""} | dict(zip(
    "กขฃคฅฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรฤลวศษสหฬฮ",
    "k kh kh kh kh kh ng j ch ch s ch y d t th th th n d t th th th n b p ph f ph f ph m y r rue l w s s s h l h"
    .split(),
    strict=True,
))  # fmt: skip
_FINAL = dict(zip(
    "กขคฆงจชซญฎฏฐฑฒณดตถทธนบปพฟภมยรลวศษสฬ",
    "k k k k ng t t t n t t t t t n t t t t t n p p p p p m i n n w t t t n".split(),
    strict=True,
))  # fmt: skip
_LAST = dict(zip("ะาิีึืุูำ", "a a i e e e u u m".split(), strict=True))
_C = "[\u0e01-\u0e2e]"
_CLUSTER = f"(?:[กขคตปผพ][รลว]|ห(?=[งญนมยรลว])[งญนมยรลว]|ศร|สร|{_C})"
_SIGNS = "ะาิีึืุูัำ"
# Forms of a syllable with a written vowel, longest first: consonants in group 1, whether it must be closed.
# A form of a syllable, C its consonants; how it is said; whether a consonant must close it. Longest first.
_NO_VOWEL = "(?![ะาิีึืุู])"
_SPELT: tuple[tuple[str, str, bool], ...] = (
    ("เCียว", "iao", False), ("เCีย", "ia", False), ("เCือ", "uea", False), ("เCาะ", "o", False),
    (f"เC(?=อ(?!c?[{_SIGNS}]))อ", "oe", False), ("เCา", "ao", False), ("เCิ", "er", True),
    (f"เCย{_NO_VOWEL}", "oei", False), ("เC(?=c)", "e", False), ("แC(?=c)", "ae", False), ("เ(c)", "e", False),
    ("แ(c)", "ae", False), ("โC", "o", False), (f"[ใไ]Cย{_NO_VOWEL}", "ai", False), ("[ใไ]C", "ai", False),
    ("Cัว", "ua", False), ("Cัย", "ai", False), ("Cั", "a", True), ("Cำ", "am", False), (f"Cาย{_NO_VOWEL}", "ai", False),
    ("C[ะา]", "a", False), ("Cี$", "ee", False), ("C[ิี]", "i", False), ("C[ึื]อ?", "ue", False), ("C[ุู]", "u", False),
    (f"Cรร(?=c{_NO_VOWEL})", "a", True), ("Cรร", "an", False), (f"(c)ว(?=c(?![{_SIGNS}]))", "ua", True),
    (f"Cอ(?![{_SIGNS}])", "o", False),
)  # fmt: skip
_FORMS = tuple(
    (re.compile(form.replace("C", f"({_CLUSTER})").replace("c", _C)), vowel, closed) for form, vowel, closed in _SPELT
)
# Parts of names whose spelling says less than their sound, spelt as they sound.
_HEARD = {
    "เกียรติ": "เกียด", "เพชร": "เพด", "ฉัตร": "ฉัด", "จักร": "จัก", "บุตร": "บุด", "มิตร": "มิด", "พุทธ": "พุด",
    "วัตร": "วัด", "ชาติ": "ชาด", "ทรง": "สง", "ทรัพย": "สับ", "สุรช": "สุระช", "สุรพ": "สุระพ", "สุรศ": "สุระศ",
    "ณัฐ": "ณัดถะ", "รัตน": "รัดตะน", "วัฒน": "วัดทะน", "ชินว": "ชินนะว", "ธันว": "ทันวะ", "อิทธิ": "อิดทิ",
    "เสริฐ": "เสิด", "พงศก": "พงสะก", "พรหม": "พรม", "สุขส": "สุกส", "จักรพัน": "จักกะพัน",
    "แก้ว": "แก|ว",
}  # fmt: skip
_HEARD_PARTS = re.compile("|".join(f"{part}(?!\u0e4c)" for part in _HEARD))
_OPENS = re.compile(rf"[เแโใไ]|{_CLUSTER}(?:[{_SIGNS}]|รร|อ(?![{_SIGNS}])|ว{_C}(?![{_SIGNS}]))")


@lru_cache(maxsize=50_000)
def said(text: str) -> str:
    """The text with its Thai in Latin letters and all else as it is."""
    return THAI.sub(lambda found: _word(_spelt(found[0])), text)


def letter(character: str, *, first: bool) -> str:
    """One letter by itself, at a name's beginning or end; ``""`` for signs and what does not tell."""
    if first:
        return _INITIAL.get(character, "")
    return _FINAL.get(character, "") or _LAST.get(character, "")


def _spelt(text: str) -> str:
    """Without what is not heard; ``|`` where a syllable is known to end."""
    heard = _HEARD_PARTS.sub(lambda found: _HEARD[found[0]], text)
    return _MARKS.sub("", _MUTE.sub(r"\1|", _SILENT.sub("|", heard)))


def _word(text: str) -> str:
    spoken, at = "", 0
    is_open = False  # whether the last syllable can take a closing consonant
    must = False
    while at < len(text):
        if form := _form(text, at):
            end, syllable, must = form
            spoken, at, is_open = spoken + syllable, end, True
            continue
        run = _run(text, at)
        if not run:  # a sign that belongs nowhere
            at += 1
            continue
        spoken += _bare(run, is_open=is_open, must=must, ends=text[at + len(run) : at + len(run) + 1] in {"", "|"})
        at, is_open, must = at + len(run), False, False
    return spoken


def _form(text: str, at: int) -> tuple[int, str, bool] | None:
    for form, vowel, closed in _FORMS:
        if found := form.match(text, at):
            return found.end(), _onset(found[1]) + vowel.replace("ee", "i" if found[1].endswith("ร") else "ee"), closed
    return None


def _onset(consonants: str) -> str:
    if len(consonants) > 1 and consonants[0] == "ห":
        consonants = consonants[1:]
    return "".join(_INITIAL[one] for one in consonants)


def _run(text: str, at: int) -> str:
    """Consonants from here that carry no vowel sign."""
    end = at
    while end < len(text) and "\u0e01" <= text[end] <= "\u0e2e" and (end == at or not _OPENS.match(text, end)):
        end += 1
    return text[at:end]


def _bare(run: str, *, is_open: bool, must: bool, ends: bool) -> str:
    """Consonants without a vowel sign: what closes the syllable before, then pairs with o, then one with a."""
    said = ""
    if is_open and (must or len(run) % 2):
        said, run = _FINAL.get(run[0], ""), run[1:]
    elif len(run) % 2 and len(run) > 1:
        said, run = f"{_INITIAL[run[0]]}a", run[1:]
    while len(run) > 1:
        vowel = "" if run[1] == "อ" else "o"
        said += _INITIAL[run[0]] + vowel + ("o" if run[1] == "อ" else _FINAL.get(run[1], ""))
        run = run[2:]
    if run and not (ends and said):
        said += f"{_INITIAL[run]}a"
    return said
