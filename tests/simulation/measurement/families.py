"""The families of worlds, and which of them can be answered: written down here before any of them ran.

The width of an answer follows from the design: a change of demand that is not the event's moves κ by itself over B / A.
"""

from reports.analysis.event import DELISTING, PROMOTION, STOCK_OUT
from tests.simulation.measurement.asking import campaign, event, switch
from tests.simulation.measurement.campaigns import Campaign
from tests.simulation.measurement.crowds import crowd_family
from tests.simulation.measurement.question import Expected, Family
from tests.simulation.measurement.switchbacks import Schedule
from tests.simulation.measurement.worlds import Design

ANSWER, EDGE, REFUSE, OPEN, APART = Expected.ANSWER, Expected.EDGE, Expected.REFUSE, Expected.OPEN, Expected.APART

LAUNCHES = (
    event("launch 5 of 20", ANSWER, "15 controls, 13 weeks, B = 0.4 A: the yardstick's median width is below 0.6.",
          Design(), lots=True),
    event("launch 10 of 20", ANSWER, "26 weeks and ten regions average out what moves them singly.",
          Design(treated=10, after=26), lots=True),
    event("launch 10 of 20, B = A", ANSWER, "The same with 2.5 times the orders to tell from noise.",
          Design(treated=10, after=26, ratio=1.0), lots=True),
    event("launch 25 of 50", ANSWER, "More regions on both sides.",
          Design(regions=50, treated=25, after=26), lots=True),
    event("launch 5 of 20, two years before", ANSWER, "As the first, with more dates to learn the noise from.",
          Design(before=104), lots=True),
    event("launch 5 of 20, category index", ANSWER, "As the first; the index tells a part of the noise.",
          Design(index=True), lots=True),
    event("launch 5 of 20, leak", ANSWER, "15 % as many orders again fall into 15 controls: 5 % of a treated region's.",
          Design(ratio=1.0, leak=0.15), lots=True),
    event("launch 10 of 20, small seller", ANSWER, "2 orders a day and region: counts are noisy, B = A makes up for it.",
          Design(treated=10, after=26, ratio=1.0, a_day=2.0), lots=True),
    event("launch 1 of 20, B = A", ANSWER, "19 controls suffice for 90 %, and B is as large as A.",
          Design(treated=1, after=26, ratio=1.0), lots=True),
    event("launch 1 of 20", EDGE, "One region at B = 0.4 A: a width around 1, seldom less.",
          Design(treated=1), lots=True),
    event("null 5 of 20", ANSWER, "As launch 5 of 20, κ = 0.", Design(kappa=0.0), lots=True),
    event("null 10 of 20, B = A", ANSWER, "As launch 10 of 20 with B = A, κ = 0.",
          Design(treated=10, after=26, ratio=1.0, kappa=0.0), lots=True),
    event("growing 5 of 20, B = A", ANSWER, "Chosen for growth: a second estimate with a trend doubles the width; B = A.",
          Design(after=26, ratio=1.0, chosen="growth")),
    event("growing 5 of 20", EDGE, "The same at B = 0.4 A: about 1 wide.", Design(chosen="growth")),
    event("growing 25 of 50, B = A", ANSWER, "Chosen for growth among 50.",
          Design(regions=50, treated=25, after=26, ratio=1.0, chosen="growth")),
    event("growing null 5 of 20, B = A", ANSWER, "Chosen for growth, κ = 0.",
          Design(after=26, ratio=1.0, chosen="growth", kappa=0.0)),
    event("shock told", REFUSE, "8 % more demand at the same time in the same regions; not attested.",
          Design(shock=0.08, attested=False)),
    event("shock denied", APART, "The same, wrongly attested: no statistic in the data reveals it.", Design(shock=0.08)),
    event("3 of 8", REFUSE, "Five controls.", Design(regions=8, treated=3)),
    event("2 of 6", REFUSE, "Four controls.", Design(regions=6, treated=2, ratio=1.0)),
    event("20 of 20", REFUSE, "No control at all.", Design(treated=20)),
    event("B = 0.1 A", REFUSE, "Each 1 % of noise in A is 0.1 of κ.", Design(ratio=0.1)),
    event("12 weeks before", REFUSE, "Too short to fit controls and to learn how they err.", Design(before=12)),
    event("4 weeks after", REFUSE, "B is still ramping up.", Design(after=4)),
    event("controls launched too", REFUSE, "Controls got half as much of B as treated regions.", Design(ratio=1.0, leak=1.5)),
)  # fmt: skip

CHANGES = (
    event("delisting 10 of 20", ANSWER, "B at 0.8 A leaves ten regions; what of A comes back is read.",
          Design(treated=10, ratio=0.8, kind=DELISTING)),
    event("stock-out 10 of 20", ANSWER, "80 % of B at 0.8 A is missing for ten weeks.",
          Design(treated=10, after=10, ratio=0.8, kind=STOCK_OUT)),
    event("promotion 10 of 20", ANSWER, "B at A sells 80 % more for ten weeks.",
          Design(treated=10, after=10, ratio=1.0, kind=PROMOTION)),
    event("promotion null 10 of 20", ANSWER, "The same, κ = 0.",
          Design(treated=10, after=10, ratio=1.0, kind=PROMOTION, kappa=0.0)),
)  # fmt: skip

SWITCHBACKS = (
    switch("switchback 12 weeks", ANSWER, "Six pairs; advertising brings 70 % more of B.", Schedule(12)),
    switch("switchback 26 weeks", ANSWER, "Thirteen pairs.", Schedule(26)),
    switch("switchback 52 weeks", ANSWER, "Twenty-six pairs.", Schedule(52)),
    switch("switchback null", ANSWER, "26 weeks, κ = 0.", Schedule(26, kappa=0.0)),
    switch("switchback small seller", EDGE, "26 weeks with 6 orders a day on each channel.", Schedule(26, a_day=6, b_day=6)),
    switch("switchback weak", OPEN, "Advertising moves B by 3 %: no share can be excluded.", Schedule(26, lift=0.03)),
)  # fmt: skip

CAMPAIGNS = (
    campaign("halo 5 of 20", ANSWER, "20 % lift of both channels together for six weeks.", Campaign()),
    campaign("halo 10 of 20", ANSWER, "The same in ten regions.", Campaign(treated=10)),
    campaign("halo 25 of 50", ANSWER, "More regions on both sides.", Campaign(regions=50, treated=25)),
    campaign("halo 25 of 50, 10 %", EDGE, "Half the lift: twice the width.", Campaign(regions=50, treated=25, lift=0.1)),
    campaign("halo 5 of 20, 5 %", EDGE, "A lift about as large as the noise: most sets are open.", Campaign(lift=0.05)),
    campaign("halo small seller", EDGE, "2 orders of A a day and region.", Campaign(a_day=2.0)),
    campaign("halo null 10 of 20", ANSWER, "All of the lift is A's.", Campaign(treated=10, share=0.0)),
)  # fmt: skip

CROWDS = tuple(
    crowd_family(recall, searches, heavy)
    for recall, searches, heavy in (
        (0.3, True, False), (0.6, True, False), (0.9, True, False), (0.6, False, False), (0.6, True, True),
    )
)  # fmt: skip

FAMILIES: dict[str, Family] = {one.name: one for one in (*LAUNCHES, *CHANGES, *SWITCHBACKS, *CAMPAIGNS, *CROWDS)}
