"""A database with every migration, which test databases are copies of: copying takes a tenth of a second."""

import hashlib
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.loader import MigrationLoader

PREFIX = "test_plumbline_migrated_"


def migrated() -> str:
    """Its name. Whoever comes first makes it, others wait; it stays for later runs until a migration changes."""
    name = f"{PREFIX}{_digest()}"
    with connection._nodb_cursor() as cursor:
        cursor.execute("select pg_advisory_lock(hashtext(%s))", [PREFIX])
        there = _databases(cursor)
        if name not in there:
            for old in there:
                cursor.execute(f'drop database if exists "{old}" with (force)')
            _make(f"{PREFIX}unfinished")
            cursor.execute(f'alter database "{PREFIX}unfinished" rename to "{name}"')
    return name


def _digest() -> str:
    """Of all migrations, and of the day, from which they reckon when schedules are due first."""
    said = hashlib.sha256(datetime.now(UTC).date().isoformat().encode())
    for app in apps.get_app_configs():
        module, _ = MigrationLoader.migrations_module(app.label)
        found = find_spec(module) if module else None
        if found is None or found.origin is None:
            continue
        for file in sorted(Path(found.origin).parent.glob("*.py")):
            said.update(f"{app.label}/{file.name}\n".encode() + file.read_bytes())
    return said.hexdigest()[:16]


def _databases(cursor: CursorWrapper) -> list[str]:
    cursor.execute("select datname from pg_database where starts_with(datname, %s)", [PREFIX])
    return [name for (name,) in cursor.fetchall()]


def _make(name: str) -> None:
    own, test = connection.settings_dict["NAME"], connection.settings_dict["TEST"]
    test["NAME"] = name
    try:
        connection.creation.create_test_db(verbosity=0, serialize=False)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = settings.DATABASES[connection.alias]["NAME"] = own
