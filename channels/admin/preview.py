"""What a page holds, as people look at it before it is loaded and after."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from channels.models import RawPage
from channels.words import file_size, format_title, row_counts


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement in the page: what it states, what its lines add up to, what is left."""

    payout: str
    currency: str
    stated: Decimal | None
    lines: Decimal | None

    @property
    def residual(self) -> Decimal | None:
        return None if self.stated is None or self.lines is None else self.stated - self.lines


@dataclass(frozen=True, slots=True)
class Preview:
    """A page with its summary in words; ``known``: the file was here before this upload."""

    page: RawPage
    title: str
    size: str
    rows: list[tuple[str, int]]
    statements: list[Statement]
    unmapped: list[tuple[str, Decimal]]
    unreadable: int
    problems: list[dict[str, Any]]
    known: bool = False

    @classmethod
    def of(cls, page: RawPage, *, known: bool = False) -> "Preview":
        summary = page.summary
        statements = [_statement(one) for one in summary.get("statements", [])]
        # A page that brings statements without lines, or lines without a statement, has nothing to compare.
        both = any(one.lines for one in statements)
        return cls(
            page=page, title=format_title(page.resource), size=file_size(page.size), rows=row_counts(summary),
            statements=[one if both else Statement(one.payout, one.currency, one.stated, None) for one in statements],
            unmapped=[(label, Decimal(amount)) for label, amount in summary.get("unmapped", {}).items()],
            unreadable=summary.get("unreadable", 0), problems=summary.get("problems", []), known=known,
        )  # fmt: skip

    @property
    def residuals(self) -> list[Statement]:
        return [one for one in self.statements if one.residual]

    @property
    def hidden_problems(self) -> int:
        return max(self.unreadable - len(self.problems), 0)


def _statement(one: dict[str, Any]) -> Statement:
    stated = None if one["stated"] is None else Decimal(one["stated"])
    return Statement(one["payout"], one["currency"], stated, Decimal(one["lines"] or 0))
