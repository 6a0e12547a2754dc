"""What arrives at the bank, and what currencies are worth."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from channels.sandbox.world.chance import Chance
from channels.sandbox.world.model import BankLine, Statement
from channels.sandbox.world.plan import RATES, Plan

_PAYERS = {"amazon": "AMZN MKTPLACE PAYMENTS", "shopify": "SHOPIFY PAYMENTS", "shopee": "SHOPEE"}


def deposit_of(statement: Statement) -> tuple[Decimal, str]:
    """(amount, currency) that a statement's deposit brings; of a wallet day it is what was withdrawn."""
    if statement.paid_amount is not None:
        return statement.paid_amount, statement.paid_currency
    if statement.ref.startswith("wallet/"):
        out = sum((one.amount for one in statement.entries if one.words == "WITHDRAWAL_CREATED"), Decimal(0))
        return -out, statement.currency
    return statement.total, statement.currency


def lines(statements: Iterable[Statement]) -> tuple[BankLine, ...]:
    """One for each deposit, by day."""
    found = []
    for one in statements:
        if one.deposited_at:
            amount, currency = deposit_of(one)
            text = f"{_PAYERS[one.market.partition('.')[0]]} {one.trace}"
            found.append(BankLine(one.deposited_at.date(), f"{currency}-4417", currency, amount, text, one.ref))
    return tuple(sorted(found, key=lambda line: (line.on, line.account, line.text)))


def rates(plan: Plan, seed: int) -> dict[tuple[date, str], Decimal]:
    """Every day's rates, in steps of at most 0.3 %; units of the base currency for one unit."""
    found: dict[tuple[date, str], Decimal] = {}
    for currency in sorted({selling.market.currency for selling in plan.sellings} | {"USD"}):
        chance, rate = Chance(plan.name, seed, "rates", currency), RATES[currency]
        for n in range(-7, plan.weeks * 7 + 45):
            rate = (rate * (10_000 + chance.between(-30, 30)) / 10_000).quantize(Decimal("0.000001"))
            found[plan.starts_at.date() + timedelta(days=n), currency] = rate
    return found
