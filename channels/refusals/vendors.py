"""Why a vendor does not give what a pull asks for: what the clients say, and the words for people.

What stands under ``said`` are the vendor's own words, which stay as they are.
"""

import re

from django.utils.translation import gettext_noop as _n

# What a person can do about an error of Shopee's.
ADVICE: list[tuple[str, str]] = [
    (
        "authorise the shop for this app again, and enter its new tokens at the store",
        _n("Authorise the shop for this app again, and enter its new tokens at the store."),
    ),
    ("check the partner key at the store", _n("Check the partner key at the store.")),
    ("check the partner id at the store", _n("Check the partner ID at the store.")),
    (
        "declare the address of this server in the app's IP list in Shopee's console",
        _n("Declare the address of this server in the app's IP list in Shopee's console."),
    ),
    (
        "set a new live partner key in Shopee's console, and enter it at the store",
        _n("Set a new live partner key in Shopee's console, and enter it at the store."),
    ),
    (
        "this type of app may not ask for it: apply for it at Shopee, or switch the resource off",
        _n("This type of app may not ask for it: apply for it at Shopee, or switch the resource off."),
    ),
    (
        "an affiliate (SIP) shop may not ask for it: pull its primary shop instead",
        _n("An affiliate (SIP) shop may not ask for it: pull its primary shop instead."),
    ),
    ("Shopee has restricted the app; see its console", _n("Shopee has restricted the app; see its console.")),
    (
        "complete the seller registration in Seller Centre",
        _n("Complete the seller registration in Seller Centre."),
    ),
    ("Shopee has frozen the app's owner; ask Shopee", _n("Shopee has frozen the app's owner; ask Shopee.")),
    (
        "Shopee has banned the shop; pulling goes on once it is restored",
        _n("Shopee has banned the shop; pulling goes on once it is restored."),
    ),
    (
        "set this machine's clock: it may differ from Shopee's by five minutes at most",
        _n("Set this machine's clock: it may differ from Shopee's by five minutes at most."),
    ),
]
_ADVICE = "|".join(re.escape(said) for said, _ in ADVICE)

SETTING_UP: list[tuple[str, str]] = [
    (r"(?P<store>.*) lacks credentials: (?P<names>.*); set them .*", _n("%(store)s lacks credentials: %(names)s.")),
    (r"the store lacks (?P<names>.*)", _n("The store lacks credentials: %(names)s.")),
    (r"(?P<store>.*) is on a channel that cannot be pulled", _n("The channel of %(store)s cannot be pulled.")),
    (
        r"the endpoint (?P<address>.*) is refused: endpoints of a sandbox need (?P<name>\S+)=true",
        _n("The endpoint %(address)s is refused: endpoints of a sandbox need %(name)s=true."),
    ),
    (
        r"the endpoint (?P<address>.*) is refused: a sandbox runs on this machine, such as (?P<example>\S+)",
        _n("The endpoint %(address)s is refused: a sandbox runs on this machine, such as %(example)s."),
    ),
    (
        r"the notification queue needs (?P<names>.*); set them in the admin under Stores",
        _n("The notification queue needs %(names)s: enter them in the form of the store."),
    ),
    (
        r"the notification queue's settings are not taken: (?P<said>.*)",
        _n("The notification queue's settings are not taken: %(said)s"),
    ),
    (r"Amazon's notifications need boto3: pip install boto3", _n("Amazon's notifications need boto3.")),
    (
        r"(?P<name>.*) is not a number; correct it at the store",
        _n("%(name)s is no number; correct it at the store."),
    ),
    (
        r"(?P<resource>\S+) cannot be pulled from (?P<channel>\S+)",
        _n("%(resource)s cannot be pulled from %(channel)s."),
    ),
    (
        r"the facts of (?P<page>.*) were loaded without their pages and cannot be replayed",
        _n("The facts of %(page)s were loaded without their pages and cannot be loaded again."),
    ),
]

