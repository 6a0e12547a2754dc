"""Leads in files, with a moment to look at them from."""

from datetime import UTC, datetime
from pathlib import Path

from reports.conversions import Lead, read_leads

NOW = datetime(2026, 10, 31, 12, tzinfo=UTC)
HEAD = "lead,consent,created_at,qualified_at,won_at,value,currency,email,phone,gclid,client_id,fbc,facebook_lead,bot"
CLICK, CLIENT, FBC, FORM = (
    "Cj0KCQjw_TestClick-01",
    "123456.7654321",
    "fb.1.1767225600000.IwAR2F4-dbP0l7Mn1Iaw",
    "1234567890123456",
)


def row(number: str = "L1", consent: str = "yes", **given: str) -> str:
    """A lead who qualified two days before NOW and was won a day before it, known by everything."""
    cells = {
        "lead": number, "consent": consent, "created_at": "2026-10-20T09:00:00Z",
        "qualified_at": "2026-10-29T12:00:00Z", "won_at": "2026-10-30T12:00:00Z", "value": "420.5", "currency": "EUR",
        "email": " Ada.Testa@GMail.com ", "phone": "+49 (0)30 555-0101", "gclid": CLICK, "client_id": CLIENT,
        "fbc": FBC, "facebook_lead": FORM, "bot": "",
    }  # fmt: skip
    return ",".join((cells | given)[name] for name in HEAD.split(","))


def write(tmp_path: Path, *lines: str, head: str = HEAD) -> Path:
    path = tmp_path / "leads.csv"
    path.write_text("\n".join((head, *lines)) + "\n", encoding="utf-8")
    return path


def leads(tmp_path: Path, *lines: str, head: str = HEAD, now: datetime = NOW) -> list[Lead]:
    return read_leads(write(tmp_path, *lines, head=head), now)
