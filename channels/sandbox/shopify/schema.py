"""The schema that documents are executed on: the subset of Admin GraphQL 2026-10 that the adapter keeps, and a few
official fields beside it that only a sandbox needs where the subset lacks them."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from graphql import (
    DefinitionNode,
    DocumentNode,
    GraphQLArgument,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLError,
    GraphQLField,
    GraphQLInputType,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    ObjectTypeExtensionNode,
    TypeDefinitionNode,
    build_schema,
    extend_schema,
    get_named_type,
    parse,
    validate,
)

SUBSET = Path(__file__).parents[2] / "adapters" / "shopify" / "schema" / "admin_2026-10_subset.graphql"

# From the introspection of 2026-10; whatever the subset has already is left out when it is added.
_BESIDE = """
interface Node { id: ID! }
type AccessScope { description: String! handle: String! }
type AppInstallation { accessScopes: [AccessScope!]! id: ID! }
type Shop { currencyCode: CurrencyCode! ianaTimezone: String! id: ID! myshopifyDomain: String! name: String! }
type UserError { field: [String!] message: String! }
type ShopifyPaymentsPayoutSummary {
  adjustmentsFee: MoneyV2! adjustmentsGross: MoneyV2! advanceFees: MoneyV2! advanceGross: MoneyV2!
  chargesFee: MoneyV2! chargesGross: MoneyV2! refundsFee: MoneyV2! refundsFeeGross: MoneyV2!
  reservedFundsFee: MoneyV2! reservedFundsGross: MoneyV2! retriedPayoutsFee: MoneyV2! retriedPayoutsGross: MoneyV2!
}
enum BulkOperationType { MUTATION QUERY }
enum BulkOperationsSortKeys { COMPLETED_AT CREATED_AT }
type BulkOperationConnection { edges: [BulkOperationEdge!]! nodes: [BulkOperation!]! pageInfo: PageInfo! }
type BulkOperationEdge { cursor: String! node: BulkOperation! }
type BulkOperationCancelPayload { bulkOperation: BulkOperation userErrors: [UserError!]! }
type ShopifyPaymentsPayoutEdge { cursor: String! node: ShopifyPaymentsPayout! }
type ShopifyPaymentsBalanceTransactionEdge { cursor: String! node: ShopifyPaymentsBalanceTransaction! }
type OrderApp { id: ID! name: String! }
type RefundLineItemEdge { cursor: String! node: RefundLineItem! }
extend type QueryRoot {
  bulkOperations(after: String, before: String, first: Int, last: Int, query: String, reverse: Boolean = false,
    sortKey: BulkOperationsSortKeys = CREATED_AT): BulkOperationConnection!
  currentAppInstallation: AppInstallation!
  currentBulkOperation(type: BulkOperationType = QUERY): BulkOperation
  node(id: ID!): Node
  nodes(ids: [ID!]!): [Node]!
  ordersCount(limit: Int = 10000, query: String, savedSearchId: ID): Count
  shop: Shop!
}
extend type MoneyBag { presentmentMoney: MoneyV2! }
extend type ShopifyPaymentsAccount {
  activated: Boolean! balance: [MoneyV2!]! country: String! defaultCurrency: CurrencyCode!
}
extend type Customer { numberOfOrders: UnsignedInt64! }
extend type Mutation { bulkOperationCancel(id: ID!): BulkOperationCancelPayload }
extend type PageInfo { hasPreviousPage: Boolean! startCursor: String }
extend type OrderEdge { cursor: String! }
extend type LineItemEdge { cursor: String! }
extend type BulkOperation implements Node { query: String! type: BulkOperationType! }
extend type Order implements Node {
  app: OrderApp
  currentTotalPriceSet: MoneyBag!
  netPaymentSet: MoneyBag!
  totalOutstandingSet: MoneyBag!
  totalReceivedSet: MoneyBag!
  totalRefundedSet: MoneyBag!
}
extend type Refund implements Node { processedAt: DateTime! updatedAt: DateTime! }
extend type OrderTransaction implements Node { createdAt: DateTime! }
extend type ShopifyPaymentsPayout implements Node { summary: ShopifyPaymentsPayoutSummary! }
extend type ShopifyPaymentsPayoutConnection { edges: [ShopifyPaymentsPayoutEdge!]! }
extend type ShopifyPaymentsBalanceTransactionConnection { edges: [ShopifyPaymentsBalanceTransactionEdge!]! }
extend type RefundLineItemConnection { edges: [RefundLineItemEdge!]! }
"""

_PAGED: Mapping[str, GraphQLInputType] = {
    "first": GraphQLInt, "last": GraphQLInt, "after": GraphQLString, "before": GraphQLString, "reverse": GraphQLBoolean,
}  # fmt: skip
_FILTERED: Mapping[str, Mapping[str, GraphQLInputType]] = {
    "orders": {"query": GraphQLString},
    "payouts": {"query": GraphQLString, "transactionType": GraphQLString},
    "balanceTransactions": {"query": GraphQLString, "hideTransfers": GraphQLBoolean},
    "bulkOperations": {"query": GraphQLString},
}


@lru_cache(maxsize=1)
def admin() -> GraphQLSchema:
    """The schema. Its enums give out any word: a vendor's list grows without a new version."""
    subset = build_schema(SUBSET.read_text())
    schema = extend_schema(subset, DocumentNode(definitions=tuple(_missing(subset))))
    for one in schema.type_map.values():
        if isinstance(one, GraphQLEnumType) and not one.name.startswith("__"):
            one.coerce_output_value = str  # type: ignore[method-assign, assignment]
        if isinstance(one, GraphQLObjectType):
            for name, field in one.fields.items():
                _take_arguments(name, field)
    return schema


def _take_arguments(name: str, field: GraphQLField) -> None:
    """The official arguments of connections, where the subset has only some."""
    if get_named_type(field.type).name.endswith("Connection"):
        for argument, kind in {**_PAGED, **_FILTERED.get(name, {})}.items():
            field.args.setdefault(argument, GraphQLArgument(kind, out_name=argument))


@lru_cache(maxsize=256)
def checked(text: str) -> tuple[DocumentNode | None, tuple[GraphQLError, ...]]:
    """The document, or what is wrong with it."""
    try:
        document = parse(text)
    except GraphQLError as error:
        return None, (error,)
    errors = tuple(validate(admin(), document))
    return (None if errors else document), errors


def _missing(subset: GraphQLSchema) -> list[DefinitionNode]:
    wanted: list[DefinitionNode] = []
    for definition in parse(_BESIDE).definitions:
        if isinstance(definition, ObjectTypeExtensionNode):
            if extension := _rest(definition, subset.type_map):
                wanted.append(extension)
        elif isinstance(definition, TypeDefinitionNode) and definition.name.value not in subset.type_map:
            wanted.append(definition)
    return wanted


def _rest(node: ObjectTypeExtensionNode, types: Mapping[str, GraphQLNamedType]) -> ObjectTypeExtensionNode | None:
    """The fields and interfaces of an extension that the type does not have; None where it has them all."""
    known = types.get(node.name.value)
    if not isinstance(known, GraphQLObjectType | GraphQLInterfaceType):
        return None
    fields = tuple(field for field in node.fields or () if field.name.value not in known.fields)
    has = {one.name for one in known.interfaces}
    interfaces = tuple(one for one in node.interfaces or () if one.name.value not in has)
    if not fields and not interfaces:
        return None
    return ObjectTypeExtensionNode(name=node.name, interfaces=interfaces, directives=(), fields=fields)
