"""Amazon on loopback: Login with Amazon and the part of the Selling Partner API that Plumbline pulls."""

from channels.sandbox.amazon.faults import withheld, withheld_window
from channels.sandbox.amazon.limits import RATES
from channels.sandbox.amazon.vendor import Amazon

__all__ = ["RATES", "Amazon", "withheld", "withheld_window"]
