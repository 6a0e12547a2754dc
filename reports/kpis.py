"""The pages by which each role steers: the figures that its goals ask for, and what is wrong with the page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import override

from channels.clocks import clock
from channels.models import Company
from reports.analysis.kpi.aims import AIMS, MONEY, SHARE, aimed
from reports.analysis.kpi.figure import SPANS, Figure, nothing
from reports.analysis.kpi.flag import Flag
from reports.analysis.kpi.goals import Goal, Role, page
from reports.analysis.kpi.pages import crowded, off_goal
from reports.analysis.kpi.stored import taken, taken_flag
from reports.analysis.next_steps import NO_SESSIONS
from reports.analysis.said import Said
from reports.analysis.weekly import by_week
from reports.decisions import say
from reports.models import Goal as Entered
from reports.models import Report, Target
from reports.steering import KINDS

NOT_BUILT = Said("Not computed yet: run manage.py run, or wait for the night.")
NO_JOURNEYS = Said("No visits before orders are in the books; manage.py attribute reads them from files.")
NO_LEADS = Said("No leads are in the books; manage.py leads reads them from files.")
NO_FORECAST = Said("No forecast was kept to compare with.")
NOT_CAUSED = Said("What marketing caused was not measured week by week.")
NO_PAIR = Said("No two channels of one country have been compared yet.")
NO_HALO = Said("No brand campaign was measured yet.")
NO_WEEKS = Said("No whole week of orders is known yet.")
# What is said of a figure that no report brings, though the ledger's were computed.
MISSING: dict[str, Said] = {
    "attributed_revenue": NO_JOURNEYS, "attribution_spread": NO_JOURNEYS, "growth_share": NOT_CAUSED,
    "funnel": NO_SESSIONS, "cvr": NO_SESSIONS, "stocked_cvr": NO_SESSIONS, "predictability": NO_FORECAST,
    "halo_share": NO_HALO, "cannibalisation": NO_PAIR, "cost_per_opportunity": NO_LEADS, "qualified_cpl": NO_LEADS,
    "qualification_rate": NO_LEADS, "cycle_length": NO_LEADS, "lead_to_customer": NO_LEADS, "bot_share": NO_LEADS,
    "revenue_per_lead": NO_LEADS, "closed_loop": NO_LEADS,
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class RolePage:
    """``through`` is the first day after the last week; ``flags`` are of the page as a whole.

    ``built_at`` is when the oldest of its reports was computed, None where none was.
    """

    role: Role
    goals: tuple[Goal, ...]
    currency: str
    through: date | None
    figures: tuple[Figure, ...]
    flags: tuple[Flag, ...]
    built_at: datetime | None


def goals_of(company: Company) -> tuple[Goal, ...]:
    """Those in force today."""
    entered = Entered.objects.filter(company=company, since__lte=clock().now().date())
    return tuple(Goal(one) for one in entered.order_by("since", "goal").values_list("goal", flat=True))


def targets_of(company: Company) -> dict[str, Target]:
    """By figure the one in force today."""
    entered = Target.objects.filter(company=company, since__lte=clock().now().date())
    return {one.figure: one for one in entered.order_by("since")}


def chinese(said: Said) -> str:
    with override("zh-hans"):
        return say(said)


def role_page(company: Company, role: Role) -> RolePage:
    """As the reports stand: nothing is computed but what concerns the page as a whole.

    What a report's ``body["page_flags"]`` warns of concerns the pages of all roles.
    """
    found = Report.objects.filter(company=company, kind__in=KINDS).defer("data")
    reports = sorted(found, key=lambda one: KINDS.index(Report.Kind(one.kind)))  # of a figure in several the last holds
    goals = goals_of(company)
    codes = page(role, goals)
    told = {code: one for report in reports for code, one in report.body["figures"].items()}
    kinds = {report.kind for report in reports}
    known = next((one.through for one in reports if one.kind == Report.Kind.FIGURES), date.min)
    figures = tuple(
        taken(told[code]) if code in told else _missing(code, company.base_currency, kinds) for code in codes
    )
    money = taken(told["contribution"]).series if "contribution" in told else by_week({}, ())
    aims = {code: float(one.value) for code, one in targets_of(company).items()}
    figures = tuple(aimed(one, aims[one.kpi.code], money) if one.kpi.code in aims else one for one in figures)
    brought = (taken_flag(one) for report in reports for one in report.body.get("page_flags", ()))
    flags = (crowded({one.kpi.code: one.series for one in figures}, money), off_goal(goals, codes), *brought)
    return RolePage(
        role, goals, company.base_currency, None if known == date.min else known, figures, flags,
        min((one.built_at for one in reports), default=None),
    )  # fmt: skip


def _missing(code: str, currency: str, kinds: Iterable[str]) -> Figure:
    """Of a figure that no report brings, why."""
    why = MISSING.get(code, NO_WEEKS) if Report.Kind.FIGURES in kinds else NOT_BUILT
    unit = AIMS[code].unit.replace(MONEY, currency) if code in AIMS else SHARE
    return Figure(nothing(code, unit, why, dict.fromkeys(SPANS)), by_week({}, ()))
