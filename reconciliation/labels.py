"""Label: the truth about pairs of a random sample, and about pairs known without the matcher, to calibrate by."""

import json
import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.db.models import Max

from channels.core.errors import Refused
from channels.models import Company
from reconciliation.identity.calibration import Label, as_json, of_json, recall, refit
from reconciliation.identity.calibration import Recall as KnownRecall
from reconciliation.identity.kinds import kind
from reconciliation.identity.sampling import Draw, draw
from reconciliation.link_models import in_use
from reconciliation.models import Account, CustomerLink, LinkModel, PairLabel

_LINK, _ACCOUNT = CustomerLink._meta.db_table, Account._meta.db_table
_DRAWABLE = pa.schema(
    [
        ("left", pa.int64()), ("right", pa.int64()), ("left_channel", pa.string()), ("right_channel", pa.string()),
        ("competed", pa.float64()), ("levels", pa.list_(pa.int8())),
    ]
)  # fmt: skip


def draw_sample(company: Company, size: int, seed: int) -> int:
    """Draw pairs to be labelled, by strata of channels and probability; how many are new to the sample.

    The order of the review queue plays no part in it. Each pair keeps the probability with which it was drawn.
    """
    if not 1 <= size <= 1_000:
        raise Refused("a sample has 1 to 1,000 pairs")
    drawn = draw(_drawable(company), size, seed)
    told = _told(company, drawn)
    now = datetime.now(UTC)
    made = [
        _label(company, told[pair], one.stratum, one.inclusion, now)
        for one in drawn
        if (pair := (one.left, one.right)) in told  # a matching may have dropped it just now
    ]
    with transaction.atomic():
        sample = PairLabel.objects.filter(company=company, origin=PairLabel.Origin.SAMPLE)
        earlier = dict(sample.values_list("stratum").annotate(Max("inclusion")))
        before = sample.count()
        PairLabel.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)
        new = sample.count() - before
        # A pair had both drawings to get in, so it stands for fewer others than by either alone.
        for stratum, inclusion in {one.stratum: one.inclusion for one in made}.items() if new else ():
            either = 1 - (1 - earlier.get(stratum, 0.0)) * (1 - inclusion)
            sample.filter(stratum=stratum).update(inclusion=either)
    return new


def _drawable(company: Company) -> pa.Table:
    """All weighed links, a part at a time, for there may be millions."""
    batches = []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT left_id, right_id, l.channel, r.channel, raw, levels FROM {_LINK} k "
            f"JOIN {_ACCOUNT} l ON l.id = left_id JOIN {_ACCOUNT} r ON r.id = right_id "
            "WHERE k.company_id = %s AND k.raw IS NOT NULL ORDER BY left_id, right_id",
            [company.pk],
        )
        while rows := cursor.fetchmany(20_000):
            *columns, levels = zip(*rows, strict=True)
            cells = [*columns, [_listed(one) for one in levels]]
            arrays = [pa.array(list(one), name.type) for one, name in zip(cells, _DRAWABLE, strict=True)]
            batches.append(pa.RecordBatch.from_arrays(arrays, schema=_DRAWABLE))
    return pa.Table.from_batches(batches, schema=_DRAWABLE)


def _told(company: Company, drawn: Sequence[Draw]) -> dict[tuple[int, int], tuple[Any, ...]]:
    """Raw probability, weight, levels and both keys of the drawn pairs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT left_id, right_id, raw, weight, levels, l.key, r.key "
            "FROM unnest(%s::bigint[], %s::bigint[]) AS d (left_id, right_id) "
            f"JOIN {_LINK} k USING (left_id, right_id) "
            f"JOIN {_ACCOUNT} l ON l.id = left_id JOIN {_ACCOUNT} r ON r.id = right_id WHERE k.company_id = %s",
            [[one.left for one in drawn], [one.right for one in drawn], company.pk],
        )
        return {(row[0], row[1]): row[2:] for row in cursor.fetchall()}


def answer(label: PairLabel, user: AbstractBaseUser, *, same: bool | None) -> None:
    """A person's answer; None takes it back."""
    label.same = same
    label.labelled_by_id = user.pk if same is not None else None
    label.labelled_at = datetime.now(UTC) if same is not None else None
    label.save(update_fields=["same", "labelled_by", "labelled_at"])


