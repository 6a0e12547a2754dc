from reports.models.events import Event, Experiment
from reports.models.reports import Report

__all__ = ["Event", "Experiment", "Report"]
