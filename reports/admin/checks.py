"""Checks that fired, in the language of the page, by names that say what each looks for."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from reports.analysis.kpi.flag import Flag
from reports.analysis.said import Said
from reports.decisions import say

# K1–K21 of reports.analysis.kpi.rules.
CHECKS = {
    "K1": _("First by luck"), "K2": _("Too few conversions"), "K3": _("Cheap leads, little revenue"),
    "K4": _("Young beside old leads"), "K5": _("Bots among leads"), "K6": _("Clicks without orders"),
    "K7": _("Reach without demand"), "K8": _("Brand orders credited to ads"),
    "K9": _("Brand and non-brand not told apart"), "K10": _("Better here, worse on the whole"),
    "K11": _("Outlying day"), "K12": _("Spike that left nothing"), "K13": _("Trend in all models"),
    "K14": _("Last click favoured"), "K15": _("Outcomes of leads unknown"), "K16": _("More leads, less revenue"),
    "K17": _("Marketplace over-credited"), "K18": _("Comfort figure"), "K19": _("Too many figures"),
    "K20": _("Figures beside the goal"), "K21": _("Data incomplete"),
}  # fmt: skip

_UNKNOWN = gettext_noop(
    "{spend} % of advertising and {orders} % of orders is neither brand nor non-brand: figures that set one beside the "
    "other are held back."
)

# Of the role pages, whose orders are those that advertising reports claim.
UNKNOWN_CLAIMED = gettext_noop(
    "{spend} % of advertising and {orders} % of the orders that it claims is neither brand nor non-brand: figures that "
    "set one beside the other are held back."
)


@dataclass(frozen=True, slots=True)
class Warned:
    """A flag that fired."""

    rule: str
    wrong: str
    why: str
    instead: str

    @property
    def name(self) -> str:
        return check_name(self.rule)


def check_name(rule: str) -> str:
    return str(CHECKS.get(rule, rule))


def told(flag: Flag, template: str = _UNKNOWN) -> Said:
    """What is wrong; of K9 how much of advertising and how much of orders, not only the larger."""
    spend, orders = (flag.figures.get(f"{of}_unknown") for of in ("spend", "conversions"))
    if flag.rule != "K9" or spend is None or orders is None:
        return flag.wrong
    return Said(template, {"spend": round(100 * spend, 1), "orders": round(100 * orders, 1)})


def warned(flag: Flag) -> Warned:
    return Warned(flag.rule, say(told(flag)), say(flag.why), say(flag.instead))
