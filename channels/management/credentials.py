"""Credentials as commands take them: from standard input, so that no list of processes shows them."""

import json
from typing import TextIO

from django.core.management.base import CommandError


def read_credentials(stdin: TextIO) -> dict[str, str | None]:
    """By name; null removes one. What was read is never quoted in an error. Raises CommandError."""
    try:
        given = json.load(stdin)
    except ValueError:
        raise CommandError("Standard input is no JSON object of credentials.") from None
    if not isinstance(given, dict) or not all(isinstance(one, str | None) for one in given.values()):
        raise CommandError("Credentials are a JSON object of names and texts; null removes one.")
    return given
