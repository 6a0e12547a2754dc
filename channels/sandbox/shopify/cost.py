"""What a query costs in points, and the bucket that they are taken from.

An object is one point, a leaf none, a mutation ten, a connection two and as many times its record as are asked for:
https://shopify.dev/docs/api/usage/limits. Amounts and page infos are free, as far as live captures of 2026 tell.
Shopify itself has asked for less for long pages since 2024 (25 points for 250 variants and their inventory items),
by a rule it does not publish; the published rule is the stricter one.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_leaf_type,
)

MOST, RESTORED, LARGEST = 2000.0, 100.0, 1000  # of the standard plan: points kept, points a second, points of a query
_FREE = frozenset(("MoneyV2", "PageInfo"))
_MUTATION = 10
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Meter:
    """Counts the points of one document, by what is asked for or by what an answer has."""

    schema: GraphQLSchema
    document: DocumentNode
    variables: Mapping[str, object]

    def requested(self, operation: OperationDefinitionNode) -> int:
        return self._operation(operation, _MISSING)

    def actual(self, operation: OperationDefinitionNode, data: object) -> int:
        return self._operation(operation, data)

    def _operation(self, operation: OperationDefinitionNode, data: object) -> int:
        root = self.schema.get_root_type(operation.operation)
        points = self._fields(root, operation.selection_set, data) if root else 0
        return max(_MUTATION, points) if operation.operation.value == "mutation" else points

    def _fields(self, parent: GraphQLNamedType, selection: SelectionSetNode | None, data: object) -> int:
        points = 0
        for node in selection.selections if selection else ():
            if isinstance(node, FieldNode):
                points += self._field(parent, node, data)
            else:
                points += self._fields(*self._fragment(parent, node), data)
        return points

    def _fragment(self, parent: GraphQLNamedType, node: object) -> tuple[GraphQLNamedType, SelectionSetNode | None]:
        if isinstance(node, InlineFragmentNode):
            name = node.type_condition.name.value if node.type_condition else parent.name
            return self.schema.type_map[name], node.selection_set
        if isinstance(node, FragmentSpreadNode):
            for found in self.document.definitions:
                if isinstance(found, FragmentDefinitionNode) and found.name.value == node.name.value:
                    return self.schema.type_map[found.type_condition.name.value], found.selection_set
        return parent, None

    def _field(self, parent: GraphQLNamedType, node: FieldNode, data: object) -> int:
        fields = parent.fields if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType) else {}
        definition = fields.get(node.name.value)
        value = data.get(node.alias.value if node.alias else node.name.value) if isinstance(data, dict) else data
        if definition is None or value is None:
            return 0
        kind = get_named_type(definition.type)
        if is_leaf_type(kind) or kind.name in _FREE:
            return 0
        if kind.name.endswith("Connection"):
            return self._connection(kind, node, value)
        one = (value[0] if value else None) if isinstance(value, list) else value
        return 0 if one is None else 1 + self._fields(kind, node.selection_set, one)

    def _connection(self, kind: GraphQLNamedType, node: FieldNode, value: object) -> int:
        """Two points, and those of each record: as many as asked for, or as many as there are."""
        points = 2
        for part in node.selection_set.selections if node.selection_set else ():
            if isinstance(part, FieldNode) and part.name.value in ("nodes", "edges"):
                shown = value.get(part.name.value, []) if isinstance(value, dict) else None
                if shown is None:
                    points += self._first(node) * self._record(kind, part, _MISSING)
                else:
                    points += sum(self._record(kind, part, one) for one in shown)
        return points

    def _record(self, kind: GraphQLNamedType, part: FieldNode, value: object) -> int:
        fields = kind.fields if isinstance(kind, GraphQLObjectType) else {}
        inner = get_named_type(fields[part.name.value].type)
        points = self._fields(inner, part.selection_set, value)
        return points if part.name.value == "edges" else 1 + points

    def _first(self, node: FieldNode) -> int:
        for argument in node.arguments or ():
            if argument.name.value in ("first", "last"):
                if isinstance(argument.value, IntValueNode):
                    return int(argument.value.value)
                if isinstance(argument.value, VariableNode):
                    given = self.variables.get(argument.value.name.value)
                    return given if isinstance(given, int) else 0
        return 0


class Bucket:
    """Points of one app in one shop: ``restored`` a second come back, ``most`` are kept."""

    def __init__(self, most: float = MOST, restored: float = RESTORED) -> None:
        self.most, self.restored = most, restored
        self._points = most
        self._at: datetime | None = None
        self._lock = threading.Lock()

    def take(self, points: float, now: datetime) -> tuple[bool, float]:
        """Whether the points were there, and what is left; nothing is taken where they were not."""
        with self._lock:
            passed = max(0.0, (now - self._at).total_seconds()) if self._at else 0.0
            self._points = min(self.most, self._points + passed * self.restored)
            self._at = max(now, self._at) if self._at else now
            if points > self._points:
                return False, self._points
            self._points -= points
            return True, self._points

    def give_back(self, points: float) -> float:
        """What was asked for and not used."""
        with self._lock:
            self._points = min(self.most, self._points + points)
            return self._points

    def status(self, available: float) -> dict[str, object]:
        """As ``extensions.cost.throttleStatus`` says it."""
        return {
            "maximumAvailable": int(self.most),
            "currentlyAvailable": int(available),
            "restoreRate": int(self.restored),
        }
