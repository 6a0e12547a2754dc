"""What every adapter promises, shown on its own samples. A new adapter folder is tested here without a line of change."""

import io
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib import import_module
from math import inf
from pathlib import Path
from typing import Any

import pytest

from channels import adapters as package
from channels.adapters import adapters, format_of
from channels.core.adapter import SIGNALS, Adapter, Format, Personal, recognise
from channels.core.errors import Changed, Refused
from channels.core.kinds import MEANING, Kind, Role, Stage
from channels.core.privacy import PLACEHOLDER, redact
from channels.core.reading import Head, json_lines, read_head, records, workbook_rows
from channels.core.rows import BuyerRow, ChargeRow, GivenRow, OrderRow, Page, PayoutRow, Row, Shop, Unreadable

FOLDERS = sorted(path.parent for root in package.__path__ for path in Path(root).glob("*/__init__.py"))
SAMPLES = [sample for folder in FOLDERS for sample in sorted((folder / "samples").iterdir())]
MODULES = {folder.name: import_module(f"channels.adapters.{folder.name}") for folder in FOLDERS}

every_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: f"{path.parents[1].name}/{path.name}")
every_adapter = pytest.mark.parametrize("adapter", adapters(), ids=lambda one: one.label)


def head_of(body: bytes) -> Head:
    return read_head(io.BytesIO(body))


def known(sample: Path) -> tuple[Adapter, Format]:
    [one] = recognise(head_of(sample.read_bytes()), (own(sample),))
    return one


def own(sample: Path) -> Adapter:
    adapter: Adapter = MODULES[sample.parents[1].name].ADAPTER
    return adapter


def beside(sample: Path) -> tuple[Adapter, ...]:
    """The adapters among which a store that has the sample chooses; another channel's may read the same layout."""
    code = own(sample).code
    return tuple(one for one in adapters() if "" in (code, one.code) or one.code == code)


CURRENCIES = ("EUR", "SGD", "MYR", "TWD", "USD", "CNY")


@cache
def shop_of(sample: Path) -> Shop:
    """A store that can read the sample: one keeps one currency, and some samples are of another market."""
    adapter, form = known(sample)
    body = sample.read_bytes()
    shops = [
        Shop(adapter.code, "", currency, "Europe/Berlin", cross_border="crossborder" in sample.name)
        for currency in CURRENCIES
        if currency.encode() in body or currency == "EUR"
    ]
    return min(shops, key=lambda shop: unread(form, body, shop))


def unread(form: Format, body: bytes, shop: Shop) -> float:
    try:
        return sum(isinstance(row, Unreadable) for row in rows_of(form, body, shop))
    except Refused:
        return inf


def rows_of(form: Format, body: bytes, shop: Shop) -> list[Row]:
    page = Page(form.resource, lambda: io.BytesIO(body), "", datetime(2026, 11, 1, tzinfo=UTC))
    return list(form.rows(page, shop))


def read(sample: Path) -> list[Row]:
    _, form = known(sample)
    return rows_of(form, sample.read_bytes(), shop_of(sample))


def records_in(body: bytes) -> int:
    """How many places a page has: records of a table or workbook, otherwise anything that the document lists."""
    head = head_of(body)
    if head.kind == "json":
        return max(1, sum(len(node) for node in _lists(head.document)))
    stream = io.BytesIO(body)
    if head.kind == "jsonl":
        return max(number for number, _ in json_lines(stream))
    source = workbook_rows(stream) if head.kind == "workbook" else records(stream, head.encoding, head.delimiter)
    return max(number for number, _ in source)


def _lists(node: Any) -> Iterator[list[Any]]:
    if isinstance(node, list):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _lists(child)


def fields(row: Row) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}


@every_sample
def test_sample_is_of_one_format_of_its_own_adapter(sample: Path) -> None:
    found = recognise(head_of(sample.read_bytes()), beside(sample))
    assert [adapter for adapter, _ in found] == [own(sample)]


@every_sample
def test_sample_is_read_in_full_and_the_same_each_time(sample: Path) -> None:
    rows = read(sample)
    assert rows or known(sample)[1].may_be_empty
    assert rows == read(sample)
    assert [row for row in rows if isinstance(row, Unreadable)] == []


