"""What the money did, who bought, who searched: derived rows, and what people decided about them."""

from reconciliation.models.demands import PrivacyRequest
from reconciliation.models.estimates import Overlap, ProductProposal
from reconciliation.models.exposure import (
    BrandShare,
    Exposed,
    Exposure,
    Lexicon,
    LexiconTerm,
    OrderExposure,
    QueryClass,
    TermProposal,
    Verdict,
)
from reconciliation.models.identity import (
    Account,
    AccountAlias,
    BuyerSignal,
    Customer,
    CustomerLink,
    Matched,
    MatchRun,
)
from reconciliation.models.judgement import Decision, LinkModel, PairLabel
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
    "AccountAlias",
    "BrandShare",
    "BuyerSignal",
    "ClosedPeriod",
    "Customer",
    "CustomerLink",
    "Decision",
    "Discrepancy",
    "Exposed",
    "Exposure",
    "LedgerEntry",
    "Lexicon",
    "LexiconTerm",
    "LinkModel",
    "MatchRun",
    "Matched",
    "OrderExposure",
    "Overlap",
    "PairLabel",
    "Posted",
    "PrivacyRequest",
    "ProductProposal",
    "QueryClass",
    "Resolution",
    "Run",
    "SharedCost",
    "TermProposal",
    "Verdict",
]
