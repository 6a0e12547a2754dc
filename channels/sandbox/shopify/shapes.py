"""Which queries a bulk operation refuses, in the words of Shopify's own validator (live captures, API 2026-04)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
)

MOST_CONNECTIONS, DEEPEST = 5, 2


@dataclass(slots=True)
class _Found:
    by_nodes: list[str] = field(default_factory=list)
    without_id: list[str] = field(default_factory=list)
    connections: int = 0
    deepest: int = 0
    in_list: bool = False


def refused(schema: GraphQLSchema, document: DocumentNode) -> list[str]:
    """What is wrong with the query, [] where it can run."""
    operation = next((one for one in document.definitions if isinstance(one, OperationDefinitionNode)), None)
    if operation is None or operation.operation.value != "query" or schema.query_type is None:
        return ["Invalid operation type. Only `query` operations are supported."]
    found = _Found()
    walk = _Walk(schema, document, found)
    walk.fields(schema.query_type, operation.selection_set, 0, False)
    messages = [
        f"Bulk queries cannot contain a top level `{one.name.value}` field."
        for _, one in walk.flat(schema.query_type, operation.selection_set)
        if one.name.value in ("node", "nodes")
    ]
    if not found.connections:
        messages.append("Bulk queries must contain at least one connection.")
    if found.by_nodes:
        messages.append(
            "All connection fields in a bulk query must select their contents using 'edges' > 'node', e.g: "
            f"'{found.by_nodes[0]} {{ edges {{ node {{'. Selecting via 'nodes' is not supported. "
            f"Invalid connection fields: {_quoted(found.by_nodes)}."
        )
    if found.deepest > DEEPEST:
        messages.append(f"Bulk queries cannot contain connections with a nesting depth greater than {DEEPEST}.")
    if found.connections > MOST_CONNECTIONS:
        messages.append(f"Bulk queries cannot contain more than {MOST_CONNECTIONS} connections.")
    if found.without_id:
        messages.append(
            "The parent 'node' field for a nested connection must select the 'id' field without an alias and must be "
            f"of 'ID' return type. Connection fields without 'id': {', '.join(found.without_id)}."
        )
    if found.in_list:
        messages.append("Queries that contain a connection field within a list field are not currently supported.")
    return messages


def _quoted(names: list[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


@dataclass(frozen=True, slots=True)
class _Walk:
    schema: GraphQLSchema
    document: DocumentNode
    found: _Found

    def flat(
        self, parent: GraphQLNamedType, selection: SelectionSetNode | None
    ) -> Iterator[tuple[GraphQLNamedType, FieldNode]]:
        """The fields of a selection, those of fragments among them."""
        for node in selection.selections if selection else ():
            if isinstance(node, FieldNode):
                yield parent, node
            elif isinstance(node, InlineFragmentNode):
                name = node.type_condition.name.value if node.type_condition else parent.name
                yield from self.flat(self.schema.type_map[name], node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                for one in self.document.definitions:
                    if isinstance(one, FragmentDefinitionNode) and one.name.value == node.name.value:
                        name = one.type_condition.name.value
                        yield from self.flat(self.schema.type_map[name], one.selection_set)

    def fields(self, parent: GraphQLNamedType, selection: SelectionSetNode | None, depth: int, in_list: bool) -> bool:
        """Look at all fields below; whether there is a connection among them."""
        has = False
        for owner, node in self.flat(parent, selection):
            kind = owner.fields.get(node.name.value) if isinstance(owner, _WITH_FIELDS) else None
            if kind is None:
                continue
            inner = get_named_type(kind.type)
            if inner.name.endswith("Connection"):
                has = True
                self._connection(inner, node, depth + 1, in_list)
            elif node.selection_set:
                below = in_list or _is_list(kind.type)
                has = self.fields(inner, node.selection_set, depth, below) or has
        return has

    def _connection(self, kind: GraphQLNamedType, node: FieldNode, depth: int, in_list: bool) -> None:
        found = self.found
        found.connections += 1
        found.deepest = max(found.deepest, depth)
        found.in_list |= in_list
        for owner, part in self.flat(kind, node.selection_set):
            if part.name.value == "nodes":
                found.by_nodes.append(node.name.value)
            inner = get_named_type(owner.fields[part.name.value].type) if isinstance(owner, _WITH_FIELDS) else owner
            for edge, record in self.flat(inner, part.selection_set) if part.name.value == "edges" else ():
                if record.name.value != "node" or not isinstance(edge, _WITH_FIELDS):
                    continue
                record_type = get_named_type(edge.fields["node"].type)
                names = [one.name.value for _, one in self.flat(record_type, record.selection_set) if one.alias is None]
                if self.fields(record_type, record.selection_set, depth, False) and "id" not in names:
                    found.without_id.append(node.name.value)


_WITH_FIELDS = (GraphQLObjectType, GraphQLInterfaceType)


def _is_list(kind: object) -> bool:
    return isinstance(kind, GraphQLList) or (isinstance(kind, GraphQLNonNull) and _is_list(kind.of_type))
