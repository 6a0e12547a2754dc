"""Signs of life for health pages: the task cluster, its queue, the archive, and pulls that have stopped."""

import abc
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connections
from django_q.models import OrmQ
from health_check.base import HealthCheck
from health_check.exceptions import ServiceUnavailable

from channels.models import Heartbeat, SyncWindow
from channels.schedules import pulling_stores

SILENCE = timedelta(minutes=3)  # the cluster beats each minute
WAITING = timedelta(minutes=20)  # tasks last under five
RED_FOR = 6  # failures in a row of one window, some hours


class Sign(HealthCheck, abc.ABC):
    """A check in a thread of its own, whose database connection goes with it."""

    @abc.abstractmethod
    def problem(self) -> str:
        """What is wrong and what to do, "" where nothing is."""

    def run(self) -> None:  # health-check runs plain functions in threads
        try:
            said = self.problem()
        finally:
            connections.close_all()
        if said:
            raise ServiceUnavailable(said)


@dataclass
class Cluster(Sign):
    """The task cluster has shown within three minutes that it works; a stalled one looks alive from outside."""

    def problem(self) -> str:
        beat = Heartbeat.objects.filter(name="cluster").first()
        if beat is None:
            return "the task cluster has never run: start it with manage.py qcluster or make serve"
        silent = datetime.now(UTC) - beat.at
        return f"the task cluster is silent for {silent / timedelta(minutes=1):.0f} min: restart it" * (
            silent > SILENCE
        )


@dataclass
class Queue(Sign):
    """No task waits longer than it should."""

    def problem(self) -> str:
        # The lock of a task that waits is the time of its coming; of one that runs, a time to come.
        late = OrmQ.objects.filter(lock__lte=datetime.now(UTC) - WAITING).order_by("lock")
        oldest = late.first()
        return f"{late.count()} tasks wait, the oldest since {oldest.lock:%Y-%m-%d %H:%M} UTC" if oldest else ""


@dataclass
class Archive(Sign):
    """Pages can be written."""

    def problem(self) -> str:
        storage = storages["pages"]
        try:
            storage.delete(storage.save(f"health/{uuid.uuid4()}", ContentFile(b"ok")))
        except OSError as error:
            return f"the archive of pages cannot be written: {error.strerror}"
        return ""


@dataclass
class Pulls(Sign):
    """No store is refused by its channel, and no window fails again and again."""

    def problem(self) -> str:
        refused = [store.name for store in pulling_stores() if store.refused]
        red = SyncWindow.objects.filter(state=SyncWindow.State.RED, failures__gte=RED_FOR, store__pulls=True).count()
        said = [f"refused by their channel: {', '.join(refused)}"] * bool(refused)
        return "; ".join(said + [f"{red} windows fail again and again"] * bool(red))
