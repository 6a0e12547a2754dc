"""Tests run beside `make serve` and beside each other: every run takes a test database of its own."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib import import_module
from itertools import count

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import override_settings
from hypothesis import HealthCheck
from hypothesis import settings as examples
from pytest_django import DjangoDbBlocker

from tests.migrated import migrated


def pytest_sessionstart() -> None:
    """With all addresses, and so all admins, as a server has them."""
    import_module(settings.ROOT_URLCONF)


# Others use the machine, too: how long an example takes says nothing.
examples.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.load_profile("untimed")

IN_MEMORY = {"BACKEND": "django.core.files.storage.InMemoryStorage"}


@pytest.fixture(autouse=True, scope="session")
def _plain_and_fast(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Files in memory, static files without a manifest, cheap passwords."""
    static = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        STORAGES={"default": IN_MEMORY, "pages": IN_MEMORY, "staticfiles": static},
        STATIC_ROOT=tmp_path_factory.mktemp("static"),
        MATCHING=tmp_path_factory.mktemp("matching"),
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with nullcontext(1) if sys.platform == "win32" else _free_number() as number:
        # Nothing here must outlive a power cut.
        given = connection.settings_dict["OPTIONS"]
        given["options"] = f"{given.get('options', '')} -c synchronous_commit=off".strip()
        with django_db_blocker.unblock():
            connection.settings_dict["TEST"]["TEMPLATE"] = migrated()
        connection.settings_dict["TEST"]["NAME"] = f"test_plumbline_{number}"
        yield


@contextmanager
def _free_number() -> Iterator[int]:
    import fcntl  # noqa: PLC0415 - Windows has none

    for number in count(1):
        file = os.open(settings.VAR / f"test-{number}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            continue
        try:
            yield number
        finally:
            os.close(file)
        return
