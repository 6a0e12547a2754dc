"""One GraphQL request: checked against the schema, paid for in points, executed, and put into Shopify's envelope."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    OperationDefinitionNode,
    execute_sync,
    get_operation_ast,
)

from channels.sandbox.shopify.bulk import FIELDS, Operation, Operations, lines
from channels.sandbox.shopify.connections import Node
from channels.sandbox.shopify.cost import LARGEST, Bucket, Meter
from channels.sandbox.shopify.ids import gid
from channels.sandbox.shopify.roots import Roots, Withheld
from channels.sandbox.shopify.schema import admin, checked
from channels.sandbox.shopify.shapes import refused
from channels.sandbox.shopify.view import Info, View
from channels.sandbox.shopify.wrong import refusal
from channels.sandbox.wire import Traffic

_LIMITS = "https://shopify.dev/api/usage/rate-limits"


def answer(
    asked: Mapping[str, object], view: View, bucket: Bucket, operations: Operations, traffic: Traffic, base: str
) -> dict[str, object]:
    """The body of the answer, whose status is 200 whatever happened. Raises Withheld where a fault keeps it back."""
    document, errors = checked(str(asked["query"]))
    if document is None:
        return {"errors": [one.formatted for one in errors]}
    name = asked.get("operationName")
    operation = get_operation_ast(document, name if isinstance(name, str) else None)
    if operation is None:
        return {"errors": [{"message": "An operation name is required"}]}
    given = asked.get("variables")
    variables = given if isinstance(given, dict) else {}
    what = _named(operation)
    traffic.called(what)
    meter = Meter(admin(), document, variables)
    requested = meter.requested(operation)
    if requested > LARGEST:
        return {"errors": [_too_dear(requested)]}
    taken, available = bucket.take(requested, view.now)
    if not taken:
        traffic.refused(what)
        return refusal(requested, available, bucket)
    roots = Roots(view)
    fields = {**roots.fields(), **_bulk_fields(view, operations, base, roots)}
    result = _run(document, fields, variables, operation)
    actual = min(requested, meter.actual(operation, result.data)) if result.data else 0
    left = bucket.give_back(requested - actual)
    cost = {"requestedQueryCost": requested, "actualQueryCost": actual, "throttleStatus": bucket.status(left)}
    extensions: dict[str, object] = {"cost": cost}
    if roots.warnings:
        extensions["search"] = roots.warnings
    return {**_said(result), "extensions": extensions}


def _run(
    document: DocumentNode, fields: Node, variables: dict[str, object], operation: OperationDefinitionNode
) -> ExecutionResult:
    result = execute_sync(
        admin(), document, fields, variable_values=variables,
        operation_name=operation.name.value if operation.name else None,
    )  # fmt: skip
    for error in result.errors or ():
        if isinstance(error.original_error, Withheld):
            raise error.original_error
        if error.original_error and not isinstance(error.original_error, GraphQLError):
            raise error.original_error
    return result


def _said(result: ExecutionResult) -> dict[str, object]:
    said: dict[str, object] = {}
    if result.errors:
        said["errors"] = [error.formatted for error in result.errors]
    # Without data where nothing was executed; null where an error reached the root.
    if not result.errors or result.data is not None or any(error.path for error in result.errors):
        said["data"] = result.data
    return said


def _named(operation: OperationDefinitionNode) -> str:
    """What traffic calls it: the first field at its root."""
    first = operation.selection_set.selections[0]
    name = getattr(first, "name", None)
    return f"shopify.{name.value}" if name else "shopify.graphql"


def _too_dear(requested: int) -> dict[str, object]:
    return {
        "message": f"Query cost is {requested}, which exceeds the single query max cost limit ({LARGEST}).",
        "extensions": {"code": "MAX_COST_EXCEEDED", "cost": requested, "maxCost": LARGEST, "documentation": _LIMITS},
    }


def _bulk_fields(view: View, operations: Operations, base: str, roots: Roots) -> Node:
    """The root fields of bulk operations, for this app in this shop."""
    whose = (view.access.app, view.access.market.code)

    def found(asked: Mapping[str, object]) -> Operation | None:
        return next((one for one in operations.of(whose) if gid("BulkOperation", one.number) == asked["id"]), None)

    def one(info: Info, **asked: object) -> Node | None:
        operation = found(asked)
        return operation.node(view.now, base) if operation else None

    def listed(info: Info, **asked: object) -> Node:
        search = roots.understood(info, str(asked.get("query") or ""), FIELDS)
        own = [one for one in operations.of(whose) if search.holds(partial(one.field, now=view.now))]
        # By createdAt, the oldest first, as the schema's defaults say.
        return view.inner(lambda: [operation.node(view.now, base) for operation in own])(info, **asked)

    def current(info: Info, **asked: object) -> Node | None:
        own = operations.of(whose)
        return own[-1].node(view.now, base) if own else None

    def run(info: Info, **asked: object) -> Node:
        return _begun(view, operations, str(asked["query"]), bool(asked.get("groupObjects")), base)

    def cancel(info: Info, **asked: object) -> Node:
        operation = found(asked)
        if operation and operation.open(view.now):
            operation.cancelled = True
        return {"bulkOperation": operation.node(view.now, base) if operation else None, "userErrors": []}

    return {
        "bulkOperation": one, "bulkOperations": listed, "currentBulkOperation": current,
        "bulkOperationRunQuery": run, "bulkOperationCancel": cancel,
    }  # fmt: skip


def _begun(view: View, operations: Operations, query: str, grouped: bool, base: str) -> Node:
    """A new bulk operation, or the vendor's words why it has none."""
    document, errors = checked(query)
    wrong = [error.message for error in errors] if document is None else refused(admin(), document)
    if document is None or wrong:
        return _refused("INVALID", wrong)
    whose = (view.access.app, view.access.market.code)
    empty = view.faults.strike("empty_job")
    begun, why = operations.start(
        whose, query, view.now, lambda one: None if empty else _fill(one, document, view, grouped)
    )
    if begun is None:
        return _refused("OPERATION_IN_PROGRESS", [why])
    return {"bulkOperation": begun.node(view.now, base), "userErrors": []}


def _refused(code: str, messages: list[str]) -> Node:
    errors = [{"code": code, "field": ["query"], "message": message} for message in messages]
    return {"bulkOperation": None, "userErrors": errors}


def _fill(operation: Operation, document: DocumentNode, view: View, grouped: bool) -> None:
    """The lines of an operation, as the shop is when it begins."""
    everything = replace(view, everything=True)
    operation_node = get_operation_ast(document)
    if operation_node is None:
        return
    try:
        result = _run(document, Roots(everything).fields(), {}, operation_node)
    except Withheld:
        operation.withheld = True
        operation.lines, operation.roots = [b"{}"], 1
        return
    if result.errors:
        denied = any((error.extensions or {}).get("code") == "ACCESS_DENIED" for error in result.errors)
        operation.error = "ACCESS_DENIED" if denied else "INTERNAL_SERVER_ERROR"
        return
    operation.lines, operation.roots = lines(result.data, grouped)
