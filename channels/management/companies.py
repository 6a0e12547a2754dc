"""Which companies a command is about."""

from django.core.management.base import CommandError
from django.db.models import QuerySet

from channels.models import Company


def companies_named(name: str | None) -> QuerySet[Company]:
    """The company of this name, or every company where none is given. Raises CommandError for an unknown name."""
    if not name:
        return Company.objects.order_by("name")
    found = Company.objects.filter(name=name)
    if not found:
        raise CommandError(f"There is no company named {name!r}.")
    return found
