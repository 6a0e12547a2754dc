import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.identity.normalise import emails
from reconciliation.identity.normalise.emails import Email, checked, email, is_relay, is_shared_mailbox

LOCAL = st.text("abz019_+-.", min_size=1, max_size=70)
DOMAIN = st.lists(
    st.text("abxn019-", min_size=1, max_size=66) | st.sampled_from(["com", "de", "test", "local", "xn--mnchen-3ya", "c", "arpa"]),
    min_size=1, max_size=4,
).map(".".join)  # fmt: skip


@pytest.mark.parametrize(("written", "found"), [
    ("Bob.X+news@GMail.com", Email("bob.x+news@gmail.com", "bobx@gmail.com", "bobx")),
    ("bobx@googlemail.com", Email("bobx@googlemail.com", "bobx@gmail.com", "bobx")),
    ("j.doe+a@outlook.com", Email("j.doe+a@outlook.com", "j.doe@outlook.com", "jdoe")),
    ("j.doe+a@example.com", Email("j.doe+a@example.com", "j.doe+a@example.com", "jdoe")),
    ("jdoe@me.com", Email("jdoe@me.com", "jdoe@icloud.com", "jdoe")),
    (" anna@München.de ", Email("anna@xn--mnchen-3ya.de", "anna@xn--mnchen-3ya.de", "anna")),
    ("al@example.com", Email("al@example.com", "al@example.com", "")),
    ("info@example.com", Email("info@example.com", "info@example.com", "")),
    ("no.reply@example.com", Email("no.reply@example.com", "no.reply@example.com", "")),
    ("q1w2e3@marketplace.amazon.co.uk", Email("q1w2e3@marketplace.amazon.co.uk")),
    ("q1w2e3@privaterelay.appleid.com", Email("q1w2e3@privaterelay.appleid.com")),
    ("J***n@gmail.com", Email()), ("+a@gmail.com", Email("+a@gmail.com")), ("a..b@example.com", Email()),
    ("", Email()), ("@", Email()), ("nobody", Email()), ("a@b", Email()), ("a@x.test", Email()),
    ("x" * 10_000 + "@example.com", Email()), ("\ud800@example.com", Email()),
])  # fmt: skip
def test_address_mailbox_and_handle(written: str, found: Email) -> None:
    assert email(written) == found


@pytest.mark.parametrize(("domain", "relay"), [
    ("marketplace.amazon.com", True), ("marketplace.amazon.com.au", True), ("privaterelay.appleid.com", True),
    ("mail.shopee.sg", True), ("relay.shopify.com", True), ("gmail.com", False), ("notmarketplace.amazon.com", False),
    ("amazon.com", False), ("example.com", False),
])  # fmt: skip
def test_relays(domain: str, relay: bool) -> None:
    assert is_relay(f"q@{domain}") is relay


def test_shared_mailboxes() -> None:
    shared = [one for one in ("info@x.com", "Sales".lower() + "@x.com", "orders+1@x.com", "no-reply@x.com", "anna@x.com")
              if is_shared_mailbox(one)]  # fmt: skip
    assert shared == ["info@x.com", "sales@x.com", "orders+1@x.com", "no-reply@x.com"]


@given(LOCAL, DOMAIN)
def test_the_short_way_passes_only_what_the_long_way_passes_unchanged(local: str, domain: str) -> None:
    address = f"{local}@{domain}"
    if emails._PLAIN.fullmatch(address):
        assert checked(address) == address
