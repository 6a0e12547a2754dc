"""Leads and deals of CRM exports: stages, times, money and consent as the CRM says them, and nobody's name."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from channels import adapters as package
from channels.adapters import adapters, format_of
from channels.core.adapter import recognise
from channels.core.kinds import Consent, Phase
from channels.core.privacy import redact
from channels.core.reading import read_head
from channels.core.rows import ContactRow, LeadRow, Page, Row, Shop, Unreadable

SAMPLES = Path(next(iter(package.__path__))) / "crm" / "samples"
SHOP = Shop("shopify", "", "EUR", "Europe/Berlin")
CONTACTS = "Record ID,Create Date,Lifecycle Stage"


def read(body: str | bytes) -> list[Row]:
    data = body.encode() if isinstance(body, str) else body
    head = read_head(io.BytesIO(data))
    [(_, form)] = recognise(head, adapters())
    page = Page(form.resource, lambda: io.BytesIO(data), "", datetime(2026, 11, 1, tzinfo=UTC))
    return list(form.rows(page, SHOP))


def leads(body: str | bytes) -> list[LeadRow]:
    rows = read(body)
    assert [row for row in rows if not isinstance(row, LeadRow)] == []
    return [row for row in rows if isinstance(row, LeadRow)]


def sample(name: str) -> list[LeadRow]:
    return leads((SAMPLES / name).read_bytes())


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_a_hubspot_contact_tells_its_stages_in_the_time_of_the_store() -> None:
    first, *_ = sample("hubspot_contacts.csv")
    assert first == LeadRow(
        key="70000000101", place=2, created_at=at(2026, 6, 2, 7, 14), stage=Phase.WON, status="Customer / Connected",
        source="Paid Search", campaign="spring-brass", qualified_at=at(2026, 6, 3, 8),
        opportunity_at=at(2026, 6, 8, 9, 5), won_at=at(2026, 7, 1, 13, 30), deal="90000000201", consent=Consent.YES,
    )  # fmt: skip


def test_campaign_and_consent_of_hubspot_follow_its_words() -> None:
    rows = sample("hubspot_contacts.csv")
    assert [(row.stage, row.campaign, row.consent) for row in rows] == [
        (Phase.WON, "spring-brass", Consent.YES),
        (Phase.QUALIFIED, "", Consent.UNKNOWN),  # a legitimate interest is no consent
        (Phase.OPPORTUNITY, "leaf-lookalike", Consent.NO),  # agreed, and then opted out
        (Phase.LOST, "", Consent.UNKNOWN),
        (Phase.LEAD, "june-letter", Consent.UNKNOWN),
    ]


def test_only_a_closed_deal_has_a_close() -> None:
    rows = sample("hubspot_deals.csv")
    assert [(row.stage, row.value, row.lead, row.won_at, row.lost_at) for row in rows] == [
        (Phase.WON, Decimal("4200.00"), "70000000101", at(2026, 7, 1, 13, 30), None),
        (Phase.OPPORTUNITY, Decimal("1850.50"), "70000000103", None, None),
        (Phase.LOST, None, "", None, at(2026, 7, 12, 7)),
    ]
    assert all(row.is_deal for row in rows)


def test_deals_join_the_contacts_that_they_came_of() -> None:
    contacts = {row.key: row for row in sample("hubspot_contacts.csv")}
    for deal in sample("hubspot_deals.csv"):
        assert not deal.lead or contacts[deal.lead].deal == deal.key


def test_salesforce_reports_and_its_data_export_tell_alike() -> None:
    assert [
        (row.key, row.created_at, row.stage, row.qualified_at, row.deal, row.consent)
        for row in (*sample("salesforce_leads_report.csv"), *sample("salesforce_leads_api.csv"))
    ] == [
        ("00Q5f00000AAA01EAG", at(2026, 6, 2, 7, 14), Phase.OPPORTUNITY, at(2026, 6, 17, 22), "0065f00000BBB01AAC", Consent.UNKNOWN),
        ("00Q5f00000AAA02EAG", at(2026, 6, 4, 16, 40), Phase.LEAD, None, "", Consent.NO),
        ("00Q5f00000AAA03EAG", at(2026, 6, 7, 0, 5), Phase.LOST, None, "", Consent.UNKNOWN),
        ("00Q5f00000AAA04EAG", at(2026, 6, 9, 3, 33, 10), Phase.LEAD, None, "", Consent.UNKNOWN),
        ("00Q5f00000AAA05EAG", at(2026, 6, 10, 12), Phase.OPPORTUNITY, at(2026, 6, 20, 22), "0065f00000BBB02AAC", Consent.UNKNOWN),
    ]  # fmt: skip
    assert [(row.stage, row.value, row.currency) for row in sample("salesforce_opportunities.csv")] == [
        (Phase.WON, Decimal("5100.00"), "USD"),
        (Phase.OPPORTUNITY, Decimal("2300.00"), "USD"),
        (Phase.LOST, Decimal("900.00"), "USD"),
    ]


def test_the_own_sheet_says_the_stage_or_lets_its_times_say_it() -> None:
    rows = sample("leads_own.csv")
    assert [(row.stage, row.order, row.bot, row.consent) for row in rows] == [
        (Phase.WON, "1001", False, Consent.YES),
        (Phase.QUALIFIED, "", False, Consent.NO),
        (Phase.LOST, "", None, Consent.UNKNOWN),
        (Phase.LEAD, "", True, Consent.UNKNOWN),
    ]
    assert [(row.key, row.stage, row.value) for row in sample("leads_own_zh.csv")] == [
        ("线索-1", Phase.WON, Decimal(4200)), ("线索-2", Phase.LEAD, None),
    ]  # fmt: skip


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.iterdir()))
def test_no_person_stays_in_the_archive(name: str) -> None:
    body = (SAMPLES / name).read_bytes()
    head = read_head(io.BytesIO(body))
    [(_, form)] = recognise(head, adapters())
    out = io.BytesIO()
    list(redact(io.BytesIO(body), head, form.personal, out))
    _, *kept = out.getvalue().decode().splitlines()
    for word in (
        "Ada",
        "Testa",
        "Bo ",
        "Beispiel",
        "Muster",
        "@",
        "555",
        "1380000",
        "Street",
        "call my office",
        "测试",
    ):
        assert [line for line in kept if word in line] == []


def test_a_column_that_nobody_knows_is_personal_and_so_is_an_address_among_words() -> None:
    body = f"{CONTACTS},Original Source,Original Source Drill-Down 1,WeChat name\n1,2026-06-01,Lead,Paid Search,mail-ada@example.org,ada77\n".encode()
    head = read_head(io.BytesIO(body))
    out = io.BytesIO()
    list(redact(io.BytesIO(body), head, format_of("crm.hubspot_contacts").personal, out))
    assert out.getvalue().decode().splitlines()[1] == "1,2026-06-01,Lead,Paid Search,[personal],[personal]"
    assert [row.campaign for row in leads(body)] == [row.campaign for row in leads(out.getvalue())] == [""]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (",2026-06-01,Lead", "no number of its own"),
        ("ada@example.org,2026-06-01,Lead", "no number of its own"),
        ("1,,Lead", "does not say when it was created"),
        ("1,yesterday,Lead", "not a date or time"),
        ("1,13/13/2026,Lead", "not a date or time"),
        ("1,2026-06-01", "cut off"),
    ],
    ids=["no number", "address for number", "no day", "words for a day", "no such day", "short"],
)
def test_what_cannot_be_read_is_listed_and_the_rest_is_read(cells: str, said: str) -> None:
    rows = read(f"{CONTACTS}\n{cells}\n2,2026-06-01,Lead\n")
    assert [(row.place, said in row.reason) for row in rows if isinstance(row, Unreadable)] == [(2, True)]
    assert [row.key for row in rows if isinstance(row, LeadRow)] == ["2"]


@pytest.mark.parametrize(("value", "fits"), [("1,200.50", True), ("", True), ("-5", False), ("lots", False)])
def test_a_value_is_money_of_the_store_or_unreadable(value: str, fits: bool) -> None:
    [row] = read(f'Record ID,Create Date,Deal Stage,Amount\n1,2026-06-01,Contract Sent,"{value}"\n')
    assert isinstance(row, LeadRow) is fits
    if isinstance(row, LeadRow):
        assert (row.value, row.currency) == ((Decimal("1200.50"), "EUR") if value else (None, ""))


def test_days_with_slashes_are_day_first_where_one_can_be_nothing_else() -> None:
    month_first = leads(f"{CONTACTS}\n1,6/2/2026,Lead\n")
    day_first = leads(f"{CONTACTS}\n1,6/2/2026,Lead\n2,25/6/2026 11:30 pm,Lead\n")
    assert [row.created_at for row in month_first] == [at(2026, 6, 1, 22)]
    assert [row.created_at for row in day_first] == [at(2026, 2, 5, 23), at(2026, 6, 25, 21, 30)]


def test_stages_out_of_order_and_words_of_ones_own_are_kept_as_they_are() -> None:
    [row] = leads(
        f"{CONTACTS},Became a Customer Date\n1,2026-06-10,Partner of ours,2026-06-01\n"
    )  # the deal precedes its contact
    assert (row.stage, row.status, row.won_at, row.created_at) == (
        Phase.LEAD, "Partner of ours", at(2026, 5, 31, 22), at(2026, 6, 9, 22),
    )  # fmt: skip


def test_json_reads_as_the_own_sheet_does() -> None:
    (first, second, third), own = sample("leads.json"), sample("leads_own.csv")
    assert replace(first, key="L-1001", place=2) == own[0]
    assert (second.stage, second.consent, third.key, third.bot) == (Phase.LOST, Consent.NO, "2003", True)


@pytest.mark.parametrize(
    "record",
    [
        '{"lead": "1"}', '{"created_at": "2026-06-02"}', "[]", "[1]", '[{"lead": "1", "created_at": "2026-06-02"}, {}]',
        '{"lead": "1", "created_at": "2026-06-02", "name": "Mara"}',
        '{"lead": "1", "created_at": "2026-06-02", "source": ["mara"]}',
        '{"lead": "1", "created_at": "2026-06-02", "source": "of mara@example.org"}',
    ],
    ids=["no time", "no number", "none", "no record", "one without", "a name", "a list", "an address"],
)  # fmt: skip
def test_json_with_anything_that_may_name_a_person_is_no_file_of_leads(record: str) -> None:
    assert recognise(read_head(io.BytesIO(record.encode())), adapters()) == []


def contacts(body: str | bytes) -> list[ContactRow]:
    data = body.encode() if isinstance(body, str) else body
    [(_, form)] = recognise(read_head(io.BytesIO(data)), adapters())
    assert form.contacts
    return list(form.contacts(Page(form.resource, lambda: io.BytesIO(data), "", at(2026, 11, 1)), SHOP))


def test_whom_a_lead_names_is_read_from_any_layout_of_leads() -> None:
    assert contacts((SAMPLES / "leads.json").read_bytes())[0] == ContactRow(
        "L-2001", 1, "ada.testa@example.org", "+49 30 5550101", "Cj0KCQjw_made-up_1"
    )
    own = contacts("lead,created at,source,手机,电子邮箱,GA client ID,name\n1,2026-06-02,x,+86 1,a@example.cn,1.2,Wu\n")
    assert own == [ContactRow("1", 2, "a@example.cn", "+86 1", client_id="1.2")]
    hubspot = contacts(
        f"{CONTACTS},Email,Phone Number,Mobile Phone Number,Google ad click ID,Meta lead ID\n"
        "1,2026-06-02,Lead,a@example.org,,+49 2,Cj0,9\n2,2026-06-02,Lead,,,,,\n"
    )
    assert hubspot == [ContactRow("1", 2, "a@example.org", "+49 2", "Cj0", facebook_lead="9")]
    salesforce = contacts(
        "Id,CreatedDate,Status,LeadSource,Email,Phone,gclid__c\n00Q1,2026-06-02,New,Web,a@x.org,+1 2,Cj0\n"
    )
    assert salesforce == [ContactRow("00Q1", 2, "a@x.org", "+1 2", "Cj0")]


def test_deals_name_nobody() -> None:
    deals = ("crm.hubspot_deals", "crm.salesforce_opportunities")
    assert [format_of(one).contacts for one in deals] == [None, None]
