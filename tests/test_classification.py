"""Every column that can hold text or tokens is classified, so that none can hold a person's data unseen."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from channels.fields import EncryptedJSONField
from reconciliation.models import identity, judgement
from tests.classification import CLASSES, COLUMNS

APPS = ("channels", "reconciliation", "reports")
HOLDING = (
    models.CharField, models.TextField, models.JSONField, models.BinaryField, ArrayField,
    models.GenericIPAddressField, models.FileField,
)  # fmt: skip
TOKENS = {identity.__name__, judgement.__name__}  # big integers there are keyed hashes
ERASED_WITH_HIM = {"BuyerSignal", "Account", "AccountAlias", "PairLabel"}  # by reconciliation.erasure
KEPT_AS_WORDS = {"PrivacyRequest", "Decision"}  # account keys only


def columns() -> Iterator[tuple[str, Any]]:
    """(Model.column, field) of every column that can hold text or tokens; what history copies is as what it copies."""
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            name = getattr(model, "pgh_tracked_model", model).__name__
            for field in model._meta.local_fields:
                tokens = isinstance(field, models.BigIntegerField) and model.__module__ in TOKENS
                holding = isinstance(field, HOLDING) or (tokens and not field.primary_key)
                if holding and not field.name.startswith("pgh_"):
                    yield f"{name}.{field.name}", field


def test_every_column_that_can_hold_text_or_tokens_is_classified_and_no_other() -> None:
    found = {name for name, _ in columns()}
    assert sorted(found - COLUMNS.keys()) == [], "say in tests/classification.py what may stand in them"
    assert sorted(COLUMNS.keys() - found) == []


def test_no_column_has_two_classes() -> None:
    listed = [column for _, named in CLASSES.values() for column in named.split()]
    assert sorted(one for one in set(listed) if listed.count(one) > 1) == []


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_a_class_says_why(name: str) -> None:
    assert len(CLASSES[name][0]) > 10


def test_what_is_sealed_is_bytes_with_a_day_to_go_and_secrets_are_encrypted() -> None:
    for column, field in columns():
        if COLUMNS.get(column) == "sealed":
            names = {one.name for one in field.model._meta.local_fields}
            assert isinstance(field, models.BinaryField), column
            assert "purge_on" in names, column
        elif COLUMNS.get(column) == "secret":
            assert isinstance(field, EncryptedJSONField), column
        else:
            assert not isinstance(field, models.BinaryField | EncryptedJSONField), column


def test_tokens_stand_only_where_erasing_reaches() -> None:
    tables = {column.partition(".")[0] for column, name in COLUMNS.items() if name == "pseudonym"}
    assert tables == ERASED_WITH_HIM | KEPT_AS_WORDS


def test_a_new_column_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(COLUMNS, "Order.city")
    with pytest.raises(AssertionError, match=r"Order\.city"):
        test_every_column_that_can_hold_text_or_tokens_is_classified_and_no_other()
