"""How often buyers, and channels, do what makes matching hard. Shares of people, accounts or records, as named."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rates:
    """[F]: stated by facts/matching.md §3. [A]: an assumption, not to be moved by what the matching makes of it.

    The facts count gifts that went to other customers among the faults that they repaired, so few go to one here. Of
    shared mailboxes and reused addresses they say that there are some, of second accounts and other phones nothing.
    """

    # People
    second_channel: float = 0.15  # [F] buy on a second channel of their country
    shared_home: float = 0.05  # [F] share a home with another customer
    shared_mailbox: float = 0.15  # [A] of those who share a home: use its one mailbox
    shared_phone: float = 0.10  # [A] of those who share a home: give the other's phone
    same_family: float = 0.65  # [A] of those who share a home: bear the other's family name
    # Accounts
    second_account: float = 0.06  # [A] of Shopify's customers: have another one there, such as a guest's
    second_record: float = 0.08  # [A] of accounts: some orders show another way of writing
    moved: float = 0.05  # [F] of accounts after the first: shows another home
    gift: float = 0.03  # [F] of records: it goes to somebody else, whose name and address Shopee shows
    gift_to_customer: float = 0.10  # [A] of gifts: that somebody is a customer himself
    reused_address: float = 0.01  # [A] of accounts: a forwarder, a pick-up point, an office
    other_mailbox: float = 0.30  # [A] of accounts after the first: another mailbox
    other_phone: float = 0.12  # [A] of accounts after the first: another phone
    # Ways of writing
    typo: float = 0.04  # [A] of names, of streets
    nickname: float = 0.06  # [A] or the English name beside the own one, or without it
    swapped: float = 0.08  # [A] the parts of the name in the other order
    shortened: float = 0.05  # [A] an initial for a given name, or one of two left out
    romanised: float = 0.20  # [A] of names at home in another script
    no_postcode: float = 0.03  # [A]
    wrong_digit: float = 0.01  # [A] of phones
    handle_as_username: float = 0.25  # [A]
    # Channels
    masked: float = 0.75  # [F] of Shopee's accounts
    shopee_hidden: float = 0.15  # [A] nothing but ids
    shopify_hidden: float = 0.10  # [A] neither name nor address nor phone: an e-mail only
    shopify_phone: float = 0.55  # [F]
    given: float = 0.0  # of Amazon's accounts: the customer told e-mail and phone elsewhere


FACTS = Rates()
SHARED_HOMES = Rates(shared_home=0.12, typo=0.08, swapped=0.12, nickname=0.10, gift=0.04, gift_to_customer=0.20)
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
