"""dlt loads the pages of shopify_pages.py into PostgreSQL; run by its own interpreter, which Django is not in.

    .venv-bench/bin/python tests/benchmarks/dlt_shopify.py '{"address": …, "database": …, …}'

The same requests as ours: pages by their cursor, and once more by itself what a page holds in part only.
"""

import json
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import dlt
import psycopg2  # noqa: F401 - imported before the clock starts, as is all that dlt imports late
from dlt.destinations import postgres
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.paginators import JSONResponseCursorPaginator

PATH = "/admin/api/2026-10/graphql.json"


def orders(address: str, searches: list[str], documents: dict[str, str]) -> Iterator[list[dict[str, Any]]]:
    """Each page's orders, those with refunds in full."""
    client = RESTClient(address, headers={"X-Shopify-Access-Token": "bench"})
    for search in searches:
        paginator = JSONResponseCursorPaginator(
            cursor_path="data.orders.pageInfo.endCursor",
            has_more_path="data.orders.pageInfo.hasNextPage",
            cursor_body_path="variables.after",
        )
        asked = {"query": documents["page"], "variables": {"query": search, "first": 10}}
        for page in client.paginate(PATH, "POST", json=asked, paginator=paginator, data_selector="data.orders.nodes"):
            yield [whole(client, order, documents["order"]) if order["refunds"] else order for order in page]


def whole(client: RESTClient, order: dict[str, Any], document: str) -> dict[str, Any]:
    answer = client.post(PATH, json={"query": document, "variables": {"id": order["id"]}})
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()["data"]["order"]
    return found


def main() -> None:
    job = json.loads(sys.argv[1])
    for name, value in job["settings"].items():
        dlt.config[name] = value
    with TemporaryDirectory() as folder:
        started = time.perf_counter()
        pipeline = dlt.pipeline(
            "shopify", pipelines_dir=str(Path(folder)), dataset_name=job["schema"],
            destination=postgres(job["database"]),
        )  # fmt: skip
        source = dlt.resource(orders(job["address"], job["searches"], job["documents"]), name="orders")
        pipeline.run(source, write_disposition=job["disposition"], **job["run"])
        seconds = time.perf_counter() - started
        steps = pipeline.last_trace.steps
        shares = {step.step: (step.finished_at - step.started_at).total_seconds() for step in steps if step.finished_at}
    usage = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(json.dumps({"seconds": seconds, "memory": usage / 1024, "steps": shares}))


if __name__ == "__main__":
    main()
