"""Where personal data stands in Shopee's answers. ``**`` is any depth, for a page may be a list of answers.

``buyer_user_id`` is the buyer's number inside Shopee; it names a person, so it goes too. Town, district and city of
the recipient stay: they are coarse, and the same for thousands.
"""

from channels.core.adapter import Personal


def _anywhere(*names: str) -> Personal:
    return Personal(paths=frozenset(f"**.{name}" for name in names))


ORDERS = _anywhere(
    "buyer_user_id", "buyer_username", "buyer_cpf_id", "message_to_seller", "note",
    "recipient_address.name", "recipient_address.phone", "recipient_address.full_address",
    "recipient_address.zipcode", "recipient_address.geolocation", "recipient_address.virtual_contact_number",
    "dropshipper", "dropshipper_phone", "invoice_data", "virtual_contact_number", "package_query_number",
    "prescription_images", "prescription_reject_reason", "pharmacist_name", "buyer_proof_of_collection",
    "payment_info.*.transaction_id",
)  # fmt: skip

ESCROW = _anywhere("buyer_user_name", "buyer_user_id", "order_income.tax_registration_code")

WALLET = _anywhere("buyer_name")

RETURNS = _anywhere(
    "user.username", "user.email", "user.portrait", "text_reason", "dispute_text_reason", "image", "images",
    "buyer_videos", "return_pickup_address.name", "return_pickup_address.phone", "return_pickup_address.address",
    "return_pickup_address.zipcode", "virtual_contact_number", "package_query_number",
    "negotiation.latest_offer_creator",
)  # fmt: skip
