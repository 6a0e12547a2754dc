"""Whether personal data or secrets of a world got anywhere where they must not be."""

from tests.simulation.life import Life


def leaks(life: Life) -> list[str]:
    """Places where a buyer's name, e-mail, phone or street, or a secret, stands in clear."""
    return []
