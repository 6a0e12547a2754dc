"""Chains of pages: each leads to the next by a token, and the last has none."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

from channels.adapters.amazon.client import Client
from channels.adapters.amazon.replies import Rejected, Reply
from channels.core.errors import Throttled, Unavailable
from channels.core.transport import Answer

_ROUNDS = 8  # times that a page may lead to itself, or to the one before, until the chain is broken
SETTLED = timedelta(minutes=2)  # how far back the end of a period must be, in orders and finances


def chain(
    resume: str, ask: Callable[[str], Reply], read: Callable[[Reply], tuple[int, str]], resource: str,
    request: Mapping[str, str],
) -> Iterator[Answer]:  # fmt: skip
    """The answers from the token in ``resume`` on. ``read`` gives a page's records and the next token.

    Where Amazon no longer knows that token, the chain begins anew: what comes again changes nothing.
    """
    token = resume
    seen: dict[str, int] = {}
    while True:
        try:
            reply = ask(token)
        except Rejected:
            if not (token and token == resume and not seen):
                raise
            token = resume = ""
            continue
        records, following = read(reply)
        seen[following] = seen.get(following, 0) + 1
        if seen[following] > _ROUNDS:
            raise Unavailable(f"the pages of {resource} lead in a circle")
        yield Answer(resource, reply.body, reply.media_type, resume=following, closed=not following, records=records,
                     request=request)  # fmt: skip
        if not following:
            return
        token = following


def settled(client: Client, until: datetime) -> None:
    """Raises Throttled where Amazon does not take a period's end yet, since it is too near."""
    early = (until + SETTLED - client.connection.clock.now()).total_seconds()
    if early > 0:
        raise Throttled(early)


def stamp(at: datetime) -> str:
    """An instant as Amazon takes it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def state_of(resume: str) -> dict[str, object]:
    """What an earlier try wrote down; empty at the beginning."""
    found = json.loads(resume) if resume else {}
    return found if isinstance(found, dict) else {}


def written(**state: object) -> str:
    return json.dumps(state, separators=(",", ":"))
