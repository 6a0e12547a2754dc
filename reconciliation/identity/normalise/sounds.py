"""How a romanised word sounds, roughly the same in any language."""

import re
from functools import lru_cache

_SPELT = (  # in this order; what is left of a pair goes on through the later ones
    (r"(sch|shch|tsch|tch|ch|sh|sz|cz|zh|dzh|dj)", "C"),  # Schulz, Szulc, Zhao, Djokovic
    (r"ph|pf", "F"),
    (r"ck|cq|kh|gh|qu", "K"),  # Khan, Ghani
    (r"th|dh|dt", "T"),
    (r"ng", "N"),
    (r"c(?=[eiy])", "S"),
    (r"ts|tz|dz|x", "S"),
    (r"ou|oo|eo|eu|au", "o"),  # Yousef, Jeong
    (r"ee|ie|ei|ea|ae|ay|ai", "e"),
    (r"(?<=.)j(?=[aeiou])", "y"),  # inside a word j and y are written for each other
    (r"^h(?=[aeiou])", "H"),
    (r"h", ""),
)
_PATTERNS = tuple((re.compile(spelt), sound) for spelt, sound in _SPELT)
_CLASS = str.maketrans({
    "b": "P", "p": "P", "f": "F", "v": "F", "w": "F", "t": "T", "d": "T", "k": "K", "g": "K", "q": "K", "c": "K",
    "s": "S", "z": "S", "j": "C", "l": "L", "r": "R", "m": "M", "n": "N", "a": "a", "e": "e", "i": "e", "y": "e",
    "o": "o", "u": "o",
})  # fmt: skip
_LENGTH = 6


@lru_cache(maxsize=100_000)
def sound(word: str) -> str:
    """The first vowel (a; e or i; o or u) and the consonants, voiced and unvoiced alike, of a romanised word."""
    for pattern, heard in _PATTERNS:
        word = pattern.sub(heard, word)
    word = word.translate(_CLASS)
    kept = ""
    vowel = False
    last = ""
    for letter in word:
        if letter in "aeo":
            if not vowel:
                kept += letter
                vowel = True
        elif letter.isalpha() and letter != last:
            kept += letter.lower()
        last = letter
    return kept[:_LENGTH]