def know(company: Company, pairs: Iterable[tuple[int, int]]) -> int:
    """Keep pairs of account keys that customers themselves gave as one person; how many are new.

    They only measure: what they prove is not told to the matcher.
    """
    now = datetime.now(UTC)
    made = [
        PairLabel(
            company=company, origin=PairLabel.Origin.KNOWN, left_key=min(pair), right_key=max(pair), same=True,
            stratum="known", drawn_at=now, labelled_at=now,
        )
        for pair in sorted(set(pairs)) if pair[0] != pair[1]
    ]  # fmt: skip
    before = PairLabel.objects.filter(company=company).count()
    PairLabel.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)
    return PairLabel.objects.filter(company=company).count() - before


def known_recall(company: Company) -> KnownRecall:
    """The share of the known pairs that the matcher has linked, or why it cannot be told.

    Links that customers' own word made are no find of the matcher.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT 1 FROM {_ACCOUNT} l JOIN {_ACCOUNT} r ON r.company_id = p.company_id "
            f"AND r.key = p.right_key JOIN {_LINK} k ON k.left_id = least(l.id, r.id) AND k.right_id = "
            "greatest(l.id, r.id) WHERE l.company_id = p.company_id AND l.key = p.left_key AND k.state = 'auto') "
            "FROM reconciliation_pairlabel p WHERE p.company_id = %s AND p.origin = 'known' AND p.same ORDER BY p.id",
            [company.pk],
        )
        return recall([row[0] for row in cursor.fetchall()])


def recalibrate(company: Company) -> LinkModel:
    """The model with a calibration by all answers, as a new version; the one in use where that does no better.

    Links get their new probabilities at the next full matching.
    """
    with transaction.atomic():
        model = in_use(company)
        answered = PairLabel.objects.filter(
            company=company, origin=PairLabel.Origin.SAMPLE, same__isnull=False, raw__isnull=False
        ).order_by("drawn_at", "pk")
        now = _weighed_now(company)
        said = [(one, *now.get(one.pk, (one.raw, one.levels))) for one in answered]
        labels = [
            Label(_evidence(raw), bool(one.same), one.inclusion, kind(levels)) for one, raw, levels in said
        ]  # fmt: skip
        old = of_json(model.calibration)
        new = refit(old, labels)
        if new == old:
            return model
        return LinkModel.objects.create(
            company=company, number=model.number + 1, parameters=model.parameters, calibration=as_json(new),
            labels=new.labels, made_at=datetime.now(UTC), note=f"calibrated by {new.labels:,} labels",
        )  # fmt: skip


def _weighed_now(company: Company) -> dict[int, tuple[float, Any]]:
    """Raw probability and levels of labelled pairs by the model in use, for those that are linked still."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT p.id, k.raw, k.levels FROM {PairLabel._meta.db_table} p "
            f"JOIN {_ACCOUNT} l ON l.key = p.left_key AND l.company_id = p.company_id "
            f"JOIN {_ACCOUNT} r ON r.key = p.right_key AND r.company_id = p.company_id "
            f"JOIN {_LINK} k ON k.left_id = least(l.id, r.id) AND k.right_id = greatest(l.id, r.id) "
            "WHERE p.company_id = %s AND k.raw IS NOT NULL",
            [company.pk],
        )
        return {pk: (raw, _listed(levels)) for pk, raw, levels in cursor.fetchall()}


def _evidence(raw: float | None) -> float:
    """Bits of a probability, within what a float can tell."""
    p = min(max(raw or 0.0, 1e-15), 1 - 1e-15)
    return math.log2(p / (1 - p))


def _label(company: Company, row: tuple[Any, ...], stratum: str, inclusion: float, now: datetime) -> PairLabel:
    raw, weight, levels, left, right = row
    keys = sorted((left, right))
    return PairLabel(
        company=company, origin=PairLabel.Origin.SAMPLE, left_key=keys[0], right_key=keys[1], stratum=stratum[:40],
        inclusion=inclusion, weight=weight, raw=raw, levels=_listed(levels), drawn_at=now,
    )  # fmt: skip


def _listed(levels: object) -> object:
    return json.loads(levels) if isinstance(levels, str) else levels
