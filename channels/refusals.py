"""Why a file is not taken, in the language of the person: the plain code says it in English only."""

import re

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _n

_KNOWN: list[tuple[re.Pattern[str], str]] = [
    (re.compile(pattern, re.DOTALL), text)
    for pattern, text in (
        (r"the file is empty", _n("The file is empty.")),
        (
            r"the first line has no columns separated by tab, comma or semicolon, and it is not JSON",
            _n("The first line has no columns separated by tab, comma or semicolon, and it is not JSON."),
        ),
        (
            r"no known format starts with: (?P<seen>.*)\. Known here: .*",
            _n("No known format starts with: %(seen)s. The README lists what can be imported."),
        ),
        (
            r"this is (?P<title>.*), but the store is on (?P<channel>.*); import it into a store on (?P<label>.*)",
            _n("This is %(title)s, but the store is on %(channel)s; upload it to a store on %(label)s."),
        ),
        (
            r"the file holds NUL bytes: it is binary or damaged; export it again as text",
            _n("The file is binary or damaged; export it again as text."),
        ),
        (r"the archive is damaged(?: or cut off)?: (?P<why>.*)", _n("The archive is damaged or cut off: %(why)s")),
        (r"the workbook cannot be opened: (?P<why>.*)", _n("The workbook cannot be opened: %(why)s")),
        (r"the JSON document cannot be read: (?P<why>.*)", _n("The JSON document cannot be read: %(why)s")),
        (
            r"the file has a header and nothing below it",
            _n("The file has a header and nothing below it."),
        ),
        (
            r"the archive unpacks to more than (?P<size>\S+) bytes from (?P<packed>\S+): not a report",
            _n("The archive unpacks to more than %(size)s bytes from %(packed)s: it is no report."),
        ),
    )
]


def in_words(refusal: str) -> str:
    """The refusal in the language of the request; one that is not in the table stays as it is."""
    for pattern, text in _KNOWN:
        if found := pattern.fullmatch(refusal):
            return gettext(text) % {name: gettext(value) for name, value in found.groupdict().items()}
    return refusal
