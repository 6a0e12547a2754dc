"""Numbers as pages show them: thousands separated, right-aligned, the currency beside them, a true minus sign."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from channels.core.money import minor_units

EMPTY = "–"


def plain_amount(amount: Decimal, currency: str = "") -> str:
    """1,234.50: at least the currency's minor units, more digits only where the amount has them."""
    digits = minor_units(currency)
    exponent = amount.normalize().as_tuple().exponent
    if isinstance(exponent, int):
        digits = max(digits, -exponent)
    return f"{amount:,.{digits}f}".replace("-", "\u2212")


def money(amount: Decimal | None, currency: str = "") -> SafeString:
    """A cell with an amount."""
    if amount is None:
        return format_html('<span class="pl-num">{}</span>', EMPTY)
    sign = "pl-minus" if amount < 0 else "pl-plus"
    return format_html(
        '<span class="pl-num {}">{}<span class="pl-cur">{}</span></span>',
        sign,
        plain_amount(amount, currency),
        currency,
    )


def moment(at: datetime | None, zone: str) -> SafeString:
    """A cell with an instant as the clocks of a place show it: a store's day is in its own zone."""
    if at is None:
        return format_html("{}", EMPTY)
    text = date_format(at.astimezone(ZoneInfo(zone)), "SHORT_DATETIME_FORMAT")
    return format_html('<span class="pl-nowrap" title="{}">{}</span>', zone, text)


def day(at: datetime | None, zone: str) -> SafeString:
    """The day of an instant there; the time is in sight when it is pointed at."""
    if at is None:
        return format_html("{}", EMPTY)
    local = at.astimezone(ZoneInfo(zone))
    said = f"{date_format(local, 'SHORT_DATETIME_FORMAT')} {zone}"
    return format_html('<span class="pl-nowrap" title="{}">{}</span>', said, date_format(local, "SHORT_DATE_FORMAT"))


def lasting(span: timedelta | None) -> str:
    """A length of time in the unit that people would say it in: 5 min, 3 h, 12 days."""
    if span is None:
        return EMPTY
    minutes = span / timedelta(minutes=1)
    if minutes < 1:
        return gettext("under 1 min")
    if minutes < 120:
        return gettext("%(n)s min") % {"n": f"{minutes:.0f}"}
    if minutes < 48 * 60:
        return gettext("%(n)s h") % {"n": f"{minutes / 60:.0f}"}
    return gettext("%(n)s days") % {"n": f"{minutes / 1440:,.0f}"}


def number(value: Decimal | int | None) -> SafeString:
    """A cell with a count or a quantity."""
    if value is None:
        return format_html('<span class="pl-num">{}</span>', EMPTY)
    text = f"{value:,}" if isinstance(value, int) else f"{value.normalize():,f}"
    return format_html('<span class="pl-num">{}</span>', text.replace("-", "\u2212"))


def share(value: Decimal | None) -> str:
    """A share in percent: 100 % only where nothing is missing, 0 % only where all is."""
    if value is None:
        return EMPTY
    percent = value * 100
    if Decimal("99.9") < percent < 100:
        return "> 99.9 %"
    if 0 < percent < Decimal("0.1"):
        return "< 0.1 %"
    return (f"{percent:.0f} %" if percent in (0, 100) else f"{percent:.1f} %").replace("-", "\u2212")
