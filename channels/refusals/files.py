"""Why a file, a sheet or a line is not taken: patterns of what the plain code says, and the words for people."""

from django.utils.translation import gettext_noop as _n

_CONFLICT = (
    r"Statement (?P<ref>.*) is here already, from (?P<name>.*), with total (?P<old>.*)\. "
    r"This file says (?P<new>\S+); (?P<count>\d+) lines differ\. ?(?P<why>.*)"
)
KNOWN: list[tuple[str, str]] = [
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
    (
        r"the JSON document cannot be (?:read|written again): (?P<why>.*)",
        _n("The JSON document cannot be read: %(why)s"),
    ),
    (
        r"the file has a header and nothing below it",
        _n("The file has a header and nothing below it."),
    ),
    (
        r"the archive unpacks to more than (?P<size>\S+) bytes from (?P<packed>\S+): not a report",
        _n("The archive unpacks to more than %(size)s bytes from %(packed)s: it is no report."),
    ),
    (
        r"the archive holds several files; send them one by one",
        _n("The archive holds several files; send them one by one."),
    ),
    (r"the archive is empty", _n("The archive is empty.")),
    (
        r"the archive holds (?P<count>\S+) files; the limit is (?P<limit>\S+)",
        _n("The archive holds %(count)s files; the limit is %(limit)s."),
    ),
    (
        r"it is encrypted; unpack it with its password first",
        _n("It is encrypted; unpack it with its password first."),
    ),
    (r"it cannot be unpacked: (?P<why>.*)", _n("It cannot be unpacked: %(why)s")),
    (r"(?:.*) holds another archive; unpack it first", _n("It holds another archive; unpack that first.")),
    (
        r"the file fits several formats: (?P<titles>.*); keep the columns of one",
        _n("The file fits several formats: %(titles)s; keep the columns of one."),
    ),
    (
        r"the sheet has more than (?P<count>\S+) rows; split it",
        _n("The sheet has more than %(count)s rows; split it."),
    ),
    (r"a value in it cannot be kept: (?P<why>.*)", _n("A value in it cannot be kept: %(why)s")),
    (
        r"line (?P<line>\S+) is longer than (?P<size>\S+) bytes; this is not a report of a marketplace",
        _n("Line %(line)s is longer than %(size)s bytes; this is no report of a marketplace."),
    ),
    (
        r"the (?:workbook unpacks to|JSON document is larger than) (?P<size>\S+) bytes; split it",
        _n("The file is too large (%(size)s bytes); split it."),
    ),
    (
        r"the JSON document holds (?P<name>.*), which is no number",
        _n("The JSON document holds %(name)s, which is no number."),
    ),
    (
        r"the settlement's number, total or currency is missing; download the report again",
        _n("The settlement's number, total or currency is missing; download the report again."),
    ),
    (
        r"settlement (?P<ref>\S+) is in (?P<currency>\S+), but the store keeps (?P<own>\S+); import .*",
        _n("Settlement %(ref)s is in %(currency)s, but the store keeps %(own)s: choose another store."),
    ),
    (
        r"the settlement's total or dates cannot be read: (?P<why>.*)",
        _n("The settlement's total or dates cannot be read: %(why)s"),
    ),
    (
        r"(?:it|spend) is in (?P<currency>\S+), but the store keeps (?P<own>\S+?)(?:; import it into that store)?",
        _n("It is in %(currency)s, but the store keeps %(own)s; upload it to a store with that currency."),
    ),
    (
        _CONFLICT,
        _n(
            "Statement %(ref)s is here already, from %(name)s: %(old)s. Here: %(new)s; "
            "lines that differ: %(count)s. %(why)s"
        ),
    ),
    (
        r"stated (?P<stated>\S+), no lines are here yet",
        _n("It states %(stated)s, and no lines are here yet."),
    ),
    (
        r"(?P<said>.*) is new beside an order's terms; its effect on the income is in “unexplained”",
        _n("%(said)s is new beside an order's terms; its effect on the income is in “unexplained”."),
    ),
    (r"stated (?P<stated>\S+), lines (?P<lines>\S+)", _n("It states %(stated)s, its lines add up to %(lines)s.")),
    (
        r"released (?P<released>\S+), held before (?P<held>\S+)",
        _n("Released: %(released)s; held before: %(held)s."),
    ),
    (
        r"the row is cut off; (?:it was not counted: )?download the file again",
        _n("The row is cut off and was not counted; download the file again."),
    ),
    (
        r"the row ends before the column “(?P<name>.*)”; export the file again",
        _n("The row ends before the column “%(name)s”; export the file again."),
    ),
    (
        r"(?P<why>.*); (?P<cells>amount .*, date .*, quantity .*): the file may be cut off, download it again",
        _n("%(why)s The file may be cut off: download it again. (%(cells)s)"),
    ),
    (
        r"(?P<why>.*); the file may be cut off: download it again",
        _n("%(why)s The file may be cut off: download it again."),
    ),
    (r"(?P<text>.*) is no amount of money", _n("%(text)s is no amount of money.")),
    (r"(?P<text>.*) is no whole number", _n("%(text)s is no whole number.")),
    (r"not a number: (?P<text>.*)", _n("%(text)s is no number.")),
    (r"not a date or time: (?P<text>.*)", _n("%(text)s is no date or time.")),
    (r"(?P<text>.*) is not a number(?:: (?:.*))?", _n("%(text)s is no number.")),
    (r"(?P<name>.*) is (?:missing|blank)", _n("%(name)s is missing.")),
    (
        r"(?P<text>.*) is not a day: write it as 2026-08-01",
        _n("%(text)s is no day: write it as 2026-08-01."),
    ),
    (
        r"(?P<text>.*) is not an ISO 4217 code: write three letters such as CNY or USD",
        _n("%(text)s is no currency code: write three letters such as CNY or USD."),
    ),
    (
        r"(?P<text>.*) may be thousands or a fraction: write 1234 or 1,2340 instead",
        _n("%(text)s may be thousands or a fraction: write 1234 or 1,2340 instead."),
    ),
    (
        r"there are more cells than columns: put a value that holds the separator in quotation marks",
        _n("There are more cells than columns: put a value that holds the separator in quotation marks."),
    ),
    (
        r"line (?P<line>\d+) says otherwise of the same: keep one of the two",
        _n("Line %(line)s says otherwise of the same: keep one of the two."),
    ),
    (
        r"there is no store named (?P<name>.*); leave the cell empty for every store",
        _n("There is no store named %(name)s; leave the cell empty for every store."),
    ),
    (r"(?P<first>\S+ → \S+); (?P<why>line .*)", "%(first)s; %(why)s"),
    (r"(?P<text>.*) is a formula: write the value itself", _n("%(text)s is a formula: write the value itself.")),
    (r"(?P<text>.*) is negative: write .*", _n("%(text)s is negative.")),
    (r"(?P<name>.*) is empty: write .*", _n("%(name)s is missing.")),
    (
        r"this is (?P<title>.*): import it into the store that it is about",
        _n("This is %(title)s: upload it to the store that it is about."),
    ),
    (r"it lacks a value that must be there", _n("It lacks a value that must be there.")),
    (r"line (?P<line>[\d,]+): (?P<why>.*)", _n("Line %(line)s: %(why)s")),
    (r"order (?P<order>\S+): (?P<why>.*)", _n("Order %(order)s: %(why)s")),
    (
        r"the export does not say its currency: add the column “(?P<name>.*)”",
        _n("The export does not say its currency: add the column “%(name)s”."),
    ),
    (
        r"the export does not say of which days it is: export it by day, with the column “(?P<name>.*)”",
        _n("The export does not say of which days it is: export it by day, with the column “%(name)s”."),
    ),
    (
        r"the export does not say of which days it is: export it with its first lines, or by Date",
        _n("The export does not say of which days it is: export it with its first lines, or by Date."),
    ),
    (
        r"the export has no table of sources and sessions: download Traffic acquisition as CSV",
        _n("The export has no table of sources and sessions: download Traffic acquisition as CSV."),
    ),
    (r"it has no number of its own", _n("The lead has no number of its own.")),
    (r"it does not say when it was created", _n("The lead does not say when it was created.")),
    (r"(?:(?:advertising|search|traffic) row|lead): (?P<why>.*)", "%(why)s"),
]
