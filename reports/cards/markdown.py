"""A card as Markdown (GitHub's tables)."""

import re
from collections.abc import Callable, Iterable

from reports.analysis.said import Said
from reports.cards.blocks import Block, Command, Heading, Paragraph, Picture, Points, Table, Text

Say = Callable[[Said], str]

_SIGNS = re.compile(r"([\\`*_{}\[\]()<>#+!|~&])")


def markdown(blocks: Iterable[Block], say: Say = str, folder: str = "pictures") -> str:
    return "\n\n".join(_block(one, say, folder) for one in blocks) + "\n"


def _block(block: Block, say: Say, folder: str) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {_plain(block.text, say)}"
    if isinstance(block, Paragraph):
        return _plain(block.text, say)
    if isinstance(block, Points):
        return "\n".join(f"- {_plain(one, say)}" for one in block.texts)
    if isinstance(block, Picture):
        return f"![{_plain(block.caption, say)}]({folder}/{block.name}.svg)"
    if isinstance(block, Command):
        return f"```\n{block.line}\n```"
    return _table(block, say)


def _table(block: Table, say: Say) -> str:
    rows = [block.head, ("---",) * len(block.head), *block.rows]
    ruled = [[_plain(one, say) if place != 1 else str(one) for one in row] for place, row in enumerate(rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in ruled)


def _plain(text: Text, say: Say) -> str:
    """On one line, with nothing in it that Markdown or HTML would read as its own."""
    said = say(text) if isinstance(text, Said) else text
    return _SIGNS.sub(r"\\\1", " ".join(said.split()))
