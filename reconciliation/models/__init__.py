"""What the money did, who bought, who searched: derived rows, and what people decided about them."""

from reconciliation.models.identity import (
    Account,
    BuyerSignal,
    Customer,
    CustomerLink,
    Decision,
    LinkModel,
    Matched,
    MatchRun,
    Overlap,
    PairLabel,
    PrivacyRequest,
    ProductProposal,
)
from reconciliation.models.ledger import (
    ClosedPeriod,
    Discrepancy,
    LedgerEntry,
    Posted,
    Resolution,
    Run,
    SharedCost,
)

__all__ = [
    "Account",
    "BuyerSignal",
    "ClosedPeriod",
    "Customer",
    "CustomerLink",
    "Decision",
    "Discrepancy",
    "LedgerEntry",
    "LinkModel",
    "MatchRun",
    "Matched",
    "Overlap",
    "PairLabel",
    "Posted",
    "PrivacyRequest",
    "ProductProposal",
    "Resolution",
    "Run",
    "SharedCost",
]
