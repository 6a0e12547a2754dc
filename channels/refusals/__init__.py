"""Why something is not taken or not given, in the language of the person: the plain code says it in English only."""

import re

from django.utils.translation import gettext

from channels.refusals import files, vendors
from channels.words import channel_label

_KNOWN = [(re.compile(pattern, re.DOTALL), text) for pattern, text in (*vendors.KNOWN, *files.KNOWN)]


def in_words(refusal: str) -> str:
    """The refusal in the language of the request; one that is not in the table stays as it is.

    What a refusal quotes may be one itself, such as the reason after a line number.
    """
    for pattern, text in _KNOWN:
        if found := pattern.fullmatch(refusal):
            return gettext(text) % {name: _part(name, value) for name, value in found.groupdict().items()}
    return refusal


def _part(name: str, value: str) -> str:
    if name == "why":
        return in_words(value)
    if name == "said":  # in the vendor's own words
        return value
    if name == "channel":
        return channel_label(value)
    return gettext(value) if value else ""
