"""What is asked of the Admin GraphQL API, one constant per document.

A document may not cost more than 1,000 points. A connection costs two points and those of each record asked for, so
nested pages are small and the rare order that has more is asked for once more by itself (``ORDER`` and the pages of
its connections). Personal fields stand in a fragment of their own, so that all else works without them.
"""

VERSION = "2026-10"

_MONEY = "{ shopMoney { amount } }"

_ADDRESS = "shippingAddress { countryCodeV2 province provinceCode city }"

_VISIT = """
  id occurredAt source sourceType referrerUrl landingPage
  utmParameters { source medium campaign content term }
"""

_LINE = f"""
  id sku name quantity currentQuantity taxable isGiftCard
  originalUnitPriceSet {_MONEY}
  discountAllocations {{ allocatedAmountSet {_MONEY} }}
  taxLines {{ title priceSet {_MONEY} }}
"""

_SHIPPING = f"""
  id title isRemoved
  originalPriceSet {_MONEY}
  discountedPriceSet {_MONEY}
  discountAllocations {{ allocatedAmountSet {_MONEY} }}
  taxLines {{ title priceSet {_MONEY} }}
"""

_TRANSACTION = f"id kind status gateway processedAt test amountSet {_MONEY}"

# What stands on the order itself, with lists but without connections: the same for pages and bulk.
_HEAD = f"""
  id legacyResourceId name createdAt processedAt updatedAt cancelledAt test
  currencyCode presentmentCurrencyCode displayFinancialStatus displayFulfillmentStatus taxesIncluded
  sourceName sourceIdentifier tags paymentGatewayNames discountCodes
  attribution {{ handle }}
  {_ADDRESS}
  totalPriceSet {_MONEY}
  subtotalPriceSet {_MONEY}
  totalTaxSet {_MONEY}
  totalDiscountsSet {_MONEY}
  totalShippingPriceSet {_MONEY}
  totalTipReceivedSet {_MONEY}
  originalTotalDutiesSet {_MONEY}
  fulfillments {{ createdAt status }}
  transactions {{
    {_TRANSACTION}
    fees {{ type amount {{ amount currencyCode }} taxAmount {{ amount }} }}
  }}
  refunds {{ id createdAt totalRefundedSet {_MONEY} }}
"""

_JOURNEY = "ready momentsCount { count precision } firstVisit { id } lastVisit { id }"

_MOMENTS = f"pageInfo {{ hasNextPage endCursor }} nodes {{ __typename occurredAt ... on CustomerVisit {{ {_VISIT} }} }}"

_NESTED = f"""
  lineItems(first: 5) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {_LINE} }} }}
  shippingLines(first: 2) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {_SHIPPING} }} }}
  customerJourneySummary {{ {_JOURNEY} moments(first: 5) {{ {_MOMENTS} }} }}
"""

_REFUND_LINE = f"quantity restockType lineItem {{ id sku }} subtotalSet {_MONEY} totalTaxSet {_MONEY}"
_REFUND_SHIPPING = f"id subtotalAmountSet {_MONEY} taxAmountSet {_MONEY}"
_ADJUSTMENT = f"id reason amountSet {_MONEY} taxAmountSet {_MONEY}"

_REFUNDS = f"""
  refunds {{
    id createdAt processedAt totalRefundedSet {_MONEY}
    refundLineItems(first: 10) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {_REFUND_LINE} }} }}
    refundShippingLines(first: 2) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {_REFUND_SHIPPING} }} }}
    orderAdjustments(first: 5) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {_ADJUSTMENT} }} }}
    transactions(first: 5) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {_TRANSACTION} }} }}
  }}
"""

PERSONAL = """
fragment Personal on Order {
  email
  phone
  customer {
    id
    displayName
    defaultEmailAddress { emailAddress }
    defaultPhoneNumber { phoneNumber }
  }
  shippingAddress { name company address1 address2 zip phone }
}
"""


def with_personal(document: str, *, personal: bool) -> str:
    """The document of orders with the buyers' fields, or without."""
    if "...Personal" not in document:
        return document
    return document + PERSONAL if personal else document.replace("...Personal", "")


# A page of orders and, in the same answer, how many there are: what comes last of both is of one moment.
ORDERS = f"""
query Orders($query: String!, $first: Int!, $after: String) {{
  orders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT) {{
    pageInfo {{ hasNextPage endCursor }}
    nodes {{ {_HEAD} {_NESTED} ...Personal }}
  }}
  ordersCount(query: $query, limit: null) {{ count precision }}
}}
"""

# Orders with all of their refunds, which bulk operations cannot give.
REFUNDED = ORDERS.replace("query Orders", "query RefundedOrders").replace("...Personal", f"{_REFUNDS} ...Personal")

