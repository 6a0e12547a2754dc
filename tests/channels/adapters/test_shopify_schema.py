"""Our documents against Shopify's schema, and the part of it that we keep. Run as a script, it makes that part anew."""

import gzip
import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_client_schema,
    build_schema,
    get_named_type,
    parse,
    print_type,
    validate,
    visit,
)

from channels.adapters.shopify import documents

SCHEMAS = Path(__file__).parents[4] / "shared/data/shopify/schema"
KEPT = Path(documents.__file__).parent / "schema" / f"admin_{documents.VERSION}_subset.graphql"
NOTE = """\
# The part of Shopify's Admin GraphQL schema 2026-10 that our documents use, without descriptions; enums are whole.
# Made by `PYTHONPATH=. python tests/channels/adapters/test_shopify_schema.py` from the introspection in the npm package
# @shopify/dev-mcp 1.16.0, ISC licence: see SOURCE.md beside this file.
"""


@cache
def official() -> GraphQLSchema:
    path = SCHEMAS / f"admin_{documents.VERSION}.json.gz"
    if not path.exists():
        pytest.skip(f"the official schema is not here: {path.name}")
    # graphql-core finds fault with deprecations in the official schema, so it is taken as it is.
    return build_client_schema(json.loads(gzip.decompress(path.read_bytes()))["data"], assume_valid=True)


@cache
def kept() -> GraphQLSchema:
    return build_schema(KEPT.read_text(encoding="utf-8"))


class Used(Visitor):
    """Which fields and arguments of which types the documents touch."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info = info
        self.fields: defaultdict[str, set[str]] = defaultdict(set)
        self.args: defaultdict[tuple[str, str], set[str]] = defaultdict(set)

    def enter_field(self, node: Any, *_: Any) -> None:
        parent = self.info.get_parent_type()
        assert parent is not None
        if not node.name.value.startswith("__"):
            self.fields[parent.name].add(node.name.value)
            self.args[parent.name, node.name.value] |= {one.name.value for one in node.arguments or ()}


def pruned(schema: GraphQLSchema, sources: tuple[str, ...]) -> str:
    """The schema language of what the documents use."""
    used = Used(TypeInfo(schema))
    for source in sources:
        visit(parse(source), TypeInfoVisitor(used.info, used))
    names = set(used.fields)
    for parent, fields in used.fields.items():
        kind = schema.type_map[parent]
        assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
        kind.fields = {name: field for name, field in sorted(kind.fields.items()) if name in fields}
        for name, field in kind.fields.items():
            field.args = {key: arg for key, arg in field.args.items() if key in used.args[parent, name]}
            names |= {get_named_type(field.type).name, *(get_named_type(arg.type).name for arg in field.args.values())}
    for name in names:
        kind = schema.type_map[name]
        if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            kind.interfaces = tuple(one for one in kind.interfaces if one.name in used.fields)
    types = [schema.type_map[name] for name in sorted(names - {"ID", "String", "Int", "Float", "Boolean"})]
    return "\n\n".join((NOTE + "schema { query: QueryRoot mutation: Mutation }", *map(_plain, types))) + "\n"


def _plain(kind: GraphQLNamedType) -> str:
    """The type without its descriptions; the values of an enum on one line."""
    kind.description = None
    for field in getattr(kind, "fields", {}).values():
        field.description = field.deprecation_reason = None
        for arg in getattr(field, "args", {}).values():
            arg.description = arg.deprecation_reason = None
    if isinstance(kind, GraphQLEnumType):
        return f"enum {kind.name} {{ {' '.join(kind.values)} }}"
    return print_type(kind).split(" @specifiedBy", maxsplit=1)[0]


@pytest.mark.parametrize("document", documents.ALL, ids=lambda one: one.split("(")[0].split("{")[0].strip())
def test_documents_fit_the_schema_that_we_keep(document: str) -> None:
    assert [error.message for error in validate(kept(), parse(document))] == []


def test_documents_fit_the_official_schema() -> None:
    schema = official()
    assert {error.message for document in documents.ALL for error in validate(schema, parse(document))} == set()


def test_schema_that_we_keep_is_the_official_one_cut_to_our_documents() -> None:
    official.cache_clear()
    assert pruned(official(), documents.ALL) == KEPT.read_text(encoding="utf-8")
    official.cache_clear()


def test_a_field_that_shopify_does_not_have_is_found() -> None:
    document = documents.PAYOUTS.replace("externalTraceId", "externalTraceNumber")
    [error] = validate(kept(), parse(document))
    assert "externalTraceNumber" in error.message


if __name__ == "__main__":
    KEPT.write_text(pruned(official(), documents.ALL), encoding="utf-8")
