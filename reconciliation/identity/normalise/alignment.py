"""How alike two names are, word by word, once both are in Latin letters."""

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

from reconciliation.identity.normalise.nicknames import formal
from reconciliation.identity.normalise.sounds import sound

_ALIKE = (  # spellings that stand for one another between languages and transcriptions
    (r"(.)\1+", r"\1"), (r"kh|gh|q|c(?=[aouklr])|ck", "k"), (r"ph", "f"), (r"w", "v"), (r"ou|oo", "u"),
    (r"tch|tsch|sch|sh|ch|zh|cz|sz|dj|dzh", "c"), (r"x", "ks"), (r"th", "t"), (r"dh", "d"),
    (r"ie|ee|ei|iy|yi|y|j", "i"),
    (r"(?<=.)h", ""), (r"ae|oe|ue", lambda found: found[0][0]), (r"(.)\1+", r"\1"),
)  # fmt: skip
_PATTERNS = tuple((re.compile(spelt), put) for spelt, put in _ALIKE)
_VOWELS = re.compile(r"[aeiouyv]+")
# Words that stand between names and tell nobody apart.
_PARTICLES = frozenset(
    """
    de del della der den di da do dos das du la le van von zu zur ter ten
    al el bin ben ibn abu bint as ad an ar at y e i
""".split()
)
_LEAST = 0.5  # words less alike than this are not a pair
_LONGER = 0.35  # what a word counts that only the longer name has; one that both should have counts whole
_WORST = 0.4  # share of the least alike pair: one quite different word makes another person of a long name
_INITIAL, _NICKNAME, _SOUND = 0.75, 0.95, 0.75


@lru_cache(maxsize=50_000)
def folded(word: str) -> str:
    """The word with spellings that stand for one another made one."""
    for pattern, put in _PATTERNS:
        word = pattern.sub(put, word)
    return word


@lru_cache(maxsize=50_000)
def bones(word: str) -> str:
    """Consonants only, as scripts write that leave vowels out."""
    return _VOWELS.sub("", folded(word))


@lru_cache(maxsize=100_000)
def alike(left: str, right: str, *, vowels: bool = True) -> float:
    """How alike two words are, 0 to 1; by consonants where one comes from a script that writes no vowels."""
    if left == right:
        return 1.0
    if min(len(left), len(right)) == 1:
        return _INITIAL if left[0] == right[0] else 0.0
    if formal(left) == formal(right):
        return _NICKNAME
    if not vowels:
        return 0.95 * OSA.normalized_similarity(bones(left), bones(right))
    best = max(OSA.normalized_similarity(left, right), 0.97 * OSA.normalized_similarity(folded(left), folded(right)))
    return max(best, _SOUND) if len(sound(left)) > 2 and sound(left) == sound(right) else best


def aligned(left: tuple[str, ...], right: tuple[str, ...], *, vowels: bool = True) -> float:
    """How alike two names are: their words paired, best first, each pair counting by its letters."""
    left, right = tuple(dict.fromkeys(left)), tuple(dict.fromkeys(right))
    likes, alone = _paired(left, right, vowels=vowels)
    weight = sum(heavy for _, heavy, _ in likes) + 2 * alone[0] + _LONGER * (alone[1] - alone[0])
    if not weight:
        return 0.0
    worst = min((like for like, _, tells in likes if tells), default=1.0)
    worst = min(worst, _LEAST) if alone[0] else worst
    return (1 - _WORST) * sum(like * heavy for like, heavy, _ in likes) / weight + _WORST * worst


def _paired(
    left: tuple[str, ...], right: tuple[str, ...], *, vowels: bool
) -> tuple[list[tuple[float, float, bool]], list[float]]:
    """Likeness, weight and whether it tells people apart of every pair of words; weights of the words left alone."""
    pairs = sorted(
        ((alike(one, two, vowels=vowels), at, to) for at, one in enumerate(left) for to, two in enumerate(right)),
        key=lambda pair: (-pair[0], -min(len(left[pair[1]]), len(right[pair[2]])), left[pair[1]], right[pair[2]]),
    )
    ours, theirs = set(range(len(left))), set(range(len(right)))
    likes = []
    for like, at, to in pairs:
        if like > _LEAST and at in ours and to in theirs:
            ours.discard(at)
            theirs.discard(to)
            likes.append((like, _weight(left[at]) + _weight(right[to]), left[at] not in _PARTICLES))
    alone = sorted((sum(_weight(left[at]) for at in ours), sum(_weight(right[to]) for to in theirs)))
    return likes, alone


def _weight(word: str) -> float:
    return len(word) * (0.4 if word in _PARTICLES else 1.0)
