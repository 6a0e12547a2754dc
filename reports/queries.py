"""The contribution statement: one GROUP BY over the ledger, folded into margins."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db import connection

from channels.core.kinds import Kind, Stage
from reconciliation.ledger.tiers import NET_REVENUE, TIER, ladder

BY = ("channel", "store", "product", "company")
PERIODS = ("day", "week", "month")
BASES = ("ordered", "shipped", "posted", "released", "deposited")
CURRENCIES = ("base", "original")


@dataclass(frozen=True, slots=True)
class Question:
    """What to state. Periods are half-open: ``since`` is in, ``until`` is out. ``as_of`` is what was known then."""

    company: int | None = None
    by: str = "channel"
    period: str = "month"
    basis: str = "posted"
    currency: str = "base"
    since: date | None = None
    until: date | None = None
    stores: tuple[int, ...] = ()
    as_of: datetime | None = None

    def __post_init__(self) -> None:
        for name, allowed in (("by", BY), ("period", PERIODS), ("basis", BASES), ("currency", CURRENCIES)):
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} is one of {', '.join(allowed)}, not {getattr(self, name)!r}")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the statement. Money is in ``currency``; plus is to the seller; None is "not known", never zero.

    ``period`` is the first day of it; None is money whose date on this basis is not known (yet).
    Coverages are shares from 0 to 1: of units with a cost, of entries with a rate, of money with known words;
    ``settled_share`` is the settled part of net revenue. None where there is nothing to cover.
    """

    company: str
    name: str
    period: date | None
    currency: str
    net_revenue: Decimal | None
    cm1: Decimal | None
    cm2: Decimal | None
    cm3a: Decimal | None
    cm3b: Decimal | None
    units: int
    orders: int
    cost_coverage: Decimal | None
    fx_coverage: Decimal | None
    mapping_coverage: Decimal | None
    settled_share: Decimal | None
    by_kind: dict[str, Decimal] = field(default_factory=dict)


def contribution(question: Question) -> list[Line]:
    """The statement, by company, period and name; undated money last. All views of the same entries add up alike."""
    with connection.cursor() as cursor:
        cursor.execute(*_sums(question))
        groups = _fold(cursor.fetchall())
        cursor.execute(*_orders(question))
        orders = {tuple(row[:-1]): row[-1] for row in cursor.fetchall()}
    names = _names(question)
    lines = [_line(key, group, orders.get(key[:3], 0), names) for key, group in groups.items()]
    return sorted(lines, key=lambda line: (line.company, line.period is None, line.period, line.name, line.currency))


@dataclass(slots=True)
class _Group:
    """Sums of one row of the statement; ``amounts`` by kind, where None is money without a rate."""

    amounts: dict[str, Decimal | None] = field(default_factory=dict)
    unmapped: Decimal = Decimal(0)  # money of unknown words, in either direction
    entries: int = 0
    rated: int = 0
    income: dict[tuple[str, bool], Decimal] = field(default_factory=dict)  # net revenue by kind, settled or not
    units: int = 0
    costed: int = 0

    @property
    def settled(self) -> tuple[Decimal, Decimal]:
        """Income of settled money, and of all, kind by kind in either direction: refunds do not undo sales here."""
        settled = sum((abs(amount) for (_, done), amount in self.income.items() if done), Decimal(0))
        return settled, sum(map(abs, self.income.values()), Decimal(0))

    @property
    def known(self) -> Decimal:
        """Money of known words, kind by kind, in either direction."""
        known = (amount for kind, amount in self.amounts.items() if kind != Kind.UNMAPPED and amount is not None)
        return sum(map(abs, known), Decimal(0))


_Key = tuple[int, Any, date | None, str]


def _fold(rows: Iterable[tuple[Any, ...]]) -> dict[_Key, _Group]:
    groups: dict[_Key, _Group] = {}
    for company, name, period, currency, kind, stage, reversal, amount, unmapped, entries, rated, units in rows:
        group = groups.setdefault((company, name, period, currency), _Group())
        sign = -1 if reversal else 1  # a reversal takes its entry's money, units and count back
        if amount is not None:
            group.amounts[kind] = (group.amounts.get(kind) or Decimal(0)) + amount
        else:
            group.amounts.setdefault(kind, None)
        group.unmapped += sign * (unmapped or 0)
        group.entries += sign * entries
        group.rated += sign * rated
        if kind == Kind.REVENUE:
            group.units += units
        if kind == Kind.COGS:
            group.costed += units
        if TIER.get(kind) == NET_REVENUE and amount is not None:
            part = (kind, stage == Stage.SETTLED)
            group.income[part] = group.income.get(part, Decimal(0)) + amount
    return groups


def _line(key: _Key, group: _Group, orders: int, names: dict[Any, str]) -> Line:
    company, name, period, currency = key
    margins = ladder(group.amounts)
    return Line(
        company=names[("company", company)], name=names.get(name, name or "") if name is not None else "",
        period=period, currency=currency, **margins, units=group.units, orders=orders,
        cost_coverage=_share(Decimal(group.costed), Decimal(group.units)),
        fx_coverage=_share(Decimal(group.rated), Decimal(group.entries)),
        mapping_coverage=_share(group.known, group.known + group.unmapped),
        settled_share=_share(*group.settled),
        by_kind={kind: amount for kind, amount in group.amounts.items() if amount is not None},
    )  # fmt: skip


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    # Cut off, not rounded: 1.0000 means all of it.
    return (part / whole).quantize(Decimal("0.0001"), rounding=ROUND_DOWN) if whole else None


