"""What advertising reports tell of each campaign week by week, each day and each click once."""

from dataclasses import dataclass, replace
from datetime import date

from channels.models import Company
from reconciliation.exposure.visits import campaign_class
from reconciliation.models import Lexicon, QueryClass
from reports.reads import rows

# Of each network in a store the reports that tell most, of each day the shortest range, as a month repeats its days; of
# equal ones, as of the last 30 days, the latest to begin.
_CAMPAIGNS = f"""
WITH a AS (
    SELECT a.*, a.ends_on - a.starts_on AS more, st.channel,
        CASE WHEN a.search_term = '' THEN '' ELSE coalesce(k.verdict, 'unknown') END AS verdict,
        split_part(resource, '.', 1) AS network
    FROM channels_adspend a
    JOIN channels_store st ON st.id = a.store_id AND st.company_id = %(company)s
    LEFT JOIN {QueryClass._meta.db_table} k ON k.lexicon_id = %(lexicon)s AND k.query = a.search_term
        AND a.search_term <> ''
), best AS (
    SELECT DISTINCT ON (store_id, network) store_id, resource FROM a GROUP BY store_id, network, resource
    ORDER BY store_id, network, sum(spend) DESC, resource
), finest AS (
    SELECT DISTINCT ON (store_id, resource, day) store_id, resource, starts_on, ends_on, d::date AS day
    FROM (SELECT DISTINCT store_id, resource, starts_on, ends_on, more FROM a JOIN best USING (store_id, resource)) r
    CROSS JOIN generate_series(starts_on, ends_on, interval '1 day') d
    ORDER BY store_id, resource, day, more, starts_on DESC
), days AS (
    SELECT a.*, day FROM a JOIN finest USING (store_id, resource, starts_on, ends_on)
), rates AS (
    SELECT currency, sum(abs(base_amount)) / nullif(sum(abs(amount)), 0) AS rate FROM reconciliation_ledgerentry
    WHERE company_id = %(company)s AND base_amount IS NOT NULL AND currency <> %(base)s GROUP BY 1
    UNION ALL SELECT %(base)s, 1
)
SELECT date_trunc('week', day)::date, channel, network, campaign, verdict,
    CASE WHEN bool_or(rate IS NULL) THEN 'NaN' ELSE round(sum(spend * rate / (more + 1)), 6)::float8 END,
    CASE WHEN bool_or(rate IS NULL) THEN 'NaN' ELSE round(sum(sales * rate / (more + 1)), 6)::float8 END,
    round(sum(impressions::numeric / (more + 1)), 6)::float8, round(sum(clicks::numeric / (more + 1)), 6)::float8,
    round(sum(orders::numeric / (more + 1)), 6)::float8
FROM days LEFT JOIN rates USING (currency)
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
"""

ELSEWHERE = ("meta", "tiktok")  # networks whose advertising answers no search


@dataclass(frozen=True, slots=True)
class CampaignWeek:
    """A campaign's words of one class (``brand``, ``non_brand``, ``unknown``) in the week from the Monday ``week``.

    ``spend`` (a positive cost) and ``sales`` are in base currency at the ledger's mean rates, NaN where one is missing;
    ``sales`` and ``orders`` are those that the network claims. ``channel`` is of the store whose advertising it is.
    """

    week: date
    channel: str
    network: str
    campaign: str
    verdict: str
    spend: float
    sales: float
    impressions: float
    clicks: float
    orders: float


def campaign_weeks(company: Company) -> list[CampaignWeek]:
    """All of them; a range over several weeks counts in each by its days.

    Search terms are classed by the lexicon; what has none, by what its campaign's name says, as visits are. What
    answers no search is non-brand.
    """
    given = {"company": company.pk, "lexicon": lexicon_in_use(company), "base": company.base_currency}
    found = [_classed(CampaignWeek(*row)) for row in rows(_CAMPAIGNS, given)]
    return sorted(found, key=lambda one: (one.week, one.channel, one.network, one.campaign, one.verdict))


def _classed(one: CampaignWeek) -> CampaignWeek:
    if one.verdict:
        return one
    return replace(one, verdict="non_brand" if one.network in ELSEWHERE else campaign_class(one.campaign))


def lexicon_in_use(company: Company) -> int | None:
    """The newest by which searches were classed."""
    used = Lexicon.objects.filter(company=company, used_at__isnull=False).order_by("-number")
    return used.values_list("pk", flat=True).first()
