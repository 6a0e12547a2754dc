"""Conversions to Google Ads: by the Data Manager API, or by its own for who has a developer token from before that."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from channels.core.transport import Credential, Credentials
from reports.conversions.google_ads import known_conversions
from reports.conversions.leads import Lead
from reports.conversions.sending import data_manager, uploads
from reports.conversions.sending.network import Answered, Network, Prepared, prepared
from reports.conversions.sending.wire import Wire

_ACCOUNT, _ACTION = "[0-9]{3}-?[0-9]{3}-?[0-9]{4}", "[0-9]{1,20}"


def made(leads: Iterable[Lead], now: datetime, left_out: Counter[str], given: Credentials) -> Iterator[Prepared]:
    """Only stages that have a conversion action in the account."""
    way = uploads if _by_own(given) else data_manager
    for one, known in known_conversions(leads, now, left_out):
        if given.get(f"{one.stage}_action"):
            yield prepared(one, way.body(one, known, given))
        else:
            left_out["no conversion action for it"] += 1


def send(wire: Wire, base: str, given: Credentials, several: Sequence[Prepared]) -> Iterator[Answered]:
    yield from (uploads if _by_own(given) else data_manager).send(wire, base, given, several)


def _by_own(given: Credentials) -> bool:
    return bool(given.get("developer_token"))


NETWORK = Network(
    "Google Ads",
    (
        Credential("customer_id", "Customer ID", secret=False, help="of the account that has the conversion actions"),
        Credential("login_customer_id", "Manager's customer ID", secret=False, required=False),
        Credential("client_id", "OAuth client ID", secret=False),
        Credential("client_secret", "OAuth client secret"),
        Credential("refresh_token", "Refresh token", help="with the scope datamanager"),
        Credential("qualified_action", "Conversion action of qualified leads", secret=False, required=False),
        Credential("won_action", "Conversion action of won leads", secret=False, required=False),
        Credential(
            "developer_token", "Developer token", required=False,
            help="only if conversions were uploaded with it before 15 June 2026; then the scope is adwords",
        ),
    ),
    forms={"customer_id": _ACCOUNT, "login_customer_id": _ACCOUNT, "qualified_action": _ACTION, "won_action": _ACTION},
    most=2_000,
    knows_again=True,
    prepared=made,
    send=send,
    review=data_manager.review,
)  # fmt: skip
