"""Django's PostgreSQL backend, version 15 or later; the embedded server starts at the first connection."""

from typing import Any

import psycopg
from django.db.backends.postgresql import base, features


class DatabaseFeatures(features.DatabaseFeatures):
    minimum_database_version = (15,)


class DatabaseWrapper(base.DatabaseWrapper):
    features_class = DatabaseFeatures

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        place = self.settings_dict.get("EMBEDDED")
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            if place is None:
                raise
        from config.postgresql.server import ensure_running  # noqa: PLC0415 - Windows has no fcntl

        ensure_running(place)
        return super().get_new_connection(conn_params)
