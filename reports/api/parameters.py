"""Parameters that are either understood or refused: one that is passed over silently gives a wrong number."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.db.models import DateTimeField, F, Func, QuerySet, Value
from django.http import QueryDict
from django.utils.timezone import is_naive
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import rest_framework as filters  # type: ignore[import-untyped]
from django_filters.fields import IsoDateTimeField  # type: ignore[import-untyped]
from django_filters.utils import translate_validation  # type: ignore[import-untyped]
from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import ErrorDetail, ValidationError

LARGEST = 2**63 - 1


class FilterSet(filters.FilterSet):
    """django-filter's, so that one place imports it."""


def check_parameters(query: QueryDict, allowed: Collection[str]) -> None:
    """Unknown, repeated and empty parameters are errors that name the parameter."""
    problems: dict[str, list[ErrorDetail]] = {}
    for name, values in query.lists():
        if name not in allowed:
            text = _("There is no such parameter here; there are: %(names)s.") % {"names": ", ".join(sorted(allowed))}
            problems[name] = [ErrorDetail(text, "unknown_parameter")]
        elif len(values) > 1:
            problems[name] = [ErrorDetail(_("Given more than once; separate values by commas."), "repeated_parameter")]
        elif not values[0].strip():
            problems[name] = [ErrorDetail(_("Empty; leave the parameter out instead."), "empty_parameter")]
    if problems:
        raise ValidationError(problems)


def understood(filterset: FilterSet) -> dict[str, Any]:
    """The values of the given parameters; ValidationError names the ones that make no sense."""
    if not filterset.is_valid():
        raise translate_validation(filterset.errors)
    return {name: value for name, value in filterset.form.cleaned_data.items() if value not in (None, "", [])}


class DayField(forms.DateField):
    """YYYY-MM-DD and nothing else: 01/02/2026 is another day in another country."""

    default_error_messages = {"invalid": gettext_lazy("Write a day as YYYY-MM-DD.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "input_formats": ["%Y-%m-%d"]})


class InstantField(IsoDateTimeField):
    """A time with its offset: without one nobody knows which midnight is meant."""

    default_error_messages = {"invalid": gettext_lazy("Write a time with its offset, such as 2026-01-31T23:59:59Z.")}

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        text = str(value).strip()
        try:
            naive = is_naive(datetime.fromisoformat(text))
        except ValueError:
            naive = True
        if naive:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return datetime.fromisoformat(text)


class IdField(forms.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "min_value": 0, "max_value": LARGEST})


class Id(filters.NumberFilter):
    field_class = IdField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        extend_schema_field({"type": "integer", "description": kwargs.get("help_text")})(self)


class Ids(filters.BaseInFilter, Id):
    """Ids, separated by commas."""


class Words(filters.BaseInFilter, filters.CharFilter):
    """Exact texts, separated by commas."""


class Choice(filters.ChoiceFilter):
    """One word of a fixed list."""

    def __init__(self, words: Sequence[str] | Mapping[str, str], **kwargs: Any) -> None:
        choices = list(words.items()) if isinstance(words, Mapping) else [(word, word) for word in words]
        super().__init__(choices=choices, empty_label=None, **kwargs)


class Choices(filters.BaseInFilter, Choice):
    """Words of a fixed list, separated by commas."""


class YesNo(Choice):
    """true or false; Django's own would pass over anything else."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(("true", "false"), **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return super().filter(qs, value == "true") if value else qs


class Instant(filters.IsoDateTimeFilter):
    field_class = InstantField


class Day(filters.DateFilter):
    field_class = DayField


class Since(Day):
    """From this day on."""

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        super().__init__(field_name, "gte", **kwargs)


class Until(Day):
    """Before this day: periods are half-open."""

    def __init__(self, field_name: str, **kwargs: Any) -> None:
        super().__init__(field_name, "lt", **kwargs)


class _StoreMidnight(Func):
    """The instant at which a day begins where the store is."""

    template = "(%(expressions)s)"
    arg_joiner = "::timestamp AT TIME ZONE "
    output_field = DateTimeField()


def _from_store_day(qs: QuerySet, field: str, comparison: str, day: date) -> QuerySet:
    midnight = _StoreMidnight(Value(day.isoformat()), F("store__timezone"))
    # No zone is further than 14 hours from UTC: the fixed bound lets the index work, the exact one decides.
    nearest = datetime.fromisoformat(f"{day.isoformat()}T00:00:00+00:00")
    margin = timedelta(hours=-15 if comparison == "gte" else 15)
    try:
        bound = nearest + margin
    except OverflowError:  # the first or last day there is
        bound = nearest
    return qs.filter(**{f"{field}__{comparison}": bound}).filter(**{f"{field}__{comparison}": midnight})


class StoreSince(Since):
    """From this day on, as the store's own calendar has it."""

    def filter(self, qs: QuerySet, value: date | None) -> QuerySet:
        return qs if value is None else _from_store_day(qs, self.field_name, "gte", value)


class StoreUntil(Until):
    """Before this day, as the store's own calendar has it."""

    def filter(self, qs: QuerySet, value: date | None) -> QuerySet:
        return qs if value is None else _from_store_day(qs, self.field_name, "lt", value)