AMAZON: list[tuple[str, str]] = [
    (
        r"Login with Amazon refuses this store \((?P<said>.*)\); authorise the application again",
        _n("Login with Amazon refuses this store (%(said)s): authorise the application again."),
    ),
    (
        r"(?P<said>.*) Check the application's roles and the seller's authorisation\.",
        _n("%(said)s Check the application's roles and the seller's authorisation."),
    ),
    (
        r"(?P<name>\S+) is no marketplace of Amazon; choose the store's own",
        _n("%(name)s is no marketplace of Amazon; choose the store's own."),
    ),
    (
        r"(?P<resource>\S+): a period of more than 180 days would be answered with nothing",
        _n("%(resource)s: for a period of more than 180 days the answer would be empty."),
    ),
    (r"Amazon has no (?P<resource>\S+) by (?P<route>\S+)", _n("Amazon has no %(resource)s by %(route)s.")),
    (
        r"Search Query Performance needs the brand's ASINs: enter them among the store's credentials",
        _n("Search Query Performance needs the brand's ASINs: enter them in the form of the store."),
    ),
    (
        r"(?P<resource>\S+): the period holds no whole week from Sunday to Saturday",
        _n("%(resource)s: the period holds no whole week from Sunday to Saturday."),
    ),
]

SHOPEE: list[tuple[str, str]] = [
    (r"Shopee refuses (?P<resource>.*?): (?P<said>.*)", _n("Shopee refused the request for %(resource)s: %(said)s")),
    (
        rf"Shopee answers (?P<call>\S+) with (?P<said>.*); (?P<why>{_ADVICE})",
        _n("Shopee answered %(call)s with %(said)s. %(why)s"),
    ),
    (r"Shopee answers (?P<call>\S+) with (?P<said>[\w.]+: .*)", _n("Shopee answered %(call)s with %(said)s.")),
    (
        r"the answer to a renewal of the tokens was lost, and the old ones are used up: (?P<why>.*)",
        _n("The answer to a renewal of the tokens was lost, and the old ones are used up: %(why)s"),
    ),
    (
        r"(?P<name>\S+) is no host of Shopee's; there are (?P<hosts>.*)",
        _n("%(name)s is no host of Shopee's; there are %(hosts)s."),
    ),
    *((re.escape(said), text) for said, text in ADVICE),
]

SHOPIFY: list[tuple[str, str]] = [
    (
        r"Shopify shows orders of the last 60 days only; the app needs the scope read_all_orders",
        _n("Shopify shows orders of the last 60 days only; the app needs the scope read_all_orders."),
    ),
    (
        r"Shopify does not take the access token \(status (?P<status>\d+)\)",
        _n("Shopify does not take the access token (status %(status)s)."),
    ),
    (
        r"Shopify does not take the access token, and there is no client id and secret to renew it",
        _n("Shopify does not take the access token, and there is no client ID and secret to renew it."),
    ),
    (
        r"Shopify gives no access token for the client id and secret \(status (?P<status>\d+)\)",
        _n("Shopify gives no access token for the client ID and secret (status %(status)s)."),
    ),
    (
        r"the app was released without access scopes; add read_orders and release it again",
        _n("The app was released without access scopes; add read_orders and release it again."),
    ),
    (
        r"the shop is at another address \(status (?P<status>\d+)\); give its name under myshopify.com",
        _n("The shop is at another address (status %(status)s); give its name under myshopify.com."),
    ),
    (
        r"“(?P<name>.*)” is no shop; give its name such as (?P<example>\S+)",
        _n("“%(name)s” is no shop; give its name such as %(example)s."),
    ),
    (r"the shop is inactive", _n("The shop is inactive.")),
    (r"the shop is frozen, since its bill is not paid", _n("The shop is frozen, since its bill is not paid")),
    (r"there is no such shop at this address", _n("There is no such shop at this address")),
    (r"Shopify has locked the shop", _n("Shopify has locked the shop")),
    (r"(?P<why>.*) \(status (?P<status>\d+)\)", _n("%(why)s (status %(status)s).")),
]

STOPPED: list[tuple[str, str]] = [
    (
        r"(?P<channel>\w+) says that the app was uninstalled from this shop: .*",
        _n("%(channel)s says that the app was uninstalled from this shop: install it again, enter its new token."),
    ),
    (
        r"(?P<channel>\w+) says that the shop withdrew its authorisation: .*",
        _n("%(channel)s says that the shop withdrew its authorisation: authorise again, enter the new tokens."),
    ),
]

KNOWN = [*SETTING_UP, *AMAZON, *SHOPEE, *SHOPIFY, *STOPPED]