def _dimension(by: str) -> tuple[str, str]:
    """The SQL of the row's name, and the joins it needs."""
    stores = "LEFT JOIN channels_store s ON s.id = e.earning_store_id"
    if by == "product":
        return "coalesce(own.product, shared.product, nullif(e.sku, ''))", (
            "LEFT JOIN channels_sku own ON own.company_id = e.company_id AND own.store_id = e.earning_store_id "
            "AND own.sku = e.sku "
            "LEFT JOIN channels_sku shared ON shared.company_id = e.company_id AND shared.store_id IS NULL "
            "AND shared.sku = e.sku"
        )
    return {"channel": ("s.channel", stores), "store": ("e.earning_store_id", ""), "company": ("NULL::text", "")}[by]


def _where(question: Question) -> tuple[str, dict[str, Any]]:
    day = f"e.{question.basis}_on"
    tests, values = ["TRUE"], dict[str, Any]()
    for test, name, value in (
        ("e.company_id = %(company)s", "company", question.company),
        (f"{day} >= %(since)s", "since", question.since),
        (f"{day} < %(until)s", "until", question.until),
        ("e.earning_store_id = ANY(%(stores)s)", "stores", list(question.stores) or None),
        ("e.recorded_at <= %(as_of)s", "as_of", question.as_of),
    ):
        if value is not None:
            tests.append(test)
            values[name] = value
    return " AND ".join(tests), values


def _period(question: Question, day: str) -> str:
    return day if question.period == "day" else f"date_trunc('{question.period}', {day}::timestamp)::date"


def _sums(question: Question) -> tuple[str, dict[str, Any]]:
    """One pass over the entries, folded before names are joined: fewer rows for that.

    By days first, since working out a period costs more than grouping by day; but not by SKUs and days, which may be
    as many as the entries.
    """
    name, joins = _dimension(question.by)
    where, values = _where(question)
    original = question.currency == "original"
    money = "e.amount" if original else "e.base_amount"
    currency = "e.currency" if original else "c.base_currency"
    day = f"e.{question.basis}_on"
    by_sku = question.by == "product"
    inner = ["e.company_id", "e.kind", "e.stage", "e.reversal", _period(question, day) if by_sku else day]
    inner += ["e.earning_store_id"] if question.by != "company" else []
    inner += ["e.sku"] if by_sku else []
    inner += ["e.currency"] if original else []
    inner[4] += " AS day"
    groups = ", ".join(str(number) for number in range(1, len(inner) + 1))
    sql = (
        f"SELECT e.company_id, {name}, {'e.day' if by_sku else _period(question, 'e.day')}, {currency}, e.kind, "
        f"e.stage, e.reversal, sum(e.total), sum(e.unmapped), sum(e.entries)::bigint, sum(e.rated)::bigint, "
        f"sum(e.units)::bigint FROM (SELECT {', '.join(inner)}, sum({money}) AS total, "
        f"sum(abs({money})) FILTER (WHERE e.kind = 'unmapped') AS unmapped, count(*) AS entries, "
        f"count(e.base_amount) AS rated, sum(e.quantity) AS units FROM reconciliation_ledgerentry e WHERE {where} "
        f"GROUP BY {groups}) e "
        f"JOIN channels_company c ON c.id = e.company_id {joins} GROUP BY 1, 2, 3, 4, 5, 6, 7"
    )
    return sql, values


def _orders(question: Question) -> tuple[str, dict[str, Any]]:
    """Orders that sold something, after reversals; two stores' orders of one number are two."""
    name, joins = _dimension(question.by)
    where, values = _where(question)
    period = _period(question, f"e.{question.basis}_on")
    sales = f"{where} AND e.kind = 'revenue' AND e.order_ref <> '' AND e.quantity <> 0"
    if question.by == "product":
        sql = (
            f"SELECT o.company_id, o.name, o.period, count(*) FROM (SELECT e.company_id, {name} AS name, "
            f"{period} AS period, e.earning_store_id, e.order_ref FROM reconciliation_ledgerentry e {joins} "
            f"WHERE {sales} GROUP BY 1, 2, 3, 4, 5 HAVING sum(e.quantity) > 0) o GROUP BY 1, 2, 3"
        )
        return sql, values
    sql = (
        f"SELECT e.company_id, {name}, e.period, sum(e.orders)::bigint FROM ("
        f"SELECT company_id, earning_store_id, period, count(*) AS orders FROM (SELECT e.company_id, "
        f"e.earning_store_id, e.order_ref, {period} AS period FROM reconciliation_ledgerentry e WHERE {sales} "
        f"GROUP BY 1, 2, 3, 4 HAVING sum(e.quantity) > 0) o GROUP BY 1, 2, 3) e {joins} GROUP BY 1, 2, 3"
    )
    return sql, values


def _names(question: Question) -> dict[Any, str]:
    """What people call companies, stores and channels."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM channels_company")
        names: dict[Any, str] = {("company", pk): name for pk, name in cursor.fetchall()}
        if question.by == "store":
            cursor.execute("SELECT id, name FROM channels_store")
            names.update(cursor.fetchall())
    return names


def mean_rates(company: int) -> dict[str, float]:
    """By currency what one unit of it came to in the ledger's base money, all entries together."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT currency, (sum(abs(base_amount)) / nullif(sum(abs(amount)), 0))::float8 "
            "FROM reconciliation_ledgerentry WHERE company_id = %s AND base_amount IS NOT NULL GROUP BY 1", [company],
        )  # fmt: skip
        return {currency: rate for currency, rate in cursor.fetchall() if rate}
