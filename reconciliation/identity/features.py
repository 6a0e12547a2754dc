"""A buyer's canonical features, put together from the normalisers."""

from reconciliation.identity.signals import Buyer, Features


def features(buyer: Buyer) -> Features:
    """The canonical forms of a buyer as a channel shows him. Raises nothing: what cannot be read gives no feature."""
    raise NotImplementedError
