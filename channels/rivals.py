"""The same money by two routes with unrelated keys, such as a shop's export and its API: one of them counts.

What a vendor says over the wire stands, since it has ids and comes whole. A file of the same days waits for a person;
once accepted it stands until the vendor says something new of those days, which is newer than the file.
"""

from typing import Any

from channels.adapters import format_of, kept_as
from channels.incoming import incoming
from channels.models import Charge, Payout, RawPage


def find_rivals(cursor: Any, page: RawPage) -> str:
    """Why a page must wait, since the store has its money already by another route; "" where it need not."""
    rivals = _rivals(page)
    if not rivals or page.accepted_at or page.fetches.exists():
        return ""
    cursor.execute(
        f"SELECT count(*), min(c.posted_at)::date, max(c.posted_at)::date FROM channels_charge c, {_SPAN} "
        f"WHERE {_RIVAL} AND NOT c.withdrawn",
        {"store": page.store_id, "rivals": rivals},
    )
    lines, first, last = cursor.fetchone()
    cursor.execute(
        f"SELECT count(*) FROM channels_payout p WHERE p.store_id = %(store)s AND p.resource = ANY(%(rivals)s) "
        f"AND {_SAME_DAY}",
        {"store": page.store_id, "rivals": rivals, "zone": _zone(page)},
    )
    payouts = cursor.fetchone()[0]
    if not lines and not payouts:
        return ""
    said = f"{lines:,} money lines from {first} to {last}" if lines else f"{payouts:,} payouts of the same days"
    titles = ", ".join(format_of(name).title for name in format_of(page.resource).rivals)
    return f"The store has {said} already by another route ({titles}). Accept this page only to replace those."


def withdraw_rivals(cursor: Any, page: RawPage, number: int) -> None:
    """Take back what another route said of the days of this page."""
    rivals = _rivals(page)
    if not rivals:
        return
    values = {"store": page.store_id, "rivals": rivals, "load": number, "at": page.recorded_at}
    # Lines that a rival withdrew are as new as the rival: what takes them back is not older.
    cursor.execute(
        f"UPDATE {incoming(Charge)} i SET recorded_at = r.latest FROM (SELECT max(c.recorded_at) AS latest "
        f"FROM channels_charge c, {_SPAN} WHERE {_RIVAL} AND NOT c.withdrawn) r WHERE r.latest > i.recorded_at",
        values,
    )
    cursor.execute(
        f"UPDATE channels_charge c SET withdrawn = TRUE, revised = TRUE, load = %(load)s, "
        f"recorded_at = greatest(c.recorded_at, %(at)s) FROM {_SPAN} WHERE {_RIVAL} AND NOT c.withdrawn",
        values,
    )
    cursor.execute(
        f"DELETE FROM channels_payout p WHERE p.store_id = %(store)s AND p.resource = ANY(%(rivals)s) AND {_SAME_DAY}",
        {**values, "zone": _zone(page)},
    )


def _rivals(page: RawPage) -> list[str]:
    return [kept_as(name) for name in format_of(page.resource).rivals]


_SPAN = f"(SELECT min(posted_at) AS first, max(posted_at) AS last FROM {incoming(Charge)} WHERE role <> 'compare') span"
_RIVAL = (
    "c.store_id = %(store)s AND c.resource = ANY(%(rivals)s) AND c.role <> 'compare' "
    "AND c.posted_at BETWEEN span.first AND span.last"
)


def _zone(page: RawPage) -> str:
    return page.store.timezone if page.store else "UTC"


def _day(at: str) -> str:
    """The store's day of an instant; midnight in UTC is how a wire tells a day without a time."""
    return (
        f"(CASE WHEN ({at} AT TIME ZONE 'UTC')::time = '00:00' THEN ({at} AT TIME ZONE 'UTC')::date "
        f"ELSE ({at} AT TIME ZONE %(zone)s)::date END)"
    )


_SAME_DAY = (
    f"EXISTS (SELECT 1 FROM {incoming(Payout)} i WHERE i.currency = p.currency "
    f"AND {_day('coalesce(i.deposited_at, i.ends_at)')} = {_day('coalesce(p.deposited_at, p.ends_at)')})"
)
