"""What the project's commands are made from."""

from django.core.management.base import BaseCommand


class ProjectCommand(BaseCommand):
    """Starts without Django's checks, which load every page and all that pages compute; ``make check`` runs them."""

    requires_system_checks = []
