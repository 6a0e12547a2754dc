"""What each channel adds, the questions behind it, and a card for each of them to read, print and compute again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from channels.admin_site import SelectWidget
from channels.models import Company
from channels.words import channel_label
from reports.admin.cells import Cell, Line, cell, text
from reports.admin.growth import growth
from reports.admin.pictures import picture
from reports.analysis.estimate import Answer, CannotTell
from reports.analysis.said import Said
from reports.cards.blocks import Block, Heading, Paragraph, Picture, Points, Table
from reports.cards.card import Card, contents
from reports.cards.export import exported, files
from reports.cards.pictures import contributions_drawn, pictures
from reports.decisions import CARDS, Adds, Country, Pair, Several, card_of, channels_of, countries, country_of, say
from reports.models import Event, Report

_FORMS = {"md": ("card.md", "text/markdown; charset=utf-8"), "pdf": ("card.pdf", "application/pdf")}
_WORDS = {"adds": "pl-ok", "destroys": "pl-bad", "cannot_tell": "pl-dim"}
_PLANNED = ("regions", "weeks", "width")


class CompanyForm(forms.Form):
    company = forms.ModelChoiceField(
        label=_("Company"), queryset=Company.objects.order_by("name"), empty_label=None, widget=SelectWidget
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["company"].widget.attrs["class"] = "pl-field"


@dataclass(frozen=True, slots=True)
class Shown:
    """A country as the page has it; ``picture`` draws the three contributions of its channels."""

    code: str
    through: Any
    adds: list[Line]
    pairs: list[Line]
    plans: list[Line]
    questions: list[Line]
    several: list[Line]
    picture: SafeString


def adds_view(request: HttpRequest) -> HttpResponse:
    """What every channel adds, by country; the questions of events beneath."""
    _may(request)
    company = company_asked(request)
    context = {
        **admin.site.each_context(request), "title": _("What channels add"), "company": company,
        "form": CompanyForm(initial={"company": company}), "many_companies": Company.objects.count() > 1,
        "countries": [_shown(one) for one in countries(company)] if company else [],
        "growth": growth(company) if company else None,
        "proposed": Event.objects.filter(company=company, state=Event.State.PROPOSED).count() if company else 0,
    }  # fmt: skip
    return TemplateResponse(request, "reports/adds.html", context)


def card_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The card of one question; with ``?as=md``, ``pdf`` or ``zip`` to take along."""
    _may(request)
    report = get_object_or_404(Report.objects.select_related("event", "company"), pk=pk, kind__in=CARDS)
    card = card_of(report)
    wanted = request.GET.get("as")
    if wanted in (*_FORMS, "zip"):
        return _file(report, card, wanted)
    if wanted:
        raise Http404
    drawings = pictures(card, say)
    drawn = {name: picture(one, name) for name, one in drawings.items()}
    context = {
        **admin.site.each_context(request), "title": report.get_kind_display(), "report": report,
        "blocks": list(_blocks(contents(card, frozenset(drawings), report.inputs), drawn)),
        "event": report.event, "back": f"{reverse('admin:adds')}?company={report.company_id}",
    }  # fmt: skip
    return TemplateResponse(request, "reports/card.html", context)


def _may(request: HttpRequest) -> None:
    if not request.user.has_perm("reports.view_report"):
        raise PermissionDenied


def company_asked(request: HttpRequest) -> Company | None:
    asked = request.GET.get("company", "")
    some = Company.objects.order_by("name")
    return (some.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None) or some.first()


def _file(report: Report, card: Card, wanted: str) -> HttpResponse:
    name = f"plumbline-{country_of(report).lower()}-{report.kind}-{report.pk}"
    if wanted == "zip":
        response = HttpResponse(exported(card, say), content_type="application/zip")
    else:
        file, media = _FORMS[wanted]
        response = HttpResponse(files(card, say)[file], content_type=media)
    response["Content-Disposition"] = f'attachment; filename="{name}.{wanted}"'
    return response


