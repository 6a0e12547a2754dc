import pytest
from django.test import Client


def test_root_leads_to_the_admin(client: Client) -> None:
    assert client.get("/")["Location"] == "/admin/"


def test_live_answers_without_a_database(client: Client) -> None:
    assert client.get("/health/live/?format=json").status_code == 200


@pytest.mark.django_db
def test_admin_login_is_shown_in_chinese(client: Client) -> None:
    reply = client.get("/admin/login/", headers={"accept-language": "zh-hans"})
    assert (reply.status_code, reply.headers["Content-Language"]) == (200, "zh-hans")


def test_docs_load_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/api/v1/docs/").content.decode()
    assert "https://" not in page.replace("https://www.w3.org", "")
