"""Exchange rates and their dates: finding the rate for a day, and converting with it."""

from reconciliation.fx.rates import Found, Rate, RateTable, convert

__all__ = ["Found", "Rate", "RateTable", "convert"]
