"""What a touch says of the visitor's intent: by its own word, else by the name of its channel."""

from functools import lru_cache

import numpy as np

from reports.analysis.attribution.journeys import BRAND, DIRECT, NON_BRAND, UNKNOWN, Integers

_WORDS = {
    "brand": BRAND, "branded": BRAND, "non_brand": NON_BRAND, "nonbrand": NON_BRAND, "non_branded": NON_BRAND,
    "generic": NON_BRAND, "direct": DIRECT,
}  # fmt: skip


@lru_cache(maxsize=1_000)
def intent_of(word: str) -> int:
    """Of a cell of the column intent; UNKNOWN where it is empty or no word of ours."""
    return _WORDS.get("_".join(word.lower().replace("-", " ").replace("_", " ").split()), UNKNOWN)


def intent_of_channel(name: str) -> int:
    """Of names such as Direct, (direct) / (none), Brand search or google_nonbrand; else UNKNOWN."""
    words = "".join(one if one.isalnum() else " " for one in name.lower()).split()
    if not words:
        return UNKNOWN
    if words[0] == "direct" and set(words[1:]) <= {"none", "traffic", "visit", "visits"}:
        return DIRECT
    if {"nonbrand", "nonbranded", "generic"} & set(words) or "non brand" in " ".join(words):
        return NON_BRAND
    return BRAND if {"brand", "branded"} & set(words) else UNKNOWN


def filled(intent: Integers, touch: Integers, channels: tuple[str, ...]) -> Integers | None:
    """The intents, the unknown ones by the name of the channel; None where nothing is known of any touch."""
    by_name = np.array([intent_of_channel(name) for name in channels], np.int64)
    found = np.where(intent == UNKNOWN, by_name[touch], intent)
    return found if (found != UNKNOWN).any() else None
