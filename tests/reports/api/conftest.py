import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    """Throttles count in the cache."""
    cache.clear()
