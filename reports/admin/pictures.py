"""Pictures within a page."""

from django.utils.safestring import SafeString, mark_safe
from reportlab.graphics.shapes import Drawing

from reports.pictures.drawing import inline, svg


def picture(drawing: Drawing | None, name: str, title: str = "") -> SafeString:
    """``name`` tells it from other pictures of the page; nothing where there is none."""
    text = inline(svg(drawing, title), name) if drawing else ""
    return mark_safe(text)  # noqa: S308 - drawn by us; its texts are escaped by reportlab