@every_sample
def test_keys_are_unique_within_a_page(sample: Path) -> None:
    rows = read(sample)
    for kind in {type(row) for row in rows}:
        keys = [getattr(row, "key", "") or getattr(row, "ref", "") for row in rows if type(row) is kind]
        if any(keys) and kind is not PayoutRow:  # pages of a running statement bring its row again and are joined
            assert len(set(keys)) == len(keys) == len(list(filter(None, keys))), kind
    for order in (row for row in rows if isinstance(row, OrderRow)):
        assert len({item.key for item in order.items}) == len(order.items)


@every_sample
def test_values_are_what_the_rows_promise(sample: Path) -> None:
    last = records_in(sample.read_bytes())
    for row in read(sample):
        assert 1 <= row.place <= last, row
        for name, value in fields(row).items():
            if isinstance(value, datetime):
                assert value.tzinfo is UTC, (name, row)
            elif isinstance(value, Decimal):
                assert value.is_finite(), (name, row)
            elif "currency" in name:
                assert value == "" or (len(value) == 3 and value.isascii() and value.isupper()), (name, row)
            else:
                assert not isinstance(value, float), (name, row)


@every_sample
def test_charges_are_complete(sample: Path) -> None:
    for row in read(sample):
        if isinstance(row, ChargeRow):
            kinds: tuple[StrEnum, ...] = (row.kind, row.role, row.stage)
            assert tuple(map(type, kinds)) == (Kind, Role, Stage)
            assert row.key
            assert row.document
            assert row.label.strip()
            assert row.currency


@every_sample
def test_lines_of_a_statement_add_up_to_what_it_states(sample: Path) -> None:
    rows = read(sample)
    lines: dict[str, Decimal] = {}
    for row in rows:
        if isinstance(row, ChargeRow) and row.payout and row.role is not Role.COMPARE:
            lines[row.payout] = lines.get(row.payout, Decimal(0)) + row.amount
    for row in rows:
        # Some exports state payouts in one file and list their lines in another: nothing to add up here.
        if isinstance(row, PayoutRow) and row.itemised and row.ref in lines:
            moved = (row.closing or 0) - (row.opening or 0)
            assert lines[row.ref] == (row.stated if row.stated is not None else moved), row


def personal_values(body: bytes, form: Format) -> tuple[bytes, set[str]]:
    kept = io.BytesIO()
    cuts = list(redact(io.BytesIO(body), head_of(body), form.personal, kept))
    return kept.getvalue(), {text for _, cut in cuts for value in cut.values() for text in texts(value)}


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        for child in value.values() if isinstance(value, dict) else value:
            yield from texts(child)
    elif value not in (None, "") and not isinstance(value, bool):
        yield str(value)


@every_sample
def test_redacted_page_gives_the_same_rows_and_holds_no_personal_value(sample: Path) -> None:
    _, form = known(sample)
    body = sample.read_bytes()
    redacted, values = personal_values(body, form)
    assert [one for _, one in recognise(head_of(redacted), beside(sample))] == [form]
    assert rows_of(form, redacted, shop_of(sample)) == read(sample)
    left = cells_of(redacted)
    assert {value for value in values if value in left and not value.startswith(PLACEHOLDER)} <= common(body, form)
    assert personal_values(redacted, form)[1] <= {PLACEHOLDER, *left}


def cells_of(body: bytes) -> set[str]:
    head = head_of(body)
    if head.kind == "json":
        return set(texts(head.document))
    stream = io.BytesIO(body)
    if head.kind == "jsonl":
        return {text for _, document in json_lines(stream) for text in texts(document)}
    source = workbook_rows(stream) if head.kind == "workbook" else records(stream, head.encoding, head.delimiter)
    return {cell for _, cells in source for cell in cells if cell.strip()}


def common(body: bytes, form: Format) -> set[str]:
    """Personal values that stand in other columns as well, such as a number that is both a postal code and a price."""
    head = head_of(body)
    if head.kind in ("json", "jsonl"):
        return set()
    wanted = {name.casefold() for name in form.personal.columns}
    source = list(records(io.BytesIO(body), head.encoding, head.delimiter)) if head.kind == "table" else []
    others = [at for at, name in enumerate(head.header) if name.casefold() not in wanted]
    return {cells[at] for _, cells in source for at in others if at < len(cells)}


