"""Who asks, and when: what all documents of one answer are made for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from graphql import GraphQLError, GraphQLResolveInfo

from channels.sandbox.shopify.connections import Ask, Node, nested
from channels.sandbox.shopify.ids import share
from channels.sandbox.shopify.storefront import Storefront
from channels.sandbox.shopify.tokens import Access
from channels.sandbox.wire import Faults

Info = GraphQLResolveInfo[object]

_SCOPES_PAGE = "https://shopify.dev/api/usage/access-scopes"
_PERSONAL_PAGE = "https://shopify.dev/docs/apps/launch/protected-customer-data"


@dataclass(frozen=True, slots=True)
class View:
    """``everything`` is the view of a bulk operation, whose connections have no pages."""

    front: Storefront
    now: datetime
    access: Access
    faults: Faults
    everything: bool = False

    def personal(self, name: str, value: object) -> object:
        """A personal field, where the app is approved for it; else the vendor's refusal of that field."""
        if self.access.personal:
            return value

        def refuse(*_: object, **__: object) -> object:
            message = f"This app is not approved to use the {name} field. See {_PERSONAL_PAGE} for more details."
            raise GraphQLError(message, extensions={"code": "ACCESS_DENIED", "documentation": _PERSONAL_PAGE})

        return refuse

    def require(self, field: str, scopes: tuple[str, ...]) -> None:
        """The vendor's refusal of a field unless the token has one of the scopes."""
        if not self.access.scopes.isdisjoint(scopes):
            return
        named = " or the ".join(f"`{scope}`" for scope in scopes)
        required = f"the {named} access scope."
        raise GraphQLError(
            f"Access denied for {field} field. Required access: {required}",
            extensions={"code": "ACCESS_DENIED", "documentation": _SCOPES_PAGE, "requiredAccess": required},
        )

    def inner(self, make: Callable[[], list[Node]]) -> Callable[..., Node]:
        """A connection inside an object, made when it is asked for."""

        def resolve(_: object, **asked: object) -> Node:
            first, after = asked.get("first"), asked.get("after")
            return nested(
                make(),
                Ask(
                    first if isinstance(first, int) else None,
                    after if isinstance(after, str) else None,
                    bool(asked.get("reverse")),
                    self.everything,
                ),
            )

        return resolve

    def word(self, word: str, new: str, *whose: object) -> str:
        """The vendor's word, or for some records one that nobody has seen: for each record always the same."""
        if "new_word" in self.faults.kinds and share("word", *whose) < self.faults.rate:
            self.faults.struck["new_word"] += 1
            return new
        return word


def limited(make: Callable[[], list[Node]]) -> Callable[..., list[Node]]:
    """A plain list inside an object, cut to its ``first`` where that is said."""

    def resolve(_: object, **asked: object) -> list[Node]:
        first = asked.get("first")
        nodes = make()
        return nodes[:first] if isinstance(first, int) else nodes

    return resolve
