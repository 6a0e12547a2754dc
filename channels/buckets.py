"""Token buckets in the database: what an application may ask of a vendor, shared by all workers on all machines."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from channels.core.transport import Rate

# Requests reach the vendor at a pace that is not quite ours; what is kept back absorbs that.
SLOWER = 0.97
KEPT_BACK = 0.1  # of the burst
SLOWEST = 0.01  # of the documented pace: what a vendor says below that would stop all asking, and never be corrected
IN_FLIGHT = 0.25  # of the burst: what others may have under way when the vendor says how much is left


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose bucket it is. Ids of applications and sellers are kept as digests: some are half of a secret."""

    channel: str
    application: str
    seller: str

    @classmethod
    def of(cls, channel: str, application: str, seller: str) -> "Owner":
        return cls(channel, _digest(application), _digest(seller))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def take(owner: Owner, operation: str, rate: Rate, cost: float, now: datetime) -> float:
    """Take tokens: 0 where they were given, else the seconds until there will be enough."""
    key = _key(owner, operation, rate)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {**key, "cost": min(cost, _burst(rate)), "now": now})
        if cursor.fetchone():
            return 0.0
        cursor.execute(_MAKE, {**key, "burst": _burst(rate), "rate": rate.per_second * SLOWER, "now": now})
        cursor.execute(_TAKE, {**key, "cost": min(cost, _burst(rate)), "now": now})
        if cursor.fetchone():
            return 0.0
        cursor.execute(_MISSING, {**key, "cost": min(cost, _burst(rate)), "now": now})
        return max(0.001, float(cursor.fetchone()[0]))


def learn(
    owner: Owner, operation: str, rate: Rate, per_second: float | None, available: float | None, now: datetime
) -> None:
    """Follow what the vendor says: its pace, and what is left, less what other workers may have under way."""
    if not per_second and available is None:
        return
    pace = max(per_second, rate.per_second * SLOWEST) * SLOWER if per_second else None
    with connection.cursor() as cursor:
        cursor.execute(_LEARN, {
            **_key(owner, operation, rate), "rate": pace, "available": available,
            "reserve": _burst(rate) * IN_FLIGHT, "now": now,
        })  # fmt: skip


def throttled(owner: Owner, operation: str, rate: Rate) -> None:
    """Count a refusal for haste: in a healthy system there are none."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE channels_bucket SET throttled = throttled + 1 WHERE {_IS}", _key(owner, operation, rate)
        )


def _burst(rate: Rate) -> float:
    return max(1.0, rate.burst * (1 - KEPT_BACK))


def _key(owner: Owner, operation: str, rate: Rate) -> dict[str, str | float | datetime]:
    return {
        "channel": owner.channel, "application": owner.application,
        "seller": "" if rate.shared else owner.seller, "operation": operation,
    }  # fmt: skip


_IS = "channel = %(channel)s AND application = %(application)s AND seller = %(seller)s AND operation = %(operation)s"
_NOW_LEFT = (
    "least(burst, tokens + greatest(0, extract(epoch FROM %(now)s::timestamptz - updated_at)::float8) * per_second)"
)
_MAKE = (
    "INSERT INTO channels_bucket (channel, application, seller, operation, per_second, burst, tokens, updated_at, "
    "taken, throttled) VALUES (%(channel)s, %(application)s, %(seller)s, %(operation)s, %(rate)s, %(burst)s, "
    "%(burst)s, %(now)s, 0, 0) ON CONFLICT DO NOTHING"
)
# A pull asks at every request. Nobody waits for the disk: a bucket that is a moment old after a crash of the database
# is what KEPT_BACK is for.
_SOON = "WITH soon AS (SELECT set_config('synchronous_commit', 'off', TRUE)) "
_TAKE = (
    f"{_SOON}UPDATE channels_bucket SET tokens = {_NOW_LEFT} - %(cost)s, taken = taken + 1, "
    f"updated_at = greatest(updated_at, %(now)s) FROM soon WHERE {_IS} AND {_NOW_LEFT} >= %(cost)s RETURNING tokens"
)
_MISSING = (
    f"SELECT (%(cost)s - {_NOW_LEFT}) / per_second + greatest(0, extract(epoch FROM updated_at - %(now)s)::float8) "
    f"FROM channels_bucket WHERE {_IS}"
)
_LEARN = (
    f"{_SOON}UPDATE channels_bucket SET per_second = coalesce(%(rate)s::float8, per_second), "
    f"tokens = CASE WHEN %(available)s::float8 IS NULL THEN tokens "
    f"ELSE least(%(available)s::float8, greatest({_NOW_LEFT}, %(available)s::float8 - %(reserve)s)) END, "
    f"updated_at = CASE WHEN %(available)s::float8 IS NULL THEN updated_at ELSE greatest(updated_at, %(now)s) END "
    f"FROM soon WHERE {_IS}"
)
