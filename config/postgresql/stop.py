"""`make stop`: end the embedded server of this checkout, if one runs."""

import os
import sys

from django.conf import settings

from config.postgresql.errors import NotStarted
from config.postgresql.server import stop


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    place = settings.DATABASES["default"].get("EMBEDDED")
    if place is None:
        print("DATABASE_URL names the database: there is none of ours to stop.")
        return 0
    try:
        print("PostgreSQL has stopped." if stop(place) else "No PostgreSQL of ours is running.")
    except NotStarted as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
