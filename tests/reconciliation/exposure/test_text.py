"""One form for what searchers type."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.exposure.text import normalise, read


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("  PlumbLine   Level ", "plumbline level"),
        ("ｐｌｕｍｂｌｉｎｅ　ＬＥＶＥＬ", "plumbline level"),
        ("plumb\u200bline\ufeff", "plumbline"),
        ("plumbline’s tripod", "plumbline tripod"),
        ("plumb-line/level", "plumb line level"),
        ("máy cân mực Đèn", "may can muc den"),
        ("Müller Straße", "muller strasse"),
        ("ﾌﾟﾗﾑﾗｲﾝ", "プラムライン"),
        ("ぷらむらいん", "プラムライン"),
        ("プラム・ライン", "プラム ライン"),
        ("ルモーラ", "ルモラ"),
        ("ノヴァの電球", "ノヴア ノ 电球"),
        ("準繩雷射", "准绳雷射"),
        ("โนว่า", "โนวา"),
        ("พลัมไลน์", "พลัมไลน"),
        ("准绳pro水平仪", "准绳 pro 水平仪"),
        ("!!!", ""),
    ],
)
def test_query_has_one_form(query: str, form: str) -> None:
    assert normalise(query) == form


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_form_of_a_form_is_itself(query: str) -> None:
    assert normalise(normalise(query)) == normalise(query)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_words_stand_where_they_are_said_to(query: str) -> None:
    text = read(query)
    assert [text.joined[a:b] for a, b in zip(text.starts, text.ends, strict=True)] == list(text.words)
    assert "".join(text.words) == text.joined
