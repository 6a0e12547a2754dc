"""A card as PDF; the same card gives the same bytes."""

import io
from collections.abc import Callable, Iterable, Mapping
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, SimpleDocTemplate, Spacer
from reportlab.platypus import Paragraph as Flowing
from reportlab.platypus import Table as Ruled

from reports.analysis.said import Said
from reports.cards.blocks import Block, Command, Heading, Paragraph, Picture, Points, Table, Text
from reports.cards.fonts import CODE, font_of

Say = Callable[[Said], str]

_MARGIN = 18 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_RULE, _HEAD = HexColor("#cbd2d9"), HexColor("#f5f7fa")
_SIZES = {1: 16, 2: 12}


def pdf(blocks: Iterable[Block], drawings: Mapping[str, Drawing], say: Say = str, title: str = "") -> bytes:
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN, bottomMargin=_MARGIN,
        title=title, author="Plumbline", invariant=1,
    )  # fmt: skip
    document.build([flowable for block in blocks for flowable in _flowables(block, drawings, say)])
    return file.getvalue()


def _flowables(block: Block, drawings: Mapping[str, Drawing], say: Say) -> list[Flowable]:
    if isinstance(block, Heading):
        return [_text(block.text, say, _SIZES[block.level], keep=True)]
    if isinstance(block, Paragraph):
        return [_text(block.text, say)]
    if isinstance(block, Points):
        return [_text(one, say, bullet="–") for one in block.texts]
    if isinstance(block, Command):
        style = ParagraphStyle(
            "code", fontName=CODE, fontSize=8, leading=11, backColor=_HEAD, spaceAfter=6, wordWrap="CJK"
        )
        return [Flowing(escape(block.line), style)]
    if isinstance(block, Picture):
        return [KeepTogether([drawings[block.name], _text(block.caption, say, 8)]), Spacer(1, 2 * mm)]
    return [_table(block, say), Spacer(1, 3 * mm)]


def _table(block: Table, say: Say) -> Flowable:
    rows = [[_text(cell, say, 8) for cell in row] for row in (block.head, *block.rows)]
    widths = _widths(block, say)
    style = [
        ("GRID", (0, 0), (-1, -1), 0.4, _RULE),
        ("BACKGROUND", (0, 0), (-1, 0), _HEAD),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    return Ruled(rows, colWidths=widths, style=style, repeatRows=1)


def _widths(block: Table, say: Say) -> list[float]:
    """Columns by the length of their longest text, none below a tenth of the page nor counted beyond 60 characters."""
    columns = zip(block.head, *block.rows, strict=True)
    wanted = [max(8, *(min(60, len(_said(cell, say))) for cell in column)) for column in columns]
    return [_WIDTH * one / sum(wanted) for one in wanted]


def _text(text: Text, say: Say, size: float = 9, *, bullet: str | None = None, keep: bool = False) -> Flowing:
    said = _said(text, say)
    style = ParagraphStyle(
        "text", fontName=font_of(said), fontSize=size, leading=size * 1.35, spaceAfter=size * 0.35,
        spaceBefore=size * 0.6 if keep else 0, leftIndent=10 if bullet else 0, keepWithNext=keep,
        wordWrap="CJK" if _unbroken(said) else None,
    )  # fmt: skip
    return Flowing(escape(said), style, bulletText=bullet)


def _unbroken(text: str) -> bool:
    """Chinese, or a word so long that it would leave its column: both break anywhere."""
    return any(one >= "\u2e80" for one in text) or any(len(word) > 20 for word in text.split())


def _said(text: Text, say: Say) -> str:
    return " ".join((say(text) if isinstance(text, Said) else text).split())