@every_adapter
def test_adapter_names_its_formats(adapter: Adapter) -> None:
    assert adapter.label
    for form in adapter.formats:
        assert form.title
        assert format_of(form.resource) is form
        assert form.resource.islower()


def test_resources_are_named_once() -> None:
    resources = [form.resource for adapter in adapters() for form in adapter.formats]
    assert len(set(resources)) == len(resources)


@every_adapter
def test_adapter_has_a_readme_and_a_sample_of_every_format(adapter: Adapter) -> None:
    [folder] = [folder for folder in FOLDERS if MODULES[folder.name].ADAPTER is adapter]
    readme = (folder / "README.md").read_text(encoding="utf-8")
    shown = {known(sample)[1].resource for sample in SAMPLES if sample.parents[1] == folder}
    assert shown == {form.resource for form in adapter.formats}
    assert [form.resource for form in adapter.formats if form.resource not in readme] == []


@every_adapter
@pytest.mark.parametrize(
    "document", ["{}", "[]", "[1]", "null_is_text,a\n1,2\n", '{"response": null}', '{"a": [null]}']
)
def test_strange_content_is_recognised_by_nobody(adapter: Adapter, document: str) -> None:
    assert recognise(head_of(document.encode()), (adapter,)) == []


@every_sample
def test_shortened_sample_is_read_or_refused_but_never_breaks(sample: Path) -> None:
    _, form = known(sample)
    body = sample.read_bytes()
    for part in (2, 3, 5):
        with suppress(Refused, Changed):
            rows_of(form, body[: len(body) * (part - 1) // part], shop_of(sample))


@every_adapter
def test_signals_are_fields_of_a_buyer_each_under_one_rule(adapter: Adapter) -> None:
    rules = adapter.signals
    # What is taken as a mask may be taken in clear where the company has decided so; all else stands once.
    once = (rules.allowed, rules.masked | rules.on_decision, rules.inside - rules.on_decision)
    assert rules.allowed | rules.masked | rules.on_decision | rules.inside <= set(SIGNALS) <= {*BuyerRow.__slots__}
    assert sum(map(len, once)) == len(frozenset().union(*once))
    assert adapter.code or not any(once)
    assert rules.why.endswith(".") or not adapter.code


@every_adapter
def test_formats_that_tell_buyers_belong_to_a_channel_that_admits_something(adapter: Adapter) -> None:
    rules = adapter.signals
    for form in adapter.formats:
        if form.buyers and not form.any_store:  # what customers gave elsewhere is no channel's
            assert rules.allowed | rules.masked | rules.on_decision | rules.inside, form.resource
            assert form.personal != Personal(), form.resource


@every_sample
def test_buyers_are_those_of_the_orders_that_the_sample_tells(sample: Path) -> None:
    _, form = known(sample)
    if form.buyers is None:
        return
    rows, body = read(sample), sample.read_bytes()
    page = Page(form.resource, lambda: io.BytesIO(body), "", datetime(2026, 11, 1, tzinfo=UTC))
    told = list(form.buyers(page, shop_of(sample)))
    orders = {row.ref for row in rows if isinstance(row, OrderRow) and not row.is_mirror}
    given = {(row.order, row.place, row.form) for row in rows if isinstance(row, GivenRow)}
    assert (
        {row.order for row in told} == orders
        if orders
        else {(row.order, row.place, row.given) for row in told} == given
    )
    assert len({(row.order, row.place, row.part) for row in told}) == len(told) > 0
    assert all(bool(row.given) is bool(given) for row in told)


def test_every_kind_has_a_meaning() -> None:
    assert set(MEANING) == set(Kind)
    assert [kind for kind, text in MEANING.items() if not text.endswith(".")] == []


def test_samples_are_small_and_plain() -> None:
    assert sum(sample.stat().st_size for sample in SAMPLES) < 1_500_000
    for sample in SAMPLES:
        if sample.suffix == ".json":
            json.loads(sample.read_text(encoding="utf-8"))
