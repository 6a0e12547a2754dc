"""Where the data is: the PostgreSQL that DATABASE_URL names, or an embedded one in var/."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.postgresql.place import embedded_place

ENGINE = "config.postgresql"
KEPT_OPEN = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
EXAMPLE = "postgres://user:password@host:5432/database"


def url_database(url: str) -> dict[str, Any]:
    """Django's entry for postgres://user:password@host:port/database?sslmode=require; ?host=/directory is a socket."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # its text may quote the password
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: write {EXAMPLE}, with %40 for @ and so on.") from None
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    name = unquote(parts.path.removeprefix("/"))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"DATABASE_URL must name a PostgreSQL database: write {EXAMPLE}.")
    if not name or "/" in name:
        raise ImproperlyConfigured(f"DATABASE_URL must end in one database name: write {EXAMPLE}.")
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": ENGINE,
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": options.pop("port", None) or str(port or ""),
        "OPTIONS": options,
        **KEPT_OPEN,
    }


def embedded_database(var: Path) -> dict[str, Any]:
    """Django's entry for the server of our own; it starts when the first connection is opened, not before."""
    place = embedded_place(var)
    return {
        "ENGINE": ENGINE,
        "NAME": place.database,
        "USER": place.role,
        "PASSWORD": "",
        "HOST": str(place.socket),
        "PORT": str(place.port),
        "OPTIONS": {"requirepeer": place.user},
        "EMBEDDED": place,
        **KEPT_OPEN,
    }
