"""Which decisions about buyers' fields can be taken, and what can become of one that was."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from channels.adapters import adapters
from channels.core.adapter import SIGNALS, Signals

if TYPE_CHECKING:
    from channels.models.stores import SignalDecision

TOKEN_DAYS = 365  # tokens go this long after the page came, unless a decision or the store says earlier
LONGEST = timedelta(days=3 * 365)  # that a decision holds: after it somebody has to think anew
FIXED = ("store_id", "origin", "purpose", "fields", "basis", "token_days", "decided_by_id", "decided_at", "until")


def signals_of(channel: str) -> Signals:
    """The rules of a channel; one that no adapter serves admits nothing."""
    return next((one.signals for one in adapters() if one.code and one.code == channel), Signals())


def admissible(rules: Signals, origin: str, purpose: str) -> frozenset[str]:
    """The fields that a decision can admit: of what customers gave elsewhere any, else what the channel leaves open."""
    if origin == "customer":
        return frozenset(SIGNALS)
    if origin != "channel":
        return frozenset()
    return rules.on_decision if purpose == "inside" else rules.on_decision - rules.inside


def refuse_decision(decision: "SignalDecision") -> None:
    """Raise ValidationError for a decision that cannot be taken."""
    if None in (decision.store_id, decision.until, decision.token_days):
        return  # the form says so already
    rules = signals_of(decision.store.channel)
    over = sorted(set(decision.fields or ()) - admissible(rules, decision.origin, decision.purpose))
    if not decision.fields:
        raise ValidationError({"fields": _("Choose at least one field.")})
    if over:
        said = _("The channel's rules admit no decision about: %(fields)s")
        raise ValidationError({"fields": ValidationError(said, params={"fields": ", ".join(over)})})
    if not decision.basis.strip():
        raise ValidationError({"basis": _("Say why it is lawful.")})
    if not 1 <= decision.token_days <= TOKEN_DAYS:
        said = _("Tokens are kept for 1 to %(most)s days.")
        raise ValidationError({"token_days": ValidationError(said, params={"most": TOKEN_DAYS})})
    if not timedelta(0) < decision.until - decision.decided_at.date() <= LONGEST:
        raise ValidationError({"until": _("A decision holds from the day after it on, three years at most.")})


def refuse_change(before: "SignalDecision", now: "SignalDecision") -> None:
    """Raise ValidationError for a change of what was decided; a decision can be withdrawn, once."""
    changed = [name for name in FIXED if getattr(before, name) != getattr(now, name)]
    if changed or (before.withdrawn_at and before.withdrawn_at != now.withdrawn_at):
        raise ValidationError(_("A decision is never changed: withdraw it and take another."))
