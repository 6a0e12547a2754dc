"""A buyer's canonical features, put together from the normalisers."""

from functools import lru_cache

from reconciliation.identity.normalise import addresses, emails, masks, names, phones, places, usernames
from reconciliation.identity.normalise.text import LIMIT, clean, less_one
from reconciliation.identity.signals import Buyer, Features

_CUT = LIMIT * 4  # what is longer is cut before anything looks at it


def features(buyer: Buyer) -> Features:
    """The canonical forms of a buyer as a channel shows him. Raises nothing: what cannot be read gives no feature."""
    country = places.country(buyer.country[:_CUT])
    shown = masks.starred(buyer.name[:_CUT])
    masked = "*" in shown
    name = names.name(shown, country)
    words = tuple(sorted(name.formal))
    sounds = names.sounds(words)
    phone, tail = phones.phone(buyer.phone[:_CUT], country)
    mail = emails.email(buyer.email[:_CUT])
    username = _username(buyer.username[:_CUT])
    street = addresses.address(buyer.street[:_CUT])
    postcode = places.postcode(buyer.postcode[:_CUT], country)
    city = places.city(buyer.city[:_CUT])
    return Features(
        email=mail.email, mailbox=mail.mailbox, handle=mail.handle, username=username,
        alias=usernames.alias(username, country), called=usernames.called(name.words, country),
        initialled=usernames.initialled(name.words, country),
        phone=phone, phone_tail=tail,
        name=" ".join(names.whole(name.words)), sound=" ".join(names.sounds(names.whole(words))),
        mask=masks.masked_name(shown, country) if masked else name.mask, mask_other=name.mask_other,
        mask_own=masks.masked_in_own(shown) if masked else name.mask_own,
        address=_address(street, postcode or city), numbers=" ".join(street.numbers),
        postcode=postcode, city=city, state=places.state(buyer.state[:_CUT], country),
        words=tuple(dict.fromkeys(words)), sounds=tuple(dict.fromkeys(sounds)), near=names.near(words),
        street=street.words, street_near=addresses.near(street), place_near=_place_near(postcode, city),
        name_masked=masked and masks.mask_format(shown) != masks.HIDDEN, country=country,
    )  # fmt: skip


def _username(value: str) -> str:
    return "" if not value or masks.is_masked(value) else emails.handle_of(clean(value, 60))


def _address(street: addresses.Address, place: str) -> str:
    """Street words, numbers and place; nothing where a part of it is hidden or many houses fit it."""
    if not street.whole or not place or not (street.numbers or len(street.words) > 1):
        return ""
    return " ".join((*street.words, *street.numbers, place))


@lru_cache(maxsize=50_000)
def _place_near(postcode: str, city: str) -> tuple[str, ...]:
    return (*(f"p:{one}" for one in less_one(postcode)), *(f"c:{one}" for one in less_one(city)))
