"""Street addresses: words in one spelling, and the numbers of house and unit."""

import re
from dataclasses import dataclass
from functools import lru_cache

from reconciliation.identity.normalise.masks import starred
from reconciliation.identity.normalise.places import said
from reconciliation.identity.normalise.text import WORDS, less_one

# The first word of a line is how the rest are written. Languages share lines where the word does not collide.
_TABLE = """
    st street str strasse saint straat stra
    ave avenue av avenida avda avd aven
    rd road thanon ringroad
    ln lane
    dr drive drv
    ct court crt
    cres crescent cr crs
    pl place platz
    plz plaza praca plazza
    sq square sqr
    ter terrace tce terr trc
    cct circuit cir circle crct
    blvd boulevard boul bvd bulevar
    pkwy parkway pky
    hwy highway hway
    cl close
    gr grove gve
    pde parade
    esp esplanade
    hts heights
    gdns gardens gdn garden
    pk park
    bldg building gedung edificio edf
    n north
    s south
    e east
    w west
    nw northwest
    ne northeast
    sw southwest
    se southeast
    mt mount mnt
    c calle
    r rua rue
    v via
    tv travessa trav
    rod rodovia
    ctra carretera carr
    jl jalan jln
    lor lorong lrg
    gg gang
    tmn taman
    kg kampung kampong kp
    pst persiaran
    dg duong
    soi soy
    ring ringstrasse
    weg wg
    allee al
    1 first 1st
    2 second 2nd
    3 third 3rd
    4 fourth 4th
    5 fifth 5th
    6 sixth 6th
    7 seventh 7th
    8 eighth 8th
    9 ninth 9th
    10 tenth 10th
"""
_SPELT = {other: line.split()[0] for line in _TABLE.strip().splitlines() for other in line.split()[1:]}
# What stands before or after the number of a house, floor or unit, and is left out as often as written.
_UNIT = frozenset("""
    apt apartment unit suite ste flat no num number nr nro numero room rm floor fl level lvl blk block house hse lot
    dept depto apto piso andar bloco etage og eg hao shi lou ceng dong ho beonji cheung ban banchi fan dingmu zuo
    zhuang danyuan hu zhi can rt rw mu moo
""".split())  # fmt: skip
_COMPOUND = re.compile(r"(?<=[a-z]{3})(strasse|str|straat|weg|platz|allee|gasse|laan)$")
_BOX = re.compile(
    r"\b(?:p\.? ?o\.? ?box|post office box|postfach|apartado(?: de correos)?|caixa postal|locked bag) *(\w+)"
)
_PART = re.compile(r"\d+(?=(?:st|nd|rd|th)\b)|\d+[a-z]?(?![a-z\d])|\d+|(?:[^\W\d_]|[\u0e31-\u0e4e\u0900-\u0dff'’])+")
# Thai runs words together: road and lane, then district words and "room", which are left out.
_THAI = ((re.compile(r"ถนน|ถ\."), " ถนน "), (re.compile(r"ซอย|ซ\."), " ซอย "),
         (re.compile(r"แขวง|เขต|ตำบล|อำเภอ|จังหวัด|หมู่|ห้อง|ชั้น|เลขที่|[ตอจม]\."), " "))  # fmt: skip
_ORDINAL = frozenset({"st", "nd", "rd", "th"})
_HAN_PART = re.compile(
    r"[號号室樓楼层層栋棟幢座]|单元|單元|丁目|番地?|[^號号室樓楼层層栋棟幢座]+?(?:[路街巷弄段道里村区區市縣县镇鎮乡鄉省町]|$)"
)
_NUMERAL = re.compile(r"([一二三四五六七八九])(?=[段樓楼路街巷号號丁])")
_DOTS = re.compile(r"(?<=[aou])e(?=[bcdfghjklmnpqrstvwxz])")  # Muellerstr. is Müllerstr.


@dataclass(frozen=True, slots=True)
class Address:
    """Words of a street in one spelling, and its numbers, both sorted; ``whole`` where nothing of it is masked."""

    words: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    whole: bool = True


def address(value: str) -> Address:
    """What a street line tells. Of a masked line only the words that stand in full: "12****" may begin 123."""
    line = starred(value).casefold()
    if not line:
        return Address()
    whole = "*" not in line
    if not whole:
        line = " ".join(word for word in line.split() if "*" not in word)
    words: set[str] = set()
    numbers: set[str] = set()
    if box := _BOX.search(line):
        words, numbers = {"pobox"}, {_number(said(box[1]))}
        line = f"{line[: box.start()]} {line[box.end() :]}"
    if not line.isascii():
        for spelt, put in _THAI:
            line = spelt.sub(put, line)
        line = _NUMERAL.sub(lambda found: str("一二三四五六七八九".index(found[1]) + 1), line)
    for part in _PART.findall(line)[: WORDS * 2]:
        if part[0].isdecimal():
            numbers.add(_number(said(part)))
        else:
            words.update(_words(part))
    numbers.update(word for word in words if word.isdecimal())
    kept = sorted(word for word in words if not word.isdecimal())
    return Address(tuple(kept), tuple(sorted(numbers - {""})) if whole else (), whole)


def _number(text: str) -> str:
    return text.lstrip("0") or text[:1]


@lru_cache(maxsize=50_000)
def _words(part: str) -> tuple[str, ...]:
    """A part of a line that is no number, as words in one spelling."""
    if part.isascii():
        plain = part.replace("'", "")
        pieces = _COMPOUND.sub(r" \1", plain).split()
    elif "\u3400" <= part[0] <= "\u9fff":
        pieces = [said(one) for one in _HAN_PART.findall(part)]
    else:
        pieces = _COMPOUND.sub(r" \1", said(part)).split()
    spelt = (_SPELT.get(word, word) for word in (_DOTS.sub("", piece) for piece in pieces))
    return tuple(word for word in spelt if word and word not in _UNIT and word not in _ORDINAL - {"st", "rd"})


def near(found: Address) -> tuple[str, ...]:
    """Longer words of the street with one letter left out, and its numbers whole."""
    spelt = [one for word in found.words if len(word) >= 4 for one in less_one(word)]
    return (*dict.fromkeys(spelt), *(f"n:{number}" for number in found.numbers))
