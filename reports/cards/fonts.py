"""The two fonts of a PDF, which every reader has: one for Western text, one for everything in Chinese."""

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont

WESTERN, CHINESE, CODE = "Helvetica", "STSong-Light", "Courier"

pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))


def font_of(text: str) -> str:
    """The font that has all characters of the text; Greek letters and signs stand in the Chinese one."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return CHINESE
    return WESTERN
