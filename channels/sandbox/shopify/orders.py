"""Orders as GraphQL objects: what the order is at the moment that the shop shows of it."""

from channels.sandbox.shopify.connections import Node
from channels.sandbox.shopify.ids import gid, number
from channels.sandbox.shopify.journeys import journey
from channels.sandbox.shopify.lines import line_item, shipping_line
from channels.sandbox.shopify.money import bag, stamp, when
from channels.sandbox.shopify.payments import transactions
from channels.sandbox.shopify.refunds import refunds
from channels.sandbox.shopify.storefront import Seen, financial_status, given_back, paid_by
from channels.sandbox.shopify.view import View, limited
from channels.sandbox.world.model import ZERO, Person

_APPS = {"amazon": "Marketplace Connect", "shopee": "Marketplace Connect"}


def order(view: View, seen: Seen) -> Node:
    """All fields of an order; what costs time is made only when asked for."""
    one = seen.order
    person = view.front.people[one.person]
    return {
        "__typename": "Order",
        "id": gid("Order", number(one.ref)),
        "legacyResourceId": str(number(one.ref)),
        "name": one.name,
        "createdAt": stamp(one.placed_at),
        "processedAt": stamp(one.placed_at),
        "updatedAt": stamp(seen.at),
        "cancelledAt": when(one.cancelled_at) if seen.before(one.cancelled_at) else None,
        "cancelReason": "CUSTOMER" if seen.before(one.cancelled_at) else None,
        "closedAt": None,
        "confirmed": True,
        "edited": False,
        "test": False,
        "taxesIncluded": view.front.market.prices_include_tax,
        "currencyCode": view.front.market.currency,
        "presentmentCurrencyCode": view.front.market.currency,
        "displayFinancialStatus": _status(view, seen),
        "displayFulfillmentStatus": "FULFILLED" if seen.before(one.shipped_at) else "UNFULFILLED",
        "discountCodes": [],
        "email": view.personal("email", person.email),
        "phone": view.personal("phone", person.phone),
        "shippingAddress": address(view, seen, one.recipient or person),
        "billingAddress": address(view, seen, person),
        "customer": lambda _: customer(view, seen, person),
        "lineItems": view.inner(lambda: [line_item(view, seen, place) for place in range(len(one.lines))]),
        "shippingLines": view.inner(lambda: [shipping_line(view, seen)]),
        "fulfillments": [{"createdAt": stamp(one.shipped_at), "status": "SUCCESS"}]
        if one.shipped_at and seen.before(one.shipped_at)
        else [],
        "refunds": limited(lambda: refunds(view, seen)),
        "transactions": limited(lambda: transactions(view, seen)),
        "customerJourneySummary": lambda _: journey(view, seen),
        **_source(view, seen),
        **_totals(view, seen),
    }


def _status(view: View, seen: Seen) -> str:
    """A word that nobody knows stands for a paid order only: the truth of the others would be another."""
    status = financial_status(seen)
    return view.word(status, "SETTLED_IN_POINTS", seen.order.ref) if status == "PAID" else status


def _source(view: View, seen: Seen) -> Node:
    """Where the sale was made: here, or copied from another channel by an app."""
    one = seen.order
    original = view.front.original(one) if one.mirror_of else None
    channel = original.market.partition(".")[0] if original else ""
    app = _APPS.get(channel, "Online Store")
    name = channel.capitalize() or "Online Store"
    return {
        "sourceName": channel or "web",
        "sourceIdentifier": original.ref if original else None,
        "registeredSourceUrl": None,
        "tags": [name] if original else [],
        "paymentGatewayNames": [one.gateway] if one.gateway else [],
        "app": {"__typename": "OrderApp", "id": gid("App", number(app)), "name": app},
        "attribution": {"displayName": name, "handle": channel or "online_store"},
        "channelInformation": None,
        "cartToken": None,
        "checkoutToken": None,
        "landingPageDisplayText": None,
        "referrerDisplayText": None,
    }


def _totals(view: View, seen: Seen) -> Node:
    one, currency = seen.order, view.front.market.currency
    total, back = paid_by(one), given_back(seen)
    paid = total if seen.before(one.paid_at) else ZERO
    owed = ZERO if seen.before(one.cancelled_at) else total - paid
    current = ZERO if seen.before(one.cancelled_at) else total - back
    goods = sum((line.price * line.quantity - line.discount for line in one.lines), ZERO)
    tax = sum((line.tax for line in one.lines), one.shipping_tax)
    amounts = {
        "totalPriceSet": total,
        "currentTotalPriceSet": current,
        "subtotalPriceSet": goods,
        "totalShippingPriceSet": one.shipping,
        "totalTaxSet": tax,
        "totalDiscountsSet": sum((line.discount for line in one.lines), ZERO),
        "totalRefundedSet": back,
        "totalReceivedSet": paid,
        "totalOutstandingSet": owed,
        "netPaymentSet": paid - back,
        "totalTipReceivedSet": ZERO,
    }
    nothing = bag(ZERO, currency)
    return {
        **{name: bag(amount, currency) for name, amount in amounts.items()},
        "totalCashRoundingAdjustment": {"paymentSet": nothing, "refundSet": nothing},
        "originalTotalDutiesSet": None,
        "currentTotalDutiesSet": None,
        "currentTotalAdditionalFeesSet": None,
    }


def address(view: View, seen: Seen, person: Person) -> Node:
    """Country, province and city are the order's; the rest is personal."""
    one = seen.order
    return {
        "__typename": "MailingAddress",
        "name": view.personal("name", person.name),
        "address1": view.personal("address1", person.street),
        "address2": view.personal("address2", None),
        "zip": view.personal("zip", person.postcode),
        "phone": view.personal("phone", person.phone),
        "company": view.personal("company", None),
        "city": one.city,
        "province": one.state or None,
        "provinceCode": one.state or None,
        "countryCodeV2": one.country,
    }


def customer(view: View, seen: Seen, person: Person) -> Node:
    orders = view.front.firsts[seen.order.ref]
    mail = {"emailAddress": person.email, "marketingState": "NOT_SUBSCRIBED"}
    return {
        "__typename": "Customer",
        "id": gid("Customer", 6_000_000_000_000 + person.number),
        "legacyResourceId": str(6_000_000_000_000 + person.number),
        "numberOfOrders": str(orders),
        "displayName": view.personal("displayName", person.name),
        "defaultEmailAddress": view.personal("defaultEmailAddress", mail),
        "defaultPhoneNumber": view.personal("defaultPhoneNumber", {"phoneNumber": person.phone}),
        "defaultAddress": address(view, seen, person),
    }
