"""What a money line is, in our words. The channel's own words stay beside it as its label."""

from enum import StrEnum


class Kind(StrEnum):
    """The kinds of money; each has one sentence in ``MEANING`` and one tier in the tier map."""

    REVENUE = "revenue"
    SHIPPING_INCOME = "shipping_income"
    DISCOUNT = "discount"
    REFUND = "refund"
    TAX_COLLECTED = "tax_collected"
    TAX_WITHHELD = "tax_withheld"
    TAX_BORNE = "tax_borne"
    COGS = "cogs"
    COMMISSION = "commission"
    FULFILMENT = "fulfilment"
    PAYMENT_FEE = "payment_fee"
    SHIPPING_COST = "shipping_cost"
    STORAGE = "storage"
    RETURN_HANDLING = "return_handling"
    REIMBURSEMENT = "reimbursement"
    ADVERTISING = "advertising"
    SHARED_MARKETING = "shared_marketing"
    RETENTION_MARKETING = "retention_marketing"
    SUBSCRIPTION = "subscription"
    OVERHEAD = "overhead"
    RESERVE = "reserve"
    TRANSFER = "transfer"
    LOAN = "loan"
    FX_DIFFERENCE = "fx_difference"
    ADJUSTMENT = "adjustment"
    UNMAPPED = "unmapped"


MEANING: dict[Kind, str] = {
    Kind.REVENUE: "Price of goods sold, without tax, before discounts.",
    Kind.SHIPPING_INCOME: "What the buyer pays for shipping or gift wrap, less what the channel takes back of it.",
    Kind.DISCOUNT: "Promotions, vouchers and points that the seller funds.",
    Kind.REFUND: "Price and shipping given back to the buyer.",
    Kind.TAX_COLLECTED: "Tax that the buyer paid on top; owed to the state, never revenue.",
    Kind.TAX_WITHHELD: "Tax that the channel keeps to remit it; cancels the tax collected.",
    Kind.TAX_BORNE: "Tax inside the price that the seller owes; lowers net revenue.",
    Kind.COGS: "Landed cost of the goods sold; what comes back is written off until a stock receipt says more.",
    Kind.COMMISSION: "The channel's referral, service and other selling fees.",
    Kind.FULFILMENT: "Picking, packing, inbound and multi-channel fulfilment fees.",
    Kind.PAYMENT_FEE: "Fees of payment providers and withdrawals.",
    Kind.SHIPPING_COST: "Carriage that the seller pays.",
    Kind.STORAGE: "Storage of stock at the channel.",
    Kind.RETURN_HANDLING: "What returns, removals and disposals cost beside the refund.",
    Kind.REIMBURSEMENT: "What the channel or a carrier pays for lost or damaged goods.",
    Kind.ADVERTISING: "Advertising and paid promotion inside or for one channel.",
    Kind.SHARED_MARKETING: "Brand marketing that serves several channels.",
    Kind.RETENTION_MARKETING: "Marketing to customers already won: mail, loyalty, win-back.",
    Kind.SUBSCRIPTION: "The channel's fixed plan and app fees.",
    Kind.OVERHEAD: "Shared cost outside marketing.",
    Kind.RESERVE: "Money that the channel holds back or releases; an asset, never profit.",
    Kind.TRANSFER: "Money moved between accounts: payouts, charges to a card, prepaid balances.",
    Kind.LOAN: "Lending by the channel and its repayment.",
    Kind.FX_DIFFERENCE: "Difference between the rate booked and the rate paid.",
    Kind.ADJUSTMENT: "Corrections by the channel that fit no other kind.",
    Kind.UNMAPPED: "Words of the channel that the map does not know yet; counts in every total from CM2 on.",
}


class Stage(StrEnum):
    """How sure a money line is: from the order, earned but held, paid out; or a cost of our own."""

    EXPECTED = "expected"
    DEFERRED = "deferred"
    SETTLED = "settled"
    COST = "cost"


class Role(StrEnum):
    """How a charge reaches the ledger. Each money fact posts once, from one source."""

    DIRECT = "direct"  # posts as it stands
    ESTIMATE = "estimate"  # the order's own figures: post as expected until settled money replaces them
    LUMP = "lump"  # one sum for a whole order: spread over the order's estimate lines
    TERM = "term"  # one term of an order's income: deferred until a RELEASE line pays it
    RELEASE = "release"  # a statement line that pays an order's terms
    HELD = "held"  # an order's money as the channel tells it before its statement: deferred until that is here
    COMPARE = "compare"  # another view of money that posts elsewhere: kept, never posted


class Phase(StrEnum):
    """How far a lead has come; the CRM's own words stay beside it."""

    LEAD = "lead"
    QUALIFIED = "qualified"
    OPPORTUNITY = "opportunity"
    WON = "won"
    LOST = "lost"


class Consent(StrEnum):
    """Whether a person has agreed to advertising with his data; a lawful interest is no consent."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Way(StrEnum):
    """On which way a session came to the own site. Brand is paid search for the brand."""

    BRAND = "brand"
    DIRECT = "direct"
    PAID = "paid"
    ORGANIC = "organic"
    OTHER = "other"
    UNKNOWN = "unknown"
