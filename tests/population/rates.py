"""How often buyers, and channels, do what makes matching hard. Shares of people, accounts or records, as named."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rates:
    """The defaults are those that facts/matching.md §3 measured with; what it leaves open is an assumption."""

    # People
    second_channel: float = 0.15  # buy on a second channel of their country
    shared_home: float = 0.05  # share a home with another customer
    shared_mailbox: float = 0.10  # of those who share a home: use its one mailbox
    shared_phone: float = 0.10  # of those who share a home: give the other's phone
    same_family: float = 0.65  # of those who share a home: bear the other's family name
    # Accounts
    second_account: float = 0.12  # of Shopify's customers: have another one there, as guests or at a second shop
    second_record: float = 0.08  # of accounts: some orders show another way of writing
    moved: float = 0.05  # of accounts after the first: shows another home
    gift: float = 0.03  # of records: it goes to somebody else, whose name and address Shopee shows
    gift_to_customer: float = 0.10  # of gifts: that somebody is a customer himself
    reused_address: float = 0.01  # of accounts: a forwarder, a pick-up point, an office
    other_mailbox: float = 0.30  # of accounts after the first: another mailbox
    other_phone: float = 0.08  # of accounts after the first: another phone
    # Ways of writing
    typo: float = 0.04  # of names, of streets
    nickname: float = 0.06  # or the English name beside the own one, or without it
    swapped: float = 0.08  # the parts of the name in the other order
    shortened: float = 0.05  # an initial for a given name, or one of two left out
    romanised: float = 0.20  # of names at home in another script
    no_postcode: float = 0.02
    wrong_digit: float = 0.01  # of phones
    handle_as_username: float = 0.25
    # Channels
    masked: float = 0.75  # of Shopee's accounts
    shopee_hidden: float = 0.15  # nothing but ids
    shopify_hidden: float = 0.10  # neither name nor address nor phone: an e-mail only
    shopify_phone: float = 0.55
    given: float = 0.0  # of Amazon's accounts: the customer told e-mail and phone elsewhere


FACTS = Rates()
SHARED_HOMES = Rates(
    shared_home=0.12, typo=0.08, swapped=0.12, nickname=0.10, gift=0.04, gift_to_customer=0.20, shared_mailbox=0.15
)
SPARSE = Rates(
    shopify_phone=0.40,
    masked=0.90,
    moved=0.10,
    shopee_hidden=0.20,
    handle_as_username=0.20,
    other_mailbox=0.40,
    other_phone=0.15,
)
SETS = {"facts": FACTS, "shared homes": SHARED_HOMES, "sparse": SPARSE}
