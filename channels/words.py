"""Our own words for people, in their language: kinds and stages of money, sorts of rows, formats, file sizes."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.adapters import adapters
from channels.core.kinds import Kind, Stage

KINDS: dict[str, Promise | str] = {
    Kind.REVENUE: _("Product sales"),
    Kind.SHIPPING_INCOME: _("Shipping income"),
    Kind.DISCOUNT: _("Discounts"),
    Kind.REFUND: _("Refunds"),
    Kind.TAX_COLLECTED: _("Tax collected"),
    Kind.TAX_WITHHELD: _("Tax withheld"),
    Kind.TAX_BORNE: _("Tax in the price"),
    Kind.COGS: _("Cost of goods sold"),
    Kind.COMMISSION: _("Commission"),
    Kind.FULFILMENT: _("Fulfilment"),
    Kind.PAYMENT_FEE: _("Payment fees"),
    Kind.SHIPPING_COST: _("Shipping cost"),
    Kind.STORAGE: _("Storage"),
    Kind.RETURN_HANDLING: _("Return handling"),
    Kind.REIMBURSEMENT: _("Reimbursements"),
    Kind.ADVERTISING: _("Advertising"),
    Kind.SHARED_MARKETING: _("Brand marketing"),
    Kind.RETENTION_MARKETING: _("Retention marketing"),
    Kind.SUBSCRIPTION: _("Subscription"),
    Kind.OVERHEAD: _("Overhead"),
    Kind.RESERVE: _("Reserve"),
    Kind.TRANSFER: _("Transfers"),
    Kind.LOAN: _("Loans"),
    Kind.FX_DIFFERENCE: _("Exchange difference"),
    Kind.ADJUSTMENT: _("Adjustments"),
    Kind.UNMAPPED: _("Unknown words"),
}

SIGNAL_FIELDS: dict[str, Promise | str] = {  # of a buyer
    "buyer": _("buyer's number"),
    "username": _("user name"),
    "name": _("name"),
    "email": _("e-mail address"),
    "phone": _("telephone"),
    "street": _("street"),
    "postcode": _("postcode"),
    "city": _("city"),
    "state": _("state"),
}

STAGES: dict[str, Promise | str] = {
    Stage.EXPECTED: _("Expected"),
    Stage.DEFERRED: _("Deferred"),
    Stage.SETTLED: _("Settled"),
    Stage.COST: _("Cost"),
}

STATUSES: dict[str, Promise | str] = {  # of orders and payouts, as the channels write them; others stay as they are
    "pending": _("Awaiting payment"),
    "unshipped": _("Unshipped"),
    "partially_shipped": _("Partially shipped"),
    "shipped": _("Shipped"),
    "cancelled": _("Cancelled"),
    "canceled": _("Cancelled"),
    "unpaid": _("Unpaid"),
    "ready_to_ship": _("Ready to ship"),
    "processed": _("Processed"),
    "retry_ship": _("Shipping again"),
    "to_confirm_receive": _("Receipt to be confirmed"),
    "completed": _("Completed"),
    "in_cancel": _("Cancellation requested"),
    "to_return": _("Being returned"),
    "invoice_pending": _("Invoice pending"),
    "authorized": _("Authorised"),
    "partially_paid": _("Partially paid"),
    "paid": _("Paid"),
    "partially_refunded": _("Partially refunded"),
    "refunded": _("Refunded"),
    "voided": _("Voided"),
    "expired": _("Expired"),
    "scheduled": _("Scheduled"),
    "in_transit": _("On its way"),
    "failed": _("Failed"),
}

ROWS: dict[str, Promise | str] = {  # the sorts that channels.load counts
    "orders": _("orders"),
    "money lines": _("money lines"),
    "statements": _("statements"),
    "advertising rows": _("advertising rows"),
    "search rows": _("search rows"),
    "repeat purchases": _("repeat purchases"),
    "visits": _("visits"),
    "disbursements": _("disbursements"),
    "leads": _("leads"),
    "traffic rows": _("traffic rows"),
    "stock receipts": _("stock receipts"),
    "unit costs": _("unit costs"),
    "SKUs": _("SKUs"),
    "exchange rates": _("exchange rates"),
    "unreadable": _("unreadable"),
}


def channel_label(code: str) -> str:
    """The name of a channel as people know it."""
    return next((gettext(one.label) for one in adapters() if code and one.code == code), code)


def format_title(resource: str) -> str:
    """The name of a format, as its adapter says it."""
    found = (form.title for adapter in adapters() for form in adapter.formats if form.resource == resource)
    return gettext(next(found, resource))


def resource_title(resource: str) -> str:
    """The name of what is pulled, as its adapter says it."""
    sources = (adapter.source for adapter in adapters() if adapter.source)
    return gettext(
        next((one.title for source in sources for one in source.resources if one.name == resource), resource)
    )


def status_words(status: str) -> str:
    """A channel's status in our words; "Shipped - Delivered to Buyer" and its like stay as they are."""
    return str(STATUSES.get(status.lower().replace(" ", "_"), status))


def row_counts(summary: dict[str, Any]) -> list[tuple[str, int]]:
    """(sort in words, how many) of what a page holds, the largest first."""
    rows: dict[str, int] = summary.get("rows", {})
    return [(str(ROWS.get(name, name)), count) for name, count in sorted(rows.items(), key=lambda row: -row[1])]


def file_size(size: int) -> str:
    """Bytes in the unit that people read."""
    for unit, one in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if size >= one:
            return f"{size / one:,.1f} {unit}"
    return f"{size} B"
