"""Which facts a posting looks at, as SQL: all of them at first, later what is new and what new facts bear upon."""

from reconciliation.plain import SPECIAL

_FIELDS = (
    "c.store_id, c.resource, c.key, c.role, c.stage, c.kind, c.label, c.amount, c.currency, c.order_ref, c.sku, "
    "c.quantity, (c.posted_at AT TIME ZONE s.timezone)::date, (c.shipped_at AT TIME ZONE s.timezone)::date, "
    "(c.released_at AT TIME ZONE s.timezone)::date, (c.deposited_at AT TIME ZONE s.timezone)::date, c.payout, "
    "c.page_id, c.place, c.recorded_at::text, c.serves, c.withdrawn, o.ref, "
    "(o.ordered_at AT TIME ZONE s.timezone)::date, (o.shipped_at AT TIME ZONE s.timezone)::date, o.recorded_at::text, "
    "o.country, o.cancelled, o.is_mirror"
)
_WITH_ORDER = (
    "FROM channels_charge c JOIN channels_store s ON s.id = c.store_id "
    "LEFT JOIN channels_order o ON o.store_id = c.store_id AND o.ref = c.order_ref AND c.order_ref <> '' "
)
DIRECT = f"SELECT {_FIELDS} {_WITH_ORDER} WHERE c.store_id = ANY(%(stores)s) AND c.role = 'direct' "
FRESH_DIRECT = (
    f"AND c.id IN (SELECT c.id FROM channels_charge c WHERE c.load > %(since)s AND c.store_id = ANY(%(stores)s) "
    f"AND {SPECIAL} "
    # an order that came later brings its dates; a sale that came later takes the fee of its fulfilment
    "UNION SELECT n.id FROM channels_order x JOIN channels_charge n ON n.store_id = x.store_id AND n.order_ref = x.ref "
    "WHERE x.load > %(since)s AND n.load <= %(since)s AND x.store_id = ANY(%(stores)s) "
    "UNION SELECT n.id FROM channels_charge n JOIN channels_order x ON x.ref = n.serves OR x.name = n.serves "
    "WHERE n.serves <> '' AND n.store_id = ANY(%(stores)s) AND x.store_id = ANY(%(stores)s) AND x.load > %(since)s "
)
FRESH_RATES = (
    "UNION SELECT n.id FROM reconciliation_ledgerentry e JOIN channels_charge n ON n.store_id = e.paying_store_id "
    "AND n.resource = e.source AND n.key = e.key AND n.load <= %(since)s "
    "WHERE e.base_amount IS NULL AND e.paying_store_id = ANY(%(stores)s) "
)
TOUCHED_ORDERS = (
    "SELECT DISTINCT c.store_id, c.order_ref FROM channels_charge c WHERE c.store_id = ANY(%(stores)s) "
    "AND c.role NOT IN ('direct', 'compare') {fresh}"
)
FRESH_ORDER = (
    "AND (EXISTS (SELECT 1 FROM channels_charge n WHERE n.store_id = c.store_id AND n.order_ref = c.order_ref "
    "AND n.load > %(since)s) OR EXISTS (SELECT 1 FROM channels_order o WHERE o.store_id = c.store_id "
    "AND o.ref = c.order_ref AND o.load > %(since)s){rates})"
)
FRESH_ORDER_RATES = (
    " OR (c.store_id, c.order_ref) IN (SELECT paying_store_id, order_ref FROM reconciliation_ledgerentry "
    "WHERE base_amount IS NULL AND currency <> %(base)s AND paying_store_id = ANY(%(stores)s))"
)
LINES_OF_ORDERS = (
    f"SELECT {_FIELDS} {_WITH_ORDER} JOIN unnest(%s::bigint[], %s::text[]) w (store, ref) "
    f"ON c.store_id = w.store AND c.order_ref = w.ref "
    f"WHERE c.order_ref <> '' OR c.role NOT IN ('direct', 'compare') "
    f"ORDER BY c.store_id, c.order_ref, c.resource, c.key"
)
SERVED = (
    "SELECT DISTINCT ON (n.store_id, n.resource, n.key) n.store_id, n.resource, n.key, o.store_id, o.ref, "
    "(o.ordered_at AT TIME ZONE s.timezone)::date, (o.shipped_at AT TIME ZONE s.timezone)::date, o.recorded_at::text, "
    "o.country FROM channels_charge n JOIN channels_order o ON o.store_id = ANY(%(stores)s) "
    "AND o.store_id <> n.store_id AND (o.ref = n.serves OR o.name = n.serves) AND NOT o.is_mirror "
    "JOIN channels_store s ON s.id = o.store_id WHERE n.serves <> '' AND n.store_id = ANY(%(stores)s) "
    # Two shops both have a #1001: then nobody can tell whose it is, and it is listed.
    "AND NOT EXISTS (SELECT 1 FROM channels_order x WHERE x.store_id = ANY(%(stores)s) AND x.store_id <> n.store_id "
    "AND x.store_id <> o.store_id AND (x.ref = n.serves OR x.name = n.serves) AND NOT x.is_mirror) "
    "ORDER BY n.store_id, n.resource, n.key, o.ordered_at <= n.posted_at DESC NULLS LAST, o.ordered_at DESC"
)
