"""Where a chain of answers goes on: the text that the engine keeps between two answers."""

from dataclasses import dataclass, fields, replace
from typing import Any, Self

import orjson

from channels.core.errors import Changed, Unavailable

_SAME = 5  # times that one cursor may lead to itself


@dataclass(frozen=True, slots=True)
class Place:
    """``last`` are the ids of the last page, to know it when it comes again; ``todo`` of what is asked for by itself.

    ``records`` counts what came since the phase began; ``bulk`` is the job and ``chunk`` how many of its chunks came.
    """

    phase: str = ""
    after: str | None = None
    last: tuple[str, ...] = ()
    todo: tuple[str, ...] = ()
    ended: bool = False  # no page follows
    same: int = 0
    records: int = 0
    bulk: str = ""
    chunk: int = 0

    @classmethod
    def of(cls, text: str) -> Self:
        """Raises Changed for a text that an older program wrote: the chain begins anew."""
        try:
            found: dict[str, Any] = orjson.loads(text) if text else {}
            return cls(**{**found, "last": tuple(found.get("last", ())), "todo": tuple(found.get("todo", ()))})
        except (TypeError, ValueError, AttributeError) as error:
            raise Changed("the cursor of this window is of another version of the program") from error

    @property
    def text(self) -> str:
        said = {name: value for name, unset in _UNSET if (value := getattr(self, name)) != unset}
        return orjson.dumps(said).decode()

    @property
    def closed(self) -> bool:
        return self.ended and not self.todo

    def turned(self, ids: tuple[str, ...], after: str | None, todo: tuple[str, ...]) -> tuple[Self, int]:
        """The place behind a page, and how many of its records are new.

        ``after`` is the cursor of the next page, None where there is none. Raises Unavailable for a chain that goes
        in circles.
        """
        new = len(set(ids) - set(self.last))
        same = self.same + 1 if after is not None and after == self.after else 0
        if same > _SAME:
            raise Unavailable("Shopify gives the same page again and again")
        place = replace(
            self, after=after, last=ids or self.last, todo=todo, ended=after is None, same=same,
            records=self.records + new,
        )  # fmt: skip
        return place, new

    def without_first(self) -> Self:
        return replace(self, todo=self.todo[1:])


_UNSET = [(one.name, one.default) for one in fields(Place)]
