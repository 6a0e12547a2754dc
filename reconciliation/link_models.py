"""Versions of the linking model of a company: the shipped one, then those trained on its own records."""

from datetime import UTC, datetime

import pyarrow as pa

from channels.models import Company
from reconciliation.identity.linking.model import Model, shipped
from reconciliation.identity.linking.training import train
from reconciliation.models import LinkModel

TRAINABLE = 2_000  # records below which chance pairs tell too little of how often strangers agree
GROWN = 2  # times as many records as it was trained on: train again


def in_use(company: Company) -> LinkModel:
    """The version that weighs now; the first one is the shipped model."""
    found = LinkModel.objects.filter(company=company, active=True).order_by("-number").first()
    if found is not None:
        return found
    first, _ = LinkModel.objects.get_or_create(
        company=company, number=1, defaults={"made_at": datetime.now(UTC), "note": f"shipped {shipped().version}"}
    )
    return first


def model_of(row: LinkModel) -> Model:
    """The model of a version; the shipped one for a version of other levels than this program compares."""
    if not row.parameters:
        return shipped()
    try:
        return Model(row.parameters["version"], row.parameters["parameters"])
    except ValueError:
        return shipped()


def trained(company: Company, records: pa.Table) -> LinkModel:
    """The version in use, or a new one where there are records enough and many more than it has seen.

    Training starts at the shipped model, so the same records give the same version. It takes over the calibration, but
    no label has confirmed that on its own weights.
    """
    now = in_use(company)
    seen = now.parameters.get("records", 0)
    if records.num_rows < max(TRAINABLE, GROWN * seen):
        return now
    made = train(records, shipped(), seed=1)
    return LinkModel.objects.create(
        company=company, number=now.number + 1, calibration=now.calibration, labels=0,
        made_at=datetime.now(UTC), note=f"trained on {records.num_rows:,} records",
        parameters={"version": made.version, "parameters": made.parameters, "records": records.num_rows},
    )  # fmt: skip
