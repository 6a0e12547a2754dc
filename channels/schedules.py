"""django-q2 schedules, one per store and resource, kept in step with the stores that pull."""

from datetime import UTC, datetime, timedelta

from django.db import connection, transaction
from django_q.models import Schedule

from channels.models import Store
from channels.windows import resources_of

PULL = "channels.tasks.pull"
_SPREAD = 7  # minutes over which new schedules begin, so that not all start in one


def name_of(store_id: int, resource: str) -> str:
    return f"pull {store_id} {resource}"


def pulling_stores() -> list[Store]:
    """The stores that keep themselves current: those with credentials, unless they are set not to."""
    return list(Store.objects.select_related("company").filter(pulls=True).exclude(credentials__isnull=True))


def arrange() -> tuple[int, int]:
    """Make the schedules that are missing and drop those of nothing; (made, dropped). Safe to run at any time."""
    wanted = {
        name_of(store.pk, resource.name): (store.pk, resource)
        for store in pulling_stores()
        for resource in resources_of(store)
    }
    with transaction.atomic():
        with connection.cursor() as cursor:  # two at once would make each schedule twice: its name is not unique
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('plumbline.schedules', 0))")
        found = {one.name: one for one in Schedule.objects.filter(func=PULL)}
        gone = [one.pk for name, one in found.items() if name not in wanted]
        Schedule.objects.filter(pk__in=gone).delete()
        made = 0
        for number, (name, (store_id, resource)) in enumerate(sorted(wanted.items())):
            minutes = max(1, int(resource.every / timedelta(minutes=1)))
            if name not in found:
                first = datetime.now(UTC) + timedelta(minutes=number % _SPREAD)
                Schedule.objects.create(
                    name=name, func=PULL, args=f"{store_id},{resource.name!r}", schedule_type=Schedule.MINUTES,
                    minutes=minutes, repeats=-1, next_run=first,
                )  # fmt: skip
                made += 1
            elif found[name].minutes != minutes:
                Schedule.objects.filter(pk=found[name].pk).update(minutes=minutes)
    return made, len(gone)


def bring_forward(store: Store, resource: str) -> None:
    """Let the scheduler run a store's pull of a resource at its next look."""
    Schedule.objects.filter(name=name_of(store.pk, resource)).update(next_run=datetime.now(UTC))
