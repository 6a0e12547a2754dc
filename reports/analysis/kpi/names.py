"""What each figure of a role page is, in words that hold its formula."""

from reports.analysis.said import Said

NAMES: dict[str, Said] = {
    "attributed_revenue": Said("Revenue that advertising is credited with: the middle model; the ends are those of "
                               "the lowest and the highest model, no interval of chance."),
    "contribution": Said("Contribution after advertising, less what channels took from each other where it is known."),
    "growth_share": Said("Share of a year's growth in contribution that marketing brought."),
    "cac": Said("Marketing spend by customer new to the company."),
    "ltv12": Said("Contribution of a customer in 12 months, less what was spent to keep them."),
    "ltv_cac": Said("Contribution of a customer by what it cost to win them."),
    "retention": Said("Share of customers who bought again in their month {month}."),
    "mer": Said("Revenue by all marketing spend."),
    "predictability": Said("How far the last 13 weeks were from their forecast, as a share of what came."),
    "non_brand_share": Said("Share that is not from searches for the brand; what is unknown counts to neither."),
    "cost_per_opportunity": Said("Spend by opportunity, those still to come counted in."),
    "customer_quality": Said("Contribution of a new customer in their first 90 days."),
    "attribution_spread": Said("How far apart the models are over a channel's share: the largest less the smallest."),
    "funnel": Said("Contribution by session or lead, from end to end."),
    "cannibalisation": Said("Share of the marketplace's orders that were taken from the own shop."),
    "demand_capture": Said("Share of spend on people who were looking for the brand or had been here."),
    "cvr": Said("Orders by session."),
    "cpa": Said("Spend by order."),
    "aov": Said("Net revenue by order."),
    "purchase_frequency": Said("Orders by customer in 12 months."),
    "value_per_mille": Said("Contribution by 1,000 impressions."),
    "tacos": Said("Advertising spend by total sales; it says nothing of what advertising caused."),
    "acos": Said("Advertising spend by the sales that it is credited with."),
    "stocked_cvr": Said("Orders by session, on days when it was in stock."),
    "qualified_cpl": Said("Spend by qualified lead, those still to come counted in."),
    "qualification_rate": Said("Share of leads that are or will be qualified, bots left out."),
    "cycle_length": Said("Days until half of those who are won are won."),
    "lead_to_customer": Said("Share of leads that are or will be won."),
    "bot_share": Said("Share of leads that look like bots."),
    "revenue_per_lead": Said("Revenue by lead, bots left out."),
    "closed_loop": Said("Share of leads that are young or known to the end."),
}  # fmt: skip
