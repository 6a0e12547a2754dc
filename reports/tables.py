"""Records as a table for a terminal, with Chinese characters two columns wide."""

from collections.abc import Collection, Mapping, Sequence
from unicodedata import east_asian_width


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def text_table(records: Sequence[Mapping[str, object]], numbers: Collection[str] = ()) -> str:
    """Columns by the first record's keys, numbers to the right; "–" where nothing is known."""
    if not records:
        return "Nothing yet."
    names = list(records[0])
    rows = [[_cell(record[name], name in numbers) for name in names] for record in records]
    titles = [name.replace("_", " ") for name in names]
    widths = [max(_width(row[i]) for row in (titles, *rows)) for i in range(len(names))]
    lines = []
    for row in (titles, ["─" * width for width in widths], *rows):
        cells = []
        for name, cell, width in zip(names, row, widths, strict=True):
            gap = " " * (width - _width(cell))
            cells.append(gap + cell if name in numbers else cell + gap)
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _cell(value: object, number: bool) -> str:
    if value is None or value == "":
        return "–"
    text = str(value)
    if not (number and text.lstrip("-").replace(".", "", 1).isdigit()):
        return text
    whole, point, rest = text.lstrip("-").partition(".")
    sign = "-" if text.startswith("-") and (whole + rest).strip("0") else ""  # nothing is less than nothing
    return f"{sign}{int(whole):,}{point}{rest}"
