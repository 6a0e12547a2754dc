"""Label: the truth about pairs of a random sample, and about pairs known without the matcher, to calibrate by."""

import json
import math
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction

from channels.core.errors import Refused
from channels.models import Company
from reconciliation.identity.calibration import Label, as_json, of_json, recall, refit
from reconciliation.identity.calibration import Recall as KnownRecall
from reconciliation.identity.kinds import kind
from reconciliation.identity.sampling import draw
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
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT left_id, right_id, l.channel, r.channel, raw, weight, levels, l.key, r.key FROM {_LINK} k "
            f"JOIN {_ACCOUNT} l ON l.id = left_id JOIN {_ACCOUNT} r ON r.id = right_id "
            "WHERE k.company_id = %s AND k.raw IS NOT NULL ORDER BY left_id, right_id",
            [company.pk],
        )
        rows = cursor.fetchall()
    columns = list(zip(*((*row[:5], _listed(row[6])) for row in rows), strict=True)) or [()] * 6
    arrays = [pa.array(list(one), name.type) for one, name in zip(columns, _DRAWABLE, strict=True)]
    table = pa.Table.from_arrays(arrays, schema=_DRAWABLE)
    told = {(row[0], row[1]): row for row in rows}
    now = datetime.now(UTC)
    made = [
        _label(company, told[one.left, one.right], one.stratum, one.inclusion, now) for one in draw(table, size, seed)
    ]
    before = PairLabel.objects.filter(company=company).count()
    PairLabel.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)
    return PairLabel.objects.filter(company=company).count() - before


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
            "SELECT EXISTS (SELECT 1 FROM "
            f"{_LINK} k JOIN {_ACCOUNT} l ON l.id = k.left_id JOIN {_ACCOUNT} r ON r.id = k.right_id "
            "WHERE l.company_id = p.company_id AND least(l.key, r.key) = p.left_key "
            "AND greatest(l.key, r.key) = p.right_key AND k.state = 'auto') "
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
        labels = [Label(_evidence(one.raw), bool(one.same), one.inclusion, kind(one.levels)) for one in answered]
        old = of_json(model.calibration)
        new = refit(old, labels)
        if new == old:
            return model
        return LinkModel.objects.create(
            company=company, number=model.number + 1, parameters=model.parameters, calibration=as_json(new),
            labels=new.labels, made_at=datetime.now(UTC), note=f"calibrated by {new.labels:,} labels",
        )  # fmt: skip


def _evidence(raw: float | None) -> float:
    """Bits of a probability, within what a float can tell."""
    p = min(max(raw or 0.0, 1e-15), 1 - 1e-15)
    return math.log2(p / (1 - p))


def _label(company: Company, row: tuple[Any, ...], stratum: str, inclusion: float, now: datetime) -> PairLabel:
    *_, raw, weight, levels, left, right = row
    keys = sorted((left, right))
    return PairLabel(
        company=company, origin=PairLabel.Origin.SAMPLE, left_key=keys[0], right_key=keys[1], stratum=stratum[:40],
        inclusion=inclusion, weight=weight, raw=raw, levels=_listed(levels), drawn_at=now,
    )  # fmt: skip


def _listed(levels: object) -> object:
    return json.loads(levels) if isinstance(levels, str) else levels
