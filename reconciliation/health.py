"""Signs of life of what is promised to people."""

from dataclasses import dataclass

from channels.clocks import clock
from channels.health import Sign
from reconciliation.models import PrivacyRequest


@dataclass
class Promises(Sign):
    """No demand about personal data is overdue."""

    def problem(self) -> str:
        late = PrivacyRequest.objects.filter(handled_at=None, due_on__lt=clock().now().date()).order_by("due_on")
        first = late.first()
        return (
            f"{late.count()} requests about personal data are overdue, the oldest since {first.due_on}: see Privacy "
            "requests in the admin" if first else ""
        )  # fmt: skip
