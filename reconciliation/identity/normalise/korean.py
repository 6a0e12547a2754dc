"""Korean names as people write them in Latin letters: surnames by custom, given names by the official rules."""

import re
from functools import lru_cache

HANGUL = re.compile(r"[\uac00-\ud7a3]+")
_INITIAL = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h")
_VOWEL = (
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo", "we", "wi", "yu", "eu",
    "ui", "i",
)  # fmt: skip
_FINAL = (
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng",
    "t", "t", "k", "t", "p", "t",
)  # fmt: skip
# The first is how most bearers write it, the rest how others do.
SURNAMES = {
    "김": ("kim", "gim"), "이": ("lee", "yi", "rhee", "i", "li"), "박": ("park", "pak", "bak"),
    "최": ("choi", "choe"), "정": ("jung", "jeong", "chung", "jong", "cheong"), "강": ("kang", "gang"),
    "조": ("cho", "jo"), "윤": ("yoon", "yun"), "장": ("jang", "chang"), "임": ("lim", "im", "rim"),
    "한": ("han",), "오": ("oh", "o"), "서": ("seo", "suh", "so"), "신": ("shin", "sin"), "권": ("kwon", "gwon"),
    "황": ("hwang",), "안": ("ahn", "an"), "송": ("song",), "전": ("jeon", "chun", "jun"), "홍": ("hong",),
    "유": ("yoo", "yu", "ryu"), "류": ("ryu", "yoo", "yu"), "고": ("ko", "go"), "문": ("moon", "mun"),
    "양": ("yang",), "손": ("son", "sohn"), "배": ("bae", "pae"), "백": ("baek", "paik", "back"),
    "허": ("heo", "hur", "huh"), "남": ("nam",), "심": ("shim", "sim"), "노": ("noh", "roh", "no"),
    "하": ("ha",), "곽": ("kwak", "gwak"), "성": ("sung", "seong"), "차": ("cha",), "주": ("joo", "ju"),
    "우": ("woo", "u"), "구": ("koo", "gu", "ku"), "민": ("min",), "나": ("na", "ra"), "진": ("jin",),
    "지": ("ji",), "엄": ("eom", "um"), "채": ("chae",), "원": ("won",), "천": ("cheon", "chun"),
    "방": ("bang",), "공": ("kong", "gong"), "현": ("hyun", "hyeon"), "함": ("ham",), "변": ("byun", "byeon"),
    "염": ("yeom", "yum"), "여": ("yeo",), "추": ("choo", "chu"), "도": ("do",), "소": ("so",), "석": ("seok", "suk"),
    "선": ("sun", "seon"), "설": ("seol", "sul"), "마": ("ma",), "길": ("gil", "kil"), "연": ("yeon",),
    "위": ("wi",), "표": ("pyo",), "명": ("myung", "myeong"), "기": ("ki", "gi"), "금": ("keum", "geum"),
    "남궁": ("namgung", "namkung"), "황보": ("hwangbo",), "제갈": ("jegal",), "선우": ("sunwoo", "seonu"),
    "독고": ("dokgo",), "사공": ("sagong",),
}  # fmt: skip


@lru_cache(maxsize=50_000)
def said(text: str) -> str:
    """Hangul by the Revised Romanisation, syllable by syllable, as names are."""
    return "".join(_syllable(ord(letter) - 0xAC00) for letter in text if "\uac00" <= letter <= "\ud7a3")


def _syllable(code: int) -> str:
    return _INITIAL[code // 588] + _VOWEL[code % 588 // 28] + _FINAL[code % 28]


@lru_cache(maxsize=50_000)
def surname_and_given(text: str) -> tuple[str, ...]:
    """A Korean name in one piece as surname and given name."""
    size = surname_size(text)
    return tuple(filter(None, (surname(text[:size]), said(text[size:]))))


def surname_size(text: str) -> int:
    return 2 if text[:2] in SURNAMES and len(text) > 2 else 1


def surname(text: str) -> str:
    return SURNAMES[text][0] if text in SURNAMES else said(text)


def is_surname(text: str) -> bool:
    return text in SURNAMES


def others(text: str) -> tuple[str, ...]:
    """Other spellings of the surname that begins the text."""
    return SURNAMES.get(text[:2]) or SURNAMES.get(text[:1], ())[1:]
