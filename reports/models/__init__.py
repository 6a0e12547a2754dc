from reports.models.acceptances import Acceptance
from reports.models.conversions import ConversionAccount, SentConversion
from reports.models.events import Event, Experiment
from reports.models.goals import Goal, Target
from reports.models.reports import Report

__all__ = [
    "Acceptance", "ConversionAccount", "Event", "Experiment", "Goal", "Report", "SentConversion", "Target",
]  # fmt: skip
