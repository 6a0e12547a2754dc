"""Money: incomes of orders, the wallet of a local shop, payouts of a cross-border one, and returns."""

from datetime import datetime
from decimal import Decimal

from channels.sandbox.shopee.envelope import Ask, Json, Refusal, enveloped, figure, stamp
from channels.sandbox.shopee.orders import item_names, username
from channels.sandbox.shopee.paging import Paging
from channels.sandbox.shopee.shop import Seen, ShopView, given_back
from channels.sandbox.world.model import ZERO, Entry, Line, Order, Refund, Statement

# The fields of order_income that are terms of escrow_amount, with their sign in the published formula.
TERMS = {
    "original_cost_of_goods_sold": 1, "original_shopee_discount": -1, "seller_return_refund": 1, "shopee_discount": 1,
    "voucher_from_seller": -1, "seller_coin_cash_back": -1, "buyer_paid_shipping_fee": 1, "actual_shipping_fee": -1,
    "shopee_shipping_rebate": 1, "shipping_fee_discount_from_3pl": 1, "reverse_shipping_fee": -1,
    "rsf_seller_protection_fee_claim_amount": 1, "final_return_to_seller_shipping_fee": -1,
    "seller_transaction_fee": -1,
    "service_fee": -1, "commission_fee": -1, "campaign_fee": -1, "shipping_seller_protection_fee_amount": -1,
    "delivery_seller_protection_fee_premium_amount": -1, "final_escrow_product_gst": -1, "order_ams_commission_fee": -1,
    "escrow_tax": -1, "sales_tax_on_lvg": -1, "reverse_shipping_fee_sst": -1, "shipping_fee_sst": -1,
    "withholding_tax": -1, "overseas_return_service_fee": -1, "vat_on_imported_goods": -1, "withholding_vat_tax": -1,
    "withholding_pit_tax": -1, "withholding_cit_tax": -1, "seller_order_processing_fee": -1,
    "buyer_paid_packaging_fee": 1, "trade_in_bonus_by_seller": -1, "fbs_fee": -1,
    "ads_escrow_top_up_fee_or_technical_support_fee": -1, "th_import_duty": -1,
}  # fmt: skip
_OF_BATCH = {"trade_in_bonus_by_seller": "trade_in_bonus_seller"}  # names that the batch writes in another way
NEW_FIELD = "green_packaging_levy"  # what the fault "new_word" adds

LONGER_THAN = "time_period_too_large"


def escrow_detail(ask: Ask, shop: ShopView, now: datetime) -> Json:
    seen = shop.seen(ask.text("order_sn"), now)
    if seen is None:
        raise Refusal("order_not_found", "Order SN provided is invalid or does not belong to you.")
    found = _detail(seen, shop)
    income = found["order_income"]
    adjusted = shop.adjustments(seen.order, now)
    total = sum((entry.amount for entry in adjusted), ZERO)
    if adjusted:
        income["order_adjustment"] = [
            {
                "amount": figure(entry.amount), "date": stamp(entry.at), "currency": shop.market.currency,
                "adjustment_reason": entry.words,
            }
            for entry in adjusted
        ]  # fmt: skip
    escrow = Decimal(income["escrow_amount"])
    income |= {"total_adjustment_amount": figure(total), "escrow_amount_after_adjustment": figure(escrow + total)}
    return enveloped(found)


def escrow_batch(ask: Ask, shop: ShopView, now: datetime) -> Json:
    """Without adjustments, as Shopee's."""
    seen = [one for ref in dict.fromkeys(ask.strings("order_sn_list", 50)) if (one := shop.seen(ref, now))]
    details = [_detail(one, shop) for one in seen]
    for detail in details:
        income = detail["order_income"]
        for name, other in _OF_BATCH.items():
            income[other] = income.pop(name)
    return enveloped([{"escrow_detail": detail} for detail in details])


