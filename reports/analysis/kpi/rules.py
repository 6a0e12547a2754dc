"""All rules by their code, with why each matters and what to look at instead."""

from reports.analysis.kpi.brand import K8, K9, K17
from reports.analysis.kpi.credit import K13, K14
from reports.analysis.kpi.flag import Rule
from reports.analysis.kpi.leads import K3, K4, K5, K15
from reports.analysis.kpi.pages import K19, K20, K21
from reports.analysis.kpi.reach import K6, K7
from reports.analysis.kpi.samples import K1, K2
from reports.analysis.kpi.spans import K10, K12, K16, K18
from reports.analysis.kpi.spikes import K11

RULES: dict[str, Rule] = {
    one.code: one
    for one in (
        K1, K2, K3, K4, K5, K6, K7, K8, K9, K10, K11, K12, K13, K14, K15, K16, K17, K18, K19, K20, K21,
    )
}  # fmt: skip
