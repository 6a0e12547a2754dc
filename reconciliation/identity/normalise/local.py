"""Where a country's people write one sound in several ways, words of names are brought to one of them.

It is coarse on purpose: in Taiwan Ding and Ting become one, for nobody can tell which of them a Ting is.
"""

import re
from functools import lru_cache

_Rules = tuple[tuple[re.Pattern[str], str], ...]


def _rules(*pairs: tuple[str, str]) -> _Rules:
    return tuple((re.compile(spelt), put) for spelt, put in pairs)


# Müller, Mueller; but Michael, Samuel and Bauer keep their e.
_GERMAN = _rules((r"(?<=[aou])(?<![aeq]u)e(?=[bcdfghjklmnpqrstvwxz])(?!l$)", ""))
# Phongsakorn, Pongsakon; Jaidee, Chaidi; Kulwong, Kunvong.
_THAI = _rules(
    (r"(?<=[ptkbgd])h", ""), (r"b(?=[aeiou])(?<!^b)", "p"), (r"ee|ii|y$|ie$", "i"), (r"oo|uu|ou", "u"), (r"v", "w"),
    (r"j|dj", "ch"),
    (r"er(?=[^aeiou]|$)|oe", "oe"), (r"or(?=n)|(?<=[aeiou])r(?=n)", "o"), (r"[lr]$|l(?=[^aeiouy])", "n"),
    (r"rn$", "n"), (r"d$", "t"), (r"g$(?<!ng)", "k"), (r"b$", "p"), (r"(.)\1+", r"\1"), (r"oo", "o"),
)  # fmt: skip
# Pinyin to Wade-Giles without its apostrophes, which leaves Wade-Giles as it is.
_TAIWAN = _rules(
    (r"zh|q|j", "ch"), (r"(?<![st])z|c(?!h)", "ts"), (r"x", "hs"), (r"^d", "t"), (r"^b", "p"), (r"^g", "k"),
    (r"ong", "ung"), (r"ian$", "ien"), (r"ee$", "i"), (r"(?<=[sc]h)ih?$", "ih"), (r"^(tsi|tsu|tzu)$", "tzu"),
    (r"^(si|szu|ssu)$", "szu"), (r"^yan$", "yen"), (r"^(you|yiu)$", "yu"), (r"^he$", "ho"), (r"^ke$", "ko"),
    (r"(?<=[^k])uo$", "o"), (r"(?<=[iuy])e$", "eh"),
)  # fmt: skip
# Satou, Satoh, Sato; Yuuko, Yuko; Shinichi, Shin'ichi.
_JAPAN = _rules(
    (r"o[uh](?=[^aeiou]|$)|oo", "o"), (r"uu", "u"), (r"mb", "nb"), (r"tu(?=$|[^aeiou])", "tsu"), (r"si", "shi")
)
_BY_COUNTRY = {"DE": _GERMAN, "AT": _GERMAN, "CH": _GERMAN, "LI": _GERMAN, "TH": _THAI, "JP": _JAPAN}


@lru_cache(maxsize=100_000)
def one_spelling(word: str, country: str) -> str:
    """The word of a name as its country's one spelling of it."""
    for pattern, put in _BY_COUNTRY.get(country, ()):
        word = pattern.sub(put, word)
    return word


def taiwanese(syllable: str) -> str:
    """A syllable of Mandarin as it is written in Taiwan, whether it came in Pinyin or in Wade-Giles."""
    for pattern, put in _TAIWAN:
        syllable = pattern.sub(put, syllable)
    return syllable


# Surnames in Latin letters of peoples who put them first: of a name of three words they tell which end is the surname.
FAMILY_FIRST = frozenset("""
    nguyen tran le pham huynh hoang phan vu vo dang bui do ho ngo duong ly dinh lam luong trinh mai dao cao truong
    chan chen tan lim lee li ng wong wang goh ong teo tay toh chua chia koh low loh lau yeo sim sia chong chin chew
    chow foo fong heng khoo kwok lai leong leung liew liu lo loo mok neo ooi pang quek soh soon tang teh tham tong
    wee woo yap yeoh yip yong zhang zhao zhou zhu zheng xu yang huang wu sun ma hu guo lin he gao luo cheng chang
    tsai hsu hsieh kuo tseng kim park choi jung jeong kang cho yoon jang lim han oh seo shin kwon hwang ahn song
    cheung cheong yeung kwan lam lui ho au yu hui
""".split())  # fmt: skip
