"""How the money of one order reaches the ledger when it does not come line by line. Pure functions over values."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from channels.core.kinds import Kind, Role, Stage
from channels.core.money import quantum, round_minor
from reconciliation.ledger.lines import Draft, Line, OrderFacts, draft

# The parts of an order that a refund gives back; tax stays tax.
_INCOME = {Kind.REVENUE, Kind.SHIPPING_INCOME, Kind.DISCOUNT}
_TAXED = {Kind.REVENUE, Kind.SHIPPING_INCOME, Kind.DISCOUNT, Kind.REFUND}
_NO_DAY = date.min  # None is the day of lines without one
TAX_PART = 10_000  # parts from here on are the tax inside another part's price


def order_drafts(order: OrderFacts | None, lines: Iterable[Line]) -> list[Draft]:
    """Every entry that the lines of one order make, apart from its DIRECT lines, which post as they stand.

    One source posts: settled money replaces the order's own estimate; a payout's lump takes the order's split.
    """
    standing = [line for line in lines if not line.withdrawn]
    estimates = [line for line in standing if line.role is Role.ESTIMATE]
    if order is None or order.is_mirror or order.cancelled:
        posting: list[Line] = []
    else:
        posting = estimates
    lumps = [line for line in standing if line.role is Role.LUMP]
    terms = [line for line in standing if line.role is Role.TERM]
    releases = [line for line in standing if line.role is Role.RELEASE]
    paid = [line for line in lumps if line.kind is Kind.REVENUE and line.amount > 0]
    first = min(paid, key=lambda line: (str(line.posted_on), line.key), default=None)
    drafts = [one for lump in lumps for one in spread(lump, estimates, order, sold=lump is first)]
    drafts += released(terms, releases, order)
    direct = [line for line in standing if line.role is Role.DIRECT and line.stage is not Stage.EXPECTED]
    told = [line for line in standing if line.role is Role.HELD]
    drafts += held(told, direct, order)
    if not terms and not releases:
        drafts += expected(posting, lumps, direct + told, order)
    return drafts


def spread(lump: Line, estimates: Sequence[Line], order: OrderFacts | None, *, sold: bool = False) -> list[Draft]:
    """A payout's one sum for an order, split as the order itself splits; the parts add up to the sum.

    Of an order's several payments one carries the units that it ``sold``.
    Without the order, or where its parts come to nothing, the sum is UNMAPPED until the order is here.
    """
    whole = sum((line.amount for line in estimates), Decimal(0))
    if not estimates or whole == 0:
        return [_unmapped(lump, order, "its order is not here")]
    # Where the payout is in another currency than the order, the order's proportions still hold.
    shares = scale([line.amount for line in estimates], lump.amount, quantum(lump.currency))
    drafts = []
    for part, (line, share) in enumerate(zip(estimates, shares, strict=True)):
        one = draft(lump, order)
        one.part = part
        one.sku = line.sku
        one.kind = Kind.REFUND if lump.kind is Kind.REFUND and line.kind in _INCOME else line.kind
        one.label = f"{lump.label} / {line.label}"
        one.quantity = line.quantity if sold else 0
        one.amount = share
        one.recorded_at = max(one.recorded_at, line.recorded_at)
        drafts.append(one)
    return drafts


def scale(parts: Sequence[Decimal], total: Decimal, unit: Decimal) -> list[Decimal]:
    """The signed parts in proportion, in whole units, adding up to ``total``; the largest part takes the rounding."""
    whole = sum(parts, Decimal(0))
    if whole == total and all(part == part.quantize(unit) for part in parts):
        return list(parts)
    shares = [(part * total / whole).quantize(unit) for part in parts]
    largest = max(range(len(parts)), key=lambda i: (abs(parts[i]), -i))
    shares[largest] += total - sum(shares, Decimal(0))
    return shares


def released(terms: Sequence[Line], releases: Sequence[Line], order: OrderFacts | None) -> list[Draft]:
    """The terms of an order's income: deferred until a statement pays them, then settled in that statement.

    Paid in several parts (fast escrow), all terms post with the first; a transfer in each statement carries what
    it paid more or less, so that every statement adds up and the transfers of an order come to zero.
    """
    if not releases:
        return [_settled(line, draft(line, order), None) for line in terms]
    if not terms:
        return [_unmapped(line, order, "the order's income detail is not here") for line in releases]
    known_at = max(line.recorded_at for line in (*terms, *releases))
    ordered = sorted(releases, key=lambda line: (str(line.posted_on), line.key))
    first = ordered[0]
    drafts = [_settled(line, draft(line, order), first) for line in terms]
    earned = sum((line.amount for line in terms), Decimal(0))
    for number, line in enumerate(ordered):
        difference = line.amount - (earned if number == 0 else Decimal(0))
        if difference:
            one = draft(line, order)
            one.kind, one.amount, one.quantity = Kind.TRANSFER, difference, 0
            one.recorded_at = known_at  # the difference is known when both sides are
            one.label = f"{line.label} / paid in parts"
            drafts.append(one)
    return drafts


def held(told: Sequence[Line], direct: Sequence[Line], order: OrderFacts | None) -> list[Draft]:
    """What the channel tells of an order before its statement: deferred until the statement has it.

    A transaction is the lines whose keys begin alike; the channel says itself while it defers one. One that it has
    released is in the statement when that has a day of this order with the same sum, else any later day of that sign.
    """
    days: dict[date | None, Decimal] = {}
    for line in direct:
        days[line.posted_on] = days.get(line.posted_on, Decimal(0)) + line.amount
    transactions: dict[str, list[Line]] = {}
    for line in told:
        transactions.setdefault(line.key.rpartition("/")[0], []).append(line)
    released_ones = []
    waiting = []
    for lines in sorted(transactions.values(), key=lambda lines: (str(lines[0].posted_on), lines[0].key)):
        total = sum((line.amount for line in lines), Decimal(0))
        same = next((day for day, amount in days.items() if amount == total), _NO_DAY)
        if lines[0].stage is Stage.DEFERRED:
            waiting += lines
        elif same is _NO_DAY:
            released_ones.append((lines, total))
        else:
            del days[same]
    for lines, total in released_ones:
        posted = lines[0].posted_on
        # What is left of the statement's days may hold several transactions in one sum.
        if not any(
            (amount > 0) == (total > 0) and (not day or not posted or day >= posted) for day, amount in days.items()
        ):
            waiting += lines
    drafts = [draft(line, order) for line in waiting]
    for one in drafts:
        one.stage, one.released_on, one.payout = Stage.DEFERRED, None, ""
    return drafts


def _settled(line: Line, one: Draft, release: Line | None) -> Draft:
    if release is None:
        one.stage = Stage.DEFERRED
        return one
    one.stage = Stage.SETTLED
    one.payout = release.payout
    one.posted_on = one.posted_on or release.posted_on
    one.released_on = release.released_on or release.posted_on
    one.deposited_on = release.deposited_on
    one.recorded_at = max(one.recorded_at, release.recorded_at)
    return one


def _unmapped(line: Line, order: OrderFacts | None, why: str) -> Draft:
    one = draft(line, order)
    one.kind, one.quantity = Kind.UNMAPPED, 0
    one.label = f"{line.label} ({why})"
    return one


def expected(
    estimates: Sequence[Line], lumps: Sequence[Line], direct: Sequence[Line], order: OrderFacts | None
) -> list[Draft]:
    """What the order should still bring: its estimate lines that no settled or deferred money stands for yet."""
    sold = {line.sku for line in direct if line.kind is Kind.REVENUE}
    covered = {(line.sku, line.kind) for line in direct}
    open_lines = [line for line in estimates if line.sku not in sold and (line.sku, line.kind) not in covered]
    captured = sum((line.amount for line in lumps if line.amount > 0), Decimal(0))
    whole = sum((line.amount for line in open_lines), Decimal(0))
    if captured:
        # Part of the order was paid by another means: the rest is expected, without its units once more.
        if whole <= captured or any(line.currency != lumps[0].currency for line in open_lines):
            return []
        shares = scale([line.amount for line in open_lines], whole - captured, quantum(lumps[0].currency))
        open_lines = [
            replace(line, amount=share, quantity=0) for line, share in zip(open_lines, shares, strict=True) if share
        ]
    return [draft(line, order) for line in open_lines]


def tax_inside(one: Draft, rate: Decimal) -> Draft | None:
    """The tax that the seller owes out of a price that includes it: amount × rate ÷ (1 + rate), taken off."""
    if one.kind not in _TAXED or not rate:
        return None
    amount = -round_minor(one.amount * rate / (1 + rate), one.currency)
    if not amount:
        return None
    tax = replace(one)
    tax.part, tax.kind, tax.amount, tax.quantity, tax.payout = one.part + TAX_PART, Kind.TAX_BORNE, amount, 0, ""
    tax.label = f"{one.label} / tax inside the price at {rate:%}"
    return tax
