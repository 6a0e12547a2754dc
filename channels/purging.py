"""The purge: everything whose day has come, here and in the apps above, which say what of theirs has one."""

from datetime import date, datetime

from django.utils.module_loading import import_string

_others: list[str] = []


def also(name: str) -> None:
    """Let the purge do this too: the dotted name of a function that takes a day, or None for everything, and says how
    much it was."""
    if name not in _others:
        _others.append(name)


def purge(today: date | None, at: datetime) -> str:
    """Purge what is due on the day, everything where no day is given, and leave word of it."""
    from channels import vault  # noqa: PLC0415 - this module is read before there are models
    from channels.models import Heartbeat  # noqa: PLC0415

    said = "; ".join(one(today) for one in (vault.purge, *map(import_string, _others)))
    Heartbeat.objects.update_or_create(name="purge", defaults={"at": at, "said": said[:300]})
    return said
