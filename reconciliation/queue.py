"""The review queue: what waits for a person, and what comes after an answer."""

from typing import Any

from django.db.models import Q, QuerySet

from channels.models import Company
from reconciliation import links
from reconciliation.identity.decisions import standing
from reconciliation.models import CustomerLink, Decision, Matched

ORDER = ("-effect", "-probability", "pk")


def answered(company: Company | int) -> frozenset[tuple[int, int]]:
    """Pairs of account keys that people spoke of since the last matching: their links say so with the next."""
    last = Matched.objects.filter(company=company).values_list("decision", flat=True).first() or 0
    if not Decision.objects.filter(company=company, number__gt=last).exists():
        return frozenset()
    words = links.decisions(Company.objects.get(pk=getattr(company, "pk", company)))
    now, before = standing(words), standing(word for word in words if word.number <= last)
    return (now.together - before.together) | (now.apart - before.apart)


def after(link: CustomerLink, queue: QuerySet[CustomerLink]) -> CustomerLink | None:
    """The next link of the queue that nobody has answered yet, from its beginning again after the last; else None."""
    behind = Q(effect__lt=link.effect) | Q(effect=link.effect) & (
        Q(probability__lt=link.probability) | Q(probability=link.probability, pk__gt=link.pk)
    )
    said: dict[int, frozenset[tuple[int, int]]] = {}
    found: Any = queue.filter(state=CustomerLink.State.REVIEW).exclude(pk=link.pk).select_related("left", "right")
    for part in (found.filter(behind), found.exclude(behind)):
        for one in part.order_by(*ORDER).iterator(chunk_size=50):
            if one.company_id not in said:
                said[one.company_id] = answered(one.company_id)
            if pair(one) not in said[one.company_id]:
                return one  # type: ignore[no-any-return]
    return None


def pair(link: CustomerLink) -> tuple[int, int]:
    """The keys of the link's accounts as decisions have them."""
    left, right = sorted((link.left.key, link.right.key))
    return left, right
