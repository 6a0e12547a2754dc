"""A JSON column that is encrypted at rest."""

import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


def cipher(keys: list[str]) -> MultiFernet:
    """The first key encrypts, all decrypt; so a new key goes in front and old rows stay readable."""
    if not keys:
        raise ImproperlyConfigured("no encryption key is set; see CREDENTIAL_KEYS and VAULT_KEYS in docs/operations.md")
    return MultiFernet([Fernet(key) for key in keys])


class EncryptedJSONField(models.TextField[Any, Any]):
    """JSON under MultiFernet with CREDENTIAL_KEYS. Never searchable, never shown."""

    def get_prep_value(self, value: Any) -> str | None:
        if value is None:
            return None
        return cipher(settings.CREDENTIAL_KEYS).encrypt(json.dumps(value).encode()).decode()

    def to_python(self, value: Any) -> Any:
        """What is validated is the JSON itself, not its text."""
        return value

    def from_db_value(self, value: str | None, *_: object) -> Any:
        if not value:
            return None
        try:
            return json.loads(cipher(settings.CREDENTIAL_KEYS).decrypt(value.encode()))
        except InvalidToken:
            raise ImproperlyConfigured(
                "stored credentials cannot be decrypted: CREDENTIAL_KEYS lacks the key they were written with"
            ) from None
