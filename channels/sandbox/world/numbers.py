"""Numbers that the channels give, in their shapes, each once."""

from collections import defaultdict
from datetime import datetime

from channels.sandbox.world.chance import Chance

_AMAZON = {
    "US": ("111", "112", "113", "114"), "DE": ("302", "303", "304", "305"), "GB": ("202", "203", "204", "206"),
    "JP": ("249", "250", "503"),
}  # fmt: skip
_SHOPEE = "ABCDEFGHJKMNPQRSTUVWXYZ0123456789"
_LETTERS = 23  # of these; the first of a number is one, so that it is no telephone number
MARKS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


class Numbers:
    """Gives each number once."""

    def __init__(self, chance: Chance) -> None:
        self.chance = chance
        self.taken: set[str] = set()
        self.counts: dict[str, int] = defaultdict(int)

    def amazon(self, country: str) -> str:
        """An order of Amazon, 3-7-7 digits."""
        return self._new_amazon(self.chance.pick(_AMAZON[country]))

    def fulfilment(self) -> str:
        """An order that Amazon ships for another channel."""
        return self._new_amazon("S01")

    def shopify(self, shop: int) -> str:
        """An order of a shop, thirteen digits; ``shop`` counts from 0."""
        return str(6_100_000_000_000 + shop * 10**11 + self.count("order of a shop") * 32_768)

    def shopee(self, at: datetime) -> str:
        """An order of Shopee: six digits of the day and eight characters."""
        while True:
            ref = f"{at:%y%m%d}{self.chance.pick(_SHOPEE[:_LETTERS])}{self.chance.letters(_SHOPEE, 7)}"
            if self._take(ref):
                return ref

    def count(self, what: str) -> int:
        """1, 2, 3 … of this."""
        self.counts[what] += 1
        return self.counts[what]

    def _new_amazon(self, prefix: str) -> str:
        while True:
            ref = f"{prefix}-{self.chance.below(10**7):07}-{self.chance.below(10**7):07}"
            if self._take(ref):
                return ref

    def _take(self, ref: str) -> bool:
        new = ref not in self.taken
        self.taken.add(ref)
        return new
