"""The pages by which each role steers: the figures that its goals ask for, and what is wrong with the page."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import override

from channels.clocks import clock
from channels.models import Company
from reports.analysis.kpi.flag import Flag
from reports.analysis.kpi.goals import Goal, Role, page
from reports.analysis.kpi.pages import crowded, off_goal
from reports.analysis.said import Said
from reports.decisions import say
from reports.figures import Figure, figure_of
from reports.models import Goal as Entered
from reports.weeks import Books, books


@dataclass(frozen=True, slots=True, eq=False)
class RolePage:
    """``through`` is the first day after the last week; ``flags`` are of the page as a whole."""

    role: Role
    goals: tuple[Goal, ...]
    currency: str
    through: date | None
    figures: tuple[Figure, ...]
    flags: tuple[Flag, ...]


def goals_of(company: Company) -> tuple[Goal, ...]:
    """Those in force today."""
    entered = Entered.objects.filter(company=company, since__lte=clock().now().date())
    return tuple(Goal(one) for one in entered.order_by("since", "goal").values_list("goal", flat=True))


def chinese(said: Said) -> str:
    with override("zh-hans"):
        return say(said)


def role_page(company: Company, role: Role, of: Books | None = None) -> RolePage:
    of = of or books(company)
    goals = goals_of(company)
    codes = page(role, goals)
    figures = tuple(figure_of(code, company, of) for code in codes)
    flags = (crowded({one.kpi.code: one.series for one in figures}, of.cm3), off_goal(goals, codes))
    return RolePage(role, goals, of.currency, of.through, figures, flags)
