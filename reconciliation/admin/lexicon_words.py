"""Kinds of terms and reasons of classes, as people read them."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "brand": _("Brand name"), "line": _("Product line"), "misspelling": _("Misspelling"),
    "competitor": _("Competitor"), "generic": _("Generic word"),
}  # fmt: skip
_REASONS = {
    "brand term": _("a brand term stands in it"),
    "near a brand term": _("a word is a typing error away from a brand term"),
    "brand term beside a product line": _("a brand term stands beside a product line"),
    "may be another word": _("it may be another word"),
    "also a generic word": _("the brand term is also a generic word"),
    "a product line without the brand": _("a product line without the brand"),
    "a product line that is an ordinary word": _("a product line that is an ordinary word"),
    "a competitor's term": _("a competitor's term"),
    "a generic word": _("a generic word"),
    "no term": _("no term of the lexicon stands in it"),
    "no words": _("it has no words"),
    "withheld by the source": _("withheld by the source"),
    "an address, not a query": _("an address, not a query"),
    "a product number": _("a product number"),
    "too long": _("it is too long"),
    "like": _("written like"),
    "split": _("written apart"),
    "sounds like": _("sounds like"),
    "beside": _("seldom stands without"),
    "name": _("the company's name"),
}


def kind_words(kind: str) -> str:
    return str(KINDS.get(kind, kind))


def reason_words(reason: str) -> str:
    return str(_REASONS.get(reason, reason))