def _blocks(blocks: Iterator[Block], drawn: Mapping[str, SafeString]) -> Iterator[dict[str, Any]]:
    """What the page shows of each block, its texts in the language of the page."""
    for block in blocks:
        found: dict[str, Any] = {"kind": type(block).__name__.lower(), "of": block}
        if isinstance(block, Heading | Paragraph):
            found["text"] = text(block.text)
        elif isinstance(block, Points):
            found["texts"] = [text(one) for one in block.texts]
        elif isinstance(block, Table):
            found |= {"head": map(text, block.head), "rows": [[text(one) for one in row] for row in block.rows]}
        elif isinstance(block, Picture):
            found |= {"svg": drawn[block.name], "caption": text(block.caption)}
        yield found


def _shown(country: Country) -> Shown:
    return Shown(
        country.code, country.through, [_adds(one) for one in country.adds], [_pair(one) for one in country.pairs],
        [_plan(one, one.plan) for one in country.pairs if one.plan],
        [_question(report, answer) for report, answer in country.questions],
        [_several(one) for one in country.several], _picture(country),
    )  # fmt: skip


def _adds(one: Adds) -> Line:
    three = one.contribution
    cells = {
        "direct": cell(three.direct), "incremental": cell(three.incremental),
        "loaded": cell(three.loaded) if three.loaded else Cell("–"),
        "verdict": Cell(say(one.verdict.said), why=say(one.verdict.tell) if one.verdict.tell else ""),
        "naive": Cell("–" if one.naive is None else f"{one.naive:,.0f}"),
    }  # fmt: skip
    return Line(one, channel_label(one.channel), cells, mark=_WORDS.get(one.verdict.word, ""))


def _name(one: Pair) -> str:
    return f"{channel_label(one.affecting)} → {channel_label(one.affected)}"


def _plan(one: Pair, plan: Mapping[str, Any]) -> Line:
    """Regions and weeks that would tell, else the narrowest design that there is, else why none can be planned."""
    cells = {"switchback": Cell(_wide(plan.get("switchback")))}
    if plan["said"]:
        cells |= dict.fromkeys(_PLANNED, Cell("–")) | {"note": Cell(say(Said(*plan["said"])))}
        return Line(one, _name(one), cells)
    words = _("No event in these regions is narrow enough; this is the narrowest.")
    told = (f"{plan['regions']:,}", f"{plan['weeks']:,}", _wide(plan["width"]))
    cells |= dict(zip(_PLANNED, map(Cell, told), strict=True)) | {"note": Cell("" if plan["reached"] else str(words))}
    return Line(one, _name(one), cells)


def _wide(width: float | None) -> str:
    return "–" if width is None else f"{100 * width:,.0f} %"


def _pair(one: Pair) -> Line:
    url = reverse("admin:card", args=[one.report.pk]) if one.report else ""
    cells = {
        "break_even": cell(one.break_even), "share": cell(one.share),
        "at_risk": cell(one.at_risk) if one.at_risk and not isinstance(one.at_risk, CannotTell) else Cell("–"),
    }  # fmt: skip
    return Line(one, _name(one), cells, url)


def _several(one: Several) -> Line:
    """As "15.00 × share from Shopify + 9.00 × share from TikTok = 8.00 USD"."""
    of = one.line
    terms = " + ".join(f"{other.mean:,.2f} × {channel_label(other.channel)}" for other in of.others)
    even = Cell(f"{terms} = {of.affecting.mean:,.2f} {of.affecting.currency}")
    return Line(one, channel_label(of.affecting.channel), {"even": even, "left": cell(one.left)})


def _question(report: Report, answer: Answer) -> Line:
    affecting, affected = map(channel_label, channels_of(report))
    return Line(report, f"{affecting} → {affected}", {"answer": cell(answer)}, reverse("admin:card", args=[report.pk]))


def _picture(country: Country) -> SafeString:
    drawn = contributions_drawn([one.contribution for one in country.adds], say)
    return picture(drawn, country.code)
