"""What a page may steer by: seven figures at most for a role, out of those that its goal asks for."""

from collections.abc import Iterable
from enum import StrEnum

MOST = 7


class Goal(StrEnum):
    AWARENESS = "awareness"
    PROFIT = "profit"
    GROWTH = "growth"
    RETENTION = "retention"


class Role(StrEnum):
    OWNER = "owner"
    LEAD = "lead"
    OPERATOR = "operator"
    SERVICES = "services"


PAGES: dict[Role, tuple[str, ...]] = {
    Role.OWNER: (
        "attributed_revenue", "contribution", "growth_share", "cac", "ltv12", "ltv_cac", "retention",
    ),
    Role.LEAD: (
        "non_brand_share", "cost_per_opportunity", "customer_quality", "attribution_spread", "funnel",
        "cannibalisation", "demand_capture",
    ),
    Role.OPERATOR: ("cvr", "cpa", "aov", "purchase_frequency", "value_per_mille", "tacos", "stocked_cvr"),
    Role.SERVICES: (
        "qualified_cpl", "qualification_rate", "cost_per_opportunity", "cycle_length", "lead_to_customer", "bot_share",
        "revenue_per_lead",
    ),
}  # fmt: skip
SPARE: dict[Role, tuple[str, ...]] = {
    Role.OWNER: ("repeat_share", "mer", "predictability"),
    Role.LEAD: ("halo_share", "refund_rate", "revenue_per_lead"),
    Role.OPERATOR: ("acos", "refund_rate", "retention"),
    Role.SERVICES: ("closed_loop",),
}

ALLOWED: dict[Goal, frozenset[str]] = {
    Goal.AWARENESS: frozenset({
        "attributed_revenue", "contribution", "growth_share",
        "non_brand_share", "customer_quality", "attribution_spread", "cannibalisation", "demand_capture", "halo_share",
        "cvr", "value_per_mille", "qualified_cpl", "qualification_rate", "bot_share", "closed_loop",
    }),
    Goal.PROFIT: frozenset({
        "contribution", "cac", "ltv_cac", "mer", "predictability",
        "cost_per_opportunity", "customer_quality", "attribution_spread", "funnel", "cannibalisation", "demand_capture",
        "cvr", "cpa", "aov", "value_per_mille", "tacos", "acos", "stocked_cvr", "refund_rate",
        "qualified_cpl", "lead_to_customer", "bot_share", "revenue_per_lead", "closed_loop",
    }),
    Goal.GROWTH: frozenset({
        "attributed_revenue", "contribution", "growth_share", "cac", "ltv12", "ltv_cac", "mer", "predictability",
        "non_brand_share", "cost_per_opportunity", "customer_quality", "attribution_spread", "funnel",
        "cannibalisation", "demand_capture",
        "cvr", "cpa", "aov", "value_per_mille", "tacos", "stocked_cvr",
        "qualified_cpl", "qualification_rate", "cycle_length", "lead_to_customer", "revenue_per_lead", "closed_loop",
    }),
    Goal.RETENTION: frozenset({
        "contribution", "ltv12", "ltv_cac", "retention", "predictability",
        "repeat_share", "refund_rate", "customer_quality", "funnel", "cannibalisation",
        "aov", "purchase_frequency", "stocked_cvr", "lead_to_customer", "revenue_per_lead", "closed_loop",
    }),
}  # fmt: skip


def page(role: Role, goals: Iterable[Goal] = ()) -> tuple[str, ...]:
    """The figures of a role, those of its goals alone where goals are entered; seven at most."""
    wanted = allowed(goals)
    codes = PAGES[role]
    if wanted:
        codes = tuple(one for one in (*PAGES[role], *SPARE[role]) if one in wanted)
    return codes[:MOST]


def goals_of(code: str) -> tuple[Goal, ...]:
    """Which goals ask for the figure."""
    return tuple(goal for goal, codes in ALLOWED.items() if code in codes)


def allowed(goals: Iterable[Goal]) -> frozenset[str]:
    """What any of the goals asks for; empty without goals."""
    return frozenset().union(*(ALLOWED[goal] for goal in goals))
