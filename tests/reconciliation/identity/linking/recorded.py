"""Records of buyers for the linker's tests."""

from collections.abc import Sequence
from itertools import count
from typing import Any

import pyarrow as pa

from reconciliation.identity.linking.files import tokenised
from reconciliation.identity.signals import Buyer, TokenKey

KEY = TokenKey(1, b"a key of the tests, no secret at all")
JOHN = Buyer("John Martin", "john@example.com", "+65 8123 4567", "12 Orchard Road", "238801", "Singapore", "", "SG")


def records(*buyers: Buyer, channels: Sequence[str] = (), first: int = 0) -> pa.Table:
    """Buyers as records, each an account of its own, numbered from ``first``."""
    named = list(channels) or [""] * len(buyers)
    return tokenised(list(zip(count(first), named, buyers)), KEY)


def rows(pairs: pa.Table) -> dict[tuple[int, int], dict[str, Any]]:
    return {(row["left_id"], row["right_id"]): row for row in pairs.to_pylist()}
