"""A settlement of any size, made up: orders of four lines with their total in the first row."""

from decimal import Decimal
from pathlib import Path
from random import Random

HEADER = (
    "settlement-id\tsettlement-start-date\tsettlement-end-date\tdeposit-date\ttotal-amount\tcurrency\ttransaction-type\t"
    "order-id\tmerchant-order-id\tadjustment-id\tshipment-id\tmarketplace-name\tamount-type\tamount-description\tamount\t"
    "fulfillment-id\tposted-date\tposted-date-time\torder-item-code\tmerchant-order-item-id\t"
    "merchant-adjustment-item-id\tsku\tquantity-purchased\tpromotion-id"
)
_LINES = (("ItemPrice", "Principal", 1), ("ItemPrice", "Shipping", 1), ("ItemFees", "Commission", -1),
          ("ItemFees", "FBAPerUnitFulfillmentFee", -1))  # fmt: skip


def write_settlement(path: Path, lines: int, settlement: str = "90000000001", currency: str = "USD") -> Decimal:
    """Write the file and give its total; the same call writes the same bytes."""
    random = Random(7)
    total = Decimal(0)
    body = path.with_suffix(".body")
    with body.open("w") as out:
        for number in range(lines):
            order, part = divmod(number, 4)
            amount_type, words, sign = _LINES[part]
            cents = sign * random.randrange(100, 9_000)
            total += Decimal(cents).scaleb(-2)
            day = order * 14 // max(lines // 4, 1) + 1
            moment = f"{order * 7 % 24:02}:{order * 13 % 60:02}:{order * 17 % 60:02}"
            out.write(
                f"{settlement}\t\t\t\t\t{currency}\tOrder\t114-{order // 10_000_000:07}-{order % 10_000_000:07}\t\t\t"
                f"DS{order}\tAmazon.com\t{amount_type}\t{words}\t{Decimal(cents).scaleb(-2)}\tAFN\t"
                f"2026-07-{day:02} 00:00:00 UTC\t2026-07-{day:02} {moment} UTC\t{order:011}\t\t\t"
                f"SKU-{order % 500:03}\t1\t\n"
            )
    with path.open("w") as out, body.open() as source:
        out.write(HEADER + "\n")
        out.write(
            f"{settlement}\t2026-07-01 00:00:00 UTC\t2026-07-15 00:00:00 UTC\t2026-07-17 00:00:00 UTC\t{total}\t"
            f"{currency}" + "\t" * 18 + "\n"
        )
        while chunk := source.read(1 << 20):
            out.write(chunk)
    body.unlink()
    return total