ORDER = f"""
query Order($id: ID!) {{
  order(id: $id) {{ {_HEAD} {_NESTED} {_REFUNDS} ...Personal }}
}}
"""

COUNT = """
query OrdersCount($query: String!) {
  ordersCount(query: $query, limit: null) { count precision }
}
"""


def _more(name: str, parent: str, connection: str, fields: str) -> str:
    """The next page of a connection of one order or refund."""
    page = f"{connection}(first: $first, after: $after) {{ pageInfo {{ hasNextPage endCursor }} nodes {{ {fields} }} }}"
    version = "id updatedAt"
    return f"query {name}($id: ID!, $first: Int!, $after: String!) {{ {parent}(id: $id) {{ {version} {page} }} }}"


MORE: dict[str, str] = {
    "lineItems": _more("MoreLines", "order", "lineItems", _LINE),
    "shippingLines": _more("MoreShippingLines", "order", "shippingLines", _SHIPPING),
    "moments": f"""
query MoreMoments($id: ID!, $first: Int!, $after: String!) {{
  order(id: $id) {{
    id updatedAt
    customerJourneySummary {{ {_JOURNEY} moments(first: $first, after: $after) {{ {_MOMENTS} }} }}
  }}
}}
""",
    "refundLineItems": _more("MoreRefundLines", "refund", "refundLineItems", _REFUND_LINE),
    "refundShippingLines": _more("MoreRefundShippingLines", "refund", "refundShippingLines", _REFUND_SHIPPING),
    "orderAdjustments": _more("MoreAdjustments", "refund", "orderAdjustments", _ADJUSTMENT),
    "transactions": _more("MoreRefundTransactions", "refund", "transactions", _TRANSACTION),
}  # by the name of the connection

PAYOUTS = """
query Payouts($query: String!, $first: Int!, $after: String) {
  shopifyPaymentsAccount {
    id
    payouts(first: $first, after: $after, query: $query, sortKey: ISSUED_AT) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id legacyResourceId issuedAt status transactionType externalTraceId
        net { amount currencyCode }
      }
    }
  }
}
"""

BALANCE = """
query BalanceTransactions($query: String!, $first: Int!, $after: String) {
  shopifyPaymentsAccount {
    id
    balanceTransactions(first: $first, after: $after, query: $query, sortKey: PROCESSED_AT) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id type test transactionDate sourceType sourceId sourceOrderTransactionId adjustmentReason
        amount { amount currencyCode }
        fee { amount currencyCode }
        net { amount currencyCode }
        associatedOrder { id name }
        associatedPayout { id status }
        adjustmentsOrders { name orderTransactionId amount { amount } fees { amount } net { amount } }
      }
    }
  }
}
"""

SCOPES = """
query Scopes {
  currentAppInstallation { accessScopes { handle } }
}
"""

# No sortKey: with one, Shopify left orders out of bulk files (estuary/connectors#4679). Refunds without their lines.
# Three connections, depth two, edges only, ids without alias; children name their parent in __parentId.
BULK_ORDERS = f"""
query BulkOrders {{
  orders(query: "%s") {{
    edges {{
      node {{
        __typename {_HEAD} ...Personal
        lineItems {{ edges {{ node {{ __typename {_LINE} }} }} }}
        shippingLines {{ edges {{ node {{ __typename {_SHIPPING} }} }} }}
        customerJourneySummary {{
          {_JOURNEY}
          moments {{ edges {{ node {{ __typename occurredAt ... on CustomerVisit {{ {_VISIT} }} }} }} }}
        }}
      }}
    }}
  }}
}}
"""

_OPERATION = "id status errorCode createdAt completedAt objectCount rootObjectCount fileSize url partialDataUrl query"

RUN_BULK = f"""
mutation RunBulk($query: String!) {{
  bulkOperationRunQuery(query: $query, groupObjects: false) {{
    bulkOperation {{ {_OPERATION} }}
    userErrors {{ code field message }}
  }}
}}
"""

BULK = f"""
query Bulk($id: ID!) {{
  bulkOperation(id: $id) {{ {_OPERATION} }}
}}
"""

# The newest first. One that an earlier worker began is gone on with.
BULKS = f"""
query Bulks {{
  bulkOperations(first: 20) {{ nodes {{ {_OPERATION} }} }}
}}
"""

ALL: tuple[str, ...] = (
    *(with_personal(one, personal=personal) for one in (ORDERS, REFUNDED, ORDER) for personal in (False, True)),
    *(with_personal(BULK_ORDERS % "updated_at:>=x", personal=personal) for personal in (False, True)),
    COUNT, *MORE.values(), PAYOUTS, BALANCE, SCOPES, RUN_BULK, BULK, BULKS,
)  # fmt: skip
