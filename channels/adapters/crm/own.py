"""The seller's own sheet of leads, for whoever has no CRM or another one. Columns in English or Chinese."""

from channels.adapters.crm.columns import Layout, Line
from channels.core.contacts import CONSENT
from channels.core.kinds import Phase
from channels.core.rows import LeadRow

_STAGES = {
    Phase.LEAD: ("lead", "new", "open", "线索", "新线索", "潜在客户"),
    Phase.QUALIFIED: ("qualified", "mql", "sql", "合格", "有效", "合格线索", "有效线索"),
    Phase.OPPORTUNITY: ("opportunity", "proposal", "offer", "quote", "商机", "报价", "机会"),
    Phase.WON: ("won", "customer", "sold", "成交", "赢单", "已成交"),
    Phase.LOST: ("lost", "unqualified", "丢单", "流失", "输单", "无效"),
}
_WORDS = {word: stage for stage, words in _STAGES.items() for word in words}


def row(line: Line) -> LeadRow:
    """A lead without a stage, or with words that are none of ours, stands where its times say."""
    words = line.text("status")
    reached = {
        Phase.QUALIFIED: line.moment("qualified_at"),
        Phase.OPPORTUNITY: line.moment("opportunity_at"),
        Phase.WON: line.moment("won_at"),
        Phase.LOST: line.moment("lost_at"),
    }
    told = max((stage for stage, at in reached.items() if at), key=list(reached).index, default=Phase.LEAD)
    return LeadRow(
        key=line.key(), place=line.place, created_at=line.created(), stage=_WORDS.get(words.casefold(), told),
        status=words, source=line.text("source"), medium=line.text("medium"), campaign=line.text("campaign"),
        qualified_at=reached[Phase.QUALIFIED], opportunity_at=reached[Phase.OPPORTUNITY],
        won_at=reached[Phase.WON], lost_at=reached[Phase.LOST], value=line.value(), currency=line.currency(),
        order=line.text("order"), bot=line.flag("bot"), consent=line.consent(),
    )  # fmt: skip


LEADS = Layout(
    "crm.leads",
    "Leads (own sheet)",
    required={
        "key": ("lead", "lead id", "lead number", "线索", "线索编号", "线索号"),
        "created_at": ("created at", "created", "创建时间", "创建日期"),
        "source": ("source", "来源", "渠道"),
    },
    optional={
        "medium": ("medium", "媒介"),
        "campaign": ("campaign", "广告系列", "活动"),
        "status": ("stage", "status", "阶段", "状态"),
        "qualified_at": ("qualified at", "qualified", "合格时间", "合格日期"),
        "opportunity_at": ("opportunity at", "opportunity", "商机时间", "商机日期"),
        "won_at": ("won at", "won", "成交时间", "成交日期"),
        "lost_at": ("lost at", "lost", "丢单时间", "丢单日期"),
        "value": ("value", "amount", "金额", "价值"),
        "currency": ("currency", "币种", "货币"),
        "order": ("order", "order number", "订单", "订单号"),
        "bot": ("bot", "spam", "机器人"),
        **CONSENT,
    },
    build=row,
)
FORMAT = LEADS.format
