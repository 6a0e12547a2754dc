"""Values that a channel shows in part only, such as J***n or ******45."""

MASKS = frozenset("*＊∗•●")  # full-width and typographic forms too


def is_masked(value: str) -> bool:
    """Whether a value has characters that stand for hidden ones."""
    return not MASKS.isdisjoint(value)
