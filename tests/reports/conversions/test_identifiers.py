import hashlib

import pytest

from reports.conversions.identifiers import email_of, google_email, hashed, meta_phone, phone_of


def test_the_hash_is_sha_256_in_lower_hexadecimal_digits() -> None:
    # The examples of the Conversions API's parameters: john_smith@gmail.com and 16505551212.
    assert hashed("john_smith@gmail.com") == "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f"
    assert hashed("16505551212") == "e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176"
    assert hashed("ü@example.org") == hashlib.sha256("ü@example.org".encode()).hexdigest()


@pytest.mark.parametrize(
    ("text", "email", "google"),
    [
        (" Ada.Testa@Example.ORG ", "ada.testa@example.org", "ada.testa@example.org"),
        ("Ada.Testa@GMail.com", "ada.testa@gmail.com", "adatesta@gmail.com"),
        ("a.d.a+x@googlemail.com", "a.d.a+x@googlemail.com", "ada+x@googlemail.com"),
        ("ada@gmail.com.example.org", "ada@gmail.com.example.org", "ada@gmail.com.example.org"),
        ("", "", ""),
        ("ada", "", ""),
        ("ada@host", "", ""),
        ("a@b@example.org", "", ""),
        ("a b@example.org", "", ""),
        ("ada@example.org, bo@example.org", "", ""),
        ("x" * 65 + "@example.org", "", ""),
        ("a\u200b@example.org", "", ""),
    ],
    ids=str,
)
def test_an_address_in_one_form_or_none(text: str, email: str, google: str) -> None:
    assert (email_of(text), google_email(text)) == (email, google)


@pytest.mark.parametrize(
    ("text", "code", "phone"),
    [
        ("+1 (212) 565-0000", "", "+12125650000"),
        ("+49 (0)30 555.0101", "", "+49305550101"),
        ("0044 20 7031 3000", "", "+442070313000"),
        ("030 5550101", "49", "+49305550101"),
        ("13800000000", "86", "+8613800000000"),
        ("030 5550101", "", ""),
        ("+0 30 555 0101", "", ""),
        ("+1 212", "", ""),
        ("+1234567890123456", "", ""),
        ("call me", "49", ""),
        ("+49 30 5550101 ext 5", "", ""),
        ("٠٣٠٥٥٥٠١٠١", "49", ""),
    ],
    ids=str,
)  # fmt: skip
def test_a_number_with_its_country_or_none(text: str, code: str, phone: str) -> None:
    assert (phone_of(text, code), meta_phone(text, code)) == (phone, phone[1:])
