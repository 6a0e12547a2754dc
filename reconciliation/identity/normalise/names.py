"""Names of people: words in one alphabet, whatever the order, script, title or nickname."""

import re
from dataclasses import dataclass
from functools import lru_cache

from reconciliation.identity.normalise import han, korean, masks
from reconciliation.identity.normalise.nicknames import formal
from reconciliation.identity.normalise.sounds import sound
from reconciliation.identity.normalise.text import WORDS, clean, less_one, roman

_TITLES = frozenset("""
    mr mrs ms miss mx dr prof professor sir madam dame herr frau fraulein monsieur mme mlle senor senora senorita sr
    sra srta dona don ing dipl mag jr snr jnr junior senior ii iii iv esq phd md dds cpa rev hon capt lt col sgt
    mister missus datuk dato datin tan puan encik haji hajah khun nai nang xiansheng nushi
""".split()) - {"don", "tan", "mag"}  # fmt: skip
_HONOURED = re.compile(r"(?:先生|女士|小姐|太太|老师|老師|様|さん|님|씨)$")
_NOBODY = frozenset("""
    customer guest buyer user recipient client anonymous unknown none null na nil name test tester testing tbd tba
    nobody shopper consumer receiver asdf qwerty abc xxx xx undefined kunde gast cliente guke maijia
""".split())  # fmt: skip
_COMPANY = frozenset("""
    ltd limited llc llp inc incorporated gmbh ag kg ug ohg corp corporation company pte pty plc sdn bhd srl spa sarl
    sas bv nv ab oy kk co enterprise enterprises trading holdings industries warehouse logistics
""".split()) - {"ag", "ab", "co"}  # fmt: skip
_COMPANY_HAN = re.compile(r"公司|株式会社|有限|商店|企業|企业|集团|集團|주식회사|\(주\)")
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|\"[^\"]*\"")
_CARE_OF = re.compile(r"^(?:c/o|attn:?|attention:?|z\. ?hd\.|a/c)\s+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0e31-\u0e4e\u0900-\u0dff'’ʼʹ`])*")


@dataclass(frozen=True, slots=True)
class Name:
    """A clear name: its words as written in order, romanised, and how it looks when masked, in both orders."""

    words: tuple[str, ...] = ()
    mask: str = ""
    mask_other: str = ""

    @property
    def formal(self) -> tuple[str, ...]:
        return tuple(map(formal, self.words))


@lru_cache(maxsize=50_000)
def name(value: str) -> Name:
    """What a clear name tells; nothing for companies, for "Guest" and the like, and for masked names."""
    value = masks.starred(value)
    if "*" in value or "@" in value or _COMPANY_HAN.search(value):
        return Name()
    value = _ASIDE.sub(" ", value).strip() or value
    pieces = _without_titles(_WORD.findall(_CARE_OF.sub("", value).casefold())[:WORDS])
    words = _words(pieces)
    if not words or _COMPANY & set(words) or set(words) <= _NOBODY:
        return Name()
    first, last = pieces[0], pieces[-1]
    straight = masks.pattern(first[0], last[-1])
    other = straight
    if len(pieces) > 1:
        other = masks.pattern(last[0], pieces[-2][-1])
    elif han.HAN.fullmatch(first) or korean.HANGUL.fullmatch(first):
        other = masks.pattern(first[1:2], first[0]) if len(first) > 1 else straight
    return Name(words, straight, other)


def _without_titles(pieces: list[str]) -> list[str]:
    kept = [_HONOURED.sub("", piece) for piece in pieces if roman(piece) not in _TITLES]
    return [piece for piece in kept if piece] or pieces


def _words(pieces: list[str]) -> tuple[str, ...]:
    """Each piece romanised; a name in one piece of Chinese or Korean as surname and given name."""
    if len(pieces) == 1 and han.HAN.fullmatch(pieces[0]):
        return han.surname_and_given(pieces[0])
    if len(pieces) == 1 and korean.HANGUL.fullmatch(pieces[0]):
        return korean.surname_and_given(pieces[0])
    return tuple(filter(None, (_said(piece) for piece in pieces)))


def _said(piece: str) -> str:
    if piece.isascii():
        return roman(piece)
    if han.HAN.fullmatch(piece):
        return han.surname(piece) if han.is_surname(piece) else han.pinyin(piece)
    if korean.HANGUL.fullmatch(piece):
        return korean.surname(piece) if korean.is_surname(piece) else korean.said(piece)
    return roman(piece)


@lru_cache(maxsize=50_000)
def near(words: tuple[str, ...]) -> tuple[str, ...]:
    """Every word and what is left of it without one letter."""
    return tuple(dict.fromkeys(one for word in words for one in less_one(word)))


@lru_cache(maxsize=50_000)
def sounds(words: tuple[str, ...]) -> tuple[str, ...]:
    """Sound keys of the words, sorted."""
    return tuple(sorted(filter(None, map(sound, words))))