def _detail(seen: Seen, shop: ShopView) -> Json:
    order, terms = seen.order, shop.income(seen)
    goods = sum((line.price * line.quantity for line in order.lines), ZERO)
    voucher = sum((line.discount for line in order.lines), ZERO)
    paid = goods - voucher + order.shipping
    income: Json = {field: figure(sign * terms.get(field, ZERO)) for field, sign in TERMS.items()}
    income |= {
        "escrow_amount": figure(sum(terms.values(), ZERO)), "buyer_total_amount": figure(paid),
        "original_price": figure(goods), "cost_of_goods_sold": figure(goods), "seller_discount": 0, "coins": 0,
        "voucher_from_shopee": 0, "drc_adjustable_refund": 0, "seller_voucher_code": [], "instalment_plan": "N/A",
        "buyer_payment_method": "Credit Card/Debit Card", "estimated_shipping_fee": figure(order.shipping),
        "final_shipping_fee": 0, "items": [_item(line, shop) for line in order.lines],
    }  # fmt: skip
    if shop.faults.strike("new_word"):
        income[NEW_FIELD] = Decimal("0.10")
    returns = [one.ref for one in order.refunds if seen.been(one.at)]
    return {
        "order_sn": order.ref, "buyer_user_name": username(shop.people[order.person]), "return_order_sn_list": returns,
        "order_income": income,
        "buyer_payment_info": {
            "buyer_payment_method": "Credit Card/Debit Card", "buyer_total_amount": figure(paid),
            "merchant_subtotal": figure(goods), "shipping_fee": figure(order.shipping),
            "seller_voucher": figure(-voucher),
            "is_paid_by_credit_card": True,
        },
    }  # fmt: skip


def _item(line: Line, shop: ShopView) -> Json:
    """Prices are of the whole line here."""
    whole = figure(line.price * line.quantity)
    return item_names(line, shop) | {
        "original_price": whole, "selling_price": whole, "discounted_price": whole, "seller_discount": 0,
        "shopee_discount": 0, "discount_from_coin": 0, "discount_from_voucher_shopee": 0,
        "discount_from_voucher_seller": figure(line.discount), "activity_type": "", "activity_id": 0,
        "is_main_item": False, "quantity_purchased": line.quantity, "ams_commission_fee": 0, "promotion_list": [],
    }  # fmt: skip


def escrow_list(ask: Ask, shop: ShopView, now: datetime, paging: Paging) -> Json:
    since, until = ask.window("release_time_from", "release_time_to", longest=None)
    page, size = ask.number("page_no", 1, 1_000_000, 1), ask.number("page_size", 1, 100, 40)
    found = []
    for order in shop.orders.values():
        at = shop.released_at(order)
        if at and at <= now and since <= stamp(at) <= until:
            found.append((stamp(at), order.ref, sum((term.amount for term in order.income), ZERO)))
    rows = [
        {"order_sn": ref, "payout_amount": figure(amount), "escrow_release_time": at}
        for at, ref, amount in sorted(found, reverse=True)
    ]
    records, more = paging.by_number(rows, page, size, first=1)
    return enveloped({"more": more, "escrow_list": records})


def wallet(ask: Ask, shop: ShopView, now: datetime, paging: Paging) -> Json:
    if shop.market.cross_border:
        raise Refusal("error_api_permission", "This API is only applicable for local shop.")
    since, until = ask.window("create_time_from", "create_time_to", error=LONGER_THAN)
    page, size = ask.number("page_no", 0, 1_000_000), ask.number("page_size", 1, 100)
    entries = [entry for entry in shop.entries() if entry.at <= now and since <= stamp(entry.at) <= until]
    entries.sort(key=lambda entry: entry.at)
    rows = [_line(entry, shop) for entry in reversed(entries)]
    records, more = paging.by_number(rows, page, size, first=0)
    return enveloped({"transaction_list": records, "more": more})


def _line(entry: Entry, shop: ShopView) -> Json:
    order = shop.orders.get(entry.order)
    withdrawn = {"withdrawal_id": int(entry.key), "root_withdrawal_id": int(entry.key)}
    return {
        "transaction_id": int(entry.key), "status": "COMPLETED", "transaction_type": entry.words, "txn_title": "",
        "amount": figure(entry.amount), "current_balance": figure(entry.balance or ZERO),
        "create_time": stamp(entry.at),
        "order_sn": entry.order, "refund_sn": entry.refund, "withdrawal_type": "", "transaction_fee": 0,
        "description": "", "buyer_name": username(shop.people[order.person]) if order else "", "pay_order_list": [],
        "shop_name": "", "reason": "", "money_flow": "MONEY_IN" if entry.amount >= 0 else "MONEY_OUT",
    } | (withdrawn if entry.words.startswith("WITHDRAWAL") else {})  # fmt: skip


def _abroad(shop: ShopView) -> None:
    if not shop.market.cross_border:
        raise Refusal("error_param", "This payment API is only applicable for cross boarder shop")


def payout_info(ask: Ask, shop: ShopView, now: datetime, paging: Paging) -> Json:
    _abroad(shop)
    since, until = ask.window("payout_time_from", "payout_time_to")
    size, cursor = ask.number("page_size", 1, 100), ask.text("cursor")
    found = [one for one in _published(shop, now) if since <= stamp(one.deposited_at) <= until]
    page, more, onward = paging.by_cursor([_payout(one) for one in reversed(found)], cursor, size)
    return enveloped({"payout_list": page, "more": more, "next_cursor": onward})


