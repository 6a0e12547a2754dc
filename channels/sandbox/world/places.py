"""Where buyers live: regions with their share of a country's demand, sales tax, towns and postcodes.

The towns are real, so that states and cities fit; streets and people are made up.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Region:
    """A state or province. ``size`` is demand relative to the others, in hundredths; ``tax`` is in percent."""

    country: str
    state: str
    size: int  # whole, because sums of floats differ between Python versions
    tax: str
    postcode: str  # pattern: # is a digit
    cities: tuple[str, ...]


_US = """
CA 2.3 7.25 90###|Fresno Oakland Pasadena; TX 1.9 6.25 75###|Plano Austin Lubbock; FL 1.6 6.00 32###|Tampa Orlando
NY 1.5 4.00 10###|Albany Yonkers Buffalo; PA 1.1 6.00 19###|Erie Reading Lancaster; IL 1.1 6.25 60###|Peoria Aurora
OH 1.0 5.75 44###|Akron Dayton Toledo; GA 1.0 4.00 30###|Macon Athens Savannah; NC 1.0 4.75 27###|Durham Raleigh
MI 0.9 6.00 48###|Lansing Detroit; NJ 0.9 6.63 07###|Trenton Newark; VA 0.8 5.30 23###|Norfolk Roanoke
WA 0.8 6.50 98###|Tacoma Spokane; AZ 0.7 5.60 85###|Mesa Tempe Tucson; MA 0.7 6.25 02###|Salem Lowell
TN 0.7 7.00 37###|Memphis Knoxville; IN 0.6 7.00 46###|Gary Muncie; MO 0.6 4.23 63###|Joplin Columbia
MD 0.6 6.00 21###|Towson Bowie; WI 0.6 5.00 53###|Madison Racine; CO 0.6 2.90 80###|Boulder Aspen
MN 0.6 6.88 55###|Duluth Edina; OR 0.5 0.00 97###|Salem Bend Eugene; UT 0.5 4.85 84###|Provo Ogden
"""
_DE = """
Bayern 1.3 0 8####|München Augsburg Nürnberg; Nordrhein-Westfalen 1.4 0 5####|Köln Bonn Essen
Berlin 1.0 0 10###|Berlin; Hamburg 0.8 0 20###|Hamburg; Hessen 0.9 0 6####|Kassel Darmstadt; Sachsen 0.6 0 0####|Dresden
"""
_AT = "Wien 0.08 0 10##|Wien"
_GB = "England 1.4 0 L##|London Leeds Bristol; Scotland 0.6 0 E##|Glasgow Dundee; Wales 0.4 0 C##|Cardiff Swansea"
_JP = "Tokyo 1.4 0 1######|Tokyo; Osaka 0.9 0 5######|Osaka; Aichi 0.7 0 4######|Nagoya"
_SG = "Singapore 1.0 0 5#####|Singapore"
_MY = "Selangor 1.2 0 4####|Klang Kajang; Johor 0.9 0 8####|Muar Kluang; Penang 0.7 0 1####|Butterworth"


def _regions(country: str, text: str) -> tuple[Region, ...]:
    found = []
    for part in text.replace("\n", ";").split(";"):
        if part.strip():
            words, _, cities = part.partition("|")
            state, size, tax, postcode = words.split()
            found.append(Region(country, state, int(Decimal(size) * 100), tax, postcode, tuple(cities.split())))
    return tuple(found)


REGIONS: dict[str, tuple[Region, ...]] = {
    country: _regions(country, text)
    for country, text in (("US", _US), ("DE", _DE), ("AT", _AT), ("GB", _GB), ("JP", _JP), ("SG", _SG), ("MY", _MY))
}
