"""The figures of each role: with interval, denominator, maturity and trend, and what is wrong with them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.models import Company
from reports.admin.checks import UNKNOWN_CLAIMED, Warned, check_name, told, warned
from reports.admin.decisions import CompanyForm, company_asked
from reports.admin.next_steps import Next, next_shown
from reports.analysis.kpi.aims import AIMS, MONEY
from reports.analysis.kpi.figure import Figure, Kpi
from reports.analysis.kpi.flag import Flag
from reports.analysis.kpi.goals import Role, goals_of
from reports.analysis.said import Said
from reports.analysis.weekly import shown
from reports.decisions import say
from reports.kpis import RolePage, role_page, targets_of
from reports.models import Goal, Report, Target

ROLES = {
    Role.OWNER: _("Owner"), Role.LEAD: _("Marketing lead"), Role.OPERATOR: _("Shop operator"),
    Role.SERVICES: _("Services operator"),
}  # fmt: skip
NAMES = {
    "attributed_revenue": _("Attributed revenue"), "contribution": _("Contribution"),
    "growth_share": _("Share of growth that is new"), "cac": _("Acquisition cost (CAC)"),
    "ltv12": _("Customer value (LTV), 12 months"),
    "ltv_cac": _("Customer value by acquisition cost (LTV/CAC)"), "retention": _("Retention"),
    "repeat_share": _("Revenue from regulars"), "mer": _("Revenue by marketing spend (MER)"),
    "predictability": _("Forecast error"), "non_brand_share": _("Non-brand share"),
    "cost_per_opportunity": _("Cost per opportunity"), "customer_quality": _("New customers’ first 90 days"),
    "attribution_spread": _("Spread between attribution models"), "funnel": _("Contribution by visit"),
    "cannibalisation": _("Share taken"), "demand_capture": _("Spend on existing demand"),
    "halo_share": _("Brand halo"), "refund_rate": _("Refund rate"), "cvr": _("Conversion rate"),
    "cpa": _("Cost per order"), "aov": _("Order value"), "purchase_frequency": _("Purchase frequency"),
    "value_per_mille": _("Contribution by 1,000 impressions"), "tacos": _("Advertising by sales (TACoS)"),
    "acos": _("Advertising by attributed sales (ACoS)"), "stocked_cvr": _("Conversion rate in stock"),
    "qualified_cpl": _("Cost per qualified lead"), "qualification_rate": _("Qualification rate"),
    "cycle_length": _("Sales cycle"), "lead_to_customer": _("Leads won"), "bot_share": _("Bots"),
    "revenue_per_lead": _("Revenue by lead"), "closed_loop": _("Closed loop"),
}  # fmt: skip
PARTS = {
    "cost": _("cost of goods"), "revenue": _("revenue"), "fee": _("fees"), "identity": _("known buyers"),
}  # fmt: skip
# What a figure is divided by; "" where it is money.
_OF = {
    "attributed_revenue": _("models"), "attribution_spread": _("models"), "contribution": _("weeks"),
    "predictability": _("weeks"), "cac": _("new customers"), "customer_quality": _("new customers"),
    "ltv12": _("customers"), "ltv_cac": _("customers"), "retention": _("customers"),
    "purchase_frequency": _("customers"), "cost_per_opportunity": _("opportunities"), "funnel": _("sessions"),
    "cvr": _("sessions"), "stocked_cvr": _("sessions"), "cpa": _("orders"), "aov": _("orders"),
    "value_per_mille": _("thousand impressions"), "qualified_cpl": _("qualified leads"),
    "qualification_rate": _("leads"), "cycle_length": _("leads"), "lead_to_customer": _("leads"),
    "bot_share": _("leads"), "revenue_per_lead": _("leads"), "closed_loop": _("leads"), "tacos": "", "acos": "",
    "mer": "", "repeat_share": "", "refund_rate": "", "non_brand_share": "", "demand_capture": "", "growth_share": "",
}  # fmt: skip
_LISTS = frozenset({"names", "name", "other", "goals", "parts"})  # values of sentences that are codes
_WIDE, _HIGH = 160, 36


class Met(StrEnum):
    """Whether a figure is at its aim, with all of its interval; values are classes of its tag."""

    YES = "good"
    NO = "bad"
    PERHAPS = "pending"


@dataclass(frozen=True, slots=True)
class Card:
    name: str
    value: str
    interval: str
    denominator: str
    maturity: str
    text: str
    trend: list[tuple[int, str]]
    line: SafeString
    flags: list[Warned]
    open: list[str]  # checks that had too little to tell
    goals: list[str]  # that ask for the figure
    aim: str  # what is entered for it
    met: Met | None


def kpis_view(request: HttpRequest) -> HttpResponse:
    """The figures of one role (``?role=``) of one company."""
    if not request.user.has_perm("reports.view_report"):
        raise PermissionDenied
    company = company_asked(request)
    asked = request.GET.get("role", "")
    role = Role(asked) if asked in list(Role) else Role.OWNER
    page = role_page(company, role) if company else None
    targets = targets_of(company) if company else {}
    currency = company.base_currency if company else ""
    cards = [_card(one, currency, targets.get(one.kpi.code)) for one in page.figures] if page else []
    context = {
        **admin.site.each_context(request), "title": _("Figures by role"), "company": company, "role": role,
        "form": CompanyForm(initial={"company": company}), "many_companies": Company.objects.count() > 1,
        "roles": list(ROLES.items()), "page": page, "cards": cards,
        "flags": _warned(page.flags) if page else [], "goals": _goals(page) if page else [],
        "steps": _steps(request, company) if company and role == Role.OPERATOR else None,
    }  # fmt: skip
    return TemplateResponse(request, "reports/kpis.html", context)


def _goals(page: RolePage) -> list[str]:
    return [_goal(one.value) for one in page.goals]


def _goal(code: str) -> str:
    return str(Goal.Choice(code).label)


def _steps(request: HttpRequest, company: Company) -> list[Next] | None:
    """None where nothing was computed."""
    found = Report.objects.filter(company=company, kind=Report.Kind.CAMPAIGNS).order_by("-built_at").first()
    return next_shown(request, company, found.body["next"]) if found else None


def shown_aim(one: Target) -> str:
    """As "at least 12.0 %"."""
    aim = AIMS[one.figure]
    value = figure(float(one.value), aim.unit.replace(MONEY, one.company.base_currency))
    return (gettext("at least %(value)s") if aim.more else gettext("at most %(value)s")) % {"value": value}


def met(made: Kpi, aim: float) -> Met | None:
    """None without a figure, and of a sum that may still lack weeks."""
    if made.value is None:
        return None
    of = AIMS[made.code]
    low, high = (made.value if end is None else end for end in (made.low, made.high))
    worst, best = (low, high) if of.more else (-high, -low)
    least = aim if of.more else -aim
    if worst >= least:
        return Met.YES
    if of.summed:
        return None
    return Met.NO if best < least else Met.PERHAPS


def _card(one: Figure, currency: str, target: Target | None = None) -> Card:
    made = one.kpi
    known = made.value is not None or made.low is not None or made.high is not None
    return Card(
        str(NAMES[made.code]), figure(made.value, made.unit), _interval(made),
        _denominator(made, currency) if known else "–", f"{100 * made.maturity:.0f} %" if known else "–",
        "" if any(flag.fired and flag.wrong == made.text for flag in made.flags) else say(made.text),
        [(weeks, change(of)) for weeks, of in made.trend.items()],
        sparkline(shown(one.series)), _warned(made.flags),
        [check_name(flag.rule) for flag in made.flags if flag.fired is None],
        [_goal(goal.value) for goal in goals_of(made.code)], shown_aim(target) if target else "",
        met(made, float(target.value)) if target else None,
    )  # fmt: skip


def _denominator(made: Kpi, currency: str) -> str:
    unit = _OF.get(made.code)
    return f"{made.denominator:,.0f} {currency if unit == '' else unit or ''}".strip()


def _warned(flags: Sequence[Flag]) -> list[Warned]:
    return [replace(warned(one), wrong=_named(told(one, UNKNOWN_CLAIMED))) for one in flags if one.fired]


def _named(said: Said) -> str:
    """The sentence with figures, goals and parts of the books by their names."""
    words = {**NAMES, **PARTS, **dict(Goal.Choice.choices)}
    values = {
        name: gettext(", ").join(str(words.get(one, one)) for one in value.split(", "))
        if name in _LISTS and isinstance(value, str) else value
        for name, value in said.values.items()
    }  # fmt: skip
    return say(Said(said.template, values))


def figure(value: float | None, unit: str) -> str:
    """In words of its unit: a share in percent, money with its currency."""
    if value is None:
        return "–"
    if unit == "share":
        return f"{round(100 * value, 1) + 0.0:,.1f} %"
    if unit in ("", "ratio"):
        return f"{round(value, 2) + 0.0:,.2f}"
    return f"{round(value, 2) + 0.0:,.2f} {_unit(unit)}"


def change(of: float | None) -> str:
    """Of weeks from as many before."""
    return "–" if of is None else f"{round(100 * of, 1) + 0.0:+,.1f} %"


def _unit(unit: str) -> str:
    money, slash, per = unit.partition("/")
    words = {
        "customer": gettext("customer"), "order": gettext("order"), "session": gettext("session"),
        "lead": gettext("lead"), "qualified lead": gettext("qualified lead"), "opportunity": gettext("opportunity"),
        "orders": gettext("orders"), "days": gettext("days"), "1000": gettext("1,000 impressions"),
    }  # fmt: skip
    return f"{words.get(money, money)}{slash}{words.get(per, per)}"


def _interval(made: Kpi) -> str:
    if made.low is None and made.high is None:
        return ""
    if made.low == made.high:
        return ""
    unit = made.unit if made.unit == "share" else ""  # the figure above has it
    low, high = ("…" if end is None else figure(end, unit) for end in (made.low, made.high))
    return f"{low} – {high}"


def sparkline(values: Sequence[float | None]) -> SafeString:
    """The weeks as a line, broken where they are not known; empty with fewer than two of them."""
    known = [one for one in values if one is not None]
    if len(known) < 2:
        return mark_safe("")
    low, high = min(known), max(known)
    over = (high - low) or 1.0
    step = _WIDE / max(len(values) - 1, 1)
    parts: list[list[str]] = [[]]
    for place, one in enumerate(values):
        if one is None:
            parts.append([])
        else:
            parts[-1].append(f"{place * step:.1f},{_HIGH - 2 - (_HIGH - 4) * (one - low) / over:.1f}")
    lines = "".join(f'<polyline points="{" ".join(of)}"/>' for of in parts if len(of) > 1)
    return format_html(
        '<svg width="{0}" height="{1}" viewBox="0 0 {0} {1}" role="img" aria-label="{2}" fill="none" '
        'stroke="currentColor" stroke-width="1.5">{3}</svg>',
        _WIDE, _HIGH, gettext("Over 52 weeks"), mark_safe(lines),  # noqa: S308 - numbers alone
    )  # fmt: skip