def _published(shop: ShopView, now: datetime) -> list[Statement]:
    return [one for one in shop.statements if one.published_at <= now and one.deposited_at]


def _payout(one: Statement) -> Json:
    paid = one.total if one.paid_amount is None else one.paid_amount
    rate = f"{paid / one.total:.4f}" if one.total else "0.00"
    return {
        "from_currency": one.currency, "payout_currency": one.paid_currency or one.currency, "payee_id": "279000000001",
        "from_amount": figure(one.total), "payout_amount": figure(paid), "exchange_rate": rate,
        "payout_time": stamp(one.deposited_at), "pay_service": "Payoneer", "encrypted_payout_id": one.ref,
    }  # fmt: skip


def billing(ask: Ask, shop: ShopView, now: datetime, paging: Paging) -> Json:
    _abroad(shop)
    kind, size = ask.number("billing_transaction_info_type", 1, 2), ask.number("page_size", 1, 100)
    published = _published(shop, now)
    if kind == 2:
        wanted = ask.strings("encrypted_payout_ids", 50)
        entries = [entry for one in published if one.ref in wanted for entry in one.entries]
    else:
        paid = {entry.key for one in published for entry in one.entries}
        entries = [entry for entry in shop.entries() if entry.at <= now and entry.key not in paid]
    rows = [_billed(entry, shop, released=kind == 2) for entry in entries]
    page, more, onward = paging.by_cursor(rows, ask.text("cursor"), size)
    return enveloped({"transactions": page, "more": more, "next_cursor": onward})


def _billed(entry: Entry, shop: ShopView, *, released: bool) -> Json:
    header, _, scenario = entry.words.partition(": ")
    return {
        "amount": figure(entry.amount), "currency": shop.market.currency, "order_sn": entry.order, "remark": "",
        "cost_header": header, "scenario": scenario, "level": "Order" if entry.order else "Shop",
        "billing_transaction_type": "ESCROW" if header == "Order Income" else "ADJUSTMENT",
        "billing_transaction_status": "Released" if released else "To Release",
    }  # fmt: skip


def return_list(ask: Ask, shop: ShopView, now: datetime, paging: Paging) -> Json:
    page, size = ask.number("page_no", 0, 1_000_000), ask.number("page_size", 1, 100)
    field = "update_time" if "update_time_from" in ask.sent else "create_time"
    since, until = ask.window(f"{field}_from", f"{field}_to")
    found: list[tuple[Refund, Order]] = [
        (refund, order)
        for order in shop.orders.values()
        for refund in order.refunds
        if refund.at <= now and since <= stamp(refund.at) <= until
    ]
    found.sort(key=lambda one: (one[0].at, one[0].ref), reverse=True)
    records, more = paging.by_number([_return(*one, shop) for one in found], page, size, first=0)
    return enveloped({"more": more, "return": records})


def _return(refund: Refund, order: Order, shop: ShopView) -> Json:
    person = shop.people[order.person]
    late = order.held_until is not None and refund.at >= order.held_until
    return {
        "return_sn": refund.ref, "order_sn": order.ref, "status": "ACCEPTED", "reason": "CHANGE_MIND",
        "text_reason": "",
        "refund_amount": figure(given_back(refund)), "amount_before_discount": figure(given_back(refund)),
        "currency": shop.market.currency, "create_time": stamp(refund.at), "update_time": stamp(refund.at),
        "return_refund_type": "RRAOC" if late else "RRBOC", "return_solution": 0 if refund.returned else 1,
        "needs_logistics": refund.returned, "image": [], "dispute_reason": [], "dispute_text_reason": [],
        "user": {"username": username(person), "email": f"***********{person.email[-10:]}", "portrait": ""},
        "item": [_returned(line, units, shop) for line, units in zip(order.lines, refund.units, strict=True) if units],
    }  # fmt: skip


def _returned(line: Line, units: int, shop: ShopView) -> Json:
    names = item_names(line, shop)
    return {
        "item_id": names["item_id"], "model_id": names["model_id"], "name": names["item_name"], "images": [],
        "amount": units, "item_price": figure(line.price), "is_add_on_deal": False, "is_main_item": False,
        "add_on_deal_id": 0, "item_sku": names["item_sku"], "variation_sku": names["model_sku"],
    }  # fmt: skip
