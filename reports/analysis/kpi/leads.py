"""K3, K4, K5 and K15: what a cheap lead is worth."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from reports.analysis.kpi.flag import Flag, Rule
from reports.analysis.kpi.ranks import kendall
from reports.analysis.proportions import wilson
from reports.analysis.said import Said

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SURE = 0.9  # of all pairs together
SURE_ALL = 0.95  # of the order as a whole
MATURITIES_APART = 0.1
MOST_BOTS = 0.1
FEWEST_COVERED = 0.8
_FEWEST_LEADS = 10
_DRAWS = 1_000

K3 = Rule(
    "K3",
    Said(
        "Cheap leads that bring in nothing cost more than dear ones that do, and a budget by cost per lead buys them."
    ),
    Said("Compare cost per qualified lead, cost per won order and contribution per spend."),
)
K4 = Rule(
    "K4",
    Said("Young leads have not had their time: a new channel looks bad and an old one good for their age alone."),
    Said("Compare rates weighted by maturity, with their intervals."),
)
K5 = Rule(
    "K5",
    Said("Bots and spam make leads cheap on paper; nobody will ever buy."),
    Said("Divide the spend by leads that are people, and stop the sources that send bots."),
)
K15 = Rule(
    "K15",
    Said("Where the outcome of leads does not come back, a return on spend is computed from those that happened to."),
    Said("Have sales enter won, lost and the reason; until then look at coverage, not at returns."),
)


def cheap_leads(names: Sequence[str], spend: Floats, contribution: Sequence[Floats], seed: int = 0) -> Flag:
    """K3: whether the order by cost per lead is the reverse of that by contribution per spend.

    ``spend`` by channel in one currency; ``contribution`` has one value for every matured lead of the channel, 0 where
    nothing came. Leads are drawn anew by a Poisson bootstrap. Fired where in 95 % of draws Kendall's tau of both orders
    is negative, or some channel is the cheaper and the less worth one of a pair: by Bonferroni, among 15 pairs one is
    upside down in 90 % of draws by luck more often than not. ``sure`` is what a pair takes.
    """
    if not (np.isfinite(spend) & (spend >= 0)).all() or not all(np.isfinite(one).all() for one in contribution):
        raise ValueError("Spend is at least 0, and every lead has its contribution")
    leads = np.array([len(one) for one in contribution], float)
    kept = [one for one in range(len(names)) if spend[one] > 0 and leads[one] >= _FEWEST_LEADS]
    figures = {
        "leads_without_spend": float(leads[spend <= 0].sum()), "spend_without_leads": float(spend[leads == 0].sum()),
    }  # fmt: skip
    if len(kept) < 2:
        missing = Said("Fewer than two channels have spend and at least {least} leads.", {"least": _FEWEST_LEADS})
        return K3.cannot_tell(missing, figures)
    paid = spend[kept]
    count, worth = _drawn([contribution[one] for one in kept], np.random.default_rng(seed))
    cost, gain = paid / np.maximum(count, 0.5), worth / paid
    inverted = ((cost[:, :, None] < cost[:, None, :]) & (gain[:, :, None] < gain[:, None, :])).mean(axis=0)
    cheap, dear = np.unravel_index(int(inverted.argmax()), inverted.shape)
    taus = np.array([kendall(a, -b) for a, b in zip(cost, gain, strict=True)])
    tau = kendall(paid / leads[kept], -np.array([contribution[one].sum() for one in kept]) / paid)
    figures |= {"p_inversion": float(inverted.max()), "tau": tau, "p_tau_negative": float((taus < 0).mean())}
    pairs = len(kept) * (len(kept) - 1) / 2
    figures["sure"] = 1 - (1 - SURE) / pairs
    if figures["p_inversion"] < figures["sure"] and figures["p_tau_negative"] < SURE_ALL:
        return K3.passes(figures)
    if figures["p_inversion"] < figures["sure"]:
        return K3.fires(Said("The order by cost per lead runs against the order by contribution per spend."), figures)
    said: dict[str, str | int] = {
        "cheap": names[kept[cheap]],
        "dear": names[kept[dear]],
        "p": min(round(100 * figures["p_inversion"]), 99),  # draws never make it certain
    }
    return K3.fires(Said("Leads of {cheap} are cheaper than those of {dear} but earn less ({p} % sure).", said),
                    figures)  # fmt: skip


def _drawn(contribution: Sequence[Floats], generator: np.random.Generator) -> tuple[Floats, Floats]:
    """Draws × channels: leads and contribution, where each lead comes a Poisson number of times."""
    counts, worth = np.empty((_DRAWS, len(contribution))), np.empty((_DRAWS, len(contribution)))
    for place, values in enumerate(contribution):
        some = values[values != 0]
        empty = generator.poisson(len(values) - len(some), _DRAWS)
        for draw in range(_DRAWS):
            times = generator.poisson(1.0, len(some))
            counts[draw, place] = empty[draw] + times.sum()
            worth[draw, place] = times @ some
    return counts, worth


def unlike_ages(maturities: Mapping[str, float]) -> Flag:
    """K4: whether channels of different age are compared; each is the mean share of its time that a lead had."""
    if len(maturities) < 2:
        return K4.cannot_tell(Said("There is nothing to compare with."))
    young, old = min(maturities, key=maturities.__getitem__), max(maturities, key=maturities.__getitem__)
    figures = {"lowest": maturities[young], "highest": maturities[old]}
    if figures["highest"] - figures["lowest"] <= MATURITIES_APART + 1e-12:
        return K4.passes(figures)
    said: dict[str, str | int] = {"young": young, "old": old}
    said |= {"few": round(100 * maturities[young]), "many": round(100 * maturities[old])}
    return K4.fires(Said("Leads of {young} have had {few} % of their time, those of {old} {many} %.", said), figures)


def bots(names: Sequence[str], spend: Floats, leads: Floats, flagged: Floats) -> Flag:
    """K5: whether more than a tenth of the leads may be bots, or the order by cost per lead changes without them.

    By channel: spend, leads and how many of them a rule holds for bots.
    """
    if (flagged > leads).any() or (flagged < 0).any():
        raise ValueError("Flagged leads are part of the leads")
    total, bad = float(leads.sum()), float(flagged.sum())
    low, high = wilson(bad, total)
    figures = {"bot_share": bad / total if total else 0.0, "low": low, "high": high}
    if not total or (high > MOST_BOTS and not bad):
        return K5.cannot_tell(Said("{n} leads are too few to rule bots out.", {"n": round(total)}), figures)
    people = leads - flagged
    if people.sum():
        figures |= {
            "cost_per_lead": float(spend.sum() / total),
            "true_cost_per_lead": float(spend.sum() / people.sum()),
        }
    wrong = _changed_order(names, spend, leads, people)
    if high > MOST_BOTS:
        said = {"share": round(100 * bad / total), "high": round(100 * high)}
        wrong = Said("{share} % of the leads look like bots; it may be {high} %.", said)
    return K5.decided(wrong, figures)


def _changed_order(names: Sequence[str], spend: Floats, leads: Floats, people: Floats) -> Said | None:
    """Which channel has the cheapest leads only while bots count."""
    paid = np.flatnonzero((spend > 0) & (leads > 0))
    if len(paid) < 2:
        return None
    seen = paid[np.argsort(spend[paid] / leads[paid], kind="stable")]
    true = np.divide(spend[paid], people[paid], out=np.full(len(paid), np.inf), where=people[paid] > 0)
    real = paid[np.argsort(true, kind="stable")]
    if (seen == real).all():
        return None
    place = int(np.flatnonzero(seen != real)[0])
    said = {"seen": names[seen[place]], "real": names[real[place]]}
    return Said("By cost per lead {seen} stands before {real}; without bots it is the reverse.", said)


def closed_loop(terminal: Flags, age: Floats, cycle: float, sourced: float, revenue: float, latency: Floats) -> Flag:
    """K15: how many leads are known to the end.

    By lead: whether its last status is known, and its age in days; ``cycle`` is the day by which 90 % of those that are
    won are won (``leads.rates.waiting``). ``sourced`` is the revenue whose source is known, of ``revenue``.
    ``latency``: days from what happened to when it was entered.
    """
    if not len(terminal) or not np.isfinite(cycle):
        return K15.cannot_tell(Said("It is not known how long leads take."))
    covered = float((terminal | (age < cycle)).mean())
    figures = {"coverage": covered, "leads": float(len(terminal))}
    if revenue > 0:
        figures["revenue_with_source"] = sourced / revenue
    if len(latency):
        figures["latency_p90"] = float(np.quantile(latency, 0.9))
    if min(covered, figures.get("revenue_with_source", 1.0)) >= FEWEST_COVERED:
        return K15.passes(figures)
    if covered < FEWEST_COVERED:
        said = {"share": round(100 * (1 - covered))}
        return K15.fires(Said("Blind: of {share} % of the leads nobody knows what became.", said), figures)
    said = {"share": round(100 * figures["revenue_with_source"])}
    return K15.fires(Said("Blind: only {share} % of the revenue has a source.", said), figures)
