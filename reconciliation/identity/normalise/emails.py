"""Mail addresses: the address, the mailbox behind it, and whether a person's own mailbox it is."""

import re
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from reconciliation.identity.normalise.masks import is_masked

_LONGEST = 254
# Addresses that email-validator passes as they are; what it wants to see closer goes the long way.
_PLAIN = re.compile(
    r"(?=.{1,200}$)(?!.*(?:--|xn-))(?!.*[.@](?:arpa|invalid|local|localhost|onion|test)$)"
    r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,20}"
)
_RELAYS = re.compile(
    r"(?:.+\.)?(?:marketplace\.amazon\.[a-z.]+|privaterelay\.appleid\.com|shopee\.[a-z.]+|mail\.shopee\.[a-z.]+"
    r"|lazada\.[a-z.]+|(?:relay|guest|customers?)\.shopify\.com|myshopify\.com|members\.ebay\.[a-z.]+"
    r"|relay\.walmart\.com|scmp?\.tiktokw?\.[a-z]+|mozmail\.com|duck\.com|simplelogin\.[a-z]+|anonaddy\.(?:me|com)"
    r"|users\.noreply\.github\.com|reply\.aliexpress\.com)"
)
_GOOGLE = frozenset({"gmail.com", "googlemail.com"})
_TAGGED = frozenset({
    "outlook.com", "hotmail.com", "live.com", "msn.com", "fastmail.com", "fastmail.fm", "icloud.com", "me.com",
    "mac.com", "proton.me", "protonmail.com", "pm.me", "gmx.de", "gmx.net", "zoho.com", "yandex.ru", "yandex.com",
})  # fmt: skip
_SAME = {"googlemail.com": "gmail.com", "me.com": "icloud.com", "mac.com": "icloud.com", "pm.me": "proton.me",
         "protonmail.com": "proton.me"}  # fmt: skip
_SHARED = frozenset("""
    info sales orders order office contact contacts hello mail email admin administrator webmaster postmaster
    hostmaster root noreply no-reply no_reply donotreply do-not-reply do_not_reply nobody none na test support help
    service services customerservice customer customers billing accounts accounting invoice invoices purchasing
    procurement shop store team reception enquiries enquiry inquiry inquiries marketing press jobs careers hr
    privacy abuse security guest user buyer unknown kontakt buchhaltung einkauf bestellung ventas pedidos contacto
    compras vendas contato kefu xiaoshou mailer-daemon
""".split())  # fmt: skip


@dataclass(frozen=True, slots=True)
class Email:
    """An address, its mailbox, and the local part where it can be a user name elsewhere."""

    email: str = ""
    mailbox: str = ""
    handle: str = ""


def email(value: str) -> Email:
    """The address in small letters with its domain in ASCII; nothing where it is none or is masked."""
    if "@" not in value or len(value) > _LONGEST * 2:
        return Email()
    address = _valid(value.strip())
    if not address:
        return Email()
    if is_relay(address):
        return Email(address)
    local, _, domain = address.rpartition("@")
    if domain in _GOOGLE:
        local = local.partition("+")[0].replace(".", "")
    elif domain in _TAGGED:
        local = local.partition("+")[0]
    domain = _SAME.get(domain, domain)
    if not local:
        return Email(address)
    handle = "" if is_shared_mailbox(address) else handle_of(local)
    return Email(address, f"{local}@{domain}", handle)


def _valid(value: str) -> str:
    lower = value.lower()
    if value.isascii() and _PLAIN.fullmatch(lower):
        return lower
    return "" if is_masked(value) else checked(value)


def checked(value: str) -> str:
    """The address as email-validator reads it, small and with its domain in ASCII; ``""`` where it is none."""
    try:
        found = validate_email(value, check_deliverability=False)
    except (EmailNotValidError, ValueError):
        return ""
    return f"{found.local_part}@{found.ascii_domain}".lower()


def is_relay(address: str) -> bool:
    """Whether the address stands for one buyer at one seller and is nobody's own."""
    return _RELAYS.fullmatch(address.rpartition("@")[2]) is not None


def is_shared_mailbox(address: str) -> bool:
    """Whether the mailbox is a role's or takes no mail, so that many people may stand behind it."""
    local = address.rpartition("@")[0].partition("+")[0]
    return local in _SHARED or local.replace(".", "") in _SHARED


def handle_of(local: str) -> str:
    """A user name in the form in which two platforms' can be equal; ``""`` where it is too short to tell anybody."""
    handle = "".join(filter(str.isalnum, re.split(r"[+@]", local.casefold(), maxsplit=1)[0]))
    return handle if len(handle) >= 4 and handle not in _SHARED else ""
